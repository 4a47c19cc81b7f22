// The page: its state, and what happens when it changes.

const model = readModel(JSON.parse(byId("graph").textContent));
const measure = textMeasure();
const marked = [...model.nodes.values()].filter((node) => node.mark);
const fromAddress = readHash(model);
const state = {
  step: 0,
  selected: null, // {node: id} or {edge: index}
  closed: closedAtDepth(model, comfortableDepth(model)),
  direction: model.direction,
  touched: fromAddress.closed !== undefined, // whether modules were opened or closed by hand
  playing: null,
  ...fromAddress,
};
let drawing = null;
const port = byId("port");
const tip = makeTip(model, byId("tip"), port, () => state.step);
const camera = makeCamera(port, () => {
  tip.hide();
  showNear(drawing, camera.window());
});

// --- showing the state ----------------------------------------------------------------------------------------------

/** Lay the picture out anew. `keep`: the key of a member to leave in view; without it the picture is put in its place. */
function redraw(keep) {
  keepFocus(() => {
    const focus = drawing?.focus;
    const view = visibleView(model, state.closed);
    drawing = drawView(model, view, measure, { direction: state.direction, onSelect: select, onToggle: toggle, onHover: tip.show });
    byId("canvas").replaceChildren(drawing.group);
    setTabStop(drawing.nodes.has(focus) ? focus : drawing.nodes.keys().next().value);
  });
  camera.show(drawing.group, drawing.place.width, drawing.place.height, state.direction);
  if (drawing.place.items.has(keep)) camera.reveal(drawing.place.items.get(keep));
  else camera.fit(READABLE_SCALE);
  showDepth();
  update();
}

function update() {
  showStep(model, drawing, state.step);
  showSelection();
  showOnce(drawing);
  keepFocus(() => {
    byId("step").replaceChildren(...renderStep(model, state.step, select).filter(Boolean));
    byId("selection").replaceChildren(...renderSelection(model, state.selected, state.step, select).filter(Boolean));
  });
  showProgress();
  writeHash(model, state);
}

function showProgress() {
  const words = sentence(model, state.step);
  byId("live").textContent = words;
  const range = byId("scrubber");
  range.value = state.step;
  range.setAttribute("aria-valuetext", words);
  byId("where").textContent = `${state.step} / ${model.steps.length - 1}`;
  for (const id of ["first", "back"]) byId(id).setAttribute("aria-disabled", state.step === 0);
  for (const id of ["next", "last"]) byId(id).setAttribute("aria-disabled", atEnd());
  document.querySelector("#steps tr.now")?.classList.remove("now");
  document.querySelector(`#steps tr[data-step="${state.step}"]`)?.classList.add("now");
}

/** Highlight the selected node or edge, and dim everything that no path connects with it. */
function showSelection() {
  const { selected } = state;
  if (drawing.selected === selected) return;
  drawing.selected = selected;
  const chosen = selected?.node === undefined ? null : drawing.view.stands.get(selected.node);
  const paths = chosen === null ? null : pathsThrough(model, model.nodes.get(selected.node));
  for (const [key, { group, member }] of drawing.nodes) {
    mark(group, "chosen", key === chosen);
    mark(group, "aside", paths !== null && !member.inside.some((node) => paths.nodes.has(node.id)));
  }
  for (const { group, label, merged } of drawing.edges) {
    const aside = paths !== null && !merged.edges.some((edge) => paths.edges.has(edge.index));
    mark(group, "chosen", selected?.edge !== undefined && merged.edges.some((edge) => edge.index === selected.edge));
    mark(group, "aside", aside);
    mark(label, "aside", aside);
  }
}

function showDepth() {
  const chooser = byId("depth");
  byId("modules").hidden = model.scopes.size === 0;
  const greatest = greatestDepth(model);
  if (chooser.options.length === 0) {
    for (let depth = 0; depth <= greatest; depth++) {
      const count = countVisible(model, closedAtDepth(model, depth));
      const name = depth === 0 ? "all closed" : depth === greatest ? "all open" : `${depth} level${depth > 1 ? "s" : ""} open`;
      chooser.append(html("option", { value: depth, disabled: count > MOST }, `${name} (${count.toLocaleString("en")} nodes)`));
    }
    chooser.append(html("option", { value: "", hidden: true }, "by hand"));
  }
  const isShown = (depth) => {
    const closed = closedAtDepth(model, depth);
    return closed.size === state.closed.size && [...closed].every((id) => state.closed.has(id));
  };
  const shown = Array.from({ length: greatest + 1 }, (_, depth) => depth).find(isShown);
  chooser.value = shown ?? "";
}

// --- changing the state ----------------------------------------------------------------------------------------------

const atEnd = () => state.step >= model.steps.length - 1;

function goTo(index) {
  state.step = Math.max(0, Math.min(model.steps.length - 1, index));
  update();
  revealStep(model.steps[state.step]);
}

/** Bring into view where a step happens; of an edge that is longer than the window, the end that the gradient comes to. */
function revealStep(step) {
  const ids = step.kind === "backward" ? [step.edge.source, step.edge.target] : nodesOf(step).map((node) => node.id);
  const boxes = ids.map((id) => drawing.place.items.get(drawing.view.stands.get(id)));
  if (!boxes.length) return;
  const labelled = step.kind === "backward" && drawing.nowSpot && ids.every((id) => drawing.view.stands.has(id));
  const whole = around(labelled ? [...boxes, drawing.nowSpot] : boxes);
  camera.reveal(camera.holds(whole) ? whole : boxes[0]);
}

function play(wanted = !state.playing) {
  clearInterval(state.playing);
  state.playing = null;
  if (wanted) {
    if (atEnd()) goTo(0);
    state.playing = setInterval(() => (atEnd() ? play(false) : goTo(state.step + 1)), Number(byId("speed").value));
  }
  byId("play").classList.toggle("on", state.playing !== null);
  byId("play").setAttribute("aria-label", state.playing ? "Pause" : "Play");
  byId("live").setAttribute("aria-live", state.playing ? "off" : "polite"); // speech cannot keep up with play
}

function select(wanted) {
  const same = wanted && state.selected && wanted.node === state.selected.node && wanted.edge === state.selected.edge;
  state.selected = same ? null : wanted;
  update();
}

/** Select a node and bring it into view, opening the modules that it is in. */
function visit(node) {
  const outside = scopesAround(model, node).filter((id) => state.closed.has(id));
  const closed = new Set([...state.closed].filter((id) => !outside.includes(id)));
  if (outside.length && refuse(closed)) return;
  state.selected = { node: node.id };
  if (outside.length) {
    Object.assign(state, { closed, touched: true });
    redraw(node.key);
  } else update();
  setTabStop(node.key);
  camera.reveal(drawing.place.items.get(node.key));
}

function toggle(id) {
  const closed = new Set(state.closed);
  if (!closed.delete(id)) closed.add(id);
  if (refuse(closed)) return;
  Object.assign(state, { closed, touched: true });
  redraw(model.scopes.get(id).key);
}

/** Whether more would be visible than a browser can draw; then a message says so. */
function refuse(closed) {
  const count = countVisible(model, closed);
  if (count <= MOST) return false;
  say(`That would show ${count.toLocaleString("en")} nodes, more than ${MOST.toLocaleString("en")}. Close other modules first.`);
  return true;
}

/** A message, shown and read out; it stands until the next step. */
function say(text) {
  byId("live").textContent = text;
  byId("found").textContent = text;
}

/** Hide the tooltip, else the legend, else clear the selection. */
function escape() {
  if (!byId("tip").hidden) tip.hide();
  else if (!byId("explanation").hidden) actions.legend();
  else if (state.selected) select(null);
}

function nextMark() {
  if (!marked.length) return;
  const at = marked.findIndex((node) => node.id === state.selected?.node);
  const node = marked[(at + 1) % marked.length];
  state.step = Math.max(state.step, completeAt(node));
  visit(node);
  byId("live").textContent = `${nameOf(node)}: ${node.mark.sign}. ${node.mark.what}`;
}

// The page: its state, and what happens when it changes.

const model = readModel(JSON.parse(byId("graph").textContent));
const measure = textMeasure();
const marked = [...model.nodes.values()].filter((node) => node.mark);
const state = {
  step: 0,
  selected: null,
  closed: new Set([...closedAtDepth(model, comfortableDepth(model))]),
  direction: "TB",
  touched: false, // whether modules were opened or closed by hand
  playing: null,
  ...readHash(model),
};
state.touched = location.hash.includes("closed");
let drawing = null;
const port = byId("port");
const camera = makeCamera(port, () => hideTip());

function redraw(keep) {
  const view = visibleView(model, state.closed);
  drawing = drawView(model, view, measure, { direction: state.direction, onSelect: select, onToggle: toggle, onHover: hover });
  byId("canvas").replaceChildren(drawing.group);
  camera.show(drawing.group, drawing.place.width, drawing.place.height);
  if (keep && drawing.place.items.has(keep)) camera.reveal(drawing.place.items.get(keep));
  else camera.fit(0.6);
  showDepth();
  update();
}

function update() {
  showStep(model, drawing, state.step);
  showSelection();
  byId("step").replaceChildren(...renderStep(model, state.step, select).filter(Boolean));
  byId("selection").replaceChildren(...renderSelection(model, state.selected, state.step, select).filter(Boolean));
  const words = sentence(model, state.step);
  byId("live").textContent = words;
  const range = byId("scrubber");
  range.value = state.step;
  range.setAttribute("aria-valuetext", words);
  byId("where").textContent = `${state.step} / ${model.steps.length - 1}`;
  for (const [id, off] of [["first", state.step === 0], ["back", state.step === 0], ["next", atEnd()], ["last", atEnd()]]) byId(id).setAttribute("aria-disabled", off);
  for (const row of document.querySelectorAll("#steps tr.now")) row.classList.remove("now");
  document.querySelector(`#steps tr[data-step="${state.step}"]`)?.classList.add("now");
  writeHash(state);
}

const atEnd = () => state.step >= model.steps.length - 1;

function goTo(index) {
  state.step = Math.max(0, Math.min(model.steps.length - 1, index));
  update();
  const place = placeOfStep(model.steps[state.step]);
  if (place) camera.reveal(place);
}

/** The rectangle of the picture where a step happens. */
function placeOfStep(step) {
  const ids = step.kind === "forward" ? [step.node.id] : step.kind === "backward" ? [step.edge.source, step.edge.target] : step.nodes?.map((node) => node.id) ?? [];
  const boxes = ids.map((id) => drawing.place.items.get(drawing.view.stands.get(id)));
  if (!boxes.length) return null;
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.x + box.width)), Math.max(...boxes.map((box) => box.y + box.height))];
  return { x, y, width: right - x, height: bottom - y };
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
  byId("live").setAttribute("aria-live", state.playing ? "off" : "polite"); // a voice cannot keep up with a film
}

function select(wanted) {
  const same = wanted && state.selected && wanted.node === state.selected.node && wanted.edge === state.selected.edge;
  state.selected = same ? null : wanted;
  update();
}

/** Choose a node and bring it into view, opening the modules that it is in. */
function visit(node) {
  const around = scopesAround(model, node).filter((id) => state.closed.has(id));
  for (const id of around) state.closed.delete(id);
  state.selected = { node: node.id };
  if (around.length) {
    state.touched = true;
    redraw(node.id);
  } else update();
  camera.reveal(drawing.place.items.get(node.id));
}

function showSelection() {
  const { selected } = state;
  const chosen = selected?.node ?? (selected?.edge !== undefined ? model.edges[selected.edge].source : null);
  const paths = selected?.node !== undefined ? pathsThrough(model, model.nodes.get(selected.node)) : null;
  for (const [id, { group, member }] of drawing.nodes) {
    mark(group, "chosen", id === chosen && selected.node !== undefined);
    mark(group, "aside", paths !== null && !member.inside.some((node) => paths.nodes.has(node.id)));
    group.setAttribute("tabindex", id === (drawing.focus ?? drawing.nodes.keys().next().value) ? "0" : "-1");
  }
  for (const { group, merged } of drawing.edges) {
    mark(group, "chosen", selected?.edge !== undefined && merged.edges.some((edge) => edge.index === selected.edge));
    mark(group, "aside", paths !== null && !merged.edges.some((edge) => paths.edges.has(edge.index)));
  }
}

function toggle(id) {
  const opening = state.closed.has(id);
  opening ? state.closed.delete(id) : state.closed.add(id);
  const visible = new Set([...model.nodes.values()].map((node) => standIn(model, node, state.closed))).size;
  if (visible > MOST) {
    state.closed.add(id);
    byId("live").textContent = `That would show ${visible.toLocaleString("en")} nodes, more than ${MOST.toLocaleString("en")}. Close other modules first.`;
    return;
  }
  state.touched = true;
  redraw(id);
  const again = byId("canvas").querySelector(opening ? `[data-scope="${CSS.escape(id)}"] .toggle` : `[data-member="${CSS.escape(id)}"]`);
  again?.focus({ preventScroll: true });
}

function showDepth() {
  const chooser = byId("depth");
  byId("modules").hidden = model.scopes.size === 0;
  if (chooser.options.length === 0) {
    for (let depth = 0; depth <= greatestDepth(model); depth++) {
      const count = countAtDepth(model, depth);
      const name = depth === 0 ? "all closed" : depth === greatestDepth(model) ? "all open" : `${depth} level${depth > 1 ? "s" : ""} open`;
      chooser.append(html("option", { value: depth, disabled: count > MOST }, `${name} (${count.toLocaleString("en")} nodes)`));
    }
    chooser.append(html("option", { value: "", hidden: true }, "by hand"));
  }
  const same = (depth) => { const closed = closedAtDepth(model, depth); return closed.size === state.closed.size && [...closed].every((id) => state.closed.has(id)); };
  const depth = [...chooser.options].findIndex((option) => option.value !== "" && same(Number(option.value)));
  chooser.value = depth < 0 ? "" : String(depth);
}

// --- what is shown beside the pointer, or beside the node that has the focus ----------------------------------------

function hover(what, event) {
  if (!what) return hideTip();
  const lines = what.edges ? what.edges.slice(0, 6).map((edge) => edgeTip(edge)) : what.scope ? [what.scope.path, what.scope.title, what.scope.detail] : nodeTip(what.node);
  const tip = byId("tip");
  tip.replaceChildren(...lines.filter(Boolean).map((line) => html("div", {}, line)));
  tip.hidden = false;
  const area = port.getBoundingClientRect();
  const at = event.clientX ? [event.clientX - area.left, event.clientY - area.top] : [12, 12];
  tip.style.left = `${Math.max(4, Math.min(at[0] + 14, area.width - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(4, Math.min(at[1] + 16, area.height - tip.offsetHeight - 4))}px`;
}

function hideTip() {
  byId("tip").hidden = true;
}

function nodeTip(node) {
  const known = state.step >= node.at;
  const numbers = node.numbers ? ` = ${node.numbers}` : "";
  return [
    node.op === undefined ? nameOf(node) : `${nameOf(node)} = ${node.formula}`,
    known ? `${node.op === undefined ? "value" : ""}${numbers} = ${formatRange(node.value)}` : "not computed yet",
    ...node.inputs.filter((edge) => edge.local).map((edge) => slopeLine(model, edge)),
    node.arrivals.length ? `gradient ${formatGradient(gradientAt(node, state.step))}` : "",
    node.line ? `${node.line.file}:${node.line.number}  ${node.line.text}` : "",
  ];
}

function edgeTip(edge) {
  if (!edge.differentiable) return "no gradient comes back along this edge";
  if (edge.at > state.step) return edge.local ? slopeLine(model, edge) : edge.rule ?? "";
  return isSingle(edge) ? `upstream × local = contribution: ${equation(model, edge)}` : [edge.rule ?? slopeLine(model, edge), edge.shapes, `contribution ${formatGradient(edge.contribution)}`].filter(Boolean).join(";  ");
}

// --- controls --------------------------------------------------------------------------------------------------------

const actions = {
  first: () => goTo(0),
  back: () => goTo(state.step - 1),
  next: () => goTo(state.step + 1),
  last: () => goTo(model.steps.length - 1),
  play: () => play(),
  backward: () => goTo(model.forwards + 1),
  closer: () => camera.zoom(1.25),
  farther: () => camera.zoom(0.8),
  fit: () => camera.fit(),
  turn: () => { state.direction = state.direction === "TB" ? "LR" : "TB"; redraw(); },
  marked: () => nextMark(),
  help: () => byId("keys").showModal(),
};

function nextMark() {
  if (!marked.length) return;
  const at = marked.findIndex((node) => node.id === state.selected?.node);
  const node = marked[(at + 1) % marked.length];
  state.step = Math.max(state.step, node.arrivals[node.arrivals.length - 1]?.at ?? 0);
  visit(node);
  byId("live").textContent = `${nameOf(node)}: ${node.mark.sign}. ${node.mark.what}`;
}

for (const [id, act] of Object.entries(actions)) byId(id).addEventListener("click", (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && act());
byId("scrubber").max = model.steps.length - 1;
byId("scrubber").addEventListener("input", (event) => goTo(Number(event.target.value)));
byId("speed").addEventListener("change", () => state.playing && play(true));
byId("depth").addEventListener("change", (event) => {
  state.closed = closedAtDepth(model, Number(event.target.value));
  state.touched = true;
  redraw();
});
byId("marked").disabled = marked.length === 0;
byId("marked").textContent = marked.length ? `Next mark (${marked.length})` : "No marks";
byId("backward").disabled = model.steps.length === model.forwards + 1;
wireSearch(model, byId("search"), byId("found"), visit);

const keys = { ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play", b: "backward", "+": "closer", "=": "closer", "-": "farther", 0: "fit", m: "marked", t: "turn", "?": "help" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  const field = event.target.closest("input, select, summary, dialog");
  if (field || (event.target.closest("button, .toggle") && [" ", "Enter"].includes(event.key))) return;
  if (event.key === "/") {
    event.preventDefault();
    return byId("search").focus();
  }
  if (event.key === "Escape" && state.selected) return select(null);
  const member = event.target.closest?.("[data-member]");
  if (member && moveFocus(member.dataset.member, event)) return event.preventDefault();
  if (keys[event.key]) {
    event.preventDefault();
    byId(keys[event.key]).click();
  }
});

/** From a node with the focus: up to an argument, down to a use, j and k in the order of computation. */
function moveFocus(id, event) {
  const ids = [...drawing.nodes.keys()];
  const neighbours = (from, to) => drawing.view.edges.filter((edge) => edge[from] === id).map((edge) => edge[to]);
  const wanted = {
    ArrowUp: () => neighbours("target", "source")[0],
    ArrowDown: () => neighbours("source", "target")[0],
    j: () => ids[ids.indexOf(id) + 1],
    k: () => ids[ids.indexOf(id) - 1],
  }[event.key];
  if (!wanted) return false;
  const next = wanted();
  if (next !== undefined) focusNode(next);
  return true;
}

function focusNode(id) {
  drawing.focus = id;
  for (const [other, { group }] of drawing.nodes) group.setAttribute("tabindex", other === id ? "0" : "-1");
  camera.reveal(drawing.place.items.get(id));
  drawing.nodes.get(id).group.focus({ preventScroll: true });
}

const details = byId("table");
details.addEventListener("toggle", () => {
  if (details.open && !byId("steps").childElementCount) {
    renderTable(model, byId("steps"), byId("more"), goTo);
    update();
  }
});
window.addEventListener("hashchange", () => {
  const wanted = readHash(model);
  const change = wanted.closed || (wanted.direction && wanted.direction !== state.direction);
  Object.assign(state, wanted);
  change ? redraw() : goTo(state.step);
});
window.addEventListener("beforeprint", () => camera.fit());
new ResizeObserver(() => drawing && camera.fit(0.6)).observe(port);
redraw();
goTo(state.step);
document.documentElement.dataset.ready = "true";

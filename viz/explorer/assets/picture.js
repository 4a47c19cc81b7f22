// The picture: the laid-out view as SVG, and how it changes from step to step.

const LABELLED = 60; // with so many edges, each keeps its contribution beside it
const SHORT = { size: 12, weight: "400" }; // the labels of edges: of those done, and of the one of this step
const LONGEST = 3000; // pixels: of a longer edge thousands of dashes, moving, would take a browser too long
const NOW = { size: 14, weight: "700" };

/** Draw a view; returns the group and what `showStep` needs to find again. */
function drawView(model, view, measure, options) {
  for (const member of view.members.values()) {
    member.lines = cardLines(member);
    Object.assign(member, cardSize(member.lines, measure));
  }
  for (const box of view.boxes.values()) {
    box.label = shorten(boxLabel(box.scope), 60);
    box.header = 24;
    box.width = Math.ceil(measure(box.label, 12.5, "600") + 44);
    box.height = 0;
  }
  const lying = options.direction === "LR"; // the numbers on the edges then need room between the ranks
  const place = layout(view.tree, view.edges, { direction: options.direction, nodeGap: 26, rankGap: lying ? 64 : 46, padding: 14 });
  const group = svg("g", { class: "scene" });
  const drawing = { group, place, view, measure, nodes: new Map(), edges: [], byEdge: new Map(), shown: null, focus: null };
  for (const box of view.boxes.values()) group.append(drawBox(box, place.items.get(box.id)));
  const lines = svg("g"); // a group for the edges, in which the one of this step comes to the front
  group.append(lines);
  for (const edge of view.edges) {
    const drawn = drawEdge(model, edge, place.edges.get(edge.id), options);
    drawing.edges.push(drawn);
    for (const one of edge.edges) drawing.byEdge.set(one.index, drawn);
    lines.append(drawn.group);
  }
  for (const box of view.boxes.values()) group.append(drawToggle(box, place.items.get(box.id), options.onToggle)); // edges cross it
  for (const member of view.members.values()) {
    const drawn = drawCard(member, place.items.get(member.id), options);
    drawing.nodes.set(member.id, drawn);
    group.append(drawn.group);
  }
  group.append(...drawing.edges.map((drawn) => drawn.label)); // above everything
  drawing.obstacles = obstaclesOf(view, place, measure);
  drawing.few = drawing.edges.length <= LABELLED;
  Object.assign(drawing, { pieces: piecesOf(drawing), displayed: null, linesNear: [] });
  if (drawing.few) for (const drawn of drawing.edges) reserveLabel(drawing, drawn);
  return drawing;
}

/** The place at which an edge keeps its contribution; it depends on no step, so that nothing moves. */
function reserveLabel(drawing, drawn) {
  drawn.short = drawn.single ? shortEquation(drawn.merged.edges[0]) : "";
  if (drawn.short) drawn.spot = spotFor(drawing, drawn, drawn.short, SHORT);
}

/** Where a text finds room beside an edge. */
function spotFor(drawing, drawn, text, { size, weight }) {
  const others = drawing.edges.filter((other) => other !== drawn);
  const obstacles = [...drawing.obstacles, ...others.map((other) => other.spot).filter(Boolean)];
  const lines = drawing.few ? others.flatMap((other) => (other.along ??= pointsAlong(other.points, Infinity))) : [];
  return placeForLabel(pointsAlong(drawn.points), drawing.measure(text, size, weight) + 8, size * 1.4, obstacles, lines);
}

function boxLabel(scope) {
  return scope.title === scope.name ? scope.title : `${scope.name}  ${scope.title}`;
}

function drawBox({ scope }, at) {
  return svg("g", { class: `box ${scope.kind}`, "data-scope": scope.id }, svg("rect", { ...at, rx: 8 }));
}

/** The head of an open module's box, which closes it. */
function drawToggle(box, at, onToggle) {
  const toggle = () => onToggle(box.scope.id);
  return svg(
    "g",
    {
      class: "toggle", role: "button", tabindex: "0", "aria-expanded": "true",
      "data-box": box.id, "aria-label": `${boxLabel(box.scope)}, open. Close`, onclick: toggle, onkeydown: onEnter(toggle),
    },
    svg("rect", { x: at.x, y: at.y, width: at.width, height: box.header, rx: 8 }),
    svg("text", { x: at.x + 10, y: at.y + 16.5 }, `− ${box.label}`),
    svg("title", {}, [box.scope.path, box.scope.title, box.scope.detail].filter(Boolean).join("\n")),
  );
}

function drawCard(member, at, { onSelect, onToggle, onHover }) {
  const { node, scope } = member;
  const kind = scope ? `closed ${scope.kind}` : `node ${node.kind}${node.output ? " output" : ""}`;
  const choose = () => (scope ? onToggle(scope.id) : onSelect({ node: node.id }));
  const group = svg("g", {
    class: kind, "data-member": member.id, "data-node": node?.id, "data-scope": scope?.id,
    transform: `translate(${at.x} ${at.y})`, tabindex: "-1", role: "button",
    "aria-expanded": scope ? "false" : null, onclick: choose, onkeydown: onEnter(choose),
    onpointerenter: (event) => onHover(member, event), onpointerleave: () => onHover(null),
    onfocus: (event) => group.matches(":focus-visible") && onHover(member, event), onblur: () => onHover(null),
  });
  const round = scope ? 8 : node.op !== undefined ? Math.min(22, at.height / 2) : node.kind === "leaf" ? 8 : 1.5;
  const { width, height } = at;
  if (node?.output) group.append(svg("rect", { x: -4, y: -4, width: width + 8, height: height + 8, rx: round + 4, class: "halo" }));
  if (scope) group.append(svg("rect", { x: 4, y: 4, width, height, rx: 8, class: "behind" }));
  group.append(svg("rect", { width, height, rx: round, class: "card" }));
  if (node?.kind === "parameter") group.append(svg("rect", { width: 5, height, class: "bar" }));
  let y = 6;
  const texts = member.lines.map((line) => {
    y += line.size * 1.3;
    const text = svg("text", {
      x: width / 2, y: y - line.size * 0.32, class: line.role, "font-size": line.size, "font-weight": line.weight,
    });
    group.append(text);
    return { line, text, shown: null };
  });
  return { group, texts, member, card: timesOf(member) };
}

/** From which step on a card has a value, and from which on its gradients are complete. */
function timesOf({ inside }) {
  const times = { at: Infinity, completeAt: 0, label: null };
  for (const node of inside) {
    times.at = Math.min(times.at, node.at);
    if (node.arrivals.length) times.completeAt = Math.max(times.completeAt, completeAt(node));
  }
  if (!times.completeAt) times.completeAt = Infinity; // no gradient comes here
  return times;
}

function onEnter(act) {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

function drawEdge(model, merged, points, { onSelect, onHover }) {
  const [first] = merged.edges;
  const flows = merged.edges.some((edge) => edge.differentiable);
  const path = curve(points);
  const line = svg("path", { d: path, class: "line" });
  const width = Math.max(...merged.edges.map(thickness));
  const single = merged.edges.length === 1;
  const choose = () => onSelect(single ? { edge: first.index } : { node: first.source });
  const group = svg(
    "g",
    { class: `edge ${flows ? "flows" : "constant"}${lengthOf(points) > LONGEST ? " long" : ""}`, "data-edge": single ? first.index : null,
      onclick: choose, onpointerenter: (event) => onHover(merged, event), onpointerleave: () => onHover(null) },
    svg("path", { d: path, class: "target" }), line,
    svg("path", { class: "head forwards", d: arrowHead(points, 1.2) }),
    svg("path", { class: "head backwards", d: arrowHead([...points].reverse(), width) }),
  );
  const text = svg("text");
  const label = svg("g", { class: "equation empty" }, svg("rect", { rx: 3 }), text);
  return { group, line, label, text, merged, single, width, points, short: "", spot: null };
}

function lengthOf(points) {
  return points.slice(1).reduce((sum, { x, y }, i) => sum + Math.hypot(x - points[i].x, y - points[i].y), 0);
}

/** The head of an arrow at the last of these points; of a thick line it is larger. */
function arrowHead(points, width) {
  const end = points[points.length - 1];
  const from = points[points.length - 2];
  const across = Math.abs(end.x - from.x) > 2 * Math.abs(end.y - from.y);
  const [dx, dy] = across ? [Math.sign(end.x - from.x), 0] : [0, Math.sign(end.y - from.y) || 1];
  const [length, half] = [7 + width, 3.2 + 0.9 * width];
  const corner = (side) => `${end.x - length * dx + half * side * dy} ${end.y - length * dy - half * side * dx}`;
  return `M${end.x} ${end.y}L${corner(1)}L${corner(-1)}Z`;
}

/** Bring the picture to a step. Only what the steps between touch is looked at: a picture may have thousands of nodes. */
function showStep(model, drawing, index) {
  drawing.nowSpot = null;
  const all = { nodes: drawing.nodes.values(), edges: drawing.edges };
  const { nodes, edges } = drawing.shown === null ? all : touched(model, drawing, drawing.shown, index);
  for (const drawn of nodes) showCard(model, drawing, drawn, index);
  for (const drawn of edges) showEdge(model, drawing, drawn, index);
  drawing.shown = index;
}

/** The cards and edges that may look different at two steps: those of all steps from one to the other. */
function touched(model, drawing, from, to) {
  const [nodes, edges] = [new Set(), new Set()];
  for (let index = Math.min(from, to); index <= Math.max(from, to); index++) {
    const step = model.steps[index];
    for (const node of nodesOf(step)) nodes.add(drawing.nodes.get(drawing.view.stands.get(node.id)));
    const along = step.kind === "forward" ? step.node.inputs : step.kind === "backward" ? [step.edge] : [];
    for (const edge of along) if (drawing.byEdge.has(edge.index)) edges.add(drawing.byEdge.get(edge.index));
    if (step.kind === "backward") nodes.add(drawing.nodes.get(drawing.view.stands.get(step.edge.source)));
  }
  return { nodes, edges };
}

/** The nodes at which a forward or a seed step happens. */
function nodesOf(step) {
  return step.kind === "forward" ? [step.node] : step.kind === "seed" ? step.nodes : [];
}

function showCard(model, drawing, { group, texts, member, card }, index) {
  for (const entry of texts) {
    const text = entry.line.text(index);
    if (text !== entry.shown) entry.text.textContent = entry.shown = text;
  }
  mark(group, "waiting", card.at > index);
  mark(group, "complete", card.completeAt <= index);
  mark(group, "now", isNow(model.steps[index], drawing.view.stands, member.id));
  const label = cardLabel(member, index);
  if (card.label !== label) group.setAttribute("aria-label", (card.label = label));
}

function showEdge(model, drawing, drawn, index) {
  const { group, line, label, text, merged, width } = drawn;
  const step = model.steps[index];
  const done = merged.edges.some((edge) => edge.at <= index);
  const now = step.kind === "backward" && drawing.byEdge.get(step.edge.index)?.group === group;
  mark(group, "done", done);
  mark(group, "now", now);
  mark(group, "feeds", step.kind === "forward" && merged.edges.some((edge) => edge.target === step.node.id));
  line.style.strokeWidth = done ? width : 1.2;
  const shown = now ? equation(model, step.edge) : done ? drawn.short : "";
  mark(label, "now", now);
  if (text.textContent === shown && !now) return;
  const spot = !shown ? null : now ? spotFor(drawing, drawn, shown, NOW) : drawn.spot;
  if (now) {
    drawing.nowSpot = spot;
    if (drawing.few) group.parentNode.append(group); // it is slow among thousands
  }
  showLabel(label, text, shown, spot, now ? NOW : SHORT);
}

/** Write a label at its place, on a background that hides the lines under it. */
function showLabel(label, text, shown, spot, { size }) {
  text.textContent = shown;
  mark(label, "empty", !spot);
  if (!spot) return;
  for (const [name, value] of Object.entries(spot)) label.firstChild.setAttribute(name, value);
  text.setAttribute("font-size", size);
  text.setAttribute("x", spot.x + 4);
  text.setAttribute("y", spot.y + spot.height * 0.74);
}

function shortEquation(edge) {
  return edge.contribution?.number !== undefined ? formatNumber(edge.contribution.number) : "";
}

function isNow(step, stands, id) {
  if (step.kind === "backward") return stands.get(step.edge.source) === id;
  return nodesOf(step).some((node) => stands.get(node.id) === id);
}

function cardLabel(member, index) {
  if (member.scope) return `${boxLabel(member.scope)}, closed. Open`;
  const { node } = member;
  const value = node.at <= index ? `value ${formatRange(node.value)}` : "not computed yet";
  const grad = node.arrivals.length && !node.several ? `, gradient ${formatGradient(gradientAt(node, index))}` : "";
  const what = node.op === undefined ? nameOf(node) : `${nameOf(node)} = ${node.formula}`;
  return `${what}, ${value}${grad}${node.mark && isComplete(node, index) ? `, ${node.mark.name}` : ""}`;
}

function mark(element, name, wanted) {
  if (element.classList.contains(name) !== wanted) element.classList.toggle(name, wanted);
}

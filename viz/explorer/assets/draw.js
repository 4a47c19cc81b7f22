// The picture: the laid-out view as SVG, and how it changes from step to step.

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
  const place = layout(view.tree, view.edges, { direction: options.direction, nodeGap: 26, rankGap: 46, padding: 14 });
  const group = svg("g", { class: "scene" });
  const drawing = { group, place, view, nodes: new Map(), edges: [], byEdge: new Map() };
  for (const box of view.boxes.values()) group.append(drawBox(box, place.items.get(box.id), options.onToggle));
  for (const edge of view.edges) {
    const drawn = drawEdge(model, edge, place.edges.get(edge.id), options);
    drawing.edges.push(drawn);
    for (const one of edge.edges) drawing.byEdge.set(one.index, drawn);
    group.append(drawn.group);
  }
  for (const member of view.members.values()) {
    const drawn = drawCard(member, place.items.get(member.id), options);
    drawing.nodes.set(member.id, drawn);
    group.append(drawn.group);
  }
  group.append(...drawing.edges.map((drawn) => drawn.label)); // above everything
  return drawing;
}

function boxLabel(scope) {
  return scope.title === scope.name ? scope.title : `${scope.name}  ${scope.title}`;
}

function drawBox(box, at, onToggle) {
  const toggle = () => onToggle(box.id);
  const button = svg(
    "g",
    {
      class: "toggle", role: "button", tabindex: "0", "aria-expanded": "true",
      "aria-label": `Close ${boxLabel(box.scope)}`, onclick: toggle, onkeydown: onEnter(toggle),
    },
    svg("rect", { x: at.x, y: at.y, width: at.width, height: box.header, rx: 8 }),
    svg("text", { x: at.x + 10, y: at.y + 16.5 }, `− ${box.label}`),
    svg("title", {}, [box.scope.path, box.scope.title, box.scope.detail].filter(Boolean).join("\n")),
  );
  return svg("g", { class: `box ${box.scope.kind}`, "data-scope": box.id }, svg("rect", { ...at, rx: 8 }), button);
}

function drawCard(member, at, { onSelect, onToggle, onHover }) {
  const { node, scope } = member;
  const kind = scope ? `closed ${scope.kind}` : `node ${node.kind}${node.output ? " output" : ""}`;
  const choose = () => (scope ? onToggle(scope.id) : onSelect({ node: node.id }));
  const group = svg("g", {
    class: kind, "data-member": member.id, transform: `translate(${at.x} ${at.y})`, tabindex: "-1", role: "button",
    "aria-expanded": scope ? "false" : null, onclick: choose, onkeydown: onEnter(choose),
    onpointerenter: (event) => onHover(member, event), onpointerleave: () => onHover(null),
  });
  const round = scope ? 8 : node.op !== undefined ? Math.min(22, at.height / 2) : node.kind === "leaf" ? 8 : 1.5;
  if (!scope && node.output) group.append(svg("rect", { x: -4, y: -4, width: at.width + 8, height: at.height + 8, rx: round + 4, class: "halo" }));
  if (scope) group.append(svg("rect", { x: 4, y: 4, width: at.width, height: at.height, rx: 8, class: "behind" }));
  group.append(svg("rect", { width: at.width, height: at.height, rx: round, class: "card" }));
  if (!scope && node.kind === "parameter") group.append(svg("rect", { width: 5, height: at.height, class: "bar" }));
  let y = 6;
  const texts = member.lines.map((line) => {
    y += line.size * 1.3;
    const text = svg("text", { x: at.width / 2, y: y - line.size * 0.32, class: line.role, "font-size": line.size, "font-weight": line.weight });
    group.append(text);
    return { line, text, shown: null };
  });
  if (scope) group.append(svg("title", {}, [scope.path, scope.title, scope.detail, "Open with a click."].filter(Boolean).join("\n")));
  return { group, texts, member };
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
  const middle = points[Math.floor(points.length / 2)];
  const before = points[Math.floor((points.length - 1) / 2)];
  const line = svg("path", { d: path, class: "line" });
  const choose = () => onSelect(merged.edges.length === 1 ? { edge: first.index } : { node: first.source });
  const group = svg(
    "g",
    { class: `edge ${flows ? "flows" : "constant"}`, "data-edge": merged.edges.length === 1 ? first.index : null,
      onclick: choose, onpointerenter: (event) => onHover(merged, event), onpointerleave: () => onHover(null) },
    svg("path", { d: path, class: "target" }), line,
    svg("path", { class: "head", d: arrowHead(points), }),
  );
  const at = { x: (middle.x + before.x) / 2, y: (middle.y + before.y) / 2 + 4 };
  const label = svg("text", { class: "equation", y: at.y });
  return { group, line, label, at, merged, width: Math.max(...merged.edges.map(thickness)) };
}

/** The head of the arrow that points the way of the forward pass. */
function arrowHead(points) {
  const end = points[points.length - 1];
  const from = points[points.length - 2];
  const across = Math.abs(end.x - from.x) > 2 * Math.abs(end.y - from.y);
  const [dx, dy] = across ? [Math.sign(end.x - from.x), 0] : [0, Math.sign(end.y - from.y) || 1];
  const corner = (side) => `${end.x - 8 * dx + 4 * side * dy} ${end.y - 8 * dy - 4 * side * dx}`;
  return `M${end.x} ${end.y}L${corner(1)}L${corner(-1)}Z`;
}

/** Bring the picture to a step. Only what differs is touched. */
function showStep(model, drawing, index) {
  const step = model.steps[index];
  for (const { group, texts, member } of drawing.nodes.values()) {
    for (const entry of texts) {
      const text = entry.line.text(index);
      if (text !== entry.shown) entry.text.textContent = entry.shown = text;
    }
    const last = member.inside[member.inside.length - 1];
    mark(group, "waiting", member.inside.every((node) => node.at > index));
    mark(group, "complete", member.inside.every((node) => !node.arrivals.length || isComplete(node, index)) && last.arrivals.length > 0);
    mark(group, "now", isNow(step, member));
    const label = cardLabel(member, index);
    if (group.ariaText !== label) group.setAttribute("aria-label", (group.ariaText = label));
  }
  const few = drawing.edges.length <= 60;
  for (const { group, line, label, at, merged, width } of drawing.edges) {
    const done = merged.edges.filter((edge) => edge.at <= index);
    const now = step.kind === "backward" && merged.edges.includes(step.edge);
    const feeds = step.kind === "forward" && merged.edges.some((edge) => edge.target === step.node.id);
    mark(group, "done", done.length > 0);
    mark(group, "now", now);
    mark(group, "feeds", feeds);
    const thick = String(done.length ? width : 1.2);
    if (line.thick !== thick) line.style.strokeWidth = line.thick = thick;
    const shown = now ? equation(model, step.edge) : few && done.length === 1 && merged.edges.length === 1 ? shortEquation(done[0]) : "";
    if (label.textContent !== shown) label.textContent = shown;
    mark(label, "now", now);
    label.setAttribute("x", now ? at.x : at.x + 7);
  }
}

function shortEquation(edge) {
  return edge.contribution?.number !== undefined ? formatNumber(edge.contribution.number) : "";
}

function isNow(step, member) {
  if (step.kind === "forward") return member.inside.includes(step.node);
  if (step.kind === "seed") return step.nodes.some((node) => member.inside.includes(node));
  return step.kind === "backward" && member.inside.some((node) => node.id === step.edge.source);
}

function cardLabel(member, index) {
  if (member.scope) return `${boxLabel(member.scope)}, closed. Open`;
  const { node } = member;
  const value = node.at <= index ? `value ${formatRange(node.value)}` : "not computed yet";
  const grad = node.arrivals.length ? `, gradient ${formatGradient(gradientAt(node, index))}` : "";
  const what = node.op === undefined ? nameOf(node) : `${nameOf(node)} = ${node.formula}`;
  return `${what}, ${value}${grad}${node.mark && isComplete(node, index) ? `, ${node.mark.name}` : ""}`;
}

function mark(element, name, wanted) {
  if (element.classList.contains(name) !== wanted) element.classList.toggle(name, wanted);
}

// What is shown beside the pointer, or beside the node that has the focus.

/** Wires the element `tip` in the element `port`; the functions that are returned show and hide it. */
function makeTip(model, tip, port, stepNow) {
  const hide = () => { tip.hidden = true; };
  const show = (what, event) => {
    if (!what) return hide();
    const lines = linesOf(model, what, stepNow());
    tip.replaceChildren(...lines.filter(Boolean).map((line) => html("div", {}, shorten(line, 300))));
    tip.hidden = false;
    place(event);
  };
  /** Beside the pointer; for the focus below the node, or above it where there is no room, so that it is not covered. */
  const place = (event) => {
    const area = port.getBoundingClientRect();
    let [x, y] = [event.clientX - area.left + 14, event.clientY - area.top + 16];
    if (event.type === "focus") {
      const card = event.currentTarget.getBoundingClientRect();
      x = card.left - area.left;
      y = card.bottom - area.top + 8;
      if (y + tip.offsetHeight > area.height) y = card.top - area.top - tip.offsetHeight - 8;
    }
    tip.style.left = `${Math.max(4, Math.min(x, area.width - tip.offsetWidth - 6))}px`;
    tip.style.top = `${Math.max(4, Math.min(y, area.height - tip.offsetHeight - 6))}px`;
  };
  return { show, hide };
}

/** What is said of an edge, or several drawn as one; of a closed module; of a node. */
function linesOf(model, { edges, scope, node }, step) {
  if (edges) return edges.slice(0, 6).map((edge) => edgeTip(model, edge, step));
  if (scope) return [scope.path, scope.title, scope.detail, "Open it with a click or Enter."];
  return nodeTip(model, node, step);
}

function nodeTip(model, node, step) {
  const known = step >= node.at;
  const value = [node.op === undefined ? "value" : nameOf(node), node.numbers, formatRange(node.value)].filter(Boolean).join(" = ");
  return [
    node.op === undefined ? nameOf(node) : `${nameOf(node)} = ${node.formula}`,
    known ? value : "not computed yet",
    ...node.inputs.filter((edge) => edge.local).slice(0, 6).map((edge) => slopeLine(model, edge)),
    node.arrivals.length && !node.several ? `gradient ${formatGradient(gradientAt(node, step))}` : "",
    node.line ? `${node.line.file}:${node.line.number}  ${node.line.text}` : "",
  ];
}

function edgeTip(model, edge, step) {
  if (!edge.differentiable) return "no gradient comes back along this edge";
  if (edge.at > step) return edge.broadcast ?? (edge.local ? slopeLine(model, edge) : edge.backward ?? "");
  if (isSingle(edge)) return `upstream × local = contribution: ${equation(model, edge)}`;
  return [ruleText(model, edge), edge.shapes, `contribution ${formatGradient(edge.contribution)}`].filter(Boolean).join(";  ");
}

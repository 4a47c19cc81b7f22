// The panel beside the picture: what this step does, and what is known of the node or edge that was chosen.

function renderStep(model, index, onSelect) {
  const step = model.steps[index];
  if (step.kind === "forward") return forwardStep(model, step.node, index, onSelect);
  if (step.kind === "backward") return backwardStep(model, step.edge, index, onSelect);
  if (step.kind === "seed") return seedStep(step);
  const text = model.steps.length > model.forwards + 1 ? "Step forwards to see each value appear, then each gradient." : "Step forwards to see each value appear.";
  return [html("h2", {}, "Start"), html("p", {}, "The inputs and parameters are given. ", text)];
}

function forwardStep(model, node, index, onSelect) {
  const slopes = node.inputs.filter((edge) => edge.differentiable && edge.local);
  return [
    html("h2", {}, `Forward ${index} of ${model.forwards}: `, link(node, onSelect)),
    formulaLine(node, true),
    slopes.length
      ? html("ul", { class: "slopes" }, ...slopes.map((edge) => html("li", {}, slopeLine(model, edge))))
      : null,
  ];
}

/** "n = a + b = −6 + 6.88 = 0.88", value last. */
function formulaLine(node, value) {
  const parts = [html("span", { class: "name" }, nameOf(node)), ` = ${node.formula}`];
  if (node.numbers) parts.push(` = ${node.numbers}`);
  const result = html("strong", { "data-part": "value", "data-exact": node.value.number ?? null }, formatRange(node.value));
  return html("p", { class: "formula" }, ...parts, ...(value ? [" = ", result] : []));
}

function slopeLine(model, edge) {
  const [target, source] = [model.nodes.get(edge.target), model.nodes.get(edge.source)];
  const parts = [`∂${nameOf(target)}/∂${nameOf(source)}`, edge.slope ? ` = ${edge.slope}` : ""];
  if (edge.slopeNumbers && edge.slopeNumbers !== edge.slope) parts.push(` = ${edge.slopeNumbers}`);
  return `${parts.join("")} = ${formatRange(edge.local)}`;
}

function seedStep(step) {
  return [
    html("h2", {}, "The backward pass starts"),
    ...step.nodes.map((node) =>
      html("p", { class: "formula" }, `gradient of ${nameOf(node)} = `, html("strong", { "data-part": "seed", "data-exact": node.seed.number ?? null }, formatRange(node.seed)))),
    html("p", { class: "soft" }, "An output changes by 1 when it changes by 1. From here the chain rule goes backwards."),
  ];
}

function backwardStep(model, edge, index, onSelect) {
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  const count = model.steps.length - model.forwards - 2;
  const before = gradientAt(source, index - 1);
  const accumulator = html(
    "p", { class: "accumulator" }, "gradient of ", link(source, onSelect), ": ",
    html("span", { "data-part": "before" }, formatGradient(before)), " → ",
    html("strong", { "data-part": "total", "data-exact": edge.total.number ?? edge.total.norm ?? 0 }, formatGradient(edge.total)),
  );
  return [
    html("h2", {}, `Backward ${index - model.forwards - 1} of ${count}: `, link(target, onSelect), " to ", link(source, onSelect)),
    ...(isSingle(edge) ? [productOfNumbers(model, edge)] : [ruleOfArrays(model, edge)]),
    accumulator,
    source.uses.length > 1 ? html("p", { class: "soft" }, `It is used ${source.uses.length} times: the contributions are added up.`) : null,
    isSingle(edge) ? null : html("div", { class: "arrays" }, heatMap("upstream gradient", target.gradient), edge.local?.cells ? heatMap("local derivative", edge.local) : null, heatMap("contribution", edge.contribution), source.uses.length > 1 ? heatMap("gradient so far", edge.total) : null),
  ];
}

/** upstream x local = contribution, each with what it is below it. */
function productOfNumbers(model, edge) {
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  const part = (name, number, ...below) =>
    html("div", {}, html("strong", { "data-part": name, "data-exact": number }, formatNumber(number)), html("span", {}, name), ...below.map((text) => html("small", {}, text)));
  const slope = [edge.slope, edge.slopeNumbers].filter((text, i, all) => text && all.indexOf(text) === i).join(" = ");
  return html(
    "div", { class: "product" },
    part("upstream", target.gradient.number, `gradient of ${nameOf(target)}`),
    html("b", {}, "×"),
    part("local", edge.local.number, `∂${nameOf(target)}/∂${nameOf(source)}`, slope && slope !== formatNumber(edge.local.number) ? `= ${slope}` : ""),
    html("b", {}, "="),
    part("contribution", edge.contribution.number, `to the gradient of ${nameOf(source)}`),
  );
}

/** For arrays the rule in matrices, the shapes, and the norms of what goes in and out. */
function ruleOfArrays(model, edge) {
  const target = model.nodes.get(edge.target);
  const rule = edge.rule ?? (edge.slope ? `upstream × ${edge.slope}, element by element` : `the rule of ${target.op}`);
  return html(
    "div", { class: "rule" },
    html("p", { class: "formula" }, rule),
    edge.shapes ? html("p", { class: "soft" }, edge.shapes) : null,
    html("dl", {},
      ...pair("upstream", describe(target.gradient), "upstream", target.gradient),
      ...(edge.local ? pair("local", describe(edge.local), "local", edge.local) : []),
      ...pair("contribution", describe(edge.contribution), "contribution", edge.contribution)),
  );
}

function pair(name, text, part, summary) {
  return [html("dt", {}, name), html("dd", { "data-part": part, "data-exact": summary?.number ?? summary?.norm ?? null }, text)];
}

function link(node, onSelect) {
  return html("button", { class: "link", type: "button", onclick: () => onSelect({ node: node.id }) }, shorten(nameOf(node), 40));
}

/** Everything about the chosen node or edge, as far as the step has come. */
function renderSelection(model, selected, index, onSelect) {
  if (selected?.edge !== undefined) return edgeDetails(model, model.edges[selected.edge], index, onSelect);
  if (selected?.node !== undefined) return nodeDetails(model, model.nodes.get(selected.node), index, onSelect);
  return [html("h2", {}, "Nothing chosen"), html("p", { class: "soft" }, "Choose a node or an edge to see its formula, its numbers and its paths.")];
}

function nodeDetails(model, node, index, onSelect) {
  const known = index >= node.at;
  const gradient = gradientAt(node, index);
  const kinds = { input: "constant", leaf: "leaf: its gradient is wanted", parameter: "parameter", op: `operation ${node.op}` };
  const facts = [
    ...pair("kind", node.output ? `${kinds[node.kind]}, output` : kinds[node.kind]),
    ...pair("type", `${node.dtype} ${formatShape(node.shape)}`),
    ...(node.scope ? pair("module", model.scopes.get(node.scope).path) : []),
    ...(node.line ? pair("line", `${node.line.file}:${node.line.number}  ${node.line.text}`) : []),
    ...pair("value", known ? describe(node.value) : "not computed yet", "selected-value", known ? node.value : null),
    ...(node.arrivals.length || node.kind !== "input" ? pair("gradient", describe(gradient), "selected-gradient", gradient) : []),
    ...(node.grad ? pair(".grad", describe(node.grad)) : []),
    ...(node.mark && isComplete(node, index) ? pair("note", `${node.mark.sign}: ${node.mark.what}`) : []),
  ];
  const list = (title, edges, end) =>
    edges.length ? html("p", {}, `${title}: `, ...edges.flatMap((edge, i) => [i ? ", " : "", link(model.nodes.get(edge[end]), onSelect)])) : null;
  return [
    html("h2", {}, nameOf(node)),
    node.op === undefined ? null : formulaLine(node, known),
    html("dl", {}, ...facts),
    list("computed from", node.inputs, "source"),
    list("used by", node.uses, "target"),
    html("div", { class: "arrays" }, known ? heatMap("value", node.value) : null, gradient ? heatMap("gradient", gradient) : null, ...(known ? node.inputs.map((edge) => jacobianFigure(model, edge)) : [])),
  ];
}

function edgeDetails(model, edge, index, onSelect) {
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  const heading = html("h2", {}, link(source, onSelect), ` is argument ${edge.slot} of `, link(target, onSelect));
  if (!edge.differentiable) return [heading, html("p", {}, "No gradient travels back along this edge.")];
  const parts = [heading, edge.local ? html("p", { class: "formula" }, slopeLine(model, edge)) : null];
  if (edge.contribution && index >= edge.at) parts.push(isSingle(edge) ? productOfNumbers(model, edge) : ruleOfArrays(model, edge));
  else parts.push(html("p", { class: "soft" }, `The contribution: ${NONE_YET}.`));
  return [...parts, html("div", { class: "arrays" }, jacobianFigure(model, edge))];
}

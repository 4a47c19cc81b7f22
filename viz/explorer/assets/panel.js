// The panel beside the picture: what this step does, and what is known of the selected node or edge.

const LISTED = 40; // so many neighbours of a node are listed

function renderStep(model, index, onSelect) {
  const step = model.steps[index];
  if (step.kind === "forward") return forwardStep(model, step.node, index, onSelect);
  if (step.kind === "backward") return backwardStep(model, step.edge, index, onSelect);
  if (step.kind === "seed") return seedStep(step);
  const gradients = model.steps.length > model.forwards + 1 ? ", then each gradient" : "";
  const text = `The inputs and parameters are given. Step forwards to see each value appear${gradients}.`;
  return [html("h2", {}, "Start"), html("p", {}, text)];
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
  const result = html("strong", { "data-part": "value", "data-exact": exact(node.value) }, formatRange(node.value));
  return html("p", { class: "formula" }, ...parts, ...(value ? [" = ", result] : []));
}

function slopeLine(model, edge) {
  const [target, source] = [model.nodes.get(edge.target), model.nodes.get(edge.source)];
  const value = formatRange(edge.local);
  const texts = [derivativeOf(target, source), edge.slope, edge.slopeNumbers, value];
  return texts.filter((text, i) => text && texts.indexOf(text) === i && (text === value || `all ${text}` !== value)).join(" = ");
}

function seedStep(step) {
  const seed = (node) => html("strong", { "data-part": "seed", "data-exact": exact(node.seed) }, formatGradient(node.seed));
  const why = step.nodes.every((node) => node.seed.number === 1)
    ? "The derivative of an output with respect to itself is 1."
    : "The output is weighted by the gradient that backward() was given.";
  return [
    html("h2", {}, "The backward pass starts"),
    ...step.nodes.map((node) => html("p", { class: "formula" }, `gradient of ${nameOf(node)} = `, seed(node))),
    html("p", { class: "soft" }, `${why} From here the chain rule goes backwards.`),
  ];
}

function backwardStep(model, edge, index, onSelect) {
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  const count = model.steps.length - model.forwards - 2;
  const before = gradientAt(source, index - 1, target.takes);
  const accumulator = html(
    "p", { class: "accumulator" }, `gradient of ${source.several ? `output ${target.takes} of ` : ""}`, link(source, onSelect), ": ",
    html("span", { "data-part": "before" }, formatGradient(before)), " → ",
    html("strong", { "data-part": "total", "data-exact": exact(edge.total) }, formatGradient(edge.total)),
  );
  const shared = source.uses.length > 1 && !source.several;
  return [
    html("h2", {}, `Backward ${index - model.forwards - 1} of ${count}: `, link(target, onSelect), " to ", link(source, onSelect)),
    ...(isSingle(edge) ? [productOfNumbers(model, edge)] : [ruleOfArrays(model, edge)]),
    accumulator,
    shared ? html("p", { class: "soft" }, `It is used ${source.uses.length} times: its gradient is the sum of the contributions.`) : null,
    isSingle(edge) ? null : arraysOfStep(edge, target, shared),
  ];
}

function arraysOfStep(edge, target, shared) {
  return html(
    "div", { class: "arrays" },
    heatMap("upstream gradient", target.gradient),
    edge.local?.min !== edge.local?.max ? heatMap("local derivative", edge.local) : null,
    heatMap("contribution", edge.contribution),
    shared ? heatMap("gradient so far", edge.total) : null,
  );
}

/** upstream x local = contribution, each with what it is below it. */
function productOfNumbers(model, edge) {
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  const part = (name, summary, ...below) => {
    const number = html("strong", { "data-part": name, "data-exact": exact(summary) }, formatGradient(summary));
    return html("div", {}, number, html("span", {}, name), ...below.map((text) => html("small", {}, text)));
  };
  const slope = [...new Set([edge.slope, edge.slopeNumbers].filter(Boolean))].join(" = ");
  const isNumber = slope === "" || slope === formatGradient(edge.local);
  return html(
    "div", { class: "product" },
    part("upstream", target.gradient, `gradient of ${nameOf(target)}`),
    html("b", {}, "×"),
    part("local", edge.local, derivativeOf(target, source), isNumber ? "" : `= ${slope}`),
    html("b", {}, "="),
    part("contribution", edge.contribution, `to the gradient of ${nameOf(source)}`),
  );
}

/** For arrays the rule in matrices, the shapes, and the norms of what goes in and out. */
function ruleOfArrays(model, edge) {
  const target = model.nodes.get(edge.target);
  return html(
    "div", { class: "rule" },
    html("p", { class: "formula" }, ruleText(model, edge)),
    edge.shapes ? html("p", { class: "soft" }, edge.shapes) : null,
    edge.broadcast ? html("p", { class: "soft" }, `${edge.broadcast}.`) : null,
    html("dl", {},
      ...pair("upstream", upstreamOf(target, describe), "upstream", target.gradient),
      ...(edge.local ? pair("local", describe(edge.local), "local", edge.local) : []),
      ...pair("contribution", describe(edge.contribution), "contribution", edge.contribution)),
  );
}

function pair(name, text, part, summary) {
  return [html("dt", {}, name), html("dd", { "data-part": part, "data-exact": exact(summary) }, text)];
}

function link(node, onSelect) {
  return html("button", { class: "link", type: "button", onclick: () => onSelect({ node: node.id }) }, shorten(nameOf(node), 40));
}

/** A button that selects an edge, for use without a pointer. */
function edgeLink(model, edge, onSelect) {
  const words = `Edge from ${nameOf(model.nodes.get(edge.source))} to ${nameOf(model.nodes.get(edge.target))}, argument ${edge.slot}`;
  const choose = () => onSelect({ edge: edge.index });
  return html("button", { class: "link", type: "button", "aria-label": words, title: words, onclick: choose }, "(edge)");
}

/** Everything about the selected node or edge that is known at this step. */
function renderSelection(model, selected, index, onSelect) {
  if (selected?.edge !== undefined) return edgeDetails(model, model.edges[selected.edge], index, onSelect);
  if (selected?.node !== undefined) return nodeDetails(model, model.nodes.get(selected.node), index, onSelect);
  const hint = "Select a node or an edge to see its formula, its numbers and its paths.";
  return [html("h2", {}, "Nothing selected"), html("p", { class: "soft nothing" }, hint)];
}

function nodeDetails(model, node, index, onSelect) {
  const known = index >= node.at;
  const gradient = gradientAt(node, index);
  const gets = !node.several && (node.arrivals.length || node.kind !== "input");
  const kinds = { input: "constant", leaf: "leaf: gets a gradient", parameter: "parameter", op: `operation ${node.op}` };
  const facts = [
    ...pair("kind", node.output ? `${kinds[node.kind]}, output` : kinds[node.kind]),
    ...pair("type", typeOf(node)),
    ...(node.scope ? pair("module", model.scopes.get(node.scope).path) : []),
    ...(node.line ? pair("line", `${node.line.file}:${node.line.number}  ${node.line.text}`) : []),
    ...pair("value", known ? describe(node.value) : "not computed yet", "selected-value", known ? node.value : null),
    ...(gets ? pair("gradient", describe(gradient), "selected-gradient", gradient) : []),
    ...(node.grad ? pair(".grad", describe(node.grad)) : []),
    ...(node.mark && isComplete(node, index) ? pair("note", `${node.mark.sign}: ${node.mark.what}`) : []),
  ];
  const pictures = [
    known ? heatMap(node.several ? "values of all outputs, in a row" : "value", node.value) : null,
    gradient ? heatMap("gradient", gradient) : null,
    ...(known ? node.inputs.map((edge) => jacobianFigure(model, edge)) : []),
  ];
  return [
    html("h2", {}, nameOf(node)),
    node.op === undefined ? null : formulaLine(node, known),
    html("dl", {}, ...facts),
    neighbours(model, "computed from", node.inputs, "source", onSelect),
    neighbours(model, "used by", node.uses, "target", onSelect),
    html("div", { class: "arrays" }, ...pictures),
  ];
}

/** The nodes at the other ends of edges, with the edges themselves. */
function neighbours(model, title, edges, end, onSelect) {
  if (!edges.length) return null;
  const links = edges.slice(0, LISTED).flatMap((edge, i) => {
    return [i ? ", " : "", link(model.nodes.get(edge[end]), onSelect), " ", edgeLink(model, edge, onSelect)];
  });
  const left = edges.length - LISTED;
  return html("p", {}, `${title}: `, ...links, left > 0 ? ` and ${left.toLocaleString("en")} more` : "");
}

function edgeDetails(model, edge, index, onSelect) {
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  const heading = html("h2", {}, link(source, onSelect), ` is argument ${edge.slot} of `, link(target, onSelect));
  if (!edge.differentiable) return [heading, html("p", {}, "No gradient travels back along this edge.")];
  const parts = [heading, edge.local ? html("p", { class: "formula" }, slopeLine(model, edge)) : null];
  if (edge.contribution && index >= edge.at) parts.push(isSingle(edge) ? productOfNumbers(model, edge) : ruleOfArrays(model, edge));
  else parts.push(html("p", { class: "soft" }, edge.broadcast ? `${edge.broadcast}.` : ""), html("p", { class: "soft" }, `The contribution: ${NONE_YET}.`));
  return [...parts, html("div", { class: "arrays" }, jacobianFigure(model, edge))];
}

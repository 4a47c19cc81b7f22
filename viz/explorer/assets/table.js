// The steps as a table: the same that the picture shows, for whoever reads it rather than looks at it.

const PAGE = 500; // rows that are written at a time: a large graph has many thousand

function renderTable(model, body, more, goTo) {
  let next = 0;
  const add = () => {
    const end = Math.min(next + PAGE, model.steps.length);
    for (; next < end; next++) body.append(tableRow(model, next, goTo));
    more.hidden = next >= model.steps.length;
    more.textContent = `Show more (${(model.steps.length - next).toLocaleString("en")} steps are left)`;
  };
  more.addEventListener("click", add);
  add();
}

function tableRow(model, index, goTo) {
  const step = model.steps[index];
  const cells = { start: ["start", "inputs and parameters", "", "", "", ""], seed: null, forward: null, backward: null }[step.kind] ?? [];
  if (step.kind === "forward") cells.push("forward", `${nameOf(step.node)} = ${step.node.formula}`, "", "", "", formatRange(step.node.value));
  if (step.kind === "seed") cells.push("seed", step.nodes.map(nameOf).join(", "), "", "", "", step.nodes.map((node) => formatGradient(node.seed)).join(", "));
  if (step.kind === "backward") {
    const { edge } = step;
    const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
    const local = edge.local ? formatRange(edge.local) : edge.rule ?? `the rule of ${target.op}`;
    cells.push("backward", `${nameOf(target)} to ${nameOf(source)}`, formatGradient(target.gradient), local, formatGradient(edge.contribution), formatGradient(edge.total));
  }
  const go = html("button", { class: "link", type: "button", "aria-label": `Go to step ${index}`, onclick: () => goTo(index) }, String(index));
  return html("tr", { "data-step": index }, html("th", { scope: "row" }, go), ...cells.map((text) => html("td", {}, shorten(text, 120))));
}

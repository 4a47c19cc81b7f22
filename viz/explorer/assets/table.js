// The steps as a table: the text alternative of the picture.

const PAGE = 500; // rows that are written at a time: a large graph has many thousand

function renderTable(model, body, more, goTo) {
  let next = 0;
  const add = () => {
    const end = Math.min(next + PAGE, model.steps.length);
    for (; next < end; next++) body.append(tableRow(model, next, goTo));
    more.hidden = next >= model.steps.length;
    more.textContent = `Show more (${(model.steps.length - next).toLocaleString("en")} steps are left)`;
  };
  more.addEventListener("click", () => {
    add();
    if (more.hidden) body.closest(".scroll").focus(); // else the focus would be gone with the button
  });
  add();
}

function tableRow(model, index, goTo) {
  const label = `Go to step ${index}`;
  const go = html("button", { class: "link", type: "button", "aria-label": label, onclick: () => goTo(index) }, String(index));
  const cells = tableCells(model, model.steps[index]).map((text) => html("td", {}, shorten(text, 120)));
  return html("tr", { "data-step": index }, html("th", { scope: "row" }, go), ...cells);
}

/** Of a step: pass, what, upstream, local or rule, contribution, value or gradient so far. */
function tableCells(model, step) {
  const { node, nodes, edge } = step;
  if (step.kind === "start") return ["start", "inputs and parameters", "", "", "", ""];
  if (step.kind === "forward") return ["forward", `${nameOf(node)} = ${node.formula}`, "", "", "", formatRange(node.value)];
  if (step.kind === "seed") {
    const seeds = nodes.map((one) => formatGradient(one.seed));
    return ["seed", nodes.map(nameOf).join(", "), "", "", "", seeds.join(", ")];
  }
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  const local = [edge.local ? formatRange(edge.local) : ruleText(model, edge), edge.summed].filter(Boolean).join(", ");
  const [share, total] = [edge.contribution, edge.total].map(formatGradient);
  const upstream = upstreamOf(target, formatGradient);
  return ["backward", `${nameOf(target)} to ${nameOf(source)}`, upstream, local, share, total];
}

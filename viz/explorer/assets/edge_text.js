// What an edge shows: how large the gradient is that came along it, and the product that made it.

/** How thick an edge is drawn: the logarithm of the contribution's root mean square, between 1 and 5 pixels. */
function thickness(edge) {
  const share = edge.contribution;
  if (!share || !share.size) return 1.2;
  const spread = normOf(share) / Math.sqrt(share.size);
  if (!(spread > 0)) return 1;
  return Math.min(5, Math.max(1, 3.4 + 0.6 * Math.log10(spread)));
}

function normOf({ number, norm = 0 }) {
  if (number === undefined) return norm;
  return typeof number === "object" ? Math.hypot(toNumber(number.re), toNumber(number.im)) : Math.abs(toNumber(number));
}

/** Whether the contribution is one product of numbers. It is not where a branch that was not taken stops the gradient. */
const isSingle = (edge) => edge.product === true;

/** What the rule says where there is no one product of numbers. */
function ruleText(model, edge) {
  const stopped = edge.local?.number !== undefined && edge.contribution?.number !== undefined;
  if (stopped) return "the gradient is stopped: this branch was not taken";
  return edge.backward ?? `the rule of ${model.nodes.get(edge.target).op}`;
}

/** "0.5 × −3 = −1.5" for numbers; the size of the contribution for arrays. */
function equation(model, edge) {
  if (!edge.contribution) return edge.local?.number !== undefined ? `∂ ${formatNumber(edge.local.number)}` : "";
  if (!isSingle(edge)) return [edge.summed, formatGradient(edge.contribution)].filter(Boolean).join(": ");
  const upstream = model.nodes.get(edge.target).gradient;
  return `${factor(upstream.number)} × ${factor(edge.local.number)} = ${formatNumber(edge.contribution.number)}`;
}

/** A number as a factor: a negative or a complex one in parentheses. */
function factor(x) {
  const text = formatNumber(x);
  return text.startsWith("−") || text.includes(" ") ? `(${text})` : text;
}

/** What a step does, as one sentence: for the live region, the table and the scrubber. */
function sentence(model, index) {
  const step = model.steps[index];
  if (step.kind === "start") return "Start: the inputs and parameters are given.";
  if (step.kind === "seed") {
    const parts = step.nodes.map((node) => `the gradient of ${nameOf(node)} is ${formatGradient(node.seed)}`);
    return `Backward pass starts: ${parts.join(", ")}.`;
  }
  if (step.kind === "forward") {
    const { node } = step;
    return `Forward step ${index} of ${model.forwards}: ${nameOf(node)} = ${node.formula} is ${formatRange(node.value)}.`;
  }
  const { edge } = step;
  const source = model.nodes.get(edge.source);
  const target = model.nodes.get(edge.target);
  const count = model.steps.length - model.forwards - 2;
  const how = isSingle(edge) ? equation(model, edge) : `${ruleText(model, edge)}, ${formatGradient(edge.contribution)}`;
  const head = `Backward step ${index - model.forwards - 1} of ${count}: from ${nameOf(target)} to ${nameOf(source)}`;
  return `${head}: ${how}. The gradient of ${receiverOf(model, edge)} is now ${formatGradient(edge.total)}.`;
}

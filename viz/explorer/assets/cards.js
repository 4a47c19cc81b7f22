// What stands on a node, line by line, and how large it is. Sizes are those of the last step, so nothing moves.

const LINE = { sign: 20, title: 14, body: 12.5, small: 12 };
const TITLE_LENGTH = 30;

/** The lines of a member of the view: {role, text (step -> string), size, weight, widest}. */
function cardLines(member) {
  if (member.scope) return scopeLines(member);
  const node = member.node;
  const lines = [];
  const named = node.name !== undefined;
  if (node.op !== undefined) lines.push(fixed("sign", shorten(node.sign, 18), "600"));
  const name = shorten(nameOf(node), TITLE_LENGTH); // by which the panel calls it: larger, if the user gave it
  lines.push(named || node.op === undefined && node.kind !== "input" ? fixed("title", name, "600") : fixed("small", name));
  if (typeOf(node, true)) lines.push(fixed("small shape", typeOf(node, true)));
  const value = formatRange(node.value) + (node.valueMark ? ` ${node.valueMark}` : "");
  lines.push(changing("body value", value, (step) => (step >= node.at ? value : "·")));
  if (!node.several && (node.arrivals.length || node.kind === "leaf" || node.kind === "parameter")) {
    const texts = [NONE_YET, ...node.arrivals.map((arrival) => formatGradient(arrival.total))];
    const widest = texts.reduce((most, text) => (text.length > most.length ? text : most));
    lines.push(changing("body grad", `grad ${widest}`, (step) => `grad ${formatGradient(gradientAt(node, step))}`));
  }
  if (node.mark) lines.push(changing("small mark", node.mark.sign, (step) => (isComplete(node, step) ? node.mark.sign : "")));
  return lines;
}

function scopeLines({ scope, inside }) {
  const operations = inside.filter((node) => node.op !== undefined).length;
  const parameters = inside.filter((node) => node.kind === "parameter");
  const numbers = parameters.reduce((sum, node) => sum + node.value.size, 0);
  const lines = [fixed("title", shorten(scope.name, TITLE_LENGTH), "600")];
  if (scope.title !== scope.name) lines.push(fixed("body", shorten(scope.title, TITLE_LENGTH)));
  lines.push(fixed("small", `${operations.toLocaleString("en")} operation${operations === 1 ? "" : "s"}`));
  if (numbers) lines.push(fixed("small", `${numbers.toLocaleString("en")} parameters`));
  const marks = [...new Set(inside.filter((node) => node.mark).map((node) => node.mark.sign))];
  if (marks.length) {
    const text = shorten(`inside: ${marks.join(", ")}`, 40);
    const first = inside.reduce((least, node) => (node.mark ? Math.min(least, completeAt(node)) : least), Infinity);
    lines.push(changing("small mark", text, (step) => (step >= first ? text : "")));
  }
  return lines;
}

function fixed(role, text, weight = "400") {
  return { role, weight, widest: text, text: () => text };
}

function changing(role, widest, text) {
  return { role, weight: "400", widest, text };
}

/** The size of a card, in pixels; `measure` gives the width of a text. */
function cardSize(lines, measure) {
  let [width, height] = [0, 12];
  for (const line of lines) {
    line.size = LINE[line.role.split(" ")[0]];
    width = Math.max(width, measure(line.widest, line.size, line.weight));
    height += line.size * 1.3;
  }
  return { width: Math.ceil(Math.max(36, width + 22)), height: Math.ceil(Math.max(30, height)) };
}

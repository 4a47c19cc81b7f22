// Finding nodes by name, op, module or source line.

/** The nodes that have all words of a query somewhere in what is known of them. */
function findNodes(model, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return [...model.nodes.values()].filter((node) => {
    const text = [node.id, node.name, node.op, node.sign, node.scope, node.line?.text, node.mark?.name].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** A field that goes from one match to the next with Enter. */
function wireSearch(model, field, count, onFound) {
  let [matches, at] = [[], -1];
  field.addEventListener("input", () => {
    [matches, at] = [findNodes(model, field.value), -1];
    count.textContent = field.value.trim() ? `${matches.length} found` : "";
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      field.dispatchEvent(new Event("input"));
      field.blur();
    }
    if (event.key !== "Enter" || !matches.length) return;
    at = (at + (event.shiftKey ? matches.length - 1 : 1)) % matches.length;
    count.textContent = `${at + 1} of ${matches.length}`;
    onFound(matches[at]);
  });
}

// Finding nodes by name, op, module, source line or mark.

/** Everything that a node can be found by, in lower case. */
function searchText(model, node) {
  if (node.searchText === undefined) {
    const modules = scopesAround(model, node).map((id) => model.scopes.get(id)).filter((scope) => scope.kind === "module");
    const own = [node.id, node.name, node.op, node.sign, node.line?.file, node.line?.text, node.mark?.name];
    node.searchText = [...own, ...modules.flatMap((scope) => [scope.id, scope.title])].join(" ").toLowerCase();
  }
  return node.searchText;
}

/** The nodes that have all words of a query somewhere in what is known of them. */
function findNodes(model, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return [...model.nodes.values()].filter((node) => words.every((word) => searchText(model, node).includes(word)));
}

/** A field that goes from one match to the next with Enter, and is left with Escape. */
function wireSearch(model, field, count, onFound, onLeave) {
  let [matches, at] = [[], -1];
  field.addEventListener("input", () => {
    [matches, at] = [findNodes(model, field.value), -1];
    count.textContent = field.value.trim() ? `${matches.length} found` : "";
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      field.dispatchEvent(new Event("input"));
      onLeave();
    }
    if (event.key !== "Enter" || !matches.length) return;
    at = event.shiftKey ? (Math.max(at, 0) + matches.length - 1) % matches.length : (at + 1) % matches.length;
    count.textContent = `${at + 1} of ${matches.length}`;
    onFound(matches[at]);
  });
}

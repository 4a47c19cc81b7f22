// The state of the page in its address, so that a step can be sent to somebody: #step=5&node=mul_0&closed=model.0

function readHash(model) {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const found = {};
  if (/^\d{1,9}$/.test(wanted.get("step") ?? "")) found.step = Math.min(Number(wanted.get("step")), model.steps.length - 1);
  const node = [...model.nodes.values()].find((one) => one.id === wanted.get("node") || one.label === wanted.get("node"));
  if (node) found.selected = { node: node.id };
  if (/^\d{1,9}$/.test(wanted.get("edge") ?? "") && Number(wanted.get("edge")) < model.edges.length) found.selected = { edge: Number(wanted.get("edge")) };
  if (wanted.has("closed")) found.closed = new Set(wanted.getAll("closed").filter((id) => model.scopes.has(id)));
  if (["LR", "TB"].includes(wanted.get("direction"))) found.direction = wanted.get("direction");
  return found;
}

function writeHash(state) {
  const parts = new URLSearchParams({ step: state.step });
  if (state.selected?.node !== undefined) parts.set("node", state.selected.node);
  if (state.selected?.edge !== undefined) parts.set("edge", state.selected.edge);
  if (state.touched) {
    for (const id of state.closed) parts.append("closed", id);
    if (!state.closed.size) parts.set("closed", "");
  }
  if (state.direction !== "TB") parts.set("direction", state.direction);
  try {
    history.replaceState(null, "", `#${parts}`);
  } catch {
    // a frame without an address of its own, as in a notebook: there is nothing to share then
  }
}

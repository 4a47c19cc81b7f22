// The state of the page in its address, so that a step can be sent to somebody: #step=5&node=mul_0&closed=model.0

/** What an address says of the state; what it has no sense for is left out. */
function readHash(model, hash = location.hash) {
  const wanted = new URLSearchParams(hash.slice(1));
  const found = {};
  const whole = (name) => (/^\d{1,9}$/.test(wanted.get(name) ?? "") ? Number(wanted.get(name)) : null);
  if (whole("step") !== null) found.step = Math.min(whole("step"), model.steps.length - 1);
  const name = wanted.get("node"); // an id, or what a node is called in the page
  const node = model.nodes.get(name) ?? [...model.nodes.values()].find((one) => one.label === name);
  if (node) found.selected = { node: node.id };
  if (whole("edge") !== null && whole("edge") < model.edges.length) found.selected = { edge: whole("edge") };
  const closed = wanted.getAll("closed").filter(Boolean);
  const known = wanted.has("closed") && closed.every((id) => model.scopes.has(id));
  if (known && countVisible(model, new Set(closed)) <= MOST) found.closed = new Set(closed);
  if (["LR", "TB"].includes(wanted.get("direction"))) found.direction = wanted.get("direction");
  return found;
}

function hashOf(model, state) {
  const parts = new URLSearchParams({ step: state.step });
  if (state.selected?.node !== undefined) parts.set("node", state.selected.node);
  if (state.selected?.edge !== undefined) parts.set("edge", state.selected.edge);
  if (state.touched) {
    for (const id of state.closed) parts.append("closed", id);
    if (!state.closed.size) parts.set("closed", "");
  }
  if (state.direction !== model.direction) parts.set("direction", state.direction);
  return `#${parts}`;
}

let writing = null;

/** A little later, and only the last of several: browsers complain of more than 200 changes in ten seconds. */
function writeHash(model, state) {
  clearTimeout(writing);
  writing = setTimeout(() => {
    try {
      history.replaceState(null, "", hashOf(model, state));
    } catch {
      // a frame without an address of its own, as in a notebook: there is nothing to share then
    }
  }, 150);
}

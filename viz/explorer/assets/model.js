// The graph as the page holds it: what Python wrote as JSON, indexed, and the steps of both passes in their order.

/** Nodes and scopes by id, each node with its edges, and `steps`: 0 is the start, then forwards, then backwards. */
function readModel(data) {
  const nodes = new Map(data.nodes.map((node) => [node.id, { ...node, inputs: [], uses: [], arrivals: [], at: 0 }]));
  const scopes = new Map(data.scopes.map((scope) => [scope.id, scope]));
  const edges = data.edges.map((edge, index) => ({ ...edge, index, at: Infinity }));
  for (const edge of edges) {
    nodes.get(edge.source).uses.push(edge);
    nodes.get(edge.target).inputs.push(edge);
  }
  const steps = [{ kind: "start" }];
  for (const node of nodes.values()) {
    if (node.op === undefined) continue;
    node.at = steps.length;
    steps.push({ kind: "forward", node });
  }
  const forwards = steps.length - 1;
  const seeds = [...nodes.values()].filter((node) => node.seed);
  if (seeds.length) {
    for (const node of seeds) node.arrivals.push({ at: steps.length, total: node.seed });
    steps.push({ kind: "seed", nodes: seeds });
  }
  for (const index of data.backward) {
    const edge = edges[index];
    edge.at = steps.length;
    nodes.get(edge.source).arrivals.push({ at: edge.at, total: edge.total });
    steps.push({ kind: "backward", edge });
  }
  return { nodes, scopes, edges, steps, forwards, title: data.title, note: data.note };
}

/** The gradient of a node as it has been accumulated by a step; null: none has arrived yet, which is not zero. */
function gradientAt(node, step) {
  let found = null;
  for (const arrival of node.arrivals) {
    if (arrival.at > step) break;
    found = arrival.total;
  }
  return found;
}

/** Whether everything that the backward pass brings to a node has arrived by a step. */
function isComplete(node, step) {
  return node.arrivals.length > 0 && node.arrivals[node.arrivals.length - 1].at <= step;
}

/** The scopes around a node or scope, outermost first. */
function scopesAround(model, member) {
  const chain = [];
  for (let id = member.scope ?? member.parent ?? null; id !== null; id = model.scopes.get(id).parent) chain.unshift(id);
  return chain;
}

/** All nodes from which this one was computed, and all that were computed from it, with the edges between. */
function pathsThrough(model, node) {
  const found = { nodes: new Set([node.id]), edges: new Set() };
  for (const [list, end] of [["inputs", "source"], ["uses", "target"]]) {
    const pending = [node];
    const seen = new Set([node.id]);
    while (pending.length) {
      for (const edge of pending.pop()[list]) {
        found.edges.add(edge.index);
        if (seen.has(edge[end])) continue;
        seen.add(edge[end]);
        found.nodes.add(edge[end]);
        pending.push(model.nodes.get(edge[end]));
      }
    }
  }
  return found;
}

/** What a node is called in a sentence. */
function nameOf(node) {
  return node.label;
}

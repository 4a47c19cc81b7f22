// The graph as the page holds it: what Python wrote as JSON, indexed, and the steps of both passes in their order.

/** Nodes and scopes by id, each node with its edges, and `steps`: 0 is the start, then forwards, then backwards. */
function readModel(data) {
  // a node and a module may have the same id; their keys differ, and are safe in a selector whatever the names are
  const nodes = new Map(data.nodes.map((node, i) => [node.id, { ...node, key: `n${i}`, inputs: [], uses: [], arrivals: [], at: 0 }]));
  const scopes = new Map(data.scopes.map((scope, i) => [scope.id, { ...scope, key: `s${i}` }]));
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
    nodes.get(edge.source).arrivals.push({ at: edge.at, total: edge.total, output: nodes.get(edge.target).takes });
    steps.push({ kind: "backward", edge });
  }
  const byKey = new Map([...nodes.values(), ...scopes.values()].map((thing) => [thing.key, thing]));
  return { nodes, scopes, byKey, edges, steps, forwards, direction: data.direction };
}

/**
 * The gradient of a node as it has been accumulated by a step; null: none has arrived yet, which is not zero. An op with
 * several outputs has a gradient for each: give the number of one.
 */
function gradientAt(node, step, output) {
  if (node.several) return node.arrivals.findLast((arrival) => arrival.at <= step && arrival.output === output)?.total ?? null;
  let [low, high] = [0, node.arrivals.length]; // by halves: a weight of a long recurrence has thousands
  while (low < high) {
    const middle = (low + high) >> 1;
    if (node.arrivals[middle].at > step) high = middle;
    else low = middle + 1;
  }
  return low ? node.arrivals[low - 1].total : null;
}

/** The step by which everything has arrived that the backward pass brings to a node; Infinity if it brings nothing. */
function completeAt(node) {
  return node.arrivals.length ? node.arrivals[node.arrivals.length - 1].at : Infinity;
}

function isComplete(node, step) {
  return completeAt(node) <= step;
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

/** "∂y/∂x"; a name that is more than a word in parentheses. */
function derivativeOf(target, source) {
  const [y, x] = [target, source].map(nameOf).map((name) => (/^[\p{L}\p{N}_.ʹʺ]+$/u.test(name) ? name : `(${name})`));
  return `∂${y}/∂${x}`;
}

/** Whose gradient an edge adds to: a node, or one output of several. */
function receiverOf(model, edge) {
  const [source, target] = [model.nodes.get(edge.source), model.nodes.get(edge.target)];
  return source.several ? `output ${target.takes} of ${nameOf(source)}` : nameOf(source);
}

/** The upstream gradient of an edge as text. */
function upstreamOf(target, write) {
  return target.several ? "those of its outputs" : write(target.gradient);
}

/** Dtype and shape of a node's value; of float32, the usual one, the shape alone if `short`. */
function typeOf(node, short = false) {
  if (node.several) return "several outputs";
  const words = [short && node.dtype === "float32" ? "" : node.dtype, short && !node.shape.length ? "" : formatShape(node.shape)];
  return (short ? words.reverse() : words).filter(Boolean).join(" ");
}

/** What a node is called in a sentence. */
function nameOf(node) {
  return node.label;
}

// The first step of the layout: which rank (row) each vertex stands in, and the dummy vertices of edges that pass over
// ranks. Ranks are the longest path from the start, then tightened; edges that run against them (a module called again
// on its own result) are reversed for this step only. Nothing here recurses: a chain may be as long as memory allows.

const FAINT = 0.05; // the weight of segments that should hardly bend the others

// Set vertex.rank, link.reversed, and vertex.above and vertex.below, the links in the order of the ranks.
function rankVertices(vertices, links) {
  for (const link of links) {
    link.from.below.push(link);
    link.to.above.push(link);
  }
  const sorted = sortVertices(vertices);
  const first = vertices.some(({ kind }) => kind === "entry") ? 1 : 0;
  for (const vertex of sorted) {
    vertex.rank = vertex.kind === "entry" ? 0 : first;
    for (const link of vertex.above) vertex.rank = Math.max(vertex.rank, upperEnd(link).rank + 1);
  }
  pullDown(sorted);
  const last = vertices.reduce((most, { kind, rank }) => (kind === "exit" ? most : Math.max(most, rank)), first) + 1;
  for (const vertex of vertices) if (vertex.kind === "exit") vertex.rank = last;
}

function upperEnd(link) {
  return link.reversed ? link.to : link.from;
}

function lowerEnd(link) {
  return link.reversed ? link.from : link.to;
}

// Topological order, Kahn (1962): a vertex is ready when everything above it has been taken. If none is ready there is
// a cycle through a box, and it is opened at the vertex whose turn comes first: the module that was called first.
function sortVertices(vertices) {
  const waiting = new Map(vertices.map((vertex) => [vertex, vertex.above.length]));
  const sorted = vertices.filter(({ above }) => !above.length);
  const taken = new Set();
  while (taken.size < vertices.length) {
    for (let i = taken.size; i < sorted.length; i += 1) {
      taken.add(sorted[i]);
      for (const link of sorted[i].below) {
        const lower = lowerEnd(link);
        waiting.set(lower, waiting.get(lower) - 1);
        if (waiting.get(lower) === 0) sorted.push(lower);
      }
    }
    if (taken.size < vertices.length) {
      const { vertex, closing } = firstOnCycle(vertices.filter((other) => !taken.has(other)));
      for (const link of closing) {
        const other = upperEnd(link);
        link.reversed = !link.reversed;
        vertex.above = vertex.above.filter((kept) => kept !== link);
        other.below = other.below.filter((kept) => kept !== link);
        vertex.below.push(link);
        other.above.push(link);
        waiting.set(other, waiting.get(other) + 1);
      }
      waiting.set(vertex, waiting.get(vertex) - closing.length);
      if (waiting.get(vertex) === 0) sorted.push(vertex);
    }
  }
  return sorted;
}

// Of these vertices the one on a cycle whose turn is first, and the links that close its cycles. They never join two
// leaves: leaves by themselves form no cycle, and each takes its turn after its arguments.
function firstOnCycle(vertices) {
  const candidates = vertices.filter(({ block }) => block).sort((a, b) => a.block.turn - b.block.turn);
  for (const vertex of candidates) {
    const reached = new Set([vertex]);
    for (const at of reached) for (const link of at.below) reached.add(lowerEnd(link)); // a Set is walked as it grows
    const closing = vertex.above.filter((link) => reached.has(upperEnd(link)));
    if (closing.length) return { vertex, closing };
  }
  throw new Error("layout: vertices wait for each other without a cycle"); // cannot happen
}

// Longest path puts everything as early as possible, so that parameters used late would all stand in the first rank.
// Move a vertex down to just above its first use where that makes the drawing shorter: each rank saves one line for
// every value below it, and costs one for every value above it that does not come along. What comes along is a vertex
// with this only use, or what holds that one if it is less. A vertex held by sources alone sinks also where it makes no
// difference.
function pullDown(sorted) {
  const holds = new Map();
  const comesAlong = (upper, vertex) => upper.kind === "node" && upper.below.every((use) => lowerEnd(use) === vertex);
  for (const vertex of sorted) {
    let sum = 0;
    for (const upper of new Set(vertex.above.map(upperEnd))) {
      sum += comesAlong(upper, vertex) ? Math.min(1, holds.get(upper)) : 1;
    }
    holds.set(vertex, sum);
  }
  for (const vertex of [...sorted].reverse()) {
    const uses = vertex.below.filter((link) => lowerEnd(link).kind !== "exit");
    if (vertex.kind !== "node" || !uses.length) continue;
    const saved = new Set(vertex.below.map(({ fromPort }) => fromPort)).size;
    const light = vertex.above.every((link) => isLoose(upperEnd(link), holds));
    if (holds.get(vertex) < saved || (holds.get(vertex) === saved && light)) {
      vertex.rank = uses.reduce((rank, link) => Math.min(rank, lowerEnd(link).rank - 1), Infinity);
    }
  }
}

function isLoose(vertex, holds) {
  return vertex.kind === "node" && holds.get(vertex) === 0;
}

// Put the vertices into ranks and cut every link at every rank. Links from the same value share one chain of dummy
// vertices, from which each branches off in the rank above its target: a parameter used 500 times costs one chain, not
// 500.
function cutAtRanks(vertices, links) {
  const ranks = [];
  const stand = (vertex) => {
    while (ranks.length <= vertex.rank) ranks.push([]);
    ranks[vertex.rank].push(vertex);
  };
  for (const vertex of vertices) stand(vertex);
  const chains = new Map();
  for (const link of links) {
    if (link.reversed) {
      cutReversed(link, stand);
      continue;
    }
    const start = link.fromPort || link.from; // ports of one box are different values
    if (!chains.has(start)) chains.set(start, []);
    const chain = chains.get(start);
    const length = link.to.rank - link.from.rank - 1;
    while (chain.length < length) {
      const previous = chain[chain.length - 1] || link.from;
      chain.push(newDummy(link.from.rank + chain.length + 1, stand));
      connect(previous, chain[chain.length - 1], chain.length === 1 ? link.fromOffset : 0, 0, link.slot);
    }
    link.via = chain.slice(0, length);
    connect(length ? chain[length - 1] : link.from, link.to, length ? 0 : link.fromOffset, link.toOffset, link.slot);
  }
  return ranks;
}

// A reversed link leaves below its source and arrives above its target, so it passes both their ranks as well, beside
// them: a segment from each end to the next dummy but one is never drawn but keeps the chain near.
function cutReversed(link, stand) {
  for (let rank = link.to.rank; rank <= link.from.rank; rank += 1) {
    link.via.push(newDummy(rank, stand));
    if (link.via.length > 1) connect(...link.via.slice(-2), 0, 0, link.slot);
  }
  connect(link.to, link.via[1], link.toOffset, 0, link.slot, FAINT);
  connect(link.via[link.via.length - 2], link.from, 0, link.fromOffset, link.slot, FAINT);
  link.via.reverse();
}

function newDummy(rank, stand) {
  const dummy = newVertex("dummy");
  dummy.rank = rank;
  stand(dummy);
  return dummy;
}

function connect(upper, lower, upperOffset, lowerOffset, slot, weight = 1) {
  const [upperShift, lowerShift] = [upperOffset / (upper.breadth + 1), lowerOffset / (lower.breadth + 1)];
  const segment = { upper, lower, upperOffset, lowerOffset, upperShift, lowerShift, slot, weight };
  upper.down.push(segment);
  lower.up.push(segment);
}

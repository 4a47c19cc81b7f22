// Where everything stands in the picture: nodes in ranks, boxes around modules, edges as smooth curves.
//
// The method is the layered one of Sugiyama, Tagawa and Toda (1981), "Methods for visual understanding of hierarchical
// system structures", with the refinements of Gansner, Koutsofios, North and Vo (1993), "A technique for drawing
// directed graphs" (the paper behind Graphviz' dot):
//
//   rank    which row a vertex stands in           layout_rank.js
//   order   who stands left of whom in its row     layout_order.js
//   place   the coordinate within the row          layout_place.js
//   route   the points each edge passes through    layout_route.js
//
// Boxes are laid out from the inside out: each scope (an open box, or the whole page) is drawn on its own among its
// direct children, where a child box is one opaque vertex. An edge that crosses a border does so at a port, one port a
// border for each value: it is a vertex of size zero in the first or last rank of the inner picture, and a fixed point
// on the border of the box for the outer picture. A port stands for the edge's source, as it is one value that enters
// or leaves, whoever uses it.
//
// Everything is computed along two axes without a fixed direction: `along` runs from inputs to outputs, `across` runs
// along a rank. Top to bottom (TB) along is y; left to right (LR) along is x. Only the last step turns them into x and
// y.

// layout(items, edges, options) ->
//   {width, height, items: Map(id -> {x, y, width, height}), edges: Map(id -> [{x, y}, ...])}
//
// items    tree of {id, width, height, header?, children?}; an item with children is an open box, at least `width`
//          wide, with a band of `header` pixels on top for its title
// edges    [{id, source, target}] between items without children; those into a node in the order of its arguments
// options  {direction: "TB" or "LR", nodeGap, rankGap, padding}, in pixels
//
// The first two and the last two points of an edge stand square to the borders they touch, so that curve(points) needs
// nothing else. Throws an Error for an id that is given twice, is unknown, or belongs to an open box, and for edges
// that form a cycle.
function layout(items, edges, options = {}) {
  const style = { direction: "TB", nodeGap: 24, rankGap: 40, padding: 16, ...options };
  if (style.direction !== "TB" && style.direction !== "LR") {
    throw new Error(`layout: direction is "${style.direction}"; give "TB" or "LR"`);
  }
  const blocks = new Map();
  const page = newBlock({ id: null, width: 0, height: 0, children: items }, null, blocks, style);
  takeTurns(blocks, edges);
  const paths = new Map();
  edges.forEach((edge, slot) => {
    if (paths.has(edge.id)) throw new Error(`layout: two edges have the id "${edge.id}"; give each its own`);
    paths.set(edge.id, splitEdge(edge, slot, blocks));
  });
  layoutScope(page, style);
  page.origin = { across: 0, along: 0 };
  setOrigins(page);
  return inPixels(page, blocks, paths, style.direction);
}

// A block is an item as the layout sees it. A scope is a block with children; what stands in it are vertices.
function newBlock(item, parent, blocks, style) {
  const sizes = [item.width, item.height];
  if (!sizes.every((size) => Number.isFinite(size) && size >= 0)) {
    throw new Error(`layout: item "${item.id}" is ${item.width} by ${item.height}; give both in pixels`);
  }
  if (blocks.has(item.id)) throw new Error(`layout: two items have the id "${item.id}"; give each its own`);
  if (style.direction === "LR") sizes.reverse();
  const block = {
    id: item.id,
    parent,
    nesting: parent ? parent.nesting + 1 : 0,
    scope: parent === null || Boolean(item.children && item.children.length),
    breadth: sizes[0], // its size across
    depth: sizes[1], // its size along
    header: item.header || 0,
    turn: Infinity, // when it is computed; a box: when the first value enters it
    origin: null, // its corner nearest to zero
    vertex: null, // what stands for it in its parent
    vertices: [],
    links: new Map(),
    entries: new Map(), // source id -> port
    exits: new Map(),
  };
  if (parent) {
    blocks.set(item.id, block);
    block.vertex = newVertex("node", block);
    parent.vertices.push(block.vertex);
  }
  if (block.scope) for (const child of item.children) newBlock(child, block, blocks, style);
  return block;
}

function newVertex(kind, block = null) {
  return {
    kind, // "node" (a leaf or a box), "entry" or "exit" (ports), or "dummy" (where a long edge passes a rank)
    block,
    breadth: 0,
    depth: 0,
    rank: 0,
    order: 0,
    across: 0, // of its centre
    along: 0, // of its upper border
    above: [], // links towards lower ranks
    below: [],
    up: [], // segments: links cut at every rank
    down: [],
  };
}

// Check the edges and number the leaves so that each comes after its arguments.
function takeTurns(blocks, edges) {
  const uses = new Map();
  const waiting = new Map();
  for (const [id, block] of blocks) if (!block.scope) waiting.set(id, 0);
  for (const { id, source, target } of edges) {
    for (const end of [source, target]) {
      if (!blocks.has(end)) throw new Error(`layout: edge "${id}" names the item "${end}", which is not there`);
      if (!waiting.has(end)) throw new Error(`layout: edge "${id}" ends at the box "${end}"; name an item inside it`);
    }
    if (!uses.has(source)) uses.set(source, []);
    uses.get(source).push(target);
    waiting.set(target, waiting.get(target) + 1);
  }
  const sorted = [...waiting.keys()].filter((id) => waiting.get(id) === 0);
  for (let turn = 0; turn < sorted.length; turn += 1) {
    blocks.get(sorted[turn]).turn = turn;
    for (const use of uses.get(sorted[turn]) || []) {
      waiting.set(use, waiting.get(use) - 1);
      if (waiting.get(use) === 0) sorted.push(use);
    }
  }
  if (sorted.length < waiting.size) {
    const [id] = [...waiting].find(([, count]) => count > 0);
    throw new Error(`layout: item "${id}" is on or behind a cycle of edges; a computation graph has none`);
  }
}

// An edge becomes one link in every scope it passes: out of the boxes around its source, then into those around its
// target.
function splitEdge(edge, slot, blocks) {
  const [source, target] = [blocks.get(edge.source), blocks.get(edge.target)];
  const outwards = [];
  const inwards = [];
  let [from, to] = [source, target];
  while (from.parent !== to.parent) {
    if (from.nesting >= to.nesting) {
      outwards.push(addLink(from.parent, from, null, source, slot));
      from = from.parent;
    } else {
      inwards.push(addLink(to.parent, null, to, source, slot));
      to = to.parent;
      to.turn = Math.min(to.turn, target.turn);
    }
  }
  return [...outwards, addLink(from.parent, from, to, source, slot), ...inwards.reverse()];
}

// Where `from` or `to` is null the link leads from or to a port on the scope's own border. Edges that run together
// through a scope share one link; at a leaf each edge has its own, so that x*x shows two.
function addLink(scope, from, to, source, slot) {
  const tail = from ? from.vertex : portOf(scope.entries, "entry", source, scope);
  const head = to ? to.vertex : portOf(scope.exits, "exit", source, scope);
  const fromPort = from && from.scope ? portOf(from.exits, "exit", source, from) : null;
  const toPort = to && to.scope ? portOf(to.entries, "entry", source, to) : null;
  const shared = !to || to.scope;
  const key = JSON.stringify(shared ? [source.id, to ? to.id : null] : slot);
  if (!scope.links.has(key)) {
    scope.links.set(key, { from: tail, to: head, fromPort, toPort, slot, reversed: false, via: [], points: [] });
  }
  return scope.links.get(key);
}

function portOf(ports, kind, source, scope) {
  if (!ports.has(source.id)) {
    const port = newVertex(kind);
    ports.set(source.id, port);
    scope.vertices.push(port);
  }
  return ports.get(source.id);
}

// Lay out one scope, its child boxes first; leaves the block's size, and its vertices, ports and links relative to its
// corner.
function layoutScope(scope, style) {
  for (const { block } of scope.vertices) if (block && block.scope) layoutScope(block, style);
  for (const vertex of scope.vertices) {
    if (vertex.block) Object.assign(vertex, { breadth: vertex.block.breadth, depth: vertex.block.depth });
  }
  const links = [...scope.links.values()];
  for (const link of links) {
    // Distances from the middle of the vertex at which the link ends.
    link.fromOffset = link.fromPort ? link.fromPort.across - link.from.breadth / 2 : 0;
    link.toOffset = link.toPort ? link.toPort.across - link.to.breadth / 2 : 0;
  }
  rankVertices(scope.vertices, links);
  const ranks = cutAtRanks(scope.vertices, links);
  orderRanks(ranks);
  placeRanks(ranks, style);
  const across = acrossExtent(ranks);
  const sideways = style.direction === "LR";
  const shift = fitBreadth(scope, across, sideways ? scope.header : 0, style.padding);
  for (const rank of ranks) for (const vertex of rank) vertex.across += shift;
  const { bands, depth } = stackRanks(ranks, sideways ? 0 : scope.header, style);
  scope.depth = Math.max(scope.depth, depth);
  routeLinks(bands, links, scope.depth, style);
}

// Make the scope broad enough for its content and say by how much the content has to move to stand in its middle.
function fitBreadth(scope, { low, high }, header, padding) {
  scope.breadth = Math.max(scope.breadth, header + high - low + 2 * padding);
  return header + (scope.breadth - header - (high - low)) / 2 - low;
}

function acrossExtent(ranks) {
  let [low, high] = [Infinity, -Infinity];
  for (const rank of ranks) {
    if (rank.length) {
      low = Math.min(low, rank[0].across - rank[0].breadth / 2);
      high = Math.max(high, rank[rank.length - 1].across + rank[rank.length - 1].breadth / 2);
    }
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

function setOrigins(scope) {
  for (const { block, across, along, breadth } of scope.vertices) {
    if (block) {
      block.origin = { across: scope.origin.across + across - breadth / 2, along: scope.origin.along + along };
      if (block.scope) setOrigins(block);
    }
  }
  const moved = ({ across, along }) => ({ across: across + scope.origin.across, along: along + scope.origin.along });
  for (const link of scope.links.values()) link.points = link.points.map(moved);
}

function inPixels(page, blocks, paths, direction) {
  const turn = direction === "LR" ? ({ across, along }) => [along, across] : ({ across, along }) => [across, along];
  const size = ({ breadth, depth }) => turn({ across: breadth, along: depth });
  const items = new Map();
  for (const [id, block] of blocks) {
    const [[x, y], [width, height]] = [turn(block.origin), size(block)];
    items.set(id, { x, y, width, height });
  }
  const edges = new Map();
  for (const [id, path] of paths) {
    const points = path.flatMap((link) => link.points).map((point) => turn(point));
    const distinct = points.filter(([x, y], i) => i === 0 || x !== points[i - 1][0] || y !== points[i - 1][1]);
    edges.set(id, distinct.map(([x, y]) => ({ x, y })));
  }
  const [width, height] = size(page);
  return { width, height, items, edges };
}

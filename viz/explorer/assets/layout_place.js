// The third step of the layout: the coordinate of each vertex within its rank, the order being fixed. Edges should be
// short and straight, so each vertex wants the mean of its neighbours; it must also keep its distance. For one rank
// this is least squares under an order, which the pool-adjacent-violators algorithm of isotonic regression solves
// exactly.

// Set vertex.across, the middle of each vertex.
function placeRanks(ranks, style) {
  weighSegments(ranks);
  for (const rank of ranks) {
    rank.forEach((vertex, i) => {
      vertex.across = i ? rank[i - 1].across + distance(rank[i - 1], vertex, style) : 0;
    });
  }
  let vertices = 0;
  for (const rank of ranks) vertices += rank.length;
  const sweeps = Math.max(4, Math.min(16, Math.floor(150000 / (vertices + 1))));
  for (let i = 0; i < sweeps; i += 1) {
    const sides = i + 3 >= sweeps ? ["up", "down"] : i % 2 ? ["down"] : ["up"];
    const rows = i % 2 ? [...ranks].reverse() : ranks;
    for (const rank of rows) placeRank(rank, sides, style);
  }
  const lines = straightLines(ranks);
  for (let i = 0; i < 3; i += 1) for (const line of lines) straighten(line, ranks, style);
  for (const vertex of ranks.flat()) if (!vertex.up.length) settle(vertex, ranks, style);
}

// Long edges should be straight in the middle (Gansner 1993), but at their ends they weigh less than short ones: the
// main path stays straight and a skip connection goes round it. Of a vertex' arguments those with a short history weigh
// little: they are parameters, and a chain of layers, each with its weights at its right, would drift to the right.
// What enters at a port has some history.
function weighSegments(ranks) {
  const history = new Map();
  for (const rank of ranks) {
    for (const vertex of rank) {
      const before = vertex.kind === "entry" ? 4 : 0;
      const longest = vertex.up.reduce((most, { upper }) => Math.max(most, history.get(upper)), before);
      history.set(vertex, longest + (vertex.kind === "node"));
      for (const segment of vertex.up) {
        const dummies = (segment.upper.kind === "dummy") + (vertex.kind === "dummy");
        segment.weight *= [1, 0.2, 8][dummies] * (history.get(segment.upper) < 0.7 * longest ? FAINT : 1);
      }
    }
  }
}

// The least distance between the middles of two neighbours. Lines may run closer together than nodes stand.
function distance(left, right, { nodeGap }) {
  const solid = (left.kind === "node") + (right.kind === "node");
  return (left.breadth + right.breadth) / 2 + nodeGap * [0.6, 0.75, 1][solid];
}

// Place one rank: as near as possible to the neighbours on these sides (on the other side if there are none).
function placeRank(rank, sides, style) {
  const wishes = [];
  const weights = [];
  for (const vertex of rank) {
    let segments = sides.flatMap((side) => vertex[side]);
    if (!segments.length) segments = vertex.up.length ? vertex.up : vertex.down;
    let [sum, weight] = [0, 0];
    for (const { upper, lower, upperOffset, lowerOffset, weight: w } of segments) {
      const shift = lowerOffset - upperOffset;
      sum += w * (vertex === upper ? lower.across + shift : upper.across - shift);
      weight += w;
    }
    wishes.push(weight ? sum / weight : vertex.across);
    weights.push(weight || 0.001);
  }
  const gaps = rank.map((vertex, i) => (i ? distance(rank[i - 1], vertex, style) : 0));
  spread(wishes, weights, gaps).forEach((across, i) => {
    rank[i].across = across;
  });
}

// The x that minimise sum_i w_i (x_i - wish_i)^2 with x_i - x_(i-1) >= gap_i. Less the sum of the gaps up to i they
// need only be in order: isotonic regression. Pool adjacent violators: blocks that are out of order merge at their
// mean.
function spread(wishes, weights, gaps) {
  const blocks = [];
  const starts = [];
  let start = 0;
  wishes.forEach((wish, i) => {
    start += gaps[i];
    starts.push(start);
    let block = { mean: wish - start, weight: weights[i], count: 1 };
    while (blocks.length && blocks[blocks.length - 1].mean >= block.mean) {
      const left = blocks.pop();
      const weight = left.weight + block.weight;
      const mean = (left.mean * left.weight + block.mean * block.weight) / weight;
      block = { mean, weight, count: left.count + block.count };
    }
    blocks.push(block);
  });
  const places = [];
  for (const { mean, count } of blocks) for (let i = 0; i < count; i += 1) places.push(mean + starts[places.length]);
  return places;
}

// The one segment that outweighs all the others, if there is one.
function heaviest(segments) {
  const top = segments.reduce((best, segment) => (!best || segment.weight > best.weight ? segment : best), null);
  return top && segments.every((segment) => segment === top || segment.weight < top.weight) ? top : null;
}

// The room of a vertex between its neighbours.
function room(vertex, ranks, style) {
  const left = ranks[vertex.rank][vertex.order - 1];
  const right = ranks[vertex.rank][vertex.order + 1];
  return {
    low: left ? left.across + distance(left, vertex, style) : -Infinity,
    high: right ? right.across - distance(vertex, right, style) : Infinity,
  };
}

// Move a source to stand straight above its main use, as far as there is room.
function settle(vertex, ranks, style) {
  const segment = heaviest(vertex.down);
  const { low, high } = room(vertex, ranks, style);
  if (!segment || low > high) return;
  const straight = segment.lower.across + segment.lowerOffset - segment.upperOffset;
  vertex.across = Math.min(Math.max(straight, low), high);
}

// Sequences of vertices that should stand exactly below one another: each is the other's heaviest neighbour.
function straightLines(ranks) {
  const into = new Map();
  for (const rank of ranks) {
    for (const vertex of rank) {
      const segment = heaviest(vertex.up);
      if (segment && heaviest(segment.upper.down) === segment) into.set(segment.upper, segment);
    }
  }
  const continued = new Set([...into.values()].map(({ lower }) => lower));
  const lines = [];
  for (const rank of ranks) {
    for (const vertex of rank) {
      if (continued.has(vertex) || !into.has(vertex)) continue;
      const line = [{ vertex, offset: 0 }];
      for (let segment = into.get(vertex); segment; segment = into.get(segment.lower)) {
        const { offset } = line[line.length - 1];
        line.push({ vertex: segment.lower, offset: offset + segment.upperOffset - segment.lowerOffset });
      }
      lines.push(line);
    }
  }
  return lines;
}

// Give as long a stretch of the line as their neighbours leave room for one common coordinate; then the next stretch.
function straighten(line, ranks, style) {
  for (let start = 0, end = 0; start < line.length; start = end) {
    let [low, high, sum] = [-Infinity, Infinity, 0];
    for (; end < line.length; end += 1) {
      const { vertex, offset } = line[end];
      const { low: left, high: right } = room(vertex, ranks, style);
      const least = Math.max(low, left - offset);
      const most = Math.min(high, right - offset);
      if (least > most && end > start) break;
      [low, high] = [least, most];
      sum += vertex.across - offset;
    }
    const common = Math.min(Math.max(sum / (end - start), low), Math.max(low, high));
    for (let i = start; i < end; i += 1) line[i].vertex.across = common + line[i].offset;
  }
}

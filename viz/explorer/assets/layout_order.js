// The second step of the layout: who stands left of whom in each rank, so that few edges cross. Counting crossings of
// two ranks is easy, making them fewest is NP-hard; so sweep and keep the best: each vertex moves to the barycentre of
// its neighbours in the rank before (Sugiyama 1981), then neighbours swap places where that helps (Gansner 1993,
// "transpose").

// Sort every rank in place and set vertex.order.
function orderRanks(ranks) {
  let segments = 0;
  for (const { down } of ranks.flat()) {
    // The edges of a fan are read together, so that a crossing between two fans is less in the way than one between two
    // paths.
    for (const segment of down) segment.ease = 1 / Math.sqrt(down.length);
    segments += down.length;
  }
  const rounds = Math.max(3, Math.min(16, Math.floor(200000 / (segments + 1))));
  let best = { crossings: Infinity, ranks };
  for (const start of ["up", "down"]) {
    if (best.crossings === 0) break;
    best = sweep(depthFirst(ranks, start), rounds, best);
  }
  best.ranks.forEach((rank, r) => {
    ranks[r] = rank;
    number(rank);
  });
  for (let round = 0; round < 8 && transpose(ranks); round += 1);
}

function sweep(ranks, rounds, best) {
  let stale = 0;
  transpose(ranks);
  for (let round = 0; round <= rounds && stale < 4; round += 1) {
    const crossings = countCrossings(ranks);
    stale += 1;
    if (crossings < best.crossings) {
      best = { crossings, ranks: ranks.map((rank) => [...rank]) };
      stale = 0;
    }
    if (crossings === 0) break;
    const down = round % 2 === 1;
    const flip = round % 4 > 1;
    for (let i = 1; i < ranks.length; i += 1) byBarycentre(ranks[down ? i : ranks.length - 1 - i], down, flip);
    for (let swaps = 0; swaps < 3 && transpose(ranks); swaps += 1);
  }
  return best;
}

function number(rank) {
  rank.forEach((vertex, order) => {
    vertex.order = order;
  });
}

// The first order: walk from the outputs to the arguments in their order ("up"), or from the inputs to their uses
// ("down"), and stand in one's rank in the order of the walk. A tree comes out without crossings.
function depthFirst(ranks, side) {
  const other = side === "up" ? "down" : "up";
  const ordered = ranks.map(() => []);
  const seen = new Set();
  const roots = ranks.flat().filter((vertex) => !vertex[other].length);
  for (const root of side === "up" ? roots.sort((a, b) => b.rank - a.rank) : roots) {
    const stack = [root];
    while (stack.length) {
      const vertex = stack.pop();
      if (seen.has(vertex)) continue;
      seen.add(vertex);
      ordered[vertex.rank].push(vertex);
      for (let i = vertex[side].length - 1; i >= 0; i -= 1) {
        const segment = vertex[side][i];
        stack.push(side === "up" ? segment.upper : segment.lower);
      }
    }
  }
  for (const rank of ordered) number(rank);
  return ordered;
}

// Where a segment ends within its rank: the vertex' place, and a fraction for the port on a box.
function upperKey(segment) {
  return segment.upper.order + segment.upperShift;
}

function lowerKey(segment) {
  return segment.lower.order + segment.lowerShift;
}

// Sort a rank by the mean place of its neighbours in the rank above (down) or below; vertices without any keep their
// place. Where means are equal keep the order, or turn it round (flip), lest the sweeps stay where they are.
function byBarycentre(rank, down, flip) {
  const moving = [];
  for (const vertex of rank) {
    const segments = down ? vertex.up : vertex.down;
    if (!segments.length) continue;
    let sum = 0;
    for (const segment of segments) {
      sum += down ? upperKey(segment) - segment.lowerShift : lowerKey(segment) - segment.upperShift;
    }
    moving.push({ vertex, order: vertex.order, mean: sum / segments.length });
  }
  const places = moving.map(({ order }) => order);
  moving.sort((a, b) => a.mean - b.mean || (flip ? b.order - a.order : a.order - b.order));
  moving.forEach(({ vertex }, i) => {
    rank[places[i]] = vertex;
  });
  number(rank);
}

// Swap neighbours wherever that removes crossings, or costs none and puts arguments into their order; true if any were.
function transpose(ranks) {
  let swapped = false;
  for (const rank of ranks) {
    for (let i = 0; i + 1 < rank.length; i += 1) {
      const [left, right] = [rank[i], rank[i + 1]];
      const gain = swapGain(left.up, right.up, upperKey) + swapGain(left.down, right.down, lowerKey);
      if (gain > 1e-9 || (gain > -1e-9 && slotGain(left, right) > 0)) {
        [rank[i], rank[i + 1]] = [right, left];
        left.order = i + 1;
        right.order = i;
        swapped = true;
      }
    }
  }
  return swapped;
}

// Crossings between the segments of two neighbours, less those after they swap.
function swapGain(left, right, key) {
  let gain = 0;
  for (const a of left) for (const b of right) gain += Math.sign(key(a) - key(b)) * a.ease * b.ease;
  return gain;
}

// Pairs of arguments of one vertex that stand in the wrong order, less those that stand in the right one.
function slotGain(left, right) {
  let gain = 0;
  for (const a of left.down) for (const b of right.down) if (a.lower === b.lower) gain += Math.sign(a.slot - b.slot);
  return gain;
}

// All crossings: between two ranks, sort the segments by their upper ends and count the inversions of the lower ends.
function countCrossings(ranks) {
  let crossings = 0;
  const fromLeft = (a, b) => upperKey(a) - upperKey(b) || lowerKey(a) - lowerKey(b);
  for (const rank of ranks) {
    const segments = rank.flatMap(({ down }) => (down.length < 2 ? down : [...down].sort(fromLeft)));
    crossings += countInversions(segments.map(lowerKey), segments.map(({ ease }) => ease));
  }
  return crossings;
}

// Merge sort from the bottom up: for each value the weight of the smaller ones to its right, times its own.
function countInversions(values, weights) {
  let from = values.map((value, i) => ({ value, weight: weights[i] }));
  let inversions = 0;
  for (let width = 1; width < values.length; width *= 2) {
    const to = [];
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let [i, j, passed] = [start, middle, 0];
      while (i < middle || j < end) {
        if (i < middle && (j >= end || from[i].value <= from[j].value)) {
          inversions += passed * from[i].weight;
          to.push(from[i]);
          i += 1;
        } else {
          passed += from[j].weight;
          to.push(from[j]);
          j += 1;
        }
      }
    }
    from = to;
  }
  return inversions;
}

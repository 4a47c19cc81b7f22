// Where the label of an edge stands: near the middle of its edge, on no node, on no module's title, on no other label.

const CLEARANCE = 5; // pixels between a label and a node
const SAMPLE = 8; // pixels between the points of a line that labels try not to cover
const LONG = 60; // so many of these points: the label of a long edge stands near its source, to which the gradient comes
const HEAD = 3; // so many of these points are under the head of an arrow

/** What labels must keep off in a picture: cards, and the titles of open modules. */
function obstaclesOf(view, place, measure) {
  const cards = [...view.members.keys()].map((id) => place.items.get(id));
  const titles = [...view.boxes.values()].map((box) => {
    const { x, y } = place.items.get(box.id);
    return { x, y, width: measure(box.label, 12.5, "600") + 30, height: box.header };
  });
  return [...cards, ...titles].map((box) => grown(box, CLEARANCE, CLEARANCE));
}

/** Points along an edge, at equal distances, from its source on; of a long edge the first `most`. */
function pointsAlong(points, most = LONG) {
  const found = [];
  for (let i = 0; i + 1 < points.length && found.length < most; i++) {
    const [a, b] = [points[i], points[i + 1]];
    const count = Math.max(1, Math.round(Math.hypot(b.x - a.x, b.y - a.y) / SAMPLE));
    for (let k = 0; k < count; k++) found.push({ x: a.x + ((b.x - a.x) * k) / count, y: a.y + ((b.y - a.y) * k) / count });
  }
  return found.length ? found.slice(0, most) : points;
}

/**
 * The best place for a label of this size: {x, y, width, height}. `along` are the points of its edge, `obstacles` what it
 * must not cover, `lines` the points of other edges, which it should not. The search widens until a place is free.
 */
function placeForLabel(along, width, height, obstacles, lines) {
  const middle = along[Math.floor(along.length / 2)];
  for (let reach = 60; ; reach *= 2) {
    const [rangeX, rangeY] = [reach + width, reach + height];
    const near = ({ x, y, width: w = 0, height: h = 0 }) =>
      x < middle.x + rangeX && x + w > middle.x - rangeX && y < middle.y + rangeY && y + h > middle.y - rangeY;
    const [solid, soft] = [obstacles.filter(near), lines.filter(near)];
    let [best, least] = [null, Infinity];
    for (const { x, y, cost } of candidates(along, width, height, reach)) {
      const box = { x, y, width, height };
      if (cost >= least || solid.some((other) => overlaps(box, other))) continue;
      const covered = soft.filter((point) => contains(box, point)).length;
      const own = along.filter((point) => contains(box, point)).length;
      const heads = [along.slice(0, HEAD), along.slice(-HEAD)].flat().filter((point) => contains(box, point)).length;
      const total = cost + 12 * covered + 6 * own + 30 * heads;
      if (total < least) [best, least] = [box, total];
    }
    if (best) return best;
  }
}

/** Places beside the edge, nearest to its middle first; then all around its middle, farther and farther off. */
function candidates(along, width, height, reach) {
  const found = [];
  const half = (along.length - 1) / 2;
  along.forEach((point, i) => {
    const cost = 1.5 * Math.abs(i - half);
    found.push({ x: point.x + 5, y: point.y - height / 2, cost });
    found.push({ x: point.x - width - 5, y: point.y - height / 2, cost: cost + 1 });
    found.push({ x: point.x - width / 2, y: point.y - height - 3, cost: cost + 1 });
    found.push({ x: point.x - width / 2, y: point.y + 3, cost: cost + 2 });
    found.push({ x: point.x - width / 2, y: point.y - height / 2, cost: cost + 3 });
  });
  const { x, y } = along[Math.floor(half)];
  for (let distance = 10; distance <= reach; distance += 10) {
    for (let turn = 0; turn < 16; turn++) {
      const [dx, dy] = [Math.cos((turn * Math.PI) / 8), Math.sin((turn * Math.PI) / 8)];
      const centre = { x: x + dx * (distance + width / 2), y: y + dy * (distance + height / 2) };
      found.push({ x: centre.x - width / 2, y: centre.y - height / 2, cost: 6 + distance });
    }
  }
  return found;
}

// Rectangles: {x, y, width, height}, with x and y of the corner at the upper left.

const overlaps = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Whether a point lies inside a rectangle. */
const contains = (box, { x, y }) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;

/** Whether one rectangle lies inside another. */
const encloses = (box, { x, y, width, height }) =>
  x >= box.x && y >= box.y && x + width <= box.x + box.width && y + height <= box.y + box.height;

/** The rectangle around rectangles. */
function around(boxes) {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.x + box.width)), Math.max(...boxes.map((box) => box.y + box.height))];
  return { x, y, width: right - x, height: bottom - y };
}

/** A rectangle with so much more room on each side. */
const grown = ({ x, y, width, height }, dx, dy) => ({ x: x - dx, y: y - dy, width: width + 2 * dx, height: height + 2 * dy });

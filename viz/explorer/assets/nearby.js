// A large picture is displayed only near the window, and lines that run there on top of one another only once: to paint
// thousands of nodes and edges takes a browser a tenth of a second or more, at every step. What is hidden stays in the
// document and keeps its place; on paper everything is displayed.

const MANY = 300; // nodes and edges: a picture with fewer is always displayed whole
const AROUND = 0.5; // of the window's width and height, on each side: displayed too, so that most steps change nothing

/** What can be hidden: a piece for each node (with its box) and each edge (with its segments); none of a small picture. */
function piecesOf({ place, nodes, edges }) {
  if (nodes.size + edges.length <= MANY) return [];
  const cards = [...nodes].map(([key, { group }]) => ({ group, key, box: place.items.get(key) }));
  const lines = edges.map(({ group, points, width }) => ({ group, width, segments: segmentsOf(points) }));
  return [...cards, ...lines].map((piece) => ({ ...piece, course: "", hidden: false }));
}

/** The straight parts of a line, each with the rectangle around it; upright and level ones as long as they can be. */
function segmentsOf(points) {
  const found = [];
  points.slice(1).forEach((end, i) => {
    const last = found[found.length - 1];
    const goesOn = last && ["x", "y"].some((axis) => last.start[axis] === last.end[axis] && last.end[axis] === end[axis]);
    if (goesOn) last.end = end;
    else found.push({ start: points[i], end });
  });
  const boxOf = ({ start, end }) => around([start, end].map(({ x, y }) => ({ x, y, width: 0, height: 0 })));
  return found.map((segment) => ({ ...segment, box: boxOf(segment) }));
}

/** After a move: display what is near this part of the picture, and always the node that has the focus. */
function showNear(drawing, part) {
  if (!drawing.pieces.length || isDisplayed(drawing.displayed, part)) return;
  const area = (drawing.displayed = grown(part, AROUND * part.width, AROUND * part.height));
  drawing.linesNear = [];
  for (const piece of drawing.pieces) {
    if (piece.segments) piece.course = courseIn(piece.segments, area);
    if (piece.course) drawing.linesNear.push(piece);
    else setHidden(piece, Boolean(piece.segments) || (piece.key !== drawing.focus && !overlaps(piece.box, area)));
  }
  showOnce(drawing);
}

/** Whether all of a part is displayed, and not much too much, as it would be after a change of scale. */
function isDisplayed(displayed, part) {
  return displayed && encloses(displayed, part) && displayed.width <= 2 * (1 + 2 * AROUND) * part.width;
}

/** The course of a line within an area, as text: lines of equal course cover one another there. */
function courseIn(segments, area) {
  let course = "";
  for (const { start, end, box } of segments) {
    if (!overlaps(box, area)) continue;
    if (box.width && box.height) course += `${start.x} ${start.y} ${end.x} ${end.y};`;
    else {
      const [right, bottom] = [Math.min(box.x + box.width, area.x + area.width), Math.min(box.y + box.height, area.y + area.height)];
      course += `${Math.max(box.x, area.x)} ${Math.max(box.y, area.y)} ${right} ${bottom};`;
    }
  }
  return course;
}

/** After a move or a step: of the lines that look alike and have the same course display the widest. */
function showOnce(drawing) {
  const widest = new Map();
  for (const piece of drawing.linesNear) {
    piece.look = piece.group.className.baseVal + piece.course;
    if (!(widest.get(piece.look)?.width >= piece.width)) widest.set(piece.look, piece);
  }
  for (const piece of drawing.linesNear) setHidden(piece, widest.get(piece.look) !== piece);
}

function setHidden(piece, hidden) {
  if (hidden !== piece.hidden) piece.group.toggleAttribute("data-hidden", (piece.hidden = hidden));
}

// The last step of the layout: how deep each rank is, where on a node's border each edge arrives, and the points and
// the smooth curve of each edge. Within a rank edges run straight; they move sideways only between the ranks, where
// nothing stands in their way.

// Set vertex.along; return the top and bottom of each rank, and the depth of the whole scope.
function stackRanks(ranks, header, style) {
  const bands = [];
  let along = header + style.padding;
  ranks.forEach((rank, r) => {
    const depth = rank.reduce((most, vertex) => Math.max(most, vertex.depth), 0);
    const ports = rank.find(({ kind }) => kind === "entry" || kind === "exit");
    if (ports && ports.kind === "entry") along = 0;
    const band = { top: along, bottom: ports && ports.kind === "entry" ? header : along + depth };
    for (const vertex of rank) vertex.along = band.top + slack(vertex) * (band.bottom - band.top - vertex.depth);
    bands.push(band);
    along = band.bottom + (r + 1 < ranks.length ? gapBelow(rank, ranks[r + 1], style) : ports ? 0 : style.padding);
  });
  return { bands, depth: ranks.length ? along : along + style.padding };
}

// The distance to the next rank: wider where edges go far sideways, lest they come to lie flat; at a border, only the
// padding if nothing moves sideways there.
function gapBelow(rank, next, { rankGap, padding }) {
  let farthest = 0;
  for (const { down } of rank) {
    for (const { upper, lower, upperOffset, lowerOffset } of down) {
      farthest = Math.max(farthest, Math.abs(upper.across + upperOffset - lower.across - lowerOffset));
    }
  }
  const wider = 0.75 * rankGap * Math.min(1, Math.max(0, farthest / (8 * rankGap) - 0.5));
  const border = [...rank, ...next].some(({ kind }) => kind === "entry" || kind === "exit");
  if (!border) return rankGap + wider;
  return farthest < 1 ? padding : Math.max(padding, 0.75 * rankGap) + wider;
}

// A source stands at the lower side of its rank, near its use; a result at the upper side; everything else in the
// middle.
function slack(vertex) {
  if (vertex.kind !== "node") return 0;
  const [fed, used] = [vertex.up.length > 0, vertex.down.length > 0];
  return fed === used ? 0.5 : fed ? 0 : 1;
}

// Set link.points.
function routeLinks(bands, links, depth, style) {
  spreadArrivals(links);
  const stub = Math.min(6, style.rankGap / 4);
  for (const link of links) {
    const { from, to } = link;
    const leave = from.across + link.fromOffset;
    const arrive = to.across + link.toOffset;
    const points = [];
    const add = (across, along) => extend(points, across, along);
    const rise = from.kind === "entry" ? 0 : from.along + from.depth;
    add(leave, rise);
    if (from.kind === "node" && !from.block.scope) add(leave, rise + stub);
    if (bands[from.rank].bottom > rise + stub) add(leave, bands[from.rank].bottom);
    if (link.reversed) {
      turnBack(link, bands, stub, add);
    } else {
      for (const dummy of link.via) {
        const { top, bottom } = bands[dummy.rank];
        add(dummy.across, top);
        if (bottom > top) add(dummy.across, bottom);
      }
    }
    const border = to.kind === "exit" ? depth : to.along;
    if (bands[to.rank].top < border - stub) add(arrive, bands[to.rank].top);
    if (to.kind === "node" && !to.block.scope) add(arrive, border - stub);
    add(arrive, border);
    link.points = points;
  }
}

// Add a point; one that only prolongs a straight run replaces the end of the run.
function extend(points, across, along) {
  const last = points[points.length - 1];
  if (points.length > 1 && last.across === across && points[points.length - 2].across === across) last.along = along;
  else points.push({ across, along });
}

// A reversed link turns round below its source's rank, runs back, and turns again above its target's.
function turnBack(link, bands, stub, add) {
  const below = bands[link.from.rank].bottom + stub;
  const above = bands[link.to.rank].top - stub;
  add(link.from.across + link.fromOffset, below);
  add(link.via[0].across, below);
  for (const { across, rank } of link.via) {
    add(across, bands[rank].bottom);
    add(across, bands[rank].top);
  }
  add(link.via[link.via.length - 1].across, above);
  add(link.to.across + link.toOffset, above);
}

// Spread the edges that arrive at a node over the middle of its border, each as near as possible to where it comes
// from.
function spreadArrivals(links) {
  const arrivals = new Map();
  for (const link of links) {
    if (link.to.kind !== "node" || link.toPort) continue;
    if (!arrivals.has(link.to)) arrivals.set(link.to, []);
    const last = link.via[link.via.length - 1];
    arrivals.get(link.to).push({ link, origin: last ? last.across : link.from.across + link.fromOffset });
  }
  for (const [{ across, breadth }, arriving] of arrivals) {
    arriving.sort((a, b) => a.origin - b.origin || a.link.slot - b.link.slot);
    // Those from the side aim half way to the corner and give way; the whole border but its corners is there to give
    // way to.
    const room = Math.max(0, breadth - 8);
    const gap = arriving.length > 1 ? Math.min(12, room / (arriving.length - 1)) : 0;
    const wishes = arriving.map(({ origin }) => Math.min(Math.max(origin - across, -breadth / 4), breadth / 4));
    const weights = arriving.map(({ origin }) => (Math.abs(origin - across) < 0.5 ? 100 : 1));
    const gaps = arriving.map((_, i) => (i ? gap : 0));
    const places = spread(wishes, weights, gaps);
    // Pooling may push the outermost past the ends of the room; they go back with the gaps kept.
    const left = (i) => -room / 2 + gap * i;
    const right = (i) => room / 2 - gap * (arriving.length - 1 - i);
    arriving.forEach(({ link }, i) => {
      link.toOffset = Math.min(Math.max(places[i], left(i)), right(i));
    });
  }
}

// The path ("d" in SVG) of a smooth curve through an edge's points. Its axis is that of the first step, which is square
// to the border. Slopes are those of Fritsch and Carlson (1980), "Monotone piecewise cubic interpolation": no
// overshoot, so a curve stays between its points. An edge that has to turn round (its source stands below its target)
// does so in a loop.
function curve(points) {
  if (!points.length) return "";
  const upright = points.length < 2 || points[0].x === points[1].x;
  const along = points.map(({ x, y }) => (upright ? y : x));
  const across = points.map(({ x, y }) => (upright ? x : y));
  const text = (s, t) => (upright ? [s, t] : [t, s]).map((value) => Math.round(value * 100) / 100).join(" ");
  const step = (values, i) => values[i + 1] - values[i];
  const slope = (i) => {
    if (i === 0 || i === points.length - 1) return 0;
    const [before, after] = [step(along, i - 1), step(along, i)];
    if (before * after <= 0) return 0;
    const [s, t] = [step(across, i - 1) / before, step(across, i) / after];
    return s * t <= 0 ? 0 : (2 * s * t) / (s + t);
  };
  let path = `M ${text(across[0], along[0])}`;
  let heading = 1;
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [s, t] = [step(across, i), step(along, i)];
    const end = text(across[i + 1], along[i + 1]);
    if (t === 0 && s !== 0) {
      const bulge = heading * Math.min(8, Math.abs(s) / 2);
      path += ` C ${text(across[i], along[i] + bulge)} ${text(across[i + 1], along[i] + bulge)} ${end}`;
      heading = -heading;
    } else {
      heading = Math.sign(t) || heading;
      const first = text(across[i] + 0.45 * slope(i) * t, along[i] + 0.45 * t);
      const second = text(across[i + 1] - 0.45 * slope(i + 1) * t, along[i + 1] - 0.45 * t);
      path += s === 0 ? ` L ${end}` : ` C ${first} ${second} ${end}`;
    }
  }
  return path;
}

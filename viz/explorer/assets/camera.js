// Moving and magnifying the picture: mouse, touch, keys; and the picture on paper.

const READABLE_SCALE = 0.92; // a larger picture is not made smaller by itself: its smallest text would have less than 11 px

/** Takes care of the transform of `scene` inside the element `port`. */
function makeCamera(port, onChange) {
  const state = { x: 0, y: 0, scale: 1, width: 1, height: 1, scene: null, direction: "TB", paper: false, byHand: false };
  const pointers = new Map();
  let [wide, high] = [port.clientWidth, port.clientHeight];
  const apply = () => {
    if (!state.paper) state.scene.setAttribute("transform", `translate(${state.x} ${state.y}) scale(${state.scale})`);
    port.classList.toggle("far", state.scale < 0.32);
    onChange();
  };
  let least = READABLE_SCALE; // of the last fit
  const zoom = (ratio, cx = port.clientWidth / 2, cy = port.clientHeight / 2) => {
    const scale = Math.min(4, Math.max(0.02, state.scale * ratio));
    const change = scale / state.scale;
    Object.assign(state, { scale, x: cx - (cx - state.x) * change, y: cy - (cy - state.y) * change, byHand: true });
    apply();
  };
  const pan = (dx, dy) => {
    state.x += dx;
    state.y += dy;
    apply();
  };
  /** Fit the whole picture into the window, at a scale between `smallest` and 1.4. */
  const fit = (smallest = 0.02) => {
    least = smallest;
    state.byHand = false;
    const room = Math.min((port.clientWidth - 24) / state.width, (port.clientHeight - 24) / state.height);
    state.scale = Math.min(1.4, Math.max(least, room));
    const [spareX, spareY] = [port.clientWidth - state.width * state.scale, port.clientHeight - state.height * state.scale];
    state.x = state.direction === "LR" ? Math.max(12, spareX / 2) : spareX / 2; // the inputs are seen first
    state.y = state.direction === "TB" ? Math.max(12, spareY / 2) : spareY / 2;
    apply();
  };
  /**
   * When the window changes, the picture fits it anew; if it was moved by hand, what was in its middle stays there. The
   * frame of a notebook may have no size at first. Returns whether the picture was put in its place again.
   */
  const resize = () => {
    if (state.paper || matchMedia("print").matches) return false; // that is a change of paper, not of the window
    const [dx, dy] = [port.clientWidth - wide, port.clientHeight - high];
    [wide, high] = [port.clientWidth, port.clientHeight];
    if (!dx && !dy) return false;
    if (state.byHand) pan(dx / 2, dy / 2);
    else fit(least);
    return !state.byHand;
  };
  const show = (scene, width, height, direction) => {
    Object.assign(state, { scene, width, height, direction });
    apply();
  };
  /** The rectangle of the picture that is in the window. */
  const inWindow = () => {
    const { x, y, scale } = state;
    return { x: -x / scale, y: -y / scale, width: wide / scale, height: high / scale };
  };
  /** Whether a rectangle of the picture fits into the window. */
  const holds = (box) => box.width * state.scale <= port.clientWidth - 20 && box.height * state.scale <= port.clientHeight - 20;
  /** Move as little as possible so that a rectangle of the picture is in view. */
  const reveal = (box) => {
    const shift = (start, size, room) => {
      const edge = Math.min(30, Math.max(0, (room - size) / 2));
      if (size > room) return room / 2 - (start + size / 2);
      return start < edge ? edge - start : start + size > room - edge ? room - edge - start - size : 0;
    };
    const [x, y] = [box.x * state.scale + state.x, box.y * state.scale + state.y];
    const [dx, dy] = [shift(x, box.width * state.scale, port.clientWidth), shift(y, box.height * state.scale, port.clientHeight)];
    if (dx || dy) pan(dx, dy);
  };
  const spot = (event) => {
    const area = port.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  };
  let moved = 0;
  const embedded = window.parent !== window; // in a notebook the wheel scrolls on, unless Ctrl is held
  port.addEventListener("wheel", (event) => {
    if (embedded && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-Math.max(-80, Math.min(80, event.deltaY)) / 400), ...spot(event));
  }, { passive: false });
  port.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, spot(event));
    moved = 0;
  });
  port.addEventListener("pointermove", (event) => {
    const old = pointers.get(event.pointerId);
    if (!old) return;
    const now = spot(event);
    const before = pointers.size === 2 ? spread() : 0;
    pointers.set(event.pointerId, now);
    moved += Math.hypot(now[0] - old[0], now[1] - old[1]);
    if (moved < 4) return;
    if (!port.hasPointerCapture(event.pointerId)) port.setPointerCapture(event.pointerId);
    if (pointers.size === 2 && before) zoom(spread() / before, ...now);
    else pan(now[0] - old[0], now[1] - old[1]);
    state.byHand = true;
  });
  for (const kind of ["pointerup", "pointercancel"]) port.addEventListener(kind, (event) => pointers.delete(event.pointerId));
  // a drag selects nothing
  port.addEventListener("click", (event) => { if (moved >= 4) { event.stopPropagation(); moved = 0; } }, { capture: true });
  return { state, show, fit, zoom, pan, holds, reveal, resize, window: inWindow };
}

/** On paper the whole picture is scaled to the page, whatever the camera shows. */
function wirePrinting(canvas, camera) {
  const toPaper = () => {
    camera.state.paper = true;
    canvas.setAttribute("viewBox", `-6 -6 ${camera.state.width + 12} ${camera.state.height + 12}`);
    camera.state.scene.removeAttribute("transform");
  };
  const toScreen = () => {
    camera.state.paper = false;
    canvas.removeAttribute("viewBox");
    camera.pan(0, 0);
  };
  const printing = matchMedia("print");
  const follow = (event) => (event.type === "beforeprint" || printing.matches ? toPaper() : toScreen());
  printing.addEventListener("change", follow);
  for (const name of ["beforeprint", "afterprint"]) window.addEventListener(name, follow);
}

// Moving and magnifying the picture: mouse, touch, keys.

/** Takes care of the transform of `scene` inside the element `port`. */
function makeCamera(port, onChange) {
  const state = { x: 0, y: 0, scale: 1, width: 1, height: 1, scene: null };
  const pointers = new Map();
  const apply = () => {
    state.scene.setAttribute("transform", `translate(${state.x} ${state.y}) scale(${state.scale})`);
    port.classList.toggle("far", state.scale < 0.32);
    onChange?.();
  };
  const zoom = (ratio, cx = port.clientWidth / 2, cy = port.clientHeight / 2) => {
    const scale = Math.min(4, Math.max(0.02, state.scale * ratio));
    const change = scale / state.scale;
    Object.assign(state, { scale, x: cx - (cx - state.x) * change, y: cy - (cy - state.y) * change });
    apply();
  };
  const pan = (dx, dy) => {
    state.x += dx;
    state.y += dy;
    apply();
  };
  /** The whole picture, but never so small that nothing can be read, nor so large that it shouts. */
  const fit = (least = 0.02) => {
    const room = Math.min((port.clientWidth - 24) / state.width, (port.clientHeight - 24) / state.height);
    state.scale = Math.min(1.4, Math.max(least, room));
    state.x = Math.max(12, (port.clientWidth - state.width * state.scale) / 2);
    if (state.width * state.scale > port.clientWidth) state.x = least > 0.02 ? (port.clientWidth - state.width * state.scale) / 2 : 12;
    state.y = Math.max(12, (port.clientHeight - state.height * state.scale) / 2);
    apply();
  };
  const show = (scene, width, height) => {
    Object.assign(state, { scene, width, height });
    apply();
  };
  /** Move as little as possible so that a rectangle of the picture is in view. */
  const reveal = (box) => {
    const edge = 30;
    const shift = (start, size, room) => {
      if (size > room - 2 * edge) return room / 2 - (start + size / 2);
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
  port.addEventListener("wheel", (event) => {
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
  });
  for (const kind of ["pointerup", "pointercancel"]) port.addEventListener(kind, (event) => pointers.delete(event.pointerId));
  // what was a drag is no choice
  port.addEventListener("click", (event) => { if (moved >= 4) { event.stopPropagation(); moved = 0; } }, { capture: true });
  return { state, show, fit, zoom, pan, reveal };
}

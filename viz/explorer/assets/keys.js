// The keyboard: each key presses a button, so that both do the same; in the picture some keys move the focus.

const KEYS = {
  ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play", p: "play", b: "backward", m: "marked",
  "+": "closer", "=": "closer", "-": "farther", 0: "fit", t: "turn", l: "legend", "?": "help",
};

/** `focusOn` moves the focus to a member of the view, `escape` clears the selection; both belong to the page. */
function wireKeys(drawingNow, focusOn, escape) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open || isOwn(event)) return;
    if (event.key === "/") {
      event.preventDefault();
      return byId("search").focus();
    }
    if (event.key === "Escape") return escape();
    const member = event.target.closest("[data-member]");
    const next = member && neighbour(drawingNow(), member.dataset.member, event.key);
    if (next !== null && next !== undefined) {
      event.preventDefault();
      focusOn(next);
    } else if (KEYS[event.key]) {
      event.preventDefault();
      byId(KEYS[event.key]).click();
    }
  });
}

/** Whether the element that has the focus uses the key itself. */
function isOwn({ target, key }) {
  if (target.closest("input[type=search], select")) return true;
  const moves = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"].includes(key);
  if (target.closest("input[type=range]")) return moves;
  const scroller = target.closest(".scroll");
  if (scroller && scroller === target && scroller.scrollWidth > scroller.clientWidth && moves) return true;
  return [" ", "Enter"].includes(key) && target.closest("button, summary, a, .toggle") !== null;
}

/** From a node with the focus: up to an argument, down to a use, j and k in the order of computation. */
function neighbour(drawing, key, pressed) {
  const across = (from, to) => drawing.view.edges.filter((edge) => edge[from] === key).map((edge) => edge[to])[0] ?? key;
  if (pressed === "ArrowUp") return across("target", "source");
  if (pressed === "ArrowDown") return across("source", "target");
  if (pressed !== "j" && pressed !== "k") return null;
  const all = [...drawing.nodes.keys()];
  return all[all.indexOf(key) + (pressed === "j" ? 1 : -1)] ?? key;
}

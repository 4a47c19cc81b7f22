// Where the focus is, though the picture and the panel are made anew around it.

/** Change the page so that the focus stays where it was, though its element be made anew. */
function keepFocus(change) {
  const had = document.activeElement;
  const key = had?.closest("[data-member]")?.dataset.member ?? had?.closest("[data-box]")?.dataset.box;
  const section = had?.closest("#step, #selection");
  const place = section ? [...section.querySelectorAll("button, [tabindex]")].indexOf(had) : -1;
  change();
  if (had?.isConnected) return;
  if (key) elementOf(shownAs(key))?.focus({ preventScroll: true });
  if (section) (section.querySelectorAll("button, [tabindex]")[place] ?? byId("panel")).focus({ preventScroll: true });
}

/** The key of what now stands for a node, or for an open or closed module. */
function shownAs(key) {
  const thing = model.byKey.get(key);
  const outer = scopesAround(model, thing).find((id) => state.closed.has(id));
  return outer === undefined ? key : model.scopes.get(outer).key;
}

const elementOf = (key) => byId("canvas").querySelector(`[data-member="${key}"], [data-box="${key}"]`);

/** One node can be reached with Tab; from there others with the arrows. */
function setTabStop(key) {
  drawing.nodes.get(drawing.focus)?.group.setAttribute("tabindex", "-1");
  drawing.nodes.get(key)?.group.setAttribute("tabindex", "0");
  drawing.focus = key;
}

function focusOn(key = drawing.focus) {
  camera.reveal(drawing.place.items.get(key));
  drawing.nodes.get(key).group.focus({ preventScroll: true });
}

// The page's controls, each wired to what it does; then the page is shown.

const actions = {
  first: () => goTo(0),
  back: () => goTo(state.step - 1),
  next: () => goTo(state.step + 1),
  last: () => goTo(model.steps.length - 1),
  play: () => play(),
  backward: () => goTo(model.forwards + 1),
  closer: () => camera.zoom(1.25),
  farther: () => camera.zoom(0.8),
  fit: () => camera.fit(),
  turn: () => {
    state.direction = state.direction === "TB" ? "LR" : "TB";
    redraw();
    revealStep(model.steps[state.step]);
  },
  marked: () => nextMark(),
  legend: () => {
    byId("explanation").hidden = !byId("explanation").hidden;
    byId("legend").setAttribute("aria-expanded", !byId("explanation").hidden);
  },
  help: () => byId("keys").showModal(),
};

for (const [id, act] of Object.entries(actions)) {
  const button = byId(id);
  button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && act());
}
byId("scrubber").max = model.steps.length - 1;
byId("scrubber").addEventListener("input", (event) => goTo(Number(event.target.value)));
byId("speed").addEventListener("change", () => state.playing && play(true));
byId("depth").addEventListener("change", (event) => {
  state.closed = closedAtDepth(model, Number(event.target.value));
  state.touched = true;
  redraw();
});
byId("marked").disabled = marked.length === 0;
byId("marked").textContent = marked.length ? `Next mark (${marked.length})` : "No marks";
byId("backward").disabled = model.steps.length === model.forwards + 1;
byId("canvas").addEventListener("focusin", (event) => {
  const member = event.target.closest("[data-member]");
  if (member) setTabStop(member.dataset.member);
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address holds the state of the page, no place in it
  byId("panel").focus();
});
wireSearch(model, byId("search"), byId("found"), visit, focusOn);
wireKeys(() => drawing, focusOn, escape);
wirePrinting(byId("canvas"), camera);

const details = byId("table");
details.addEventListener("toggle", () => {
  if (details.open && !byId("steps").childElementCount) {
    renderTable(model, byId("steps"), byId("more"), goTo);
    showProgress();
  }
});
window.addEventListener("hashchange", (event) => {
  const wanted = readHash(model, new URL(event.newURL).hash);
  const change = wanted.closed || (wanted.direction && wanted.direction !== state.direction);
  Object.assign(state, wanted, wanted.closed && { touched: true });
  if (change) redraw();
  goTo(state.step);
});
new ResizeObserver(() => camera.resize() && revealStep(model.steps[state.step])).observe(port);
redraw();
goTo(state.step);
document.documentElement.dataset.ready = "true";

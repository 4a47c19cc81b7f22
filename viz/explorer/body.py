"""The fixed part of the page: controls, the place for the picture, the panel, the table, the list of keys.

What it holds is filled in by the scripts. `TITLE` stands for the title, as HTML.
"""

from __future__ import annotations

import html

from ..marks import WORST_FIRST

TITLE = "TITLE"
ICONS = {  # paths in a square of 16
    "first": "M2 2h2v12H2zM14 2v12L5 8z",
    "back": "M12 2v12L3 8z",
    "play": "M4 2l9 6-9 6z",
    "pause": "M3 2h4v12H3zM9 2h4v12H9z",
    "next": "M3 2l6 6-6 6zM10 2h2v12h-2z",
    "last": "M12 2h2v12h-2zM2 2l9 6-9 6z",
}
KEYS = (
    ("← →", "a step back, a step forwards"),
    ("Home End", "first and last step"),
    ("b", "start of the backward pass"),
    ("space p", "play, pause"),
    ("Tab", "into the picture, then to the titles of open modules"),
    ("↑ ↓", "in the picture: follow the edges"),
    ("j k", "in the picture: the next node, the one before"),
    ("Enter", "select a node, open or close a module"),
    ("/", "search; Enter goes to the next match, Shift+Enter back"),
    ("m", "next node with a mark"),
    ("+ − 0", "zoom in, zoom out, fit"),
    ("t", "turn the picture"),
    ("l", "legend: colours, lines and marks"),
    ("Esc", "hide the tooltip or the legend, clear the selection"),
    ("?", "these keys"),
)
SWATCH = '<rect x="1" y="2" width="34" height="16" rx="{round}" class="card"/>'
LINE = '<path class="line" d="M2 10H34"/>'
HEAD, BACK = '<path class="head forwards" d="M36 10l-9-5v10z"/>', '<path class="head backwards" d="M0 10l9-5v10z"/>'
BAR = '<rect x="1" y="2" width="5" height="16" class="bar"/>'
HALO = (
    '<rect x="0" y="0" width="36" height="20" rx="8" class="halo"/>'
    '<rect x="3" y="3" width="30" height="14" rx="6" class="card"/>'
)
CLOSED = (
    '<rect x="4" y="5" width="31" height="14" rx="4" class="behind"/>'
    '<rect x="1" y="2" width="31" height="14" rx="4" class="card"/>'
)
LEGEND = (  # the class, the shapes and the meaning; a picture has the same classes
    ("node op", SWATCH.format(round=8), "operation"),
    ("node input", SWATCH.format(round=1.5), "constant: no gradient"),
    ("node leaf", SWATCH.format(round=8), "leaf: gets a gradient"),
    ("node parameter", SWATCH.format(round=1.5) + BAR, "parameter of a module"),
    ("node op output", HALO, "output"),
    ("module", CLOSED, "closed module: click to open"),
    ("node op waiting", SWATCH.format(round=8), "not computed yet"),
    ("node op now", SWATCH.format(round=8), "where this step happens"),
    ("edge", LINE + HEAD, "a gradient will come back"),
    ("edge constant", LINE + HEAD, "no gradient comes back"),
    ("edge done", LINE + BACK, "a gradient came back; the thicker, the larger"),
    ("edge now", LINE + BACK, "the gradient of this step"),
)
COLUMNS = ("step", "pass", "what", "upstream", "local, or rule", "contribution", "value, or gradient so far")


def body(title: str) -> str:
    """The HTML; `title` is escaped already."""
    return BODY.replace(TITLE, title, 1)


def _icon(name: str) -> str:
    return f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{ICONS[name]}"/></svg>'


def _step_button(id: str, name: str, key: str, *icons: str) -> str:
    shown = "".join(map(_icon, icons or (id,)))
    return f'<button id="{id}" type="button" aria-label="{name}" title="{name} ({key})">{shown}</button>'


def _key_rows() -> str:
    return "\n".join(
        f"<dt>{' '.join(f'<kbd>{key}</kbd>' for key in keys.split())}</dt><dd>{what}</dd>" for keys, what in KEYS
    )


def _legend() -> str:
    shapes = "\n".join(
        f'<li><svg viewBox="-1 -1 38 22" aria-hidden="true"><g class="{kind}">{drawn}</g></svg>{meaning}</li>'
        for kind, drawn, meaning in LEGEND
    )
    marks = "\n".join(f"<dt>{mark.sign}</dt><dd>{html.escape(mark.what)}</dd>" for mark in WORST_FIRST)
    return f"<ul>\n{shapes}\n</ul>\n<dl>\n{marks}\n</dl>"


BODY = f"""\
<a class="skip" id="skip" href="#panel">Skip to the numbers</a>
<header>
<h1>{TITLE}</h1>
<div class="bar-row" role="group" aria-label="Steps">
<div class="group">
{_step_button("first", "First step", "Home")}
{_step_button("back", "Step back", "←")}
{_step_button("play", "Play", "space, p", "play", "pause")}
{_step_button("next", "Step forwards", "→")}
{_step_button("last", "Last step", "End")}
</div>
<div class="group grow">
<input id="scrubber" type="range" min="0" value="0" aria-label="Step"><span id="where"></span>
</div>
<div class="group">
<button id="backward" type="button" title="Start of the backward pass (b)">To the backward pass</button>
<label class="hidden-text" for="speed">Speed</label>
<select id="speed" title="Speed of play">
<option value="2000">slow</option><option value="900" selected>normal</option><option value="250">fast</option>
</select>
</div>
</div>
<div class="bar-row tools scroll" role="group" aria-label="Picture">
<div class="group" id="modules"><label for="depth">Modules</label><select id="depth"></select></div>
<div class="group"><label class="hidden-text" for="search">Search</label>
<input id="search" type="search" placeholder="Search (/)" autocomplete="off" spellcheck="false">
<span id="found" class="soft" role="status"></span></div>
<div class="group"><button id="marked" type="button"
 title="Next node whose gradient vanishes, explodes, is zero or not finite (m)">Next mark</button></div>
<div class="group">
<button id="farther" type="button" aria-label="Zoom out" title="Zoom out (−)">−</button>
<button id="closer" type="button" aria-label="Zoom in" title="Zoom in (+)">+</button>
<button id="fit" type="button" title="Fit the whole picture (0)">Fit</button>
<button id="turn" type="button" title="Left to right, or top to bottom (t)">Turn</button>
<button id="legend" type="button" aria-expanded="false" aria-controls="explanation" title="Legend (l)">Legend</button>
<button id="help" type="button" title="Keys (?)">Keys</button>
</div>
</div>
<p id="live" class="hidden-text" aria-live="polite"></p>
</header>
<main id="port" aria-label="The graph">
<svg id="canvas" role="group"
 aria-label="The graph. Arrow up and down go from node to node; j and k in order."></svg>
<section id="explanation" aria-label="Legend" tabindex="0" hidden>
{_legend()}
</section>
<div id="tip" hidden></div>
</main>
<aside id="panel" aria-label="Numbers" tabindex="0">
<section id="step" aria-label="This step"></section>
<section id="selection" aria-label="Selection"></section>
</aside>
<section id="table-section" aria-label="All steps"><details id="table"><summary>All steps as a table</summary>
<div class="scroll" tabindex="0" role="group" aria-label="Table of the steps">
<table class="steps"><thead><tr>
{"".join(f'<th scope="col">{column}</th>' for column in COLUMNS)}
</tr></thead><tbody id="steps"></tbody></table>
</div><button id="more" type="button" hidden></button></details></section>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<dl>
{_key_rows()}
</dl><form method="dialog"><button>Close</button></form></dialog>
"""

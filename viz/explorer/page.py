"""The page as one HTML document: style, scripts and the graph within it, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from functools import cache
from importlib.resources import files
from typing import Any

from ..text import clean

SCRIPTS = (
    "dom", "text", "model", "view", "layout_rank", "layout_order", "layout_place", "layout_route", "layout",
    "edges", "cards", "draw", "arrays", "panel", "table", "camera", "search", "hash", "main",
)  # fmt: skip


def page(title: str, data: dict[str, Any]) -> str:
    """The document. `data` is what `data.data` returns."""
    program = script()
    code = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{code}'; base-uri 'none'; form-action 'none'"
    graph = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    graph = graph.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    shown = html.escape(clean(title, 200))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{shown}</title>\n<style>\n{asset('style.css')}</style>\n</head>\n<body>\n"
        + BODY.replace("TITLE", shown)
        + f'<script type="application/json" id="graph">{graph}</script>\n<script>{program}</script>\n</body>\n</html>\n'
    )


@cache
def asset(name: str) -> str:
    """The text of a file in `assets/`."""
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")


def script() -> str:
    """All scripts, in one scope of their own."""
    parts = "\n".join(asset(f"{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


BODY = """\
<a class="skip" href="#panel">Skip to the numbers</a>
<header>
<h1>TITLE</h1>
<div class="bar-row" role="toolbar" aria-label="Steps">
<div class="group">
<button id="first" type="button" aria-label="First step" title="First step (Home)"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 2h2v12H2zM14 2v12L5 8z"/></svg></button>
<button id="back" type="button" aria-label="Step back" title="Step back (←)"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M12 2v12L3 8z"/></svg></button>
<button id="play" type="button" aria-label="Play" title="Play (space)"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2l9 6-9 6z"/></svg><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 2h4v12H3zM9 2h4v12H9z"/></svg></button>
<button id="next" type="button" aria-label="Step forwards" title="Step forwards (→)"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 2l6 6-6 6zM10 2h2v12h-2z"/></svg></button>
<button id="last" type="button" aria-label="Last step" title="Last step (End)"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="M12 2h2v12h-2zM2 2l9 6-9 6z"/></svg></button>
</div>
<div class="group grow"><input id="scrubber" type="range" min="0" value="0" aria-label="Step"><span id="where"></span></div>
<div class="group"><button id="backward" type="button" title="Start of the backward pass (b)">To the backward pass</button>
<label class="hidden-text" for="speed">Speed</label>
<select id="speed" title="Speed of play"><option value="2000">slow</option><option value="900" selected>normal</option><option value="250">fast</option></select></div>
</div>
<div class="bar-row" role="toolbar" aria-label="Picture">
<div class="group" id="modules"><label for="depth">Modules</label><select id="depth"></select></div>
<div class="group"><label class="hidden-text" for="search">Search</label>
<input id="search" type="search" placeholder="Search (/)" autocomplete="off" spellcheck="false"><span id="found" class="soft" role="status"></span></div>
<div class="group"><button id="marked" type="button" title="Next node whose gradient vanishes, explodes, is zero or not finite (m)">Next mark</button></div>
<div class="group">
<button id="farther" type="button" aria-label="Smaller" title="Smaller (−)">−</button>
<button id="closer" type="button" aria-label="Larger" title="Larger (+)">+</button>
<button id="fit" type="button" title="Show all of it (0)">Fit</button>
<button id="turn" type="button" title="Left to right, or top to bottom (t)">Turn</button>
<button id="help" type="button" title="Keys (?)">Keys</button>
</div>
</div>
<p id="live" class="hidden-text" aria-live="polite"></p>
</header>
<main id="port" aria-label="The graph">
<svg id="canvas" role="group" aria-label="The graph. Arrow up and down go from node to node; j and k in order."></svg>
<div id="tip" hidden></div>
</main>
<aside id="panel" aria-label="Numbers" tabindex="0">
<section id="step" aria-label="This step"></section>
<section id="selection" aria-label="What was chosen"></section>
</aside>
<section id="table-section"><details id="table"><summary>All steps as a table</summary>
<div class="scroll" tabindex="0" role="group" aria-label="All steps">
<table class="steps"><thead><tr><th scope="col">step</th><th scope="col">pass</th><th scope="col">what</th><th scope="col">upstream</th><th scope="col">local, or rule</th><th scope="col">contribution</th><th scope="col">value, or gradient so far</th></tr></thead><tbody id="steps"></tbody></table>
</div><button id="more" type="button" hidden></button></details></section>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2>
<dl>
<dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>a step back, a step forwards</dd>
<dt><kbd>Home</kbd> <kbd>End</kbd></dt><dd>first and last step</dd>
<dt><kbd>b</kbd></dt><dd>start of the backward pass</dd>
<dt><kbd>space</kbd></dt><dd>play, pause</dd>
<dt><kbd>Tab</kbd></dt><dd>into the picture; there <kbd>↑</kbd> <kbd>↓</kbd> follow the edges, <kbd>j</kbd> <kbd>k</kbd> the order</dd>
<dt><kbd>Enter</kbd></dt><dd>choose a node, open or close a module</dd>
<dt><kbd>/</kbd></dt><dd>search; <kbd>Enter</kbd> goes to the next match</dd>
<dt><kbd>m</kbd></dt><dd>next node with a mark</dd>
<dt><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd></dt><dd>larger, smaller, all of it</dd>
<dt><kbd>t</kbd></dt><dd>turn the picture</dd>
<dt><kbd>Esc</kbd></dt><dd>choose nothing</dd>
</dl><form method="dialog"><button>Close</button></form></dialog>
"""

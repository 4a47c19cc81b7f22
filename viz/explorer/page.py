"""The page as one HTML document: style, scripts and the graph are in it, and it loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from tinygrad_edu.graph.codec import escape_surrogates

from ..text import clean
from .body import body

SCRIPTS = (
    "dom", "text", "rectangles", "model", "view",
    "layout_rank", "layout_order", "layout_place", "layout_route", "layout",
    "edge_text", "edge_labels", "cards", "nearby", "picture", "heatmaps", "panel", "table",
    "camera", "tooltips", "search", "address", "keys", "main", "focus", "controls",
)  # fmt: skip


def page(title: str, data: dict[str, Any]) -> str:
    """The document. `data` is what `data.data` returns."""
    program = script()
    code = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{code}'; "
        "base-uri 'none'; form-action 'none'"
    )
    graph = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    graph = escape_surrogates(re.sub("[<\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", graph))  # no tag
    shown = html.escape(clean(title, 200))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{shown}</title>\n<style>\n{asset('style.css')}</style>\n</head>\n<body>\n"
        + body(shown)
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

"""`draw`: a Tensor's graph as a picture, for a file, a notebook, a web page or a terminal."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from tinygrad_edu.files import write_whole
from tinygrad_edu.graph import Graph, to_json, trace
from tinygrad_edu.tensor import Tensor

from . import style
from .arguments import caller_names, given_graph, given_names, given_tensors
from .descriptions import about_graph
from .dot import dot
from .layout_cost import reading_direction
from .render import render
from .steps import steps
from .svg import finish
from .text import clean, count, escape_surrogates
from .view import View, view

SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".txt", ".json")
MOST = 200_000  # nodes: a few seconds
LINES = 100  # a notebook's text is not longer


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph. It is laid out when it is first looked at; in a notebook it shows itself."""

    graph: Graph
    view: View  # what of it is visible
    name: str  # prefix of every id in the SVG
    title: str
    note: str  # what the picture leaves out, "" if nothing
    dot: str  # the source, in Graphviz's language

    @cached_property
    def svg(self) -> str:
        """The picture as an `<svg>` element, for light and dark pages."""
        about = about_graph(self.graph, self.note)
        return finish(render(self.dot, "svg"), self.name, clean(self.title, 200), about, style.dark(self.name))

    @cached_property
    def text(self) -> str:
        """All steps as a table, forwards and, if gradients went back, backwards."""
        return steps(self.graph, self.title)

    def save(self, path: str | Path) -> Path:
        """Write a file, of the format that the suffix names: .svg, .png, .pdf, .dot, .txt (`text`), .json (`graph`)."""
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(
                f"save: cannot tell the format of {str(path)!r} by its suffix; use one of {', '.join(SUFFIXES)}"
            )
        match suffix:
            case ".svg":
                content = self.svg.encode()
            case ".dot":
                content = self.dot.encode()
            case ".txt":
                content = self.text.encode()
            case ".json":
                content = escape_surrogates(to_json(self.graph, indent=1)).encode()
            case _:
                content = render(self.dot, suffix[1:])
        write_whole(path, content)
        return path

    def __repr__(self) -> str:
        return f"<Drawing {self.name}: {len(self.graph)} nodes, {len(self.graph.edges)} edges>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        rows = len(self.graph) + len(self.graph.backward)
        return {"image/svg+xml": self.svg, "text/plain": self.text if rows <= LINES else repr(self)}


def draw(
    what: Tensor | Sequence[Tensor] | Graph,
    path: str | Path | None = None,
    *,
    names: Mapping[str, Any] | None = None,
    module: Any = None,
    depth: int | None = None,
    backward: bool | None = None,
    direction: Literal["LR", "TB"] | None = None,
    title: str = "Computational graph",
    name: str | None = None,
) -> Drawing:
    """Draw what was recorded: data in boxes, ops in circles, modules as frames around them, results in double frames.

    what: a Tensor, several, or a `Graph` (then without names, module and backward, which it has already).
    path: where to save it; the suffix decides the format (.svg .png .pdf .dot, .txt for the steps as a table, .json).
    names: what to call Tensors, e.g. `{"x": x, "loss": loss}`. By default each is called by a variable that holds it
        where `draw` is called, a local one before a global one; `names={}` looks no names up.
    module: its parameters are called by their names.
    depth: how many levels of modules to open: 0 shows each of the outermost as one box, 1 what is in them, and so on.
        By default all. What would have more than 1,500 nodes, or many edges all across it, is folded into a few boxes;
        `note` and a line in the picture say so. ValueError if the depth that was asked for would take long to draw.
    backward: whether to follow the gradients back. By default if `backward(retain_graph=True)` was called.
    direction: "LR" from left to right, "TB" from top to bottom. By default from left to right where that fits a page.
    title: what a screen reader calls the picture.
    name: prefix of the ids in the SVG; by default made from the picture's content.

    At an edge stands what the chain rule says there. Without gradients "∂ 3", the local derivative: what a gradient
    will be multiplied by on its way back. With them "0.5 × 3 = 1.5": upstream gradient × local derivative =
    contribution; of arrays the range of the derivatives and the norm ‖·‖ of the contribution; of a product of matrices
    the rule, and its shapes. The larger the contribution (root mean square, in powers of ten), the thicker the line.
    Dashed lines carry no gradient. Big pictures have all this in the tooltips only.

    What is wrong with a gradient is marked in words (see `marks.py`): nan, inf, all zero, vanishing, exploding.
    """
    if direction not in ("LR", "TB", None):
        raise ValueError(f"draw: expected direction to be 'LR', 'TB' or None, got {direction!r}")
    if name is not None and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise ValueError(
            f"draw: name {name!r} cannot be the start of an id; use letters, digits, - and _, and start with a letter"
        )
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 0):
        raise ValueError(
            f"draw: expected depth to be 0 (all modules closed), 1, 2 ... or None (as many as fit), got {depth!r}"
        )
    if isinstance(what, Graph):
        graph = given_graph("draw", what, MOST, names=names, module=module, backward=backward)
    else:
        outputs = given_tensors("draw", what)
        names = caller_names(sys._getframe(1), module) if names is None else given_names("draw", names)
        graph = trace(*outputs, names=names, module=module, backward=backward, limit=MOST)
    visible = view(graph, depth)
    direction = direction or reading_direction(visible)
    note = ""
    if visible.hidden:
        rest = "the rest is in closed boxes"
        note = f"{count(len(graph), 'node')}; {visible.shown:,} shown, {rest}"
    if name is None:
        name = "graph-" + hashlib.sha256(dot(visible, "graph", direction, note).encode()).hexdigest()[:8]
    drawing = Drawing(graph, visible, name, title, note, dot(visible, name, direction, note))
    if path is not None:
        drawing.save(path)
    return drawing

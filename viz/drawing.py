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
from .text import clean, count
from .view import View, view

SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".txt", ".json")
MOST = 200_000  # nodes: a few seconds
LINES = 100  # a notebook's text is not longer


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph. It is laid out on first use; a notebook displays it."""

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
        """All steps as a table: forwards and, if there are gradients, backwards."""
        return steps(self.graph, self.title)

    def save(self, path: str | Path) -> Path:
        """Write a file in the format of its suffix: .svg .png .pdf .dot, .txt (`text`) or .json (`graph`)."""
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
                content = to_json(self.graph, indent=1).encode()
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
    """Draw the recorded computation: data in boxes, ops in ellipses, modules as frames, outputs in double frames.

    what: a Tensor, a list of Tensors, or a `Graph`, which takes no names, module or backward: it has them already.
    path: the file to save; its suffix is the format: .svg .png .pdf .dot, .txt (the steps as a table) or .json.
    names: what to call Tensors, e.g. `{"x": x, "loss": loss}`. By default each is called by a variable that holds it
        where `draw` is called, a local one before a global one; `names={}` looks no names up.
    module: a Module whose parameters are called by their names in it.
    depth: how many levels of modules to open: 0 shows each of the outermost as one box, 1 what is in them, and so on.
        By default all. A graph of more than 1,500 nodes, or of many long edges, is folded into a few boxes, as `note`
        and a line in the picture say. ValueError if the depth that was asked for would take too long to draw.
    backward: whether to show gradients. By default they are shown if `backward(retain_graph=True)` was called.
    direction: "LR" from left to right, "TB" from top to bottom. By default "LR" if that fits a page.
    title: what a screen reader calls the picture.
    name: the prefix of the ids in the SVG; by default a hash of its content.

    The label of an edge is the chain rule. Without gradients it is "∂ 3", the local derivative. With them it is
    "0.5 × 3 = 1.5": upstream gradient × local derivative = contribution. For arrays it is the range of the derivatives
    and the norm ‖·‖ of the contribution; "Σ over 3 rows" where the input was broadcast, so that its gradient is a sum;
    for a product of matrices the rule and its shapes. The larger the contribution (root mean square, in powers of ten),
    the thicker the line. Dashed lines carry no gradient. Large pictures have this in tooltips only.

    Gradients that are nan, inf, all zero, vanishing or exploding are marked in words (see `marks.py`).

    TypeError or ValueError for arguments that cannot be drawn. RuntimeError if `backward()` freed the graph, or if
    Graphviz is not installed.
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

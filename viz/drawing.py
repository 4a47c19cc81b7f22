"""`draw`: a Tensor's graph as a picture, for a file, a notebook or a web page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from tinygrad_edu.files import write_whole
from tinygrad_edu.graph import Graph, trace
from tinygrad_edu.tensor import Tensor

from .dot import dot
from .effort import MAX_NODES, refuse_the_unreadable
from .layout import render
from .svg import finish
from .text import about_graph, clean

SUFFIXES = (".svg", ".png", ".pdf", ".dot")


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph. It is laid out when it is first looked at; in a notebook it shows itself."""

    graph: Graph
    name: str  # prefix of every id in the SVG
    title: str
    dot: str  # the source, in Graphviz's language

    @cached_property
    def svg(self) -> str:
        """The picture as an `<svg>` element."""
        return finish(render(self.dot, "svg"), self.name, clean(self.title, 200), about_graph(self.graph))

    def save(self, path: str | Path) -> Path:
        """Write a file, of the format that the suffix names: .svg, .png, .pdf or .dot."""
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(
                f"save({str(path)!r}): the suffix decides the format and must be one of {', '.join(SUFFIXES)}"
            )
        if suffix == ".dot":
            content = self.dot.encode()
        elif suffix == ".svg":
            content = self.svg.encode()
        else:
            content = render(self.dot, suffix[1:])
        write_whole(path, content)
        return path

    def __repr__(self) -> str:
        return f"<Drawing {self.name}: {len(self.graph)} nodes, {len(self.graph.edges)} edges>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}


def draw(
    what: Tensor | Sequence[Tensor] | Graph,
    path: str | Path | None = None,
    *,
    names: Mapping[str, Any] | None = None,
    module: Any = None,
    direction: Literal["LR", "TB"] = "LR",
    title: str = "Computational graph",
    name: str | None = None,
) -> Drawing:
    """Draw what was recorded: data in boxes, ops in circles, the result in a double frame.

    what: a Tensor, several, or a `Graph`.
    path: where to save it; the suffix decides the format (.svg .png .pdf .dot).
    names: what to call Tensors, e.g. `{"x": x, "loss": loss}`.
    module: its parameters are called by their names.
    direction: "LR" from left to right, "TB" from top to bottom.
    title: what a screen reader calls the picture.
    name: prefix of the ids in the SVG; by default made from the picture's content.

    A number at an edge, such as "∂ 3", is the local derivative: what a gradient is multiplied by when it goes back
    along that edge. Dashed edges carry no gradient. Big graphs have these numbers in the tooltips only; one that nobody
    could read (more than 1,500 nodes, or edges all across it) is a ValueError at once.
    """
    if direction not in ("LR", "TB"):
        raise ValueError(f"draw: direction must be 'LR' or 'TB', not {direction!r}")
    if name is not None and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise ValueError(f"draw: name {name!r} must be letters, digits, - and _, and start with a letter")
    if isinstance(what, Graph):
        graph = what
    else:
        outputs = [what] if isinstance(what, Tensor) else list(what)
        graph = trace(*outputs, names=names, module=module, limit=MAX_NODES)
    refuse_the_unreadable(graph)
    if name is None:
        name = "graph-" + hashlib.sha256(dot(graph, "graph", direction).encode()).hexdigest()[:8]
    drawing = Drawing(graph, name, title, dot(graph, name, direction))
    if path is not None:
        drawing.save(path)
    return drawing

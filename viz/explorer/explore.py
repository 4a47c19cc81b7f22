"""`explore`: a Tensor's graph as a page."""

from __future__ import annotations

import html
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from tinygrad_edu.files import write_whole
from tinygrad_edu.graph import Graph, fold, trace
from tinygrad_edu.tensor import Tensor

from ..arguments import caller_names, given_graph, given_names, given_tensors
from ..text import clean
from .data import data
from .page import page

MAX_NODES = 20_000  # of more a browser holds neither the picture nor the numbers
CELLS = 256  # of an array so many elements are in the page, or the peaks of so many blocks


@dataclass(frozen=True)
class Explorer:
    """A page to step through a graph. A notebook displays it; `save` writes it."""

    graph: Graph
    title: str
    direction: Literal["LR", "TB"] = "TB"

    @cached_property
    def html(self) -> str:
        """The page: one HTML document that loads nothing else."""
        return page(self.title, data(fold(self.graph), self.title, self.direction))

    def save(self, path: str | Path) -> Path:
        """Write the page to a file with the suffix .html or .htm; returns its path."""
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"save: the page is HTML, and {str(path)!r} does not end in .html; use such a name")
        write_whole(path, self.html.encode())
        return path

    def __repr__(self) -> str:
        return f"<Explorer {self.title!r}: {len(self.graph)} nodes, {len(self.graph.backward)} backward steps>"

    def _repr_html_(self) -> str:
        inner, name = html.escape(self.html), html.escape(clean(self.title, 200))
        style = "width:100%;height:720px;border:0"
        return f'<iframe sandbox="allow-scripts" title="{name}" style="{style}" srcdoc="{inner}"></iframe>'


def explore(
    what: Tensor | Sequence[Tensor] | Graph,
    path: str | Path | None = None,
    *,
    names: Mapping[str, Any] | None = None,
    module: Any = None,
    direction: Literal["LR", "TB"] = "TB",
    title: str = "A computation, step by step",
) -> Explorer:
    """A page to step through the computation: forwards, where values appear, and backwards, where gradients do.

    what: a Tensor, a list of Tensors, or a `Graph`. Each must have one element, or `backward(gradient,
        retain_graph=True)` must have been called on it; if none requires a gradient, there are forward steps only.
    path: the file to save (.html).
    names, module: as in `draw`; without names, Tensors are called by the variables that hold them.
    direction: "TB" from top to bottom or "LR" from left to right, at first; the page can turn the picture.
    title: the heading of the page.

    Each backward step shows upstream × local = contribution, summed where an input was broadcast, and how the gradient
    adds up. The gradients are computed for the page: no `.grad` is written.

    TypeError or ValueError for arguments that cannot be shown, and for more than 20,000 nodes. RuntimeError if an
    output has several elements and no gradient to start from, or if `backward()` freed its graph.
    """
    if direction not in ("LR", "TB"):
        raise ValueError(f"explore: expected direction to be 'LR' or 'TB', got {direction!r}")
    if isinstance(what, Graph):
        graph = given_graph("explore", what, MAX_NODES, names=names, module=module)
    else:
        outputs = given_tensors("explore", what)
        names = caller_names(sys._getframe(1), module) if names is None else given_names("explore", names)
        differentiable = any(map(_has_gradient, outputs))
        graph = trace(*outputs, names=names, module=module, backward=differentiable, cells=CELLS, limit=MAX_NODES)
    explorer = Explorer(graph, title, direction)
    if path is not None:
        explorer.save(path)
    return explorer


def _has_gradient(output: Tensor) -> bool:
    """Whether the backward steps can start here. RuntimeError if they need a gradient that was not given."""
    node = output._node
    if node is not None and output.numel() != 1 and not hasattr(node, "seed"):
        raise RuntimeError(
            f"explore: the output has shape {output.array.shape}, and no gradient to go back from. Reduce it, as in "
            "loss.sum() or loss.mean(), or call backward(gradient, retain_graph=True) first."
        )
    return node is not None

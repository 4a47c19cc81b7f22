"""`tinygrad-edu draw` and `tinygrad-edu explore`: a computation as a picture, or as a page to step through."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from ..tensor import Tensor
from .choices import choice, integer
from .console import say, stdout_console
from .errors import Failure, bad_option
from .literal import quoted
from .subject import Subject, subject

GRAPH, PAGE = Path("graph.svg"), Path("explore.html")
PICTURES = (".svg", ".png", ".pdf", ".dot", ".txt", ".json")
PAGES = (".html", ".htm")
LONGEST_NAME = 200  # bytes: most file systems take 255, and a temporary name beside it is longer
SHOWN = 9  # elements of a value or gradient that are printed one by one

What = Annotated[
    str,
    typer.Argument(help="A run's folder, a lesson (as in train --preset), or an expression.", metavar="WHAT"),
]
Values = Annotated[
    list[str] | None,
    typer.Argument(help="Of an expression: x=2 w=[[1,2],[3,4]].", metavar="[NAME=NUMBER]...", show_default=False),
]
Data = Annotated[
    str | None,
    typer.Option(help="Folder with MNIST.", metavar="FOLDER", show_default="of a run, download; of a lesson, digits"),
]
Batch = Annotated[str | None, typer.Option(help="Training images of a run.", metavar="N", show_default="8")]
Seed = Annotated[str | None, typer.Option(help="For the weights of a lesson.", metavar="N", show_default="0")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file that --out names.")]


def draw(
    what: What,
    values: Values = None,
    out: Annotated[
        Path | None, typer.Option(help=f"{' '.join(PICTURES)}.", metavar="FILE", show_default=str(GRAPH))
    ] = None,
    depth: Annotated[
        str | None,
        typer.Option(help="Levels of modules that are shown open.", metavar="N", show_default="as many as can be read"),
    ] = None,
    direction: Annotated[
        str | None,
        typer.Option(
            help="LR from left to right, TB from top to bottom.",
            metavar="LR|TB",
            show_default="LR; TB for a network",
        ),
    ] = None,
    data: Data = None,
    batch: Batch = None,
    seed: Seed = None,
    force: Force = False,
) -> None:
    """Draw a computation: every operation, value and gradient.

    [bold]tinygrad-edu draw "tanh(x*w + b)" x=2 w=-3 b=6.88[/]
    [bold]tinygrad-edu draw "n = x*w; log(n) + n**2" x=2 w=3 --out n.png[/]
    [bold]tinygrad-edu draw mnist-nn --depth 1[/]
    [bold]tinygrad-edu draw runs/2026-05-04_10-00-00[/]

    An expression may use PyTorch's functions, sum(x, dim=0), x.T and x[0]; in
    front of it, inner results with names. If it starts with a minus sign, put
    it in parentheses. graph.svg is overwritten; a file that --out names is not,
    unless --force is given.

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    path = _checked(out, GRAPH, PICTURES, force)
    levels = None if depth is None else integer("--depth", depth, 0, 1)
    way = None if direction is None else choice("--direction", direction, ("lr", "tb")).upper()
    shown = subject(what, values or (), data, batch, seed)
    words = _backward(shown)
    from .. import viz  # here, because it takes a while

    about: Any = {"names": shown.names, "module": shown.module, "title": shown.title}
    about["direction"] = way or shown.direction
    try:
        drawing = viz.draw(shown.output, path, depth=levels, **about)
    except (ValueError, RuntimeError, OSError) as error:
        raise _failed(path, error) from None
    console = stdout_console()
    nodes, edges = len(drawing.graph), len(drawing.graph.edges)
    say(console, f"Wrote {path}: {shown.title}, {nodes} node{'s' * (nodes != 1)}, {edges} edge{'s' * (edges != 1)}")
    say(console, words)


def explore(
    what: What,
    values: Values = None,
    out: Annotated[Path | None, typer.Option(help="A page, .html.", metavar="FILE", show_default=str(PAGE))] = None,
    data: Data = None,
    batch: Batch = None,
    seed: Seed = None,
    force: Force = False,
) -> None:
    """Make a page that steps through a computation, forwards and backwards.

    [bold]tinygrad-edu explore "tanh(x*w + b)" x=2 w=-3 b=6.88[/]
    [bold]tinygrad-edu explore mnist-nn --out step.html[/]

    WHAT is as for tinygrad-edu draw. The page is one file that needs no
    network; open it in a browser. explore.html is overwritten; a file that
    --out names is not, unless --force is given.

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    path = _checked(out, PAGE, PAGES, force)
    shown = subject(what, values or (), data, batch, seed)
    words = _backward(shown)
    from .. import viz

    try:
        viz.explore(shown.output, path, names=shown.names, module=shown.module, title=shown.title)
    except (ValueError, RuntimeError, OSError) as error:
        raise _failed(path, error) from None
    console = stdout_console()
    say(console, f"Wrote {path}: {shown.title}; open it in a browser")
    say(console, words)


def _checked(out: Path | None, usual: Path, suffixes: tuple[str, ...], force: bool) -> Path:
    """The file to write. What is wrong with it is said before anything is computed."""
    path = usual if out is None else out
    if path.suffix.lower() not in suffixes:
        raise bad_option("--out", path, f"the suffix decides the format and must be one of {' '.join(suffixes)}")
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise bad_option(
            "--out", quoted(str(path)), f"its name is longer than {LONGEST_NAME} bytes; choose a shorter one"
        )
    if os.path.isdir(path):  # os.path, because Path.is_dir raises for names that are too long
        raise bad_option("--out", path, f"is a folder; name a file, as in --out {path / usual}")
    if not os.path.isdir(path.parent):
        raise bad_option("--out", path, f"there is no folder {path.parent}; make it first")
    if out is not None and os.path.exists(path) and not force:
        raise bad_option("--out", path, "exists already; name another file, or add --force to overwrite it")
    return path


def _failed(path: Path, error: Exception) -> Failure:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return Failure(f"{path} could not be written: {reason}")


def _backward(shown: Subject) -> str:
    """Go backwards from a result of one element; return the result and the gradients of what has a name, on a line."""
    output = shown.output
    name = next(name for name, t in shown.names.items() if t is output)
    if output.numel() != 1:
        return f"{name} has the shape {output.shape}: add .sum() or .mean() to it, to see gradients"
    with np.errstate(all="ignore"):  # nan and inf are shown like other results
        output.backward(retain_graph=True)  # the graph is kept: it is drawn
    parts = [f"{name} = {_number(output)}"]
    parts += [f"d {name} / d {leaf} = {_number(t.grad)}" for leaf, t in shown.leaves.items() if t.grad is not None]
    return "   ".join(parts)


def _number(t: Tensor) -> str:
    """A few digits of each element; of many elements, the smallest and the largest."""
    if t.numel() <= SHOWN:
        return _listed(t.tolist())
    return f"{list(t.shape)} from {t.min().item():.4g} to {t.max().item():.4g}"


def _listed(numbers: Any) -> str:
    if isinstance(numbers, list):
        return f"[{', '.join(map(_listed, numbers))}]"
    return f"{numbers:.4g}"

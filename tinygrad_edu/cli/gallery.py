"""`tinygrad-edu gallery`: six small networks as pictures, and as pages to step through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..recording import source_lines
from . import dataset as datasets
from .choices import choice
from .errors import Failure


def gallery(
    folder: Annotated[Path, typer.Argument(help="Where the files go; created if needed.", metavar="FOLDER")] = Path(
        "gallery"
    ),
    data: Annotated[
        str | None, typer.Option(help="Folder with MNIST.", show_default="download", metavar="FOLDER")
    ] = None,
    dataset: Annotated[str, typer.Option(help="mnist, digits or auto.")] = "auto",
) -> None:
    """Draw six small networks: of each a picture, and a page to step through.

    A neuron, a training step on MNIST, a residual block, an LSTM cell,
    attention, a second derivative. Files that are there are overwritten.

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    from ..examples.gallery import SCENES, scene  # here, because the command line starts faster without

    digits = datasets.load(choice("--dataset", dataset, ("auto", "mnist", "digits")), data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in SCENES:
            with source_lines():
                shown = scene(name, digits)
            for path in draw_scene(shown, folder):
                print(path)
    except OSError as error:
        raise Failure(f"{folder} cannot be written to ({error.strerror or error}); name another folder") from None


def draw_scene(scene: Any, folder: Path) -> tuple[Path, Path]:
    """Go back through the scene's graph, then write its picture and its page; returns where they are."""
    from .. import viz

    for output in scene.outputs:
        output.backward(retain_graph=True)
    shown = {"names": scene.names, "module": scene.module, "title": scene.title, "direction": scene.direction}
    picture, page = folder / f"{scene.name}.svg", folder / f"{scene.name}.html"
    viz.draw(scene.outputs, picture, depth=scene.depth, **shown)
    viz.explore(scene.outputs, page, **shown)
    return picture, page

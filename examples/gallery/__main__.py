"""Draws the gallery: of each scene a picture, NAME.svg, and a page to step through, NAME.html.

python -m tinygrad_edu.examples.gallery [FOLDER] [--data DIR]
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tinygrad_edu import source_lines, viz
from tinygrad_edu.cli import dataset as datasets
from tinygrad_edu.cli.choices import choice
from tinygrad_edu.cli.errors import FAILURE, Failure, OneLineErrors

from . import SCENES, scene
from .scene import Scene

app = typer.Typer(cls=OneLineErrors, add_completion=False)


@app.callback(invoke_without_command=True, context_settings={"allow_interspersed_args": True})  # FOLDER before --data
def gallery(
    folder: Annotated[Path, typer.Argument(help="Where the files go; it is made if need be.")] = Path("gallery"),
    data: Annotated[str | None, typer.Option(help="Folder with MNIST; by default it is downloaded.")] = None,
    dataset: Annotated[str, typer.Option(help="mnist, digits or auto.")] = "auto",
) -> None:
    """Draw six small networks, each as a picture (.svg) and as a page to step through (.html)."""
    digits = datasets.load(choice("--dataset", dataset, ("auto", "mnist", "digits")), data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"{folder}: no folder can be made there ({error.strerror}); name another", FAILURE) from None
    for name in SCENES:
        with source_lines():
            shown = scene(name, digits)
        for path in draw(shown, folder):
            print(path)


def draw(scene: Scene, folder: Path) -> tuple[Path, Path]:
    """Go back through the scene's graph, then write its picture and its page; returns where they are."""
    for output in scene.outputs:
        output.backward(retain_graph=True)
    shown: dict[str, Any] = {"names": scene.names, "module": scene.module, "title": scene.title}
    picture, page = folder / f"{scene.name}.svg", folder / f"{scene.name}.html"
    viz.draw(scene.outputs, picture, direction=scene.direction, depth=scene.depth, **shown)
    viz.explore(scene.outputs, page, **shown)
    return picture, page


if __name__ == "__main__":
    app()

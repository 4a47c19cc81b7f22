"""DOT in, a picture out: Graphviz inside the process (pygraphviz), or the program `dot`."""

from __future__ import annotations

import shutil
import subprocess

RESOLUTION = 192  # dots per inch of a PNG: sharp on a projector
PATIENCE = 120  # seconds that the program `dot` may take


def render(source: str, form: str) -> bytes:
    """The picture as "svg", "png" or "pdf"."""
    try:
        import pygraphviz
    except ImportError:
        return _by_program(source, form)
    graph = pygraphviz.AGraph(string=source)
    try:
        options = "-Kdot" + (f" -Gdpi={RESOLUTION}" if form == "png" else "")
        graph.has_layout = True  # `-Kdot` lays it out all the same, and big graphs print no warning
        return bytes(graph.draw(format=form, args=options))
    finally:
        graph.close()


def _by_program(source: str, form: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        raise RuntimeError(
            "drawing needs Graphviz, and neither form is here: `pip install pygraphviz` (version 2 or later brings "
            "Graphviz along), or install Graphviz from graphviz.org/download, so that its program `dot` is on the PATH"
        )
    options = [f"-T{form}"] + ([f"-Gdpi={RESOLUTION}"] if form == "png" else [])
    try:
        done = subprocess.run(
            [program, *options], input=source.encode(), capture_output=True, check=True, timeout=PATIENCE
        )
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"dot failed: {error.stderr.decode(errors='replace').strip()}") from None
    return done.stdout

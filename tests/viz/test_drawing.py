"""`Drawing`: the files, the notebook, Graphviz; and arguments that `draw` refuses."""

import subprocess
import sys

import pytest

import tinygrad_edu as tg
from tinygrad_edu import files, viz
from tinygrad_edu.examples.gallery import SCENES, scene
from tinygrad_edu.graph import trace
from tinygrad_edu.viz import render


def leaf(data):
    return tg.tensor(data, requires_grad=True)


def square():
    x = leaf(3.0)
    return viz.draw(x * x, names={"x": x}, name="g")


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("pdf", b"%PDF"),
        ("dot", b"digraph"),
        ("txt", b"Computational graph\n\nForward\nstep"),
        ("json", b"{\n"),
    ],
)
def test_files(tmp_path, suffix, start):
    path = tmp_path / f"picture.{suffix}"
    path.write_bytes(b"old")
    assert square().save(path) == path
    assert path.read_bytes().startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_draw_saves_too(tmp_path):
    x = leaf(1.0)
    drawing = viz.draw(x.exp(), tmp_path / "A.SVG")
    assert (tmp_path / "A.SVG").read_text(encoding="utf-8") == drawing.svg


def test_an_unknown_suffix_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf, \.dot, \.txt, \.json"):
        square().save(tmp_path / "picture.gif")
    assert not list(tmp_path.iterdir())


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "picture.svg"
    path.write_text("old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        square().save(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["picture.svg"]


def test_without_graphviz_the_error_names_both_remedies(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match=r"pip install pygraphviz.*graphviz\.org"):
        square().svg  # noqa: B018


def test_the_program_dot_is_the_fallback(monkeypatch):
    calls = []

    def run(command, **options):
        calls.append((command, options["input"]))
        return subprocess.CompletedProcess(command, 0, stdout=b"picture")

    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setattr(render.shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(render.subprocess, "run", run)
    assert render.render("digraph {}", "png") == b"picture"
    assert calls == [(["/somewhere/dot", "-Tpng", "-Gdpi=192"], b"digraph {}")]


def test_a_notebook_shows_the_svg():
    bundle = square()._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert bundle["text/plain"] == square().text
    assert repr(square()) == "<Drawing g: 2 nodes, 2 edges>"
    y = leaf(1.0)
    for _ in range(101):
        y = -y
    assert viz.draw(y, name="g")._repr_mimebundle_()["text/plain"] == "<Drawing g: 102 nodes, 101 edges>"


def test_wrong_arguments_are_named():
    x = leaf(1.0)
    with pytest.raises(ValueError, match="direction"):
        viz.draw(x, direction="up")
    with pytest.raises(ValueError, match="name 'a b'"):
        viz.draw(x, name="a b")
    with pytest.raises(ValueError, match="takes no names"):
        viz.draw(trace(x.exp()), names={"x": x})
    y = x.exp()
    y.backward()
    with pytest.raises(RuntimeError, match="retain_graph"):
        viz.draw(y)


# Pairs of things in an SVG of which one lies on the other: of the text of an edge, and a node or another such text.
COVERED = """() => {
  const [by, box] = [1, (element) => element.getBoundingClientRect()]; // pixels that do not matter
  const overlap = (a, b) =>
    a.left + by < b.right && b.left + by < a.right && a.top + by < b.bottom && b.top + by < a.bottom;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const texts = all("g.edge text").map((text) => [text.textContent, box(text), text.parentNode]);
  const shapes = all("g.node polygon, g.node ellipse, g.node path");
  const nodes = shapes.map((shape) => [shape.parentNode.textContent, box(shape), shape.parentNode]);
  return texts.flatMap(([name, place, edge], i) => [...nodes, ...texts.slice(i + 1)]
    .filter(([, other, group]) => group !== edge && overlap(place, other)).map(([other]) => `${name} on ${other}`));
}"""


@pytest.mark.browser
@pytest.mark.parametrize("name", SCENES)
def test_the_texts_of_edges_lie_on_no_node_and_on_no_other_text(page, tmp_path, name):
    shown = scene(name)
    settings = {"names": shown.names, "module": shown.module, "direction": shown.direction, "backward": True}
    viz.draw(shown.outputs, tmp_path / "picture.svg", **settings)
    page.goto(f"file://{tmp_path}/picture.svg")
    assert page.locator("g.edge text").count() >= 9
    assert page.evaluate(COVERED) == []

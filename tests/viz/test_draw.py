"""`draw`: the DOT, the SVG, the files, and what is refused."""

import itertools
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import files, nn, viz
from tinygrad_edu.graph import trace
from tinygrad_edu.viz import render, style, symbols

SVG = "{http://www.w3.org/2000/svg}"


def leaf(data):
    return tg.tensor(data, requires_grad=True)


def square():
    x = leaf(3.0)
    return viz.draw(x * x, names={"x": x}, name="g")


def of_class(svg, name):
    return [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if name in g.get("class", "").split()]


def words(element):
    return [text.strip() for t in element.iter(f"{SVG}text") if (text := "".join(t.itertext()))]


class Mlp:
    """784-256-128-10, from ops alone."""

    def __init__(self, *sizes):
        r = np.random.default_rng(0)
        self.layers = [
            (leaf(r.standard_normal((n, m), "float32") / 20), leaf(np.zeros(n, "float32")))
            for m, n in itertools.pairwise(sizes)
        ]

    def named_parameters(self):
        for i, (w, b) in enumerate(self.layers, 1):
            yield f"fc{i}.weight", w
            yield f"fc{i}.bias", b

    def __call__(self, x):
        for i, (w, b) in enumerate(self.layers, 1):
            x = x @ w.T + b
            x = x.relu() if i < len(self.layers) else x
        return x


GOLDEN = r"""
	n0 [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"><TR><TD><FONT POINT-SIZE="13" COLOR="#1c2230"><B>x</B></FONT></TD></TR><TR><TD><FONT POINT-SIZE="13" COLOR="#1c2230">3</FONT></TD></TR><TR><TD><FONT POINT-SIZE="10" COLOR="#5b6373"><I>grad: none yet</I></FONT></TD></TR></TABLE>> class=leaf color="#a8740a" fillcolor="#fdf0cf" id="g-n0" shape=box style="filled,rounded" tooltip="x: leaf, float32 scalar
value: 3
grad: none yet"]
	n1 [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"><TR><TD><FONT POINT-SIZE="17" COLOR="#1c2230"><B>×</B></FONT></TD></TR><TR><TD><FONT POINT-SIZE="11" COLOR="#1c2230">9</FONT></TD></TR></TABLE>> class=op color="#5b6373" fillcolor="#f3f4f8" height=0.5 id="g-n1" margin="0.02,0.01" shape=ellipse tooltip="mul_0: mul(), float32 scalar
x · x = 3 · 3
value: 9" width=0.62]
	n0 -> n1 [label=< ∂ 3 <BR/><FONT POINT-SIZE="4"> </FONT>> class=differentiable id="g-e0" style=solid tooltip="x is argument 0 of mul_0
local derivative: ∂mul_0/∂x = x = 3"]
	n0 -> n1 [label=< ∂ 3 <BR/><FONT POINT-SIZE="4"> </FONT>> class=differentiable id="g-e1" style=solid tooltip="x is argument 1 of mul_0
local derivative: ∂mul_0/∂x = x = 3"]
	out0 [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"><TR><TD><FONT POINT-SIZE="13" COLOR="#1c2230"><B>output</B></FONT></TD></TR><TR><TD><FONT POINT-SIZE="13" COLOR="#1c2230">9</FONT></TD></TR></TABLE>> class=output color="#2b7a3d" fillcolor="#dcf3df" id="g-out0" peripheries=2 shape=box style="filled,rounded" tooltip="mul_0: mul(), float32 scalar
x · x = 3 · 3
value: 9"]
	n1 -> out0 [class=output id="g-out0-edge"]
}
"""  # noqa: E501


def test_the_dot_of_a_square():
    source = square().dot
    head, body = source.split("\n\tn0 [", 1)
    assert "\n\tn0 [" + body == GOLDEN
    assert head.startswith("digraph {")
    assert "id=g " in head
    assert "rankdir=LR" in head


def test_the_svg_of_a_square():
    svg = square().svg
    root = ElementTree.fromstring(svg)
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.find(f"{SVG}title").text == "Computational graph"
    assert "(scalar, 9)" in root.find(f"{SVG}desc").text
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "g-title g-desc"
    assert len(of_class(svg, "node")) == 3
    assert len(of_class(svg, "edge")) == 3
    assert [words(node) for node in of_class(svg, "node")] == [
        ["x", "3", "grad: none yet"],
        ["×", "9"],
        ["output", "9"],
    ]
    assert of_class(svg, "leaf")[0].find(f"{SVG}title").text.startswith("x: leaf, float32 scalar\nvalue: 3")
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)
    assert all(i == "g" or i.startswith("g-") for i in ids)
    assert "<a" not in svg.replace("<animate", "")
    assert "http" not in svg.replace("http://www.w3.org/", "")


def test_the_same_graph_gives_the_same_bytes_and_other_graphs_other_ids():
    x = leaf(3.0)
    first, again, other = viz.draw(x * x), viz.draw(x * x), viz.draw(x + x)
    assert (first.dot, first.svg, first.name) == (again.dot, again.svg, again.name)
    assert first.name != other.name


def test_scalars_show_their_gradient_and_zero_is_not_none():
    x, w = tg.tensor(0.0), leaf(2.0)
    y = x * w
    y.backward(retain_graph=True)
    drawing = viz.draw(y, names={"x": x, "w": w, "y": y})
    assert [words(node) for node in of_class(drawing.svg, "leaf")] == [["w", "2", "grad 0"]]
    assert [words(node) for node in of_class(drawing.svg, "output")[:1]] == [["y", "0", "grad 1"]]
    assert len(of_class(drawing.svg, "constant")) == 1  # the dashed edge


def test_what_is_not_finite_is_said_in_words():
    x = leaf([1.0, 0.0, -1.0])
    with np.errstate(all="ignore"):
        y = x.log()
        drawing = viz.draw([y, y.sum()])
    assert "⚠ 1 nan, 1 inf" in words(of_class(drawing.svg, "op")[0])
    assert words(of_class(drawing.svg, "output")[2])[-1] == "⚠ nan"


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_training_step_of_an_mlp(direction):
    model, x = Mlp(784, 256, 128, 10), tg.tensor(np.random.default_rng(1).random((64, 784), "float32"))
    logits = model(x)
    loss = -tg.log_softmax(logits, -1)[np.arange(64), np.arange(64) % 10].mean()
    loss.backward(retain_graph=True)
    svg = viz.draw(loss, names={"x": x, "logits": logits, "loss": loss}, module=model, direction=direction).svg
    titles = [words(node)[0] for node in of_class(svg, "parameter")]
    assert sorted(titles) == sorted(name for name, _ in model.named_parameters())
    labels = [label for edge in of_class(svg, "edge") for label in words(edge)]
    assert {"(64, 784)", "dB = Aᵀ dY", "dA = dY Bᵀ", "(784, 256) = (64, 784)ᵀ (64, 256)"} <= set(labels)
    assert ["+", "logits", "(64, 10)"] in [words(node)[:3] for node in of_class(svg, "op")]
    assert any(line.startswith("grad ") for line in words(of_class(svg, "parameter")[0]))


def test_modules_are_frames_around_what_they_computed():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    svg = viz.draw(model(tg.tensor(np.ones((2, 3), "float32"))), module=model, name="g").svg
    frames = of_class(svg, "cluster")
    assert [words(frame) for frame in frames] == [
        ["model \N{NO-BREAK SPACE}Sequential"],
        ["0 \N{NO-BREAK SPACE}Linear"],
        ["1 \N{NO-BREAK SPACE}ReLU"],
    ]
    tips = [frame.find(f"{SVG}title").text for frame in frames]
    assert tips[1] == "model.0: Linear(in_features=3, out_features=4, bias=True)"
    assert [frame.get("id") for frame in frames] == ["g-s0", "g-s1", "g-s2"]
    assert all({"open", "module"} <= set(frame.get("class").split()) for frame in frames)
    fills = [frame.find(f"{SVG}path").get("fill") for frame in frames]
    assert fills == [style.BOXES[0], style.BOXES[1], style.BOXES[1]]


def test_a_module_that_is_called_again_is_another_frame():
    layer = nn.Linear(2, 2)
    svg = viz.draw(layer(layer(tg.tensor([[1.0, 2.0]]))), module=layer).svg
    assert [words(frame)[0].split() for frame in of_class(svg, "cluster")] == [
        ["model", "Linear"],
        ["model", "Linear", "call", "2"],
    ]


def test_long_pictures_go_down_the_page():
    y = leaf(1.0)
    assert "rankdir=LR" in viz.draw(y.exp()).dot
    for _ in range(20):
        y = -y
    assert "rankdir=TB" in viz.draw(y).dot
    assert "rankdir=LR" in viz.draw(y, direction="LR").dot


def test_many_doublings_are_drawn_without_following_every_path():
    y = leaf(1.0)
    for _ in range(60):
        y = y + y
    assert viz.draw(y).dot.count(" -> ") == 121  # the last goes to the output's box


def test_a_big_graph_has_its_numbers_in_tooltips_only():
    y = leaf(1.0)
    for _ in range(200):
        y = y * 0.5 + 1
    assert "∂ 0.5" in viz.draw(trace(y)).dot
    parts = [leaf(1.0)]
    for _ in range(60):
        parts.append(sum(parts[-12:], start=parts[0]) * 0.5)
    y = parts[-1]
    drawing = viz.draw(trace(y), depth=0)  # asked for, so that it is not folded
    assert "∂ " not in drawing.dot
    assert "= 0.5" in drawing.dot


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


@pytest.mark.parametrize("op", symbols.SYMBOLS)
def test_symbols_of_the_table_are_those_that_do_not_follow_from_the_formula(op):
    assert op in tg.OPS
    assert symbols.SYMBOLS[op] != symbols.derived(op)


@pytest.mark.parametrize(
    ("op", "sign"),
    [
        *[("add", "+"), ("eq", "="), ("exp", "eˣ"), ("sqrt", "√x"), ("log", "ln"), ("tanh", "tanh"), ("square", "x²")],
        *[
            ("abs", "|x|"),
            ("amax", "max"),
            ("remainder", "mod"),
            ("reshape", "reshape"),
            ("mul", "×"),
            ("my_op", "my_op"),
        ],
    ],
)
def test_symbols(op, sign):
    assert symbols.symbol(op) == sign


def test_kinds_differ_in_shape_and_in_colour():
    kinds = [style.KINDS[k] for k in ("op", "input", "leaf", "parameter", "output")]
    assert len({(k["shape"], k.get("style"), k.get("peripheries")) for k in kinds}) == 5
    assert len({k["fillcolor"] for k in kinds}) == 5
    assert len({style.KINDS[k]["shape"] for k in ("module", "output", "op", "parameter")}) == 4

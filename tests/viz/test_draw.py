"""`draw`: the DOT and the SVG."""

import itertools
from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, viz
from tinygrad_edu.examples.gallery import scene
from tinygrad_edu.graph import trace
from tinygrad_edu.viz import style

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
	n1 [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"><TR><TD><FONT POINT-SIZE="17" COLOR="#1c2230"><B>×</B></FONT></TD></TR><TR><TD><FONT POINT-SIZE="10" COLOR="#5b6373">mul_0 = </FONT><FONT POINT-SIZE="11" COLOR="#1c2230">9</FONT></TD></TR></TABLE>> class=op color="#5b6373" fillcolor="#f3f4f8" height=0.5 id="g-n1" margin="0.02,0.01" shape=ellipse tooltip="mul_0: mul(), float32 scalar
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
        ["×", "mul_0 = 9"],
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


@pytest.mark.parametrize("name", ["lstm_cell", "attention"])
def test_what_the_steps_call_a_result_stands_on_its_node(name):
    shown = scene(name)
    drawing = viz.draw(shown.outputs, names=shown.names, module=shown.module, backward=True)
    on_nodes = {word.partition(" = ")[0] for node in of_class(drawing.svg, "node") for word in words(node)}
    rows = drawing.text.partition("Backward")[0].splitlines()[3:]
    called = {node.name or node.id for node in drawing.graph if node.kind == "op"}
    assert called <= {row.split()[1] for row in rows if row}
    assert called <= on_nodes

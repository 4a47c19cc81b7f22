"""Marks: what counts as wrong with a gradient, and that a picture says so in words and not by colour alone."""

from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import viz
from tinygrad_edu.graph import summary
from tinygrad_edu.viz.marks import EXPLODING, VANISHING, WORST_FIRST, mark, root_mean_square, value_mark, worst

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("data", "name", "of_value"),
    [
        ([1.0, np.nan, np.inf], "nan", "nan"),
        ([1.0, -np.inf], "inf", "inf"),
        (np.nan, "nan", "nan"),
        ([0.0, -0.0], "zero", None),
        (0.0, "zero", None),
        ([0.0, 1e-6], None, None),
        ([0.9e-7, 0.9e-7], "vanishing", None),
        ([1.1e-7, 1.1e-7], None, None),
        (1e-320, "vanishing", None),
        ([999.0, -999.0], None, None),
        ([1001.0, -1001.0], "exploding", None),
        ([0.0, 1500.0], "exploding", None),
        (1e300 + 0j, "exploding", None),
        (np.zeros((0, 3)), None, None),
    ],
)
def test_what_is_marked(data, name, of_value):
    of = summary(np.asarray(data))
    found, value = mark(of), value_mark(of)
    assert (found and found.name) == name
    assert (value and value.name) == of_value


def test_no_gradient_is_no_mark():
    assert mark(None) is None
    assert value_mark(None) is None
    assert worst([None, None]) is None


def test_signs_are_words_and_thresholds_are_told():
    assert [m.sign for m in WORST_FIRST] == ["⚠ nan", "⚠ inf", "↑ exploding", "↓ vanishing", "0 all zero"]
    told = {m.name: m.what for m in WORST_FIRST}
    assert f"{EXPLODING:g}" in told["exploding"]
    assert f"{VANISHING:.0e}".replace("e-0", "e−") in told["vanishing"]


def test_the_worst_comes_first():
    marks = [mark(summary(np.asarray(x))) for x in ([0.0], [1e-9], [1.0], [np.inf], [1e9])]
    assert worst(marks).name == "inf"
    assert worst(reversed(marks[:3])).name == "vanishing"


def test_the_root_mean_square_is_of_what_is_finite():
    assert root_mean_square(summary(np.array([3.0, -3.0, np.nan]))) == pytest.approx(3)
    assert root_mean_square(summary(np.array([np.nan]))) is None


def sick():
    """A leaf of each kind."""
    data = {
        "nan": [1.0, np.nan],
        "inf": [1.0, 0.0],
        "exploding": [1.0, 1.0],
        "vanishing": [1.0, 1.0],
        "zero": [-1.0, -1.0],
        "healthy": [1.0, 1.0],
    }
    x = {name: tg.tensor(np.array(numbers, "float32"), requires_grad=True) for name, numbers in data.items()}
    with np.errstate(all="ignore"):
        parts = [x["nan"].exp(), x["inf"].sqrt(), x["exploding"] * 1e4, x["vanishing"] * 1e-9, x["zero"].relu()]
        total = sum((part.sum() for part in parts), start=x["healthy"].sum())
        total.backward(retain_graph=True)
        return viz.draw(total, names=x, backward=True)


def test_every_mark_is_in_its_node_as_text_class_tooltip_and_outline():
    drawing = sick()
    nodes = {}
    for group in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g"):
        if "leaf" in group.get("class", "").split():
            texts = ["".join(text.itertext()).strip() for text in group.iter(f"{SVG}text")]
            nodes[texts[0]] = group, texts[1:]
    assert nodes.keys() == {"nan", "inf", "exploding", "vanishing", "zero", "healthy"}
    healthy, _ = nodes.pop("healthy")
    assert "mark" not in healthy.get("class")
    plain = outline(healthy)
    signs = {m.name: m for m in WORST_FIRST}
    for name, (group, texts) in nodes.items():
        assert f"mark-{name}" in group.get("class").split()
        words = " ".join(texts)
        assert signs[name].sign in words or f"⚠ 1 {name}" in words
        assert signs[name].what in group.find(f"{SVG}title").text
        width, dashes = outline(group)
        assert (width, dashes) != plain
        assert bool(dashes) == (name in ("vanishing", "zero"))


def outline(group):
    path = group.find(f"{SVG}path")
    return path.get("stroke-width"), path.get("stroke-dasharray")


def test_the_description_names_the_worst():
    description = ElementTree.fromstring(sick().svg).find(f"{SVG}desc").text
    assert "Worst of the values: ⚠ nan, at nan and" in description
    assert "Worst of the gradients: ⚠ nan, at nan" in description

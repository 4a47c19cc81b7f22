"""`explore` without a browser: what it takes, what it refuses, and that the same graph gives the same bytes."""

import html
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.graph import Graph, trace
from tinygrad_edu.viz import explore

HOSTILE = (
    "<b>bold</b>",
    "</script><script>window.hacked = 1</script>",
    "<!-- <script>",
    "\"quotes\" & 'more'",
    "back\\slash \\u003c",
    "two\nlines\tand a tab",
    "NUL \x00 and \x7f",
    "\u202egnp.exe \u2067",
    "half \ud800 a character",
    "\u2028\u2029",
    "👩‍🔬 ∂é",
    "]]> ${x} {{y}} %s TITLE",
    "__proto__",
    "n" * 10_000,
)


def product():
    """x · w + w, with names."""
    x, w = tg.tensor(2.0, requires_grad=True), tg.tensor(-3.0, requires_grad=True)
    return x * w + w, {"x": x, "w": w}


def contents(explorer):
    """The graph that is in a page."""
    (text,) = re.findall(r'<script type="application/json" id="graph">(.*?)</script>', explorer.html, re.DOTALL)
    return json.loads(text)


def test_a_page_is_one_file_that_says_what_it_may_do(tmp_path):
    y, names = product()
    explorer = explore(y, tmp_path / "page.html", names=names, title="x w + w")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text == explorer.html
    assert text.startswith("<!DOCTYPE html>")
    assert "<title>x w + w</title>" in text
    assert "default-src 'none'" in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert repr(explorer) == "<Explorer 'x w + w': 4 nodes, 4 backward steps>"


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_direction(direction):
    assert contents(explore(product()[0], direction=direction))["direction"] == direction


def test_no_grad_is_written():
    y, names = product()
    explore(y)
    assert all(x.grad is None for x in names.values())
    y.backward()  # and the graph is still there
    assert names["w"].grad.item() == 3


def test_a_notebook_gets_a_frame_that_may_run_scripts_and_nothing_else():
    explorer = explore(product()[0], title='a "title" <b>\x00')
    frame = explorer._repr_html_()
    assert frame.startswith('<iframe sandbox="allow-scripts" title="a &quot;title&quot; &lt;b&gt;\ufffd"')
    (inside,) = re.findall(r'srcdoc="([^"]*)"', frame)
    assert html.unescape(inside) == explorer.html


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name, tmp_path):
    """No name ends the script or begins a tag, and the graph's own data are whole."""
    x = tg.tensor(2.0, requires_grad=True)
    explorer = explore(x * x, tmp_path / "page.html", names={name: x}, title=name)
    (script,) = re.findall(r'<script type="application/json" id="graph">(.*?)</script>', explorer.html, re.DOTALL)
    assert "<" not in script
    assert contents(explorer)["nodes"][0]["name"] == name
    assert explorer.html.count("</script>") == 2
    assert (tmp_path / "page.html").read_bytes().decode() == explorer.html


def test_the_same_graph_gives_the_same_bytes():
    program = (
        "import sys, tinygrad_edu as tg; from tinygrad_edu import nn; from tinygrad_edu.viz import explore; "
        "tg.manual_seed(0); model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)); "
        "sys.stdout.write(explore(model(tg.randn(5, 3)).sum(), module=model).html)"
    )
    pages = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert pages[0] == pages[1]
    assert len(pages[0]) > 10_000


def test_before_and_after_a_backward_pass():
    y, names = product()
    before = contents(explore(y))
    y.backward(retain_graph=True)
    after = contents(explore(y))
    assert before["backward"] == after["backward"]
    assert [edge.get("contribution") for edge in before["edges"]] == [
        edge.get("contribution") for edge in after["edges"]
    ]
    assert names["x"].grad is not None


def test_an_array_goes_back_from_the_gradient_that_backward_was_given():
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * x
    with pytest.raises(RuntimeError, match=r"shape \(3,\).*Reduce it, as in loss.sum\(\).*retain_graph=True\) first"):
        explore(y)
    y.backward(tg.tensor([1.0, 0.0, -1.0]), retain_graph=True)
    explorer = explore(y)
    assert explorer.graph.outputs[0].seed.norm == pytest.approx(2**0.5)
    assert explorer.graph.nodes[0].gradient.max == 2


def test_several_outputs():
    x = tg.tensor(2.0, requires_grad=True)
    y = x * 3
    graph = explore([y, y * y, tg.tensor(1.0)]).graph
    assert len(graph.outputs) == 3
    assert graph.nodes[0].gradient.number == 3 + 2 * 6 * 3


def test_a_freed_graph_is_a_clear_error():
    y, _ = product()
    y.backward()
    with pytest.raises(RuntimeError, match=r"freed by backward\(\).*retain_graph=True"):
        explore(y)


def test_without_anything_to_differentiate_there_are_the_forward_steps():
    x = tg.tensor([1.0, 2.0])
    found = contents(explore(x))
    assert found["backward"] == []
    assert len(found["nodes"]) == 1


def test_a_graph_can_be_explored_as_well():
    y, names = product()
    graph = trace(y, names=names, backward=True)
    assert isinstance(graph, Graph)
    assert contents(explore(graph))["backward"] == list(graph.backward)


def test_one_node():
    x = tg.tensor(2.0, requires_grad=True)
    graph = explore(x).graph
    assert len(graph) == 1
    assert graph.nodes[0].gradient.number == 1


def test_wrong_direction_and_suffix(tmp_path):
    y, _ = product()
    with pytest.raises(ValueError, match="expected direction to be 'LR' or 'TB', got 'up'"):
        explore(y, direction="up")
    with pytest.raises(ValueError, match=r"does not end in \.html"):
        explore(y, tmp_path / "page.svg")
    assert explore(y).save(tmp_path / "PAGE.HTM").exists()


def test_too_large_a_graph_is_refused(monkeypatch):
    y, _ = product()
    graph = trace(y)
    monkeypatch.setattr(sys.modules[explore.__module__], "MAX_NODES", 3)
    for what in (y, graph):
        with pytest.raises(ValueError, match="4 nodes"):
            explore(what)


def test_nan_and_infinities_are_valid_json():
    x = tg.tensor([0.0, np.inf, np.nan], requires_grad=True)
    with np.errstate(all="ignore"):
        y = (x * 2).sum()
        found = contents(explore(y))
    assert "NaN" not in json.dumps(found)
    assert any(node.get("valueMark") == "⚠ 1 nan, 1 inf" for node in found["nodes"])


def test_an_op_of_ones_own_has_a_formula(swirl):
    x = tg.tensor(0.5, requires_grad=True)
    found = contents(explore(swirl(x), names={"x": x}))
    assert found["nodes"][1]["formula"] == "sin(x) · x"
    assert found["edges"][0]["contribution"]["number"] == pytest.approx(np.cos(0.5) * 0.5 + np.sin(0.5), rel=1e-6)


def test_a_large_array_is_a_small_picture():
    found = contents(explore(tg.ones(1000, 1000, requires_grad=True).sum()))
    cells = found["nodes"][0]["value"]["cells"]
    assert cells["rows"] * cells["columns"] == len(cells["values"]) <= 256


def test_many_arrays_do_not_make_a_large_page():
    tg.manual_seed(0)
    model = nn.Sequential(*[nn.Sequential(nn.Linear(16, 16), nn.ReLU()) for _ in range(100)])
    assert len(explore(model(tg.randn(16, 16)).sum(), module=model).html) < 2_000_000

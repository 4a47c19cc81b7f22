"""What `draw` and `explore` are called with: clear errors; and names that are found where they are called."""

import json
import subprocess
import sys

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.graph import from_json, trace
from tinygrad_edu.viz import draw, explore

BOTH = pytest.mark.parametrize("show", [draw, explore])

scale = tg.tensor(3.0, requires_grad=True)  # a global variable
hidden = tg.tensor(5.0, requires_grad=True)


def leaf(value):
    return tg.tensor(value, requires_grad=True)


def named(shown):
    """What stands for each node of the graph: its name, or its id."""
    return [node.name or node.id for node in shown.graph]


@BOTH
@pytest.mark.parametrize("what", [3.0, None, "abc", np.ones(3), {"x": 1}])
def test_what_is_no_tensor(show, what):
    shown = "None" if what is None else rf".*\({type(what).__name__}\)"
    message = f"{show.__name__}: expected a Tensor, a list of Tensors or a Graph, got {shown}; pass the result"
    with pytest.raises(TypeError, match=message):
        show(what)


@BOTH
def test_lists_that_are_not_of_tensors(show):
    with pytest.raises(ValueError, match=r"expected at least one Tensor, got an empty list; pass .*\(loss\)"):
        show([])
    with pytest.raises(TypeError, match=r"expected a tuple of Tensors, got 1.0 \(float\) at index 1"):
        show((leaf(1.0), 1.0))


@BOTH
def test_wrong_names(show):
    x = leaf(1.0)
    with pytest.raises(TypeError, match=r"expected names to be a dict .*, got \['x'\] \(list\)"):
        show(x.exp(), names=["x"])
    with pytest.raises(TypeError, match=r"expected names\['x'\] to be a Tensor or an array, got 1.0 \(float\)"):
        show(x.exp(), names={"x": 1.0})
    with pytest.raises(TypeError, match=r"expected the keys of names to be texts, got 1 \(int\)"):
        show(x.exp(), names={1: x})


def test_half_a_character_in_a_graph_is_escaped_in_its_files(tmp_path):
    x = leaf(1.0)
    drawing = draw(x.exp(), names={"x\ud800": x})
    for suffix in ("svg", "dot", "txt", "json"):
        text = drawing.save(tmp_path / f"graph.{suffix}").read_text(encoding="utf-8")
        assert ("x\\ud800" if suffix == "json" else "x\N{REPLACEMENT CHARACTER}") in text
    assert from_json((tmp_path / "graph.json").read_text(encoding="utf-8")) == drawing.graph
    page = explore(drawing.graph).save(tmp_path / "graph.html").read_text(encoding="utf-8")
    assert "x\\ud800" in page


@BOTH
def test_local_and_global_variables_give_names(show):
    x, w = leaf(2.0), leaf(-3.0)
    total = x * w + scale
    loss = total.square() * 2.0
    assert named(show(loss)) == ["scale", "x", "w", "mul_0", "total", "square_0", "x_0", "loss"]


@BOTH
def test_names_that_are_given_stay_as_they_are(show):
    x = leaf(2.0)
    y = x * scale
    assert named(show(y, names={"input": x})) == ["x_0", "input", "mul_0"]
    assert named(show(y, names={})) == ["x_0", "x_1", "mul_0"]
    assert named(show(trace(y))) == ["x_0", "x_1", "mul_0"]


@BOTH
def test_a_local_variable_hides_a_global_one(show):
    global_one = hidden
    assert named(show(global_one.exp())) == ["global_one", "exp_0"]

    def inside(tensor):
        hidden = 1
        return show(tensor), hidden

    assert named(inside(hidden * 1.5)[0]) == ["x_0", "x_1", "tensor"]


@BOTH
def test_names_with_an_underscore_and_other_arrays_are_no_names(show):
    _secret = leaf(2.0)
    copy = _secret.detach().clone()
    array = np.ones(())
    assert named(show(_secret.exp())) == ["x_0", "exp_0"]
    assert (copy.item(), array.item()) == (2.0, 1.0)


@BOTH
def test_parameters_keep_the_names_that_their_module_gives_them(show):
    model = nn.Linear(2, 1)
    weight_of_model, x = model.weight, tg.ones(1, 2)
    y = model(x)
    found = named(show(y, module=model))
    assert {"weight", "bias", "x", "y"} <= set(found)
    assert "weight_of_model" not in found
    assert weight_of_model is model.weight


def test_a_notebook():
    """A cell runs with the notebook's variables as its globals; those of its history start with an underscore."""
    lines = ("x = tg.tensor(2.0, requires_grad=True)", "_1 = x * x", "_ = _1", "Out = {1: _1}", "shown = draw(_1 + x)")
    variables = {"__name__": "__main__", "tg": tg, "draw": draw}
    exec(compile("\n".join(lines), "<cell>", "exec"), variables)
    assert named(variables["shown"]) == ["x", "mul_0", "add_0"]


def test_the_package_itself_gives_no_names(tmp_path):
    """`tinygrad-edu draw` names what stands in the expression, and nothing of its own variables."""
    words = ["draw", "n = x*w; tanh(n) + 1", "x=2", "w=-3", "--out", "n.json"]
    command = [sys.executable, "-m", "tinygrad_edu.cli", *words]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    nodes = json.loads((tmp_path / "n.json").read_text(encoding="utf-8"))["nodes"]
    assert {node.get("name") for node in nodes} == {"x", "w", "n", "out", None}
    variables = {"__name__": "tinygrad_edu.somewhere", "x": leaf(2.0), "draw": draw}
    exec("shown = draw(x.exp())", variables)
    assert named(variables["shown"]) == ["x_0", "exp_0"]

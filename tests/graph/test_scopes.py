"""Scopes: which call of which module each node belongs to, and what the calls are named."""

import threading

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.graph import trace
from tinygrad_edu.recording import thread

from .support import check, leaf


class Block(nn.Module):
    def __init__(self, inner=None):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.inner = inner

    def forward(self, x):
        x = self.layer(x).tanh()
        return x if self.inner is None else self.inner(x)


def home(graph):
    """The scope of each node."""
    return {node.id: node.scope for node in graph}


def tree(graph):
    return [(scope.id, scope.parent) for scope in graph.scopes]


X = np.ones((1, 2), "float32")


def test_paths_start_from_the_class_or_from_the_module_that_is_given():
    model = Block(Block())
    y = model(tg.tensor(X)).sum()
    graph = trace(y)
    assert tree(graph) == [
        ("Block", None),
        ("Block.layer", "Block"),
        ("Block.inner", "Block"),
        ("Block.inner.layer", "Block.inner"),
    ]
    assert tree(trace(y, module=model))[-1] == ("model.inner.layer", "model.inner")
    assert home(graph) == {
        "layer.weight": "Block.layer",
        "layer.bias": "Block.layer",
        "inner.layer.weight": "Block.inner.layer",
        "inner.layer.bias": "Block.inner.layer",
        "x_0": None,  # the user's own
        "linear_0": "Block.layer",
        "add_0": "Block.layer",
        "tanh_0": "Block",
        "linear_1": "Block.inner.layer",
        "add_1": "Block.inner.layer",
        "tanh_1": "Block.inner",
        "sum_0": None,
    }
    assert [(scope.title, scope.call, scope.kind) for scope in graph.scopes[:2]] == [
        ("Block", 1, "module"),
        ("Linear", 1, "module"),
    ]
    assert "in_features=2, out_features=2" in graph.scopes[1].detail
    check(trace(y, backward=True, cells=100))


def test_parameters_are_named_by_the_modules_that_were_called():
    model = Block()
    y = model(tg.tensor(X)).sum()
    named = {node.id: node.kind for node in trace(y) if node.op is None}
    assert named == {"layer.weight": "parameter", "layer.bias": "parameter", "x_0": "input"}
    assert "mine" in home(trace(y, names={"mine": model.layer.weight}))


def test_a_frozen_parameter_and_a_buffer_keep_their_names():
    class Shift(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("by", tg.ones(2))

        def forward(self, x):
            return x + self.by

    model = nn.Sequential(nn.Linear(2, 2), Shift(), nn.Linear(2, 1))
    model[2].requires_grad_(False)
    graph = trace(model(tg.tensor(X)).sum())
    assert (graph["1.by"].kind, graph["1.by"].scope) == ("input", "Sequential.1")
    assert (graph["2.weight"].kind, graph["2.weight"].scope) == ("input", "Sequential.2")
    assert graph["0.weight"].kind == "parameter"


def test_later_calls_are_numbered():
    cell = Block()
    x = tg.tensor(X)
    for _ in range(3):
        x = cell(x)
    graph = trace(x.sum())
    assert [scope.id for scope in graph.scopes if scope.parent is None] == ["Block", "Block (2)", "Block (3)"]
    assert ("Block.layer (2)", "Block (2)") in tree(graph)
    assert [scope.call for scope in graph.scopes] == [1, 1, 2, 2, 3, 3]
    assert len({scope.path for scope in graph.scopes}) == 2
    assert home(graph)["layer.weight"] is None  # around all its uses
    assert home(graph)["tanh_1"] == "Block (2)"


def test_lists_and_nested_names():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2), nn.ReLU())])

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    assert tree(trace(Net()(tg.tensor(X)))) == [
        ("Net", None),
        ("Net.layers.0", "Net"),
        ("Net.layers.1", "Net"),
        ("Net.layers.1.0", "Net.layers.1"),
        ("Net.layers.1.1", "Net.layers.1"),
    ]


def test_modules_without_parameters_and_a_loss_as_a_second_root():
    x, wanted = leaf(X), tg.tensor(X)
    model, loss = nn.Sequential(nn.Tanh(), nn.Linear(2, 2)), nn.MSELoss()
    graph = trace(loss(model(x), wanted), names={"x": x, "wanted": wanted}, module=model)
    assert [i for i, parent in tree(graph) if parent is None] == ["model", "MSELoss"]
    assert home(graph)["tanh_0"] == "model.0"
    assert {node.scope for node in graph if node.op} == {"model.0", "model.1", "MSELoss"}
    assert (home(graph)["x"], home(graph)["wanted"]) == (None, None)


def test_roots_of_one_class_are_told_apart():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    graph = trace(first(second(first(tg.tensor(X)))))
    assert [scope.id for scope in graph.scopes] == ["Linear", "Linear_2", "Linear (2)"]
    assert [node.id for node in graph if node.kind == "parameter"] == ["weight", "bias", "weight_0", "bias_0"]


def test_a_module_called_inside_another_that_does_not_have_it():
    stranger = nn.Linear(2, 2)

    class Host(nn.Module):
        def forward(self, x):
            return stranger(x) * 2

    graph = trace(Host()(tg.tensor(X)))
    assert tree(graph) == [("Host", None), ("Linear", "Host")]
    model = nn.ModuleList([Host(), stranger])
    assert tree(trace(model[0](tg.tensor(X)), module=model)) == [("model.0", None), ("model.1", "model.0")]


def test_tied_weights_stand_around_all_their_uses():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x))

    graph = trace(nn.Sequential(Tied())(tg.tensor(X)))
    assert home(graph)["0.a.weight"] == "Sequential.0"


def test_weights_shared_between_calls_inside_a_module():
    cell = nn.Linear(2, 2)
    twice = nn.Sequential(cell, cell)
    graph = trace(twice(tg.tensor(X)))
    assert tree(graph)[1:] == [("Sequential.0", "Sequential"), ("Sequential.0 (2)", "Sequential")]
    assert home(graph)["0.weight"] == "Sequential"


def test_what_hooks_compute_belongs_to_the_module():
    model = nn.Sequential(nn.Tanh())
    model[0].register_forward_hook(lambda module, inputs, output: output * 2)
    model[0].register_forward_pre_hook(lambda module, inputs: (inputs[0] + 1,))
    assert {node.scope for node in trace(model(leaf(X))) if node.op} == {"Sequential.0"}


def test_an_exception_in_forward_leaves_the_module():
    class Failing(nn.Module):
        def forward(self, x):
            raise KeyError("stop")

    with pytest.raises(KeyError):
        nn.Sequential(Failing())(leaf(X))
    assert thread.mode.call is None
    assert trace(leaf(1.0) * 2).scopes == ()


def test_every_thread_is_in_its_own_module():
    inside, go = threading.Event(), threading.Event()
    found = {}

    class Waiting(nn.Module):
        def forward(self, x):
            inside.set()
            assert go.wait(10)
            return x * 2

    thread = threading.Thread(target=lambda: found.update(y=Waiting()(leaf(1.0))))
    thread.start()
    assert inside.wait(10)
    outside = leaf(1.0) * 3
    go.set()
    thread.join()
    assert trace(outside).scopes == ()
    assert [scope.id for scope in trace(found["y"]).scopes] == ["Waiting"]


def test_nothing_recorded_nothing_shown():
    model = nn.Linear(2, 2)
    with tg.no_grad():
        y = model(tg.tensor(X))
    assert trace(y).scopes == ()


def test_a_scalar_constant_stands_where_it_is_used_and_a_named_one_outside():
    class Half(nn.Module):
        def forward(self, x):
            return x * 0.5

    x, c = leaf(1.0), tg.tensor(0.5)
    assert [node.scope for node in trace(Half()(x)) if node.kind == "input"] == ["Half"]

    class By(nn.Module):
        def forward(self, x):
            return x * c

    assert home(trace(By()(x), names={"c": c}))["c"] is None


def test_ids_stay_unique_whatever_the_modules_are_called():
    class model(nn.Module):  # as the path of the module that is given
        def forward(self, x):
            return x * 2

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.add_module("cell (2)", nn.Tanh())
            self.cell = nn.Tanh()

        def forward(self, x):
            return self.cell(self.cell(self._modules["cell (2)"](x)))

    net = Net()
    graph = trace(model()(net(leaf(1.0))), module=net)
    assert [scope.id for scope in graph.scopes] == [
        "model",
        "model.cell (2)",
        "model.cell",
        "model.cell (2)_2",
        "model_2",
    ]
    assert [scope.call for scope in graph.scopes] == [1, 1, 1, 2, 1]
    check(graph)


def test_a_module_is_needed_where_one_is_given():
    with pytest.raises(TypeError, match=r"module must have named_parameters\(\).*not 3"):
        trace(leaf(1.0), module=3)


def test_deep_nesting_is_no_matter():
    model = nn.Tanh()
    for _ in range(60):
        model = nn.Sequential(model)
    graph = trace(model(leaf(1.0)))
    assert len(graph.scopes) == 61
    assert graph.scopes[-1].id == "Sequential" + ".0" * 60

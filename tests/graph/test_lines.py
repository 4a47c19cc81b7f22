"""`source_lines`: each op remembers the line of the user's program that asked for it."""

import threading

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.graph import trace
from tinygrad_edu.recording import thread

from .support import leaf


def texts(y):
    return {node.id: node.line and node.line.text for node in trace(y) if node.op}


def test_without_it_nothing_is_remembered():
    y = nn.Linear(1, 1)(leaf([[1.0]])) * 2
    assert not hasattr(y._node, "line")
    assert not hasattr(y._node, "call")
    assert {node.line for node in trace(y)} == {None}
    assert thread.mode.call is None


def test_a_line_has_a_file_a_number_and_a_text():
    x = leaf(1.0)
    with tg.source_lines():
        y = x * 2  # this one
    line = trace(y)["mul_0"].line
    assert (line.file, line.text) == ("test_lines.py", "y = x * 2  # this one")
    assert line.number == test_a_line_has_a_file_a_number_and_a_text.__code__.co_firstlineno + 3


def test_nested_blocks_and_one_object_used_twice():
    x = leaf(1.0)
    lines = tg.source_lines()
    with lines:
        a = x * 2
        with lines, tg.source_lines():
            b = a.tanh()
        c = b + 1
    d = c * c
    assert texts(d) == {"mul_0": "a = x * 2", "tanh_0": "b = a.tanh()", "add_0": "c = b + 1", "mul_1": None}
    assert thread.mode.call is None


def test_as_a_decorator():
    @tg.source_lines()
    def square(x):
        """Doubly recorded."""
        return x * x

    assert texts(square(leaf(1.0))) == {"mul_0": "return x * x"}
    assert square.__doc__ == "Doubly recorded."
    assert thread.mode.call is None


def test_an_exception_ends_it():
    with pytest.raises(ZeroDivisionError), tg.source_lines():
        raise ZeroDivisionError
    assert thread.mode.call is None


def test_inside_the_package_s_modules_it_is_the_user_s_line():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    with tg.source_lines():
        y = model(tg.ones(1, 2))
        loss = nn.functional.mse_loss(y, tg.zeros(1, 2))
    found = texts(loss)
    layers = [found.pop(name) for name in ("linear_0", "add_0", "tanh_0")]
    assert layers == ["y = model(tg.ones(1, 2))"] * 3
    assert found
    assert set(found.values()) == {"loss = nn.functional.mse_loss(y, tg.zeros(1, 2))"}
    assert trace(loss)["linear_0"].scope == "Sequential.0"


def test_inside_the_user_s_module_it_is_its_own_line():
    class Twice(nn.Module):
        def forward(self, x):
            return x * 2

    with tg.source_lines():
        y = nn.Sequential(Twice())(leaf(1.0))
    assert texts(y) == {"mul_0": "return x * 2"}
    assert [scope.id for scope in trace(y).scopes] == ["Sequential", "Sequential.0"]


def test_a_block_inside_a_module_s_call_belongs_to_the_module():
    class Twice(nn.Module):
        def forward(self, x):
            with tg.source_lines():
                x = x * 2
            return x + 1

    graph = trace(Twice()(leaf(1.0)))
    assert [(node.scope, node.line and node.line.text) for node in graph if node.op] == [
        ("Twice", "x = x * 2"),
        ("Twice", None),
    ]


def test_numpy_s_functions_and_lambdas_and_comprehensions():
    x = leaf([1.0, 2.0])
    with tg.source_lines():
        double = lambda x: x * 2  # noqa: E731
        y = np.sum(np.exp(double(x)))
        z = [t + y for t in (x,)].pop()
    assert texts(z) == {
        "mul_0": "double = lambda x: x * 2  # noqa: E731",
        "exp_0": "y = np.sum(np.exp(double(x)))",
        "sum_0": "y = np.sum(np.exp(double(x)))",
        "add_0": "z = [t + y for t in (x,)].pop()",
    }


def test_a_program_without_a_file_has_numbers_only():
    names = {"x": leaf(1.0), "tg": tg}
    with tg.source_lines():
        exec("y = x * 2\nz = y.tanh()", names)
    lines = [node.line for node in trace(names["z"]) if node.op]
    assert [(line.file, line.number, line.text) for line in lines] == [("<string>", 1, ""), ("<string>", 2, "")]


def test_a_recorded_backward_pass_belongs_to_the_line_that_asked_for_it():
    x = leaf(0.5)
    with tg.source_lines():
        y = x.tanh()
        (g,) = tg.grad(y, x, create_graph=True)
    found = texts(g)
    assert found.pop("tanh_0") == "y = x.tanh()"
    assert set(found.values()) == {"(g,) = tg.grad(y, x, create_graph=True)"}


def test_other_threads_are_not_concerned():
    found = {}
    with tg.source_lines():
        thread = threading.Thread(target=lambda: found.update(y=leaf(1.0) * 2))
        thread.start()
        thread.join()
    assert texts(found["y"]) == {"mul_0": None}


def test_nothing_is_remembered_where_nothing_is_recorded():
    with tg.source_lines(), tg.no_grad():
        y = leaf(1.0) * 2
    assert len(trace(y)) == 1

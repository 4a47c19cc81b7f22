"""Ops with several outputs: one node holds them, `item` takes one out."""

import gc
import weakref

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.graph import trace
from tinygrad_edu.op import NOT_DIFFERENTIABLE, Op
from tinygrad_edu.testing import gradcheck

sincos = Op(
    "sincos",
    lambda x: (np.sin(x), np.cos(x)),
    (lambda g, y, x: g[0] * y[1] - g[1] * y[0],),
)
ranked = Op(
    "ranked",
    lambda x: (np.sort(x), np.argsort(x, kind="stable")),
    (lambda g, y, x: g[0][np.argsort(y[1])],),
)


def leaf(value=(1.0, 2.0, 3.0)):
    return tg.tensor(np.array(value), requires_grad=True)


def test_each_output_is_a_tensor_of_its_own():
    s, c = sincos(leaf())
    assert np.allclose(s.detach(), np.sin([1, 2, 3]))
    assert np.allclose(c.detach(), np.cos([1, 2, 3]))
    assert s.node.op.name == c.node.op.name == "item"
    assert s.node.inputs == c.node.inputs
    assert [s.node.params, c.node.params] == [{"i": 0}, {"i": 1}]
    plain = sincos(np.array([0.0]))
    assert isinstance(plain, tuple)


def test_gradients_of_every_order():
    def f(x):
        s, c = sincos(x)
        return s * s * c + s

    assert gradcheck(f, [leaf()], order=3)


def test_an_output_that_is_not_used():
    assert gradcheck(lambda x: sincos(x)[1] * 2, [leaf()], order=3)
    x = leaf()
    s, c = sincos(x)
    del c
    (s * s).sum().backward()
    assert np.allclose(x.grad.array, np.sin(2 * np.array([1, 2, 3])))


def test_an_output_of_integers_has_no_gradient():
    x = leaf([3.0, 1.0, 2.0])
    values, order = ranked(x)
    assert (values.requires_grad, order.requires_grad) == (True, False)
    (values * tg.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [100.0, 1.0, 10.0]


def test_grad_with_respect_to_one_output():
    s, c = sincos(leaf())
    assert tg.grad((s * c).sum(), s, retain_graph=True)[0].tolist() == c.tolist()
    s.retain_grad()
    (s * c).sum().backward()
    assert s.grad.tolist() == c.tolist()


def test_an_output_overwritten_is_an_error():
    s, c = sincos(leaf())
    loss = s.sum()
    with tg.no_grad():
        c.zero_()
    with pytest.raises(RuntimeError, match=r"output 1 \(shape \(3,\)\) of sincos was overwritten"):
        loss.backward()


def test_a_second_backward_of_a_freed_graph():
    s, _ = sincos(leaf())
    loss = s.sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="freed by an earlier"):
        loss.backward()


def test_no_memory_is_left():
    x = leaf()
    s, _ = sincos(x)
    node = s.node.inputs[0]
    watched = [weakref.ref(array) for array in node.array]
    gc.disable()
    try:
        del s, _, node
        assert [ref() for ref in watched] == [None, None]
    finally:
        gc.enable()


def test_traced():
    x = leaf()
    s, c = sincos(x)
    graph = trace((s * c).sum(), names={"x": x}, backward=True)
    assert [node.id for node in graph] == ["x", "sincos_0", "item_0", "item_1", "mul_0", "sum_0"]
    assert graph["sincos_0"].gradient is None
    assert graph["x"].gradient is not None


def test_a_node_of_which_nothing_flows_on_keeps_its_gradient():
    step = Op("step_for_a_test", lambda x, y: x * 0 + y, (NOT_DIFFERENTIABLE, lambda g, y, x, z: g))
    z = step(leaf(), tg.ones(3, dtype=tg.float64))
    z.retain_grad()
    z.sum().backward()
    assert z.grad.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("rule", [lambda g, y, x: None, lambda g, y, x: "a"])
def test_what_a_rule_may_not_return(rule):
    y = Op("wrong_for_a_test", np.sin, (rule,))(leaf())
    with pytest.raises(TypeError, match=r"wrong_for_a_test: expected the derivative rule of input 0 to return"):
        y.sum().backward()

"""Writing in place to what a graph still needs is an error that names the op; to what it does not need, allowed."""

import functools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import memory
from tinygrad_edu.op import NOT_DIFFERENTIABLE, OPS, Op


def leaf(value):
    return tg.tensor(value, dtype=tg.float64, requires_grad=True)


def by_array(t):
    t.array[0] = 9.0


def by_data(t):
    t.data[0] = 9.0


def by_detached_numpy(t):
    t.detach().numpy()[0] = 9.0


def by_setitem(t):
    with tg.no_grad():
        t[0] = 9.0


def by_operator(t):
    with tg.no_grad():
        t += 1.0


def by_view(t):
    t.detach()[:1].zero_()


WRITERS = [by_array, by_data, by_detached_numpy, by_setitem, by_operator, by_view]


@pytest.mark.parametrize("write", WRITERS)
def test_inputs_and_outputs_that_a_rule_reads(write):
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    loss = (x * w).sum()
    write(x)
    with pytest.raises(RuntimeError, match=r"input 0 \(shape \(2,\)\) of mul"):
        loss.backward()
    assert w.grad is None
    y = x.exp()
    loss = y.sum()
    write(y)
    with pytest.raises(RuntimeError, match=r"output \(shape \(2,\)\) of exp"):
        loss.backward()


@pytest.mark.parametrize("write", WRITERS)
def test_what_no_rule_reads_may_be_written(write):
    x = leaf([1.0, 2.0])
    y = x + 1.0
    loss = (y * 2.0).sum()
    write(x)
    write(y)
    loss.backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_an_array_that_was_handed_out_before():
    x = leaf([1.0, 2.0])
    held = x.array
    held[0] = 5.0  # before it is used: fine
    loss = (x * x).sum()
    loss.backward()
    assert x.grad.tolist() == [10.0, 4.0]
    loss = (x * x).sum()
    held[0] = 6.0  # the graph has a copy
    x.grad = None
    loss.backward()
    assert x.grad.tolist() == [10.0, 4.0]


def test_plain_arrays_in_a_graph():
    x, constant = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    loss = (x * constant).sum()
    constant[:] = 5.0
    loss.backward()
    assert x.grad.tolist() == [3.0, 4.0]
    loss = (x * tg.from_numpy(constant)).sum()
    constant[:] = 7.0
    loss.backward()
    assert x.grad.tolist() == [8.0, 9.0]
    constant.flags.writeable = False
    node = (x * constant).node
    assert node.arrays[1] is constant  # which nobody can write to


def test_an_array_handed_out_and_left_alone():
    x = leaf([1.0, np.nan])
    y = x * x
    assert y.array.shape == x.detach().numpy().shape
    y.sum().backward()
    assert x.grad.array[0] == 2.0


def test_a_step_between_forward_and_backward():
    w = leaf([1.0, 2.0])
    loss = (w * w).sum()
    with tg.no_grad():
        w -= 0.1 * w
    with pytest.raises(RuntimeError, match="of mul"):
        loss.backward()
    (w * w).sum().backward()
    assert np.allclose(w.grad.array, [1.8, 3.6])


def test_a_leaf_is_not_changed_in_place_while_recording():
    w = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match="no_grad"):
        w += 1.0
    with pytest.raises(RuntimeError, match="no_grad"):
        w[0] = 1.0 * w[1]
    assert w.tolist() == [1.0, 2.0]


def test_writing_elements_is_differentiated():
    x, v = leaf([1.0, 2.0, 3.0]), leaf(5.0)
    y = x * 1.0
    y[1] = v * v
    y[0] += x[2]
    assert y.tolist() == [4.0, 25.0, 3.0]
    (y * y).sum().backward()
    assert x.grad.tolist() == [8.0, 0.0, 14.0]
    assert v.grad.item() == 2 * 25 * 10


def test_an_in_place_operator_in_a_graph():
    x = leaf([1.0, 2.0])
    y = x * x
    y *= 3.0
    y.sum().backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_an_index_is_the_graphs_own():
    x, index = leaf([1.0, 2.0]), np.array([0, 0])
    for taken in (x[index], x[tg.from_numpy(index)], tg.take_along_dim(x, index, 0)):
        x.grad = None
        index[:] = 1
        taken.sum().backward()
        assert x.grad.tolist() == [2.0, 0.0]
        index[:] = 0


def test_in_place_errors():
    t = tg.ones(2)
    with pytest.raises(ValueError, match=r"\(2, 2\).*\(2,\)"):
        t += tg.ones(2, 2)
    with pytest.raises(TypeError, match="int64"):
        tg.arange(3).add_(0.5)


def recorded(t):
    """The array that a graph refers to as what `t` held."""
    y = t * leaf([1.0, 2.0])
    return y._node.arrays[0]


def holds(array):
    return array


def looks_at(array):
    return array[1:]


def reads_bytes_of(array):
    return memoryview(array)


@pytest.mark.parametrize("keeping", [holds, looks_at, reads_bytes_of])
def test_an_array_is_copied_while_somebody_else_can_write_to_it(keeping):
    t = tg.from_numpy(np.array([1.0, 2.0]))
    kept = keeping(t.numpy())
    assert recorded(t) is not t._array
    del kept
    assert recorded(t) is t._array
    t.numpy()[0] = 9.0  # held for a moment, again
    assert tg.equal(t, tg.tensor([9.0, 2.0], dtype=tg.float64))


@pytest.mark.parametrize("written", [False, True])
def test_what_was_written_before_an_array_was_let_go_of_is_known(written):
    t = tg.tensor([1.0, 2.0], dtype=tg.float64)
    before = memory.tick()
    if written:
        t.numpy()[0] = 9.0
    else:
        assert t.numpy()[0] == 1.0
    assert recorded(t) is t._array
    assert memory.has_changed(t._array, before) == written
    assert not memory.has_changed(t._array, memory.tick())


def test_an_array_that_a_graph_needs_is_not_let_go_of():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    before = (x * w).sum()
    x.array[0] = 9.0
    assert recorded(x) is not x._array
    with pytest.raises(RuntimeError, match="input 0"):
        before.backward()


def test_an_array_that_is_kept_after_all_is_shared_again():
    t = tg.from_numpy(np.array([1.0, 2.0]))
    w = leaf([3.0, 4.0])
    loss = (t * w).sum()
    assert loss._node.inputs[0].arrays[0] is t._array
    a = t.numpy()
    a[0] = 9.0
    with pytest.raises(RuntimeError, match="input 0"):
        loss.backward()


def test_the_tables_stay_empty():
    x = leaf([1.0, 2.0])
    y = x.exp()
    y.array[0] = 1.0
    del x, y
    memory.share(np.ones(3))
    assert memory.shared <= memory.blocks.keys()
    assert all(block.owner() is not None for block in memory.blocks.values())
    before = len(memory.blocks)
    for _ in range(10):
        tg.ones(5).numpy()
    assert len(memory.blocks) == before


class Callable:
    def __call__(self, grad, out, a, b):
        return grad * b

    def method(self, grad, out, a, b):
        return grad * b


def decorated(rule):
    @functools.wraps(rule)
    def wrapper(*args, **params):
        return rule(*args, **params)

    return wrapper


RULES = {
    "other names": lambda grad, out, a, b: grad * b,
    "partial": functools.partial(lambda factor, g, y, a, b: factor * g * b, 1.0),
    "starred": lambda g, y, *xs: g * xs[1],
    "callable object": Callable(),
    "bound method": Callable().method,
    "decorated": decorated(lambda g, y, a, b: g * b),
    "closure": (lambda helper: lambda g, y, a, b: helper(g, b))(lambda g, b: g * b),
}


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_kind_of_rule_is_protected(rule, create_graph):
    row = Op("product", np.multiply, (rule, NOT_DIFFERENTIABLE), broadcasts=True, elementwise=True)
    a, b = leaf([1.0]), tg.tensor([3.0], dtype=tg.float64)
    row(a, b).backward(create_graph=create_graph)
    assert a.grad.tolist() == [3.0]
    product = row(a, b)
    b.fill_(103.0)
    with pytest.raises(RuntimeError, match=r"input 1 \(shape \(1,\)\) of product was overwritten"):
        product.backward(create_graph=create_graph)


def test_what_stands_in_for_an_overwritten_array():
    missing = memory.Missing.like(np.ones((2, 3), np.float32), memory.OVERWRITTEN, OPS["mul"], "input 0")
    assert (missing.shape, missing.ndim, missing.size, missing.dtype) == ((2, 3), 2, 6, np.float32)
    for use in (
        lambda x: x + 1, lambda x: 1 * x, lambda x: -x, lambda x: x**2, lambda x: x @ x, lambda x: x > 0,
        lambda x: x[0], np.exp, np.sum, np.asarray, np.zeros_like, len, list, bool, float, lambda x: x.T,
        lambda x: x.reshape(6), lambda x: np.ones((2, 3)) * x, lambda x: tg.ones(2, 3) * x,
    ):  # fmt: skip
        with pytest.raises(RuntimeError, match="input 0 of mul was overwritten"):
            use(missing)

"""Writing in place to what a graph still needs is an error that names the op; to what it does not need, allowed."""

import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import memory
from tinygrad_edu.op import NOT_DIFFERENTIABLE, OPS, _arguments_read

from ..ops.samples import SAMPLES
from ..ops.test_mutations import draws


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
    held[0] = 6.0
    with pytest.raises(RuntimeError, match="of mul"):
        loss.backward()


def test_plain_arrays_in_a_graph():
    x, constant = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    loss = (x * constant).sum()
    constant[:] = 0.0
    with pytest.raises(RuntimeError, match=r"input 1 .* of mul"):
        loss.backward()
    shared = tg.from_numpy(constant)
    loss = (x * shared).sum()
    constant[:] = 7.0
    with pytest.raises(RuntimeError, match=r"input 1 .* of mul"):
        loss.backward()


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


def test_the_tables_stay_empty():
    x = leaf([1.0, 2.0])
    y = x.exp()
    y.array[0] = 1.0
    del x, y
    memory.lend(np.ones(3))
    assert not any(m.lent and m.owner() is None for m in memory.memories.values())
    before = memory.state.lent
    for _ in range(10):
        tg.ones(5).numpy()
    assert memory.state.lent == before


def poisoned(array):
    return np.full_like(array, np.nan)


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.differentiable and row.rules])
def test_what_a_rule_reads_is_known(name):
    """NaN in everything that a rule is said not to read changes nothing; and that claim is not empty."""
    row = OPS[name]
    assert name in SAMPLES
    for (arrays, params), rule in itertools.product(draws(name), row.rules):
        if rule is NOT_DIFFERENTIABLE:
            continue
        y = np.asarray(row.forward(*arrays, **params))
        g = np.random.default_rng(0).standard_normal(y.shape)
        reads = _arguments_read(rule, len(row.rules))
        others = [a if k in reads or a.dtype != np.float64 else poisoned(a) for k, a in enumerate(arrays)]
        expected = np.asarray(rule(g, y, *arrays, **params))
        assert np.array_equal(rule(g, y if -1 in reads else poisoned(y), *others, **params), expected)


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("add", [(), ()]),
        ("mul", [(1,), (0,)]),
        ("exp", [(-1,)]),
        ("sin", [(0,)]),
        ("div", [(1,), (-1, 1)]),
        ("sum", [()]),
    ],
)
def test_what_rules_read(name, reads):
    assert [_arguments_read(rule, len(reads)) for rule in OPS[name].rules] == reads

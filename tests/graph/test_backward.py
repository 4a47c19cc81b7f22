"""The backward pass as the graph shows it: it adds up, and is the one that `backward()` does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import autograd, memory
from tinygrad_edu.graph import trace
from tinygrad_edu.graph.backward import Record
from tinygrad_edu.op import OPS

from ..ops.samples import SAMPLES
from .support import EVERY, check, elements, leaf, pools, text

# Of complex gradients a graph keeps no elements, only their norm.
COMPLEX = {"complex", "fftn", "ifftn", "rfftn", "irfftn"}
ROUNDED = {"matrix_exp"}  # the rounding errors of one of its slopes are as large as the largest slope
DIFFERENTIABLE = [name for name, row in OPS.items() if row.differentiable and name not in COMPLEX | ROUNDED]


# --- it adds up, whatever the computation ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
def test_every_op_adds_up(name, dtype, data):
    arrays, params = data.draw(SAMPLES[name](dtype))
    inputs = [leaf(a) if a.dtype.kind == "f" else a for a in arrays]
    y = OPS[name](*inputs, **params)
    if not isinstance(y, tg.Tensor) or not y.requires_grad:
        return
    rng = np.random.default_rng(0)
    y.backward(rng.normal(size=y.shape).astype(y.dtype), retain_graph=True)
    graph = trace(y, names={f"input {i}": x for i, x in enumerate(inputs)}, cells=EVERY)
    check(graph)
    for i, x in enumerate(inputs):
        if isinstance(x, tg.Tensor) and x.grad is not None:
            assert text(graph[f"input {i}"].grad) == text(graph[f"input {i}"].gradient)


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if not row.differentiable])
@given(data=st.data())
def test_what_has_no_derivative_is_a_constant(name, data):
    arrays, params = data.draw(SAMPLES[name](np.float64))
    y = OPS[name](*map(tg.tensor, arrays), **params)
    graph = trace(y, cells=EVERY)
    assert [(node.kind, node.output) for node in graph] == [("input", True)]
    check(graph)


@given(st.data())
def test_random_scalar_computations(data):
    pool = data.draw(pools(scalar=True))
    check(trace(pool[-1], backward=True, cells=EVERY))


@given(st.data())
def test_random_computations_of_several_outputs_have_the_gradients_of_backward(data):
    pool = data.draw(pools())
    outputs = [pool[i] for i in data.draw(st.lists(st.integers(0, len(pool) - 1), min_size=1, max_size=3, unique=True))]
    rng = np.random.default_rng(1)
    seeds = [rng.normal(size=x.shape) for x in outputs]
    names = {f"t{i}": x for i, x in enumerate(pool)}
    for x in pool:
        x.retain_grad()
    autograd.backward(outputs, seeds, retain_graph=True)
    graph = trace(*outputs, names=names, cells=EVERY)
    check(graph)
    found = {node.name: node for node in graph}
    for name, x in names.items():
        node = found.get(name)
        if x.grad is None:
            assert node is None or node.gradient is None
        else:
            np.testing.assert_array_equal(elements(node.gradient), x.grad.numpy().ravel())
            assert text(node.gradient) == text(node.grad)


@given(st.data())
def test_before_backward_and_after_it_the_pass_is_the_same(data):
    pool = data.draw(pools())
    y = pool[-1].sum()
    before = trace(y, backward=True, cells=EVERY)
    assert all(x._grad is None for x in pool)
    assert text(trace(y, backward=True, cells=EVERY)) == text(before)  # repeated
    y.backward(retain_graph=True)
    kept = [None if x._grad is None else x.grad.numpy().copy() for x in pool]
    after = trace(y, cells=EVERY)
    assert after.backward == before.backward
    assert text([node.gradient for node in after]) == text([node.gradient for node in before])
    for x, grad in zip(pool, kept, strict=True):
        assert (x._grad is None) == (grad is None)
        if grad is not None:
            np.testing.assert_array_equal(x.grad.numpy(), grad)
    y.backward()  # nothing was freed


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_square_and_a_shared_subexpression():
    x = leaf(3.0)
    s = x * x
    graph = trace(s * s + s, names={"x": x}, backward=True)
    check(graph)
    assert [(graph.edges[k].source, graph.edges[k].target, graph.edges[k].slot) for k in graph.backward] == [
        ("mul_1", "add_0", 0),
        ("mul_0", "add_0", 1),
        ("mul_0", "mul_1", 0),
        ("mul_0", "mul_1", 1),
        ("x", "mul_0", 0),
        ("x", "mul_0", 1),
    ]
    assert [graph.edges[k].contribution.number for k in graph.backward] == [1, 1, 9, 9, 57, 57]
    assert [graph.edges[k].total.number for k in graph.backward] == [1, 1, 10, 19, 57, 114]
    assert (graph["x"].gradient.number, graph["add_0"].seed.number) == (114, 1)


def test_norms_and_means_tell_the_same_without_cells():
    x, w = leaf(np.ones((2, 3))), leaf(np.full((3, 1), 2.0))
    graph = trace(((x @ w) ** 2).mean(), names={"x": x, "w": w}, backward=True)
    share = next(edge.contribution for edge in graph.edges if edge.source == "w")
    assert share == graph["w"].gradient
    assert share.cells is None
    assert share.mean * share.size == pytest.approx(36.0)


def test_a_gradient_of_another_shape_and_size_than_one_is_the_one_that_backward_was_given():
    x = leaf([1.0, 2.0])
    y = x * x
    with pytest.raises(RuntimeError, match=r"shape \(2,\)"):
        trace(y, backward=True)
    assert trace(y).backward == ()
    y.backward(tg.tensor([1.0, 10.0]), retain_graph=True)
    graph = trace(y, names={"x": x}, cells=2)
    assert graph["mul_0"].seed.cells.values == (1.0, 10.0)
    assert graph["x"].gradient.cells.values == (2.0, 40.0)
    assert trace(y, backward=False).backward == ()
    y.backward(tg.tensor([1.0, 0.0]), retain_graph=True)
    graph = trace(y, names={"x": x}, cells=2)
    assert graph["x"].gradient.cells.values == (2.0, 0.0)  # of the last call,
    assert graph["x"].grad.cells.values == (4.0, 40.0)  # not of all of them


def test_by_default_the_pass_starts_where_backward_was_called():
    x = leaf([1.0, 2.0])
    logits = x * 3
    loss = logits.sum()
    loss.backward(retain_graph=True)
    graph = trace(loss, logits, names={"x": x}, cells=2)
    assert graph["x"].gradient == graph["x"].grad
    assert [node.id for node in graph if node.seed is not None] == ["sum_0"]
    assert len(graph.outputs) == 2


def test_an_output_inside_another_starts_with_its_seed_and_adds():
    x = leaf(2.0)
    inner = x * 3
    graph = trace(inner * inner, inner, names={"x": x}, backward=True)
    check(graph)
    assert graph["mul_0"].seed.number == 1
    assert graph["mul_0"].gradient.number == 13
    assert graph["x"].gradient.number == 39


def test_leaves_and_constants_alone():
    x = leaf(2.0)
    graph = trace(x, names={"x": x}, backward=True)
    assert (graph["x"].gradient.number, graph["x"].seed.number, graph.backward) == (1, 1, ())
    with pytest.raises(RuntimeError, match="has no graph"):
        trace(tg.tensor(1.0), backward=True)


def test_no_gradient_arrives_where_none_flows():
    x, unused = leaf(2.0), leaf(3.0)
    graph = trace(x * x, unused * 1.5, names={"x": x, "unused": unused})
    assert all(node.gradient is None for node in graph)
    (x * x).backward(retain_graph=True)
    y = tg.where(tg.tensor(True), x, unused)
    graph = trace(y, names={"x": x, "unused": unused}, backward=True)
    assert graph["unused"].gradient.number == 0.0  # zero, which is a gradient
    check(graph)


def test_a_freed_graph_is_refused():
    x = leaf(2.0)
    y = x.exp()
    y.backward()
    with pytest.raises(RuntimeError, match=r"freed by backward\(\) \(at exp\).*retain_graph=True"):
        trace(y, backward=True)


def test_a_record_writes_frees_and_shares_nothing():
    x = leaf([1.0, 2.0])
    h = x * x
    h.retain_grad()
    y = h.sum()
    shared, recording = set(memory.shared), tg.is_grad_enabled()
    for _ in range(3):
        record = Record([y, y], cells=0)
        assert (len(record.seeds), len(record.gradients), len(record.contributions)) == (1, 3, 3)
    assert (x.grad, h.grad) == (None, None)
    assert (memory.shared, tg.is_grad_enabled()) == (shared, recording)
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_numbers_that_have_changed_are_an_error_not_a_wrong_gradient():
    x, c = leaf(1.0), tg.tensor(2.0)
    y = x * c
    with tg.no_grad():
        c += 1
    with pytest.raises(RuntimeError, match="overwritten in place"):
        trace(y, backward=True)


def test_a_slope_without_end_stays_at_its_own_element():
    x = leaf([0.0, 4.0])
    edge = trace(x.sqrt(), cells=4).edges[0]
    assert edge.jacobian.values == (float("inf"), 0.0, 0.0, 0.25)


def test_a_number_put_in_no_place_has_the_slope_0():
    x, value = leaf(1.0), leaf(2.0)
    graph = trace(OPS["setitem"](x, value, index=np.array(False)), backward=True)
    assert [edge.local.number for edge in graph.edges] == [1.0, 0.0]
    check(graph)


def test_a_branch_not_taken_has_no_gradient_however_steep_it_is_there():
    x = leaf([0.0, 4.0])
    y = tg.where(x > 1, x.sqrt(), x).sum()
    graph = trace(y, names={"x": x}, backward=True, cells=4)
    assert graph["x"].gradient.cells.values == (1.0, 0.25)
    with np.errstate(all="ignore"):
        y.backward()
    assert x.grad.tolist() == [1.0, 0.25]


def test_the_jacobian_of_a_broadcast_argument_is_summed():
    a, b = leaf(2.0), leaf([1.0, 2.0, 3.0])
    first, second = trace(a * b, cells=9).edges
    assert (first.jacobian.rows, first.jacobian.columns, first.jacobian.values) == (3, 1, (1.0, 2.0, 3.0))
    assert second.jacobian.values == (2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 2.0)
    assert [edge.jacobian for edge in trace(a * b, cells=2).edges] == [None, None]


def test_a_backward_pass_that_was_recorded_can_be_followed_back_too():
    x = leaf(0.5)
    (g,) = tg.grad(x.tanh() * x, x, create_graph=True)
    graph = trace(g, names={"x": x}, backward=True)
    check(graph)
    t = np.tanh(0.5)
    assert graph["x"].gradient.number == pytest.approx(2 * (1 - t * t) - 0.5 * 2 * t * (1 - t * t), rel=1e-6)


def test_the_number_of_cells_is_checked():
    with pytest.raises(ValueError, match="cells must be 0 or more, not -1"):
        trace(leaf(1.0), cells=-1)


def test_a_local_derivative_is_pictured_by_means_and_a_gradient_by_peaks():
    """Two thirds of the gates are open: the picture says so, and hides no gradient that is large."""
    x = leaf(np.tile([1.0, 1.0, -1.0], (30, 10)))
    graph = trace((x.relu() * leaf(np.ones((30, 30)))).sum(), names={"x": x}, backward=True, cells=25)
    (gate,) = (edge for edge in graph.edges if edge.target == "relu_0")
    assert gate.local.cells.shows == "mean"
    assert gate.local.cells.values == pytest.approx([2 / 3] * 25, rel=1e-12)
    assert (gate.contribution.cells.shows, set(gate.contribution.cells.values)) == ("peak", {1.0})
    assert graph["x"].value.cells.shows == graph["x"].gradient.cells.shows == "peak"

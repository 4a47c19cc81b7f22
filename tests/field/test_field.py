"""Faults that engines of this kind have had, and the test that stands for each.

Collected from the issue trackers and sources of micrograd, MyGrad, HIPS autograd, DeZero, minitorch, SmallPebble, Chainer,
tinygrad and PyTorch. `test_every_line_names_a_test_that_exists` reads this table; what stood nowhere else is below.

Graph
    a value used twice, diamonds, x * x, x @ x          engine/test_graph.py::test_a_value_used_twice_counts_twice
                                                        field/test_field.py::test_diamonds
    a second backward after zeroing the leaf            engine/test_graph.py::test_second_backward_after_zeroing_gives_the_same
    backward on a leaf, without a graph, of an array    engine/test_graph.py::test_backward_on_a_leaf_gives_one
                                                        engine/test_graph.py::test_errors_that_teach
    one visit a node, not a path: to differentiate      engine/test_graph.py::test_sixty_doublings_take_one_visit_each
    one visit a node, not a path: to draw               viz/test_draw.py::test_many_doublings_are_drawn_without_following_every_path
                                                        graph/test_trace.py::test_sixty_doublings_are_sixty_one_nodes
    100,000 nodes deep, recursion limits                engine/test_graph.py::test_100_000_deep
                                                        field/test_field.py::test_nothing_recurses_along_the_graph
                                                        graph/test_trace.py::test_depth_is_no_matter
    freed by reference counts, x -> x.grad -> x         engine/test_graph.py::test_the_graph_is_freed_by_reference_counting_alone
    outputs never used, one of several dead             engine/test_graph.py::test_outputs_that_are_never_used_cost_nothing
                                                        engine/test_outputs.py::test_an_output_that_is_not_used
    gradients share memory, with anything               engine/test_graph.py::test_gradients_share_memory_with_nothing
    rules that write into what they were lent           ops/test_mutations.py::test_every_mutation_of_every_rule_is_caught
                                                        testing/test_opcheck.py::test_each_fault_is_found_by_its_check
    an in-place write to what the graph needs           engine/test_overwriting.py::test_every_kind_of_rule_is_protected
                                                        engine/test_overwriting.py::test_inputs_and_outputs_that_a_rule_reads
    equal constants merged                              engine/test_graph.py::test_equal_constants_are_not_merged

Checkers that could not fail
    a cotangent of ones, sums that cancel               ops/test_mutations.py::test_every_mutation_of_every_rule_is_caught
    a factor of 1.01, or of 1.001                       testing/test_gradcheck.py::test_one_part_in_a_thousand_is_found_and_placed
    a second derivative wrong at one point              testing/test_opcheck.py::test_a_second_derivative_that_is_wrong_at_one_point
    a table of domains keyed on what does not exist     ops/test_table.py::test_the_samples_are_the_tables

Shapes
    all mutually broadcastable shapes, 0-d, 1, 0        ops/test_table.py::test_float64_first_and_second_order
    0-d results stay tensors                            field/test_field.py::test_0_d_results_stay_tensors
    negative, tuple and duplicate axes, keepdim         ops/test_table.py::test_float64_first_and_second_order
                                                        field/test_field.py::test_duplicate_axes_are_refused
    non-contiguous, Fortran order, negative strides     ops/test_table.py::test_the_whole_battery
    duplicate indices in gather and scatter add up      field/test_field.py::test_duplicate_indices_add_up
    masks, newaxis, ellipsis, negative steps            ops/test_table.py::test_float64_first_and_second_order
    padding of width 0                                  field/test_field.py::test_padding_of_width_0
    einsum: repeated, summed-out, size-1, ellipsis      ops/test_table.py::test_float64_first_and_second_order

Numbers
    x**0 at 0, 0**y, negative bases                     engine/test_numbers.py::test_gradients_at_the_edges
    the mixed derivative of a**b at b = 0               field/test_field.py::test_the_mixed_derivative_of_a_power
    prod and cumprod with none, one and two zeros       engine/test_numbers.py::test_products_of_higher_order_with_zeros
                                                        field/test_field.py::test_products_with_zeros
    division at the edge                                engine/test_numbers.py::test_infinite_slopes_are_infinite
    ties in max and min; abs, norm, std, sqrt at 0      engine/test_numbers.py::test_gradients_at_the_edges
                                                        field/test_field.py::test_the_edges_that_later_functions_have
    sinc at 0                                           field/test_field.py::test_the_edges_that_later_functions_have
                                                        ops/test_points.py::test_special_points
    clip at its bounds                                  engine/test_numbers.py::test_gradients_at_the_edges
    leaky slopes of 0                                   field/test_field.py::test_a_leaky_slope_of_0
    logsumexp and softmax of infinities and of 1e4      engine/test_numbers.py::test_gradients_at_the_edges
                                                        field/test_field.py::test_softmax_of_infinities
    shifts by row                                       engine/test_numbers.py::test_softmax_shifts_by_row
    sigmoid, softplus, log1p, expm1 at the extremes     engine/test_numbers.py::test_values_at_the_edges
    where with nan or inf in the branch not taken       engine/test_numbers.py::test_a_steep_branch_that_is_not_taken
    svd, qr, eigh at repeated or zero values            field/test_field.py::test_decompositions_where_values_are_equal

Dtypes
    integers that ask for a gradient                    field/test_field.py::test_integers_that_ask_for_a_gradient
    comparisons in a graph                              engine/test_dtypes.py::test_comparisons_in_a_graph_are_constants
    float32 stays float32: ops and gradients            ops/test_table.py::test_float32_stays_float32
    float32 stays float32: optimisers                   optim/test_optim.py::test_a_step_writes_in_place_keeps_float32_and_leaves_the_gradient

Drawing
    labels unescaped                                    viz/test_hostile.py::test_hostile_names_are_shown_as_they_are
    shell=True with a path                              field/test_field.py::test_no_shell_is_called
    a missing binary noticed too late                   viz/test_drawing.py::test_without_graphviz_the_error_names_both_remedies
    names by address, no two runs alike                 viz/test_hostile.py::test_the_same_graph_gives_the_same_bytes_in_every_process
    zeros shown where there is no gradient yet          graph/test_trace.py::test_gradients_none_yet_is_not_zero

Training
    parameters in a set: a new order each run           field/test_field.py::test_training_does_not_depend_on_the_hash_seed
    optimiser state by id()                             optim/test_optim.py::test_state_dict_counts_positions_through_the_groups
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import graph, nn
from tinygrad_edu.testing import gradcheck

TESTS = Path(__file__).parent.parent
INF, NAN = float("inf"), float("nan")


def leaf(data, dtype=tg.float64):
    return tg.tensor(np.array(data, dtype), requires_grad=True)


def test_every_line_names_a_test_that_exists():
    named = [word for line in __doc__.splitlines() for word in line.split() if "::" in word]
    assert len(named) > 50
    for name in named:
        path, function = name.split("::")
        tree = ast.parse((TESTS / path).read_text())
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, name


def test_every_test_here_stands_in_the_table():
    here = {name for name in globals() if name.startswith("test_")}
    here -= {"test_every_line_names_a_test_that_exists", "test_every_test_here_stands_in_the_table"}
    assert here == {word.split("::")[1] for word in __doc__.split() if word.startswith("field/test_field.py::")}


def test_diamonds():
    x = leaf(3.0)
    b = x + x
    (b + b).backward()
    assert x.grad.item() == 4.0
    m = leaf([[1.0, 2.0], [3.0, 4.0]])
    (m @ m).backward(np.ones((2, 2)))
    assert m.grad.tolist() == (np.ones((2, 2)) @ m.array.T + m.array.T @ np.ones((2, 2))).tolist()
    v = leaf([1.0, 2.0])
    assert gradcheck(lambda v: tg.where(v > 1.5, v, v * v) * v + tg.stack([v, v]).sum(0) / v.sum(), v, order=3)


def test_nothing_recurses_along_the_graph():
    """Deeper than Python's recursion limit, and quick; `test_100_000_deep` is the long one."""
    limit = sys.getrecursionlimit()
    x = leaf(1.0)
    y = x
    depth = 3000
    for k in range(depth):
        y = y + 1.0 if k % 2 else y * 1.0
    sys.setrecursionlimit(400)
    try:
        y.backward(retain_graph=True)
        (g,) = tg.grad(y, x, create_graph=True)
        text = repr(y)
        traced = graph.trace(y)
        del y
    finally:
        sys.setrecursionlimit(limit)
    assert x.grad.item() == 1.0
    assert g.item() == 1.0
    assert "grad_fn=<add>" in text
    assert len(traced) == 2 * depth + 1  # with the constants


REDUCTIONS = ["sum", "mean", "prod", "amax", "amin", "logsumexp", "any", "all", "var", "std", "norm"]


@pytest.mark.parametrize("name", [*REDUCTIONS, "max", "min", "argmax", "argmin", "item_of_index"])
def test_0_d_results_stay_tensors(name):
    x = leaf([1.0, 2.0, 3.0])
    y = x[1] if name == "item_of_index" else getattr(tg, name)(x)
    assert isinstance(y, tg.Tensor)
    assert y.shape == ()
    assert isinstance(y * y if y.dtype.kind == "f" else ~y, tg.Tensor)
    if y.requires_grad:
        (y * 2).backward()
        assert x.grad.shape == (3,)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_duplicate_axes_are_refused(name):
    x = tg.ones(2, 3)
    for dims in ((0, 0), (1, -1)):
        with pytest.raises((ValueError, RuntimeError), match=r"(?i)duplicate|twice|repeated|multiple times"):
            getattr(tg, name)(x, dim=dims)


def test_duplicate_indices_add_up():
    x = leaf([1.0, 2.0, 3.0])
    x[[0, 0, 2, 0]].backward(np.array([1.0, 10.0, 100.0, 1000.0]))
    assert x.grad.tolist() == [1011.0, 0.0, 100.0]
    x.grad = None
    tg.gather(x, 0, tg.tensor([1, 1, -1 + 2])).sum().backward()
    assert x.grad.tolist() == [0.0, 3.0, 0.0]
    gradcheck(lambda x: x[np.array([[0, 1], [1, 0]])] * x[None, :2], x)


def test_padding_of_width_0():
    x = leaf([[1.0, 2.0]])
    y = nn.functional.pad(x, (0, 0, 0, 0))
    assert y.tolist() == x.tolist()
    (y * 3).sum().backward()
    assert x.grad.tolist() == [[3.0, 3.0]]
    gradcheck(lambda x: np.pad(x, ((0, 0), (0, 1))), leaf([[1.0, 2.0]]))


def test_the_mixed_derivative_of_a_power():
    """Of a**b it is a**(b - 1) (1 + b ln a): at b = 0 it is 1 / a. Where b is 0, `x**0` must not cut the graph."""
    a, b = leaf([2.0, 0.5, 3.0]), leaf([0.0, 0.0, 1.5])
    (da,) = tg.grad((a**b).sum(), a, create_graph=True)
    (mixed,) = tg.grad(da.sum(), b)
    assert np.allclose(mixed.numpy(), [0.5, 2.0, np.sqrt(3) * (1 + 1.5 * np.log(3))])
    gradcheck(lambda a, b: a**b, [a, b], order=3)


@pytest.mark.parametrize("values", [[2.0, 3.0, 4.0], [2.0, 0.0, 4.0], [0.0, 3.0, 0.0], [0.0, 0.0, 0.0]])
@pytest.mark.parametrize("name", [name for name in ("prod", "cumprod", "nanprod") if hasattr(tg, name)])
def test_products_with_zeros(name, values):
    f = getattr(tg, name)
    gradcheck(f if name == "prod" else lambda x: f(x, 0), leaf(values), order=3)


# Functions of other families; each is tried from the day it is there.
EDGES = {
    "sinc": (lambda: tg.sinc, [0.0, 1.0, -0.5], 3),
    "std of equal numbers": (lambda: lambda x: tg.std(x[:1], correction=0), [1.0, 2.0], 0),
    "cummax": (lambda: lambda x: tg.cummax(x, 0)[0], [1.0, 3.0, 2.0], 2),
    "median": (lambda: lambda x: tg.median(x), [1.0, 3.0, 2.0], 2),
    "xlogy at 0": (lambda: lambda x: tg.xlogy(x, x + 1), [0.0, 1.0], 1),
    "nansum": (lambda: tg.nansum, [1.0, 0.0, 2.0], 2),
}


def test_the_edges_that_later_functions_have():
    for name in [name for name in EDGES if hasattr(tg, name.split()[0])]:
        f, values, order = EDGES[name]
        if order:
            gradcheck(f(), leaf(values), order=order)
        else:
            x = leaf(values)
            f()(x).backward()
            assert np.isfinite(x.grad.numpy()).all(), name


def test_a_leaky_slope_of_0():
    x = leaf([-1.0, 0.0, 2.0])
    y = nn.functional.leaky_relu(x, 0.0)
    assert y.tolist() == [0.0, 0.0, 2.0]
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 1.0]
    with np.errstate(all="ignore"):
        z = leaf([-INF, INF, -1e300])
        nn.functional.leaky_relu(z, 0.01).sum().backward()
    assert z.grad.tolist() == [0.01, 1.0, 0.01]


@pytest.mark.parametrize(
    ("values", "softmax"),
    [
        ([-INF, 0.0, 0.0], [0.0, 0.5, 0.5]),
        ([1e4, 1e4, -1e4], [0.5, 0.5, 0.0]),
        ([-INF, -INF, -INF], [NAN] * 3),
        ([INF, 0.0, 1.0], [NAN] * 3),
    ],
)
def test_softmax_of_infinities(values, softmax):
    with np.errstate(all="ignore"):
        x = leaf(values)
        assert np.array_equal(tg.softmax(x, 0).detach().numpy(), softmax, equal_nan=True)
        assert np.array_equal(np.exp(tg.log_softmax(x, 0).detach().numpy()), softmax, equal_nan=True)
        tg.softmax(x, 0)[1].backward()
    if not np.isnan(softmax).any():
        expected = np.array(softmax)[1] * ((np.arange(3) == 1) - np.array(softmax))
        assert np.allclose(x.grad.numpy(), expected)


def _linalg(name):
    return getattr(getattr(tg, "linalg", None), name, None)


SPECTRA = ["eigvalsh", "svdvals", "eigh", "svd"]


def test_decompositions_where_values_are_equal():
    """The sum of the eigenvalues is the trace, however many are equal: its gradient is the identity."""
    for name in [name for name in SPECTRA if _linalg(name)]:
        x = leaf(np.eye(3))
        found = _linalg(name)(x)
        values = found if isinstance(found, tg.Tensor) else found[0] if name == "eigh" else found[1]
        values.sum().backward()
        assert np.allclose(x.grad.numpy(), np.eye(3)), name


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "bool"])
def test_integers_that_ask_for_a_gradient(dtype):
    with pytest.raises(TypeError, match=rf"only floating-point and complex.*{dtype}.*float\(\).*1\.0 instead of 1"):
        tg.tensor(np.ones(2, dtype), requires_grad=True)
    with pytest.raises(TypeError, match="only floating-point"):
        tg.ones(2, dtype=np.dtype(dtype)).requires_grad_()


def test_no_shell_is_called():
    for path in (TESTS.parent / "tinygrad_edu").rglob("*.py"):
        assert "shell=True" not in path.read_text(), path
        assert "os.system" not in path.read_text(), path
    for path in (TESTS.parent / "viz").rglob("*.py"):
        assert "shell=True" not in path.read_text(), path


def test_training_does_not_depend_on_the_hash_seed():
    program = """
import tinygrad_edu as tg
from tinygrad_edu import nn, optim
tg.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.LayerNorm(4), nn.Linear(4, 2))
optimizer = optim.Adam(model.parameters(), lr=0.1)
for _ in range(5):
    optimizer.zero_grad()
    model(tg.randn(6, 3)).square().mean().backward()
    optimizer.step()
print([name for name, _ in model.named_parameters()], [p.tolist() for p in model.parameters()])
print(sorted(optimizer.state_dict()["state"]))
"""
    texts = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert texts[0] == texts[1]
    assert texts[0].endswith("[0, 1, 2, 3, 4, 5]\n")

"""Gathering and scattering at the edges: repeated, negative and wrong indices, ties, zeros, nan, nothing at all."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import gradcheck

INDEX = np.array([0, 2, 2, 0, 2])
ROWS = np.array([[0, 2, 2], [1, 1, 1]])


def leaf(*values):
    return tg.tensor(np.array(values, np.float64), requires_grad=True)


def random(*shape, seed=0):
    return tg.tensor(np.random.default_rng(seed).standard_normal(shape), requires_grad=True)


DIFFERENTIABLE = {
    "scatter": lambda x, src: tg.scatter(x, 1, ROWS, src),
    "scatter_add": lambda x, src: tg.scatter_add(x, 1, ROWS, src),
    **{
        f"scatter_reduce {how} {own}": lambda x, src, how=how, own=own: tg.scatter_reduce(
            x, 1, ROWS, src, how, include_self=own
        )
        for how in ("sum", "prod", "mean", "amax", "amin")
        for own in (True, False)
    },
    "index_add": lambda x, src: tg.index_add(x, 1, np.array([2, 0, 2]), src, alpha=-2),
    "index_copy": lambda x, src: tg.index_copy(x, 1, np.array([2, 0, 3]), src),
    "index_reduce": lambda x, src: tg.index_reduce(x, 1, np.array([2, 0, 2]), src, "prod"),
    "index_fill": lambda x, src: tg.index_fill(x, 1, np.array([2, 0]), 0.5) * tg.sum(src),
    "index_put": lambda x, src: tg.index_put(x, (None, tg.tensor([3, -3, 0])), src),
    "index_put accumulate": lambda x, src: tg.index_put(x, (None, tg.tensor([1, -3, 0])), src, accumulate=True),
    "put": lambda x, src: tg.put(x, ROWS, src, accumulate=True),
    "take": lambda x, src: tg.take(x, np.array([[0, -1], [-1, 2]])) * src[0, 0],
    "masked_scatter": lambda x, src: tg.masked_scatter(x, np.array([[True], [False]]), tg.cat([src, src], 1)),
    "masked_select": lambda x, src: tg.masked_select(x, np.array([True, False, True, True])) * src[0, 0],
    "select_scatter": lambda x, src: tg.select_scatter(x, src[:, 1], 1, -1),
    "slice_scatter": lambda x, src: tg.slice_scatter(x, src[:, :2], 1, 0, None, 2),
    "diagonal_scatter": lambda x, src: tg.diagonal_scatter(x, src[:, 0], 1),
    "as_strided_scatter": lambda x, src: tg.as_strided_scatter(x, src[:, :2], (2, 2), (3, 1), 1),
    "as_strided": lambda x, src: tg.as_strided(x, (3, 2), (1, 2), 1) * src[0, 0],
    "unfold": lambda x, src: x.unfold(1, 3, 1) * src[0, 0],
    "diag_embed": lambda x, src: tg.diag_embed(x, -1, 0, 2) * src[0, 0],
    "repeat_interleave": lambda x, src: tg.repeat_interleave(x, tg.tensor([2, 0, 1, 3]), 1) * src[0, 0],
    "block_diag": lambda x, src: tg.block_diag(x, src[0], src),
    "rot90": lambda x, src: tg.rot90(x, -1) * src[0, 0],
    "combinations": lambda x, src: tg.combinations(x[0], 3) * src[0, 0],
}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_first_and_second_derivatives(name):
    assert gradcheck(DIFFERENTIABLE[name], [random(2, 4), random(2, 3, seed=1)], order=2)


@pytest.mark.parametrize("zeros", [[0], [0, 1], [0, 1, 2], [3], [3, 4, 5]])
def test_products_with_zeros(zeros):
    """Without a division: exact where it is 0 / 0, to the second order."""
    values = np.array([2.0, 3.0, -1.5, 0.5, 4.0, -2.0])
    values[zeros] = 0
    x, src = leaf(1.5, 2.5), leaf(*values)
    at = np.array([0, 0, 0, 1, 1, 1])
    for own in (True, False):
        assert gradcheck(
            lambda x, s, own=own: tg.scatter_reduce(x, 0, at, s, "prod", include_self=own), [x, src], order=2
        )


def test_many_factors_of_one_place():
    """As many rounds as the logarithm of their number, and in the end the product."""
    factors = np.exp(np.random.default_rng(0).normal(size=1001) * 0.1)
    src = leaf(*factors)
    y = tg.scatter_reduce(leaf(2.0), 0, np.zeros(1001, int), src, "prod")
    y.backward(tg.tensor([1.0], dtype=tg.float64))
    np.testing.assert_allclose(y.tolist(), [2 * factors.prod()])
    np.testing.assert_allclose(src.grad.numpy(), 2 * factors.prod() / factors)


def test_a_tie_with_what_does_not_count_takes_no_share():
    for how in ("amax", "amin"):
        x, src = leaf(3.0, 1.0), leaf(3.0)
        tg.scatter_reduce(x, 0, np.array([0]), src, how, include_self=False).sum().backward()
        assert (x.grad.tolist(), src.grad.tolist()) == ([0.0, 1.0], [1.0])


def test_means_of_integers_are_rounded_down():
    x, src = tg.tensor([10, -3]), tg.tensor([1, 2, -4])
    assert tg.scatter_reduce(x, 0, np.array([0, 0, 1]), src, "mean").tolist() == [4, -4]


def test_float32_stays_float32():
    x, src = tg.ones(3), tg.ones(5)
    for how in ("sum", "prod", "mean", "amax"):
        assert tg.scatter_reduce(x, 0, INDEX, src, how).dtype == tg.float32
    assert tg.index_add(x, 0, INDEX, src, alpha=0.5).dtype == tg.float32


def test_an_index_that_is_changed_later():
    """The graph keeps its own."""
    x, at = leaf(1.0, 2.0, 3.0), tg.tensor([0, 1])
    calls = [
        tg.gather(x, 0, at),
        tg.take(x, at),
        tg.scatter_add(x, 0, at, leaf(1.0, 1.0)),
        x.index_put((at,), leaf(5.0, 6.0)),
    ]
    at += 1
    found = [tg.grad(y.sum(), x)[0].tolist() for y in calls]
    assert found == [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 1.0]]


X, V = tg.zeros(3, 4), tg.zeros(3)
WRONG = [
    (lambda: tg.gather(X, 0, np.array([[3]])), "gather: index 3 is out of range; expected 0 to 2"),
    (lambda: tg.gather(X, 0, np.array([[-1]])), "gather: index -1 is out of range"),
    (lambda: tg.scatter(X, 1, np.array([[4]]), 1.0), "scatter: index 4 is out of range; expected 0 to 3"),
    (lambda: tg.scatter_add(X, 1, np.array([[0, 1]]), tg.zeros(1, 1)), r"\(1, 2\) does not fit into a source of shape"),
    (lambda: tg.scatter_add(X, 1, np.zeros((4, 1), int), tg.zeros(4, 1)), "does not fit into .* apart from dim 1"),
    (lambda: tg.scatter_add(X, 1, np.array([0]), tg.zeros(1)), "as many dimensions as the tensor, 2, got 1"),
    (lambda: tg.scatter(X, 1, np.array([[0]])), "either src, a tensor, or value, a number"),
    (lambda: tg.scatter(V, 0, np.array([0]), 1.0, reduce="max"), "reduce must be None, 'add' or 'multiply', got 'max'"),
    (
        lambda: tg.scatter_reduce(V, 0, np.array([0]), tg.ones(1), "max"),
        "one of sum, prod, mean, amax, amin, got 'max'",
    ),
    (lambda: tg.index_reduce(V, 0, np.array([0]), tg.ones(1), "sum"), "one of prod, mean, amax, amin, got 'sum'"),
    (lambda: tg.index_add(V, 0, np.array([3]), tg.ones(1)), "index_add: index 3 is out of range"),
    (lambda: tg.index_add(V, 0, np.array([0]), tg.ones(2)), r"expected a source of shape \(1,\), got \(2,\)"),
    (lambda: tg.index_add(V, 0, np.array([[0]]), tg.ones(1)), "expected a vector of indices"),
    (lambda: tg.index_add(tg.tensor([1]), 0, np.array([0]), tg.tensor([1]), alpha=0.5), "alpha must be an int"),
    (
        lambda: tg.index_copy(V, 0, np.array([0]), tg.tensor([1])),
        "expected a tensor of float32, got int64; use source.to",
    ),
    (lambda: tg.index_fill(V, 0, np.array([-4]), 1), "index -4 is out of range; expected -3 to 2"),
    (lambda: tg.index_fill(tg.tensor([1], dtype=tg.uint8), 0, np.array([0]), 300), "300 does not fit into uint8"),
    (lambda: tg.index_put(V, np.array([0]), tg.ones(1)), "expected a tuple of index tensors, got ndarray"),
    (lambda: tg.index_put(V, (tg.tensor([5]),), tg.ones(1)), "index 5 is out of bounds"),
    (
        lambda: tg.put(V, np.array([0, 1]), tg.ones(1)),
        r"expected a source of 2 elements as the index, got shape \(1,\)",
    ),
    (lambda: tg.take(V, np.array([-4])), "take: index -4 is out of range; expected -3 to 2"),
    (lambda: tg.take(V, tg.tensor([0.0])), "indices must be integers, got float32"),
    (lambda: tg.masked_select(V, tg.tensor([1, 0, 1])), "the mask must be of booleans, got int64"),
    (lambda: tg.masked_scatter(V, V == 0, tg.ones(2)), "true 3 times, but the source has 2 elements"),
    (lambda: tg.select(X, 1, 4), r"select: index 4 is out of range for size 4 \(dim 1\)"),
    (lambda: tg.narrow(V, 0, 2, 2), r"start 2 and length 2 do not fit into size 3 \(dim 0\)"),
    (lambda: tg.slice_scatter(V, tg.ones(3), step=0), "expected a step > 0, got 0"),
    (lambda: tg.select_scatter(X, tg.ones(3), 0, 0), r"expected a source of shape \(4,\), got \(3,\)"),
    (lambda: V.unfold(0, 4, 1), r"expected a size from 0 to 3 \(dim 0\), got 4"),
    (lambda: V.unfold(0, 2, 0), "expected a step > 0, got 0"),
    (lambda: X.diagonal(0, 1, -1), "expected two dimensions, got dim1 1 and dim2 -1, which are the same"),
    (lambda: V.diagonal(), r"expected at least 2 dimensions, got shape \(3,\)"),
    (lambda: V.as_strided((2, 2), (1, 2)), "reach out of the 3 elements"),
    (lambda: V.as_strided((2,), (1, 2)), "expected a stride for each size"),
    (lambda: tg.as_strided_scatter(V, tg.ones(2, 2), (2, 2), (1, 1)), "several elements would be written to one place"),
    (lambda: V.unflatten(0, (2, -1)), r"sizes \(2, -1\) do not multiply to 3"),
    (lambda: tg.tensor_split(V, 0), "the number of pieces must be positive, got 0"),
    (lambda: tg.hsplit(V, 2), r"3 elements \(dim 0\) do not make 2 equal pieces"),
    (lambda: tg.vsplit(V, 3), "expected at least 2 dimensions"),
    (lambda: tg.unbind(tg.tensor(1.0)), "a 0-d tensor has no dimension"),
    (lambda: tg.meshgrid(V, V, indexing="yx"), "indexing must be 'ij' or 'xy', got 'yx'"),
    (lambda: tg.meshgrid(X), "expected vectors of one dtype"),
    (lambda: tg.repeat_interleave(V, tg.tensor([1, 2])), "expected integers >= 0, one or 3"),
    (lambda: tg.repeat_interleave(V, 2, output_size=5), "output_size is 5, but the repeats add up to 6"),
    (lambda: X.repeat(2), "expected a number >= 0 for each of 2 dimensions"),
    (lambda: tg.hstack(V), "hstack: expected a list of tensors, got Tensor"),
    (lambda: tg.block_diag(tg.zeros(1, 1, 1)), "at most 2 dimensions"),
    (lambda: X.sum_to_size(2, 4), r"shape \(2, 4\) cannot be broadcast to \(3, 4\)"),
    (lambda: V.view(tg.int32), r"expected sizes, got int32; use t.to\(int32\)"),
    (lambda: tg.diag(tg.zeros(1, 1, 1)), "expected a vector or a matrix"),
    (lambda: tg.trace(V), "expected a matrix"),
    (lambda: X.contiguous(memory_format="channels_last"), "the only memory format is contiguous_format"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_errors_name_what_is_wrong(call, message):
    with pytest.raises((ValueError, TypeError, IndexError), match=message):
        call()


def test_new_tensors():
    t = tg.tensor([1.5], dtype=tg.float64)
    made = [t.new_zeros(2, 1), t.new_ones((2, 1)), t.new_full((2, 1), 3), t.new_empty(2, 1), t.new_tensor([[1], [2]])]
    assert [x.dtype for x in made] == [tg.float64] * 5
    assert [x.tolist() for x in made] == [[[0.0]] * 2, [[1.0]] * 2, [[3.0]] * 2, [[0.0]] * 2, [[1.0], [2.0]]]
    assert t.new_zeros(1, dtype=tg.int8, requires_grad=False).dtype == tg.int8
    assert t.new_ones(1, requires_grad=True).requires_grad
    assert tg.tril_indices(2, 3).tolist() == [[0, 1, 1], [0, 0, 1]]
    assert tg.triu_indices(2, 3, 1).tolist() == [[0, 0, 1], [1, 2, 2]]


# --- PyTorch ----------------------------------------------------------------------------------------------------------


def both(call, *arrays):
    """Values and gradients of a call by both libraries."""
    torch = pytest.importorskip("torch")
    found = []
    for module in (tg, torch):
        inputs = [module.tensor(a) for a in arrays]
        leaves = [x.requires_grad_() for x, a in zip(inputs, arrays, strict=True) if a.dtype.kind == "f"]
        y = call(module, *inputs)
        g = np.random.default_rng(0).standard_normal(tuple(y.shape))
        grads = (
            module.autograd.grad(y, leaves, module.tensor(g)) if module is torch else tg.grad(y, leaves, tg.tensor(g))
        )
        found.append([np.asarray(t.detach().numpy()) for t in (y, *grads)])
    return found


SPECIAL = np.array([np.nan, 1.0, 2.0, 2.0, np.inf, -np.inf, 0.0, -0.0, 5.0])
PLACES = np.array([0, 0, 1, 1, 2, 2, 3, 3, 3])


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("how", ["sum", "mean", "amax", "amin"])
@pytest.mark.parametrize("own", [True, False])
def test_nan_infinities_and_ties_are_pytorchs(how, own):
    """But at a place with nan, see below, and where PyTorch loses a part: see the test of ties above."""
    x = np.array([4.0, 2.0, np.inf, 0.0, 7.0])
    ours, theirs = both(lambda m, x, s, i: x.scatter_reduce(0, i, s, how, include_self=own), x, SPECIAL, PLACES)
    np.testing.assert_array_equal(ours[0], theirs[0])
    if own or how in ("sum", "mean"):
        for mine, its, nan in zip(ours[1:], theirs[1:], ([0], [0, 1]), strict=True):
            np.testing.assert_array_equal(np.delete(mine, nan), np.delete(its, nan))


def test_nan_is_the_extreme_and_gets_the_gradient():
    """As in amax."""
    x, src = leaf(4.0, 2.0), leaf(np.nan, 1.0)
    tg.scatter_reduce(x, 0, np.array([0, 0]), src, "amax").sum().backward()
    assert (x.grad.tolist(), src.grad.tolist()) == ([0.0, 1.0], [1.0, 0.0])


@pytest.mark.oracle
def test_pytorchs_gradient_of_as_strided_scatter_is_wrong():
    """Its own checker says so; ours is checked above."""
    torch = pytest.importorskip("torch")
    x, src = (torch.randn(n, dtype=torch.float64, requires_grad=True) for n in (4, 2))
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(lambda x, src: torch.as_strided_scatter(x, src, (2,), (1,)), (x, src))
    ours, theirs = both(lambda m, x, s: m.as_strided_scatter(x, s, (2,), (1,)), np.arange(4.0), np.ones(2))
    np.testing.assert_array_equal(ours[0], theirs[0])

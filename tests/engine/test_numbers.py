"""The edges: zeros, ties, infinities, extremes. Expected values are derived by hand."""

import numpy as np
import pytest

import tinygrad_edu as tg

INF, NAN = float("inf"), float("nan")


def gradient(f, *values, dtype=tg.float64):
    xs = [tg.tensor(v, dtype=dtype, requires_grad=True) for v in values]
    f(*xs).sum().backward()
    found = [x.grad.tolist() for x in xs]
    return found[0] if len(found) == 1 else found


@pytest.mark.parametrize(
    ("f", "values", "expected"),
    [
        (lambda x: x**0, [[0.0, 2.0]], [0.0, 0.0]),
        (lambda x: x**1, [[0.0]], [1.0]),
        (lambda x: x**2, [[0.0, -3.0]], [0.0, -6.0]),
        (lambda x: x**3, [[-2.0]], [12.0]),
        (lambda x: x**-1, [[-2.0]], [-0.25]),
        (lambda x: 0.0**x, [[2.0, 0.5]], [0.0, 0.0]),
        (lambda x, y: x**y, [[0.0], [2.0]], [[0.0], [0.0]]),
        (lambda x, y: x**y, [[0.0], [0.0]], [[0.0], [0.0]]),
        (lambda x: x.prod(), [[2.0, 3.0, 4.0]], [12.0, 8.0, 6.0]),
        (lambda x: x.prod(), [[2.0, 0.0, 4.0]], [0.0, 8.0, 0.0]),
        (lambda x: x.prod(), [[0.0, 0.0, 4.0]], [0.0, 0.0, 0.0]),
        (lambda x: x.prod(1), [[[2.0, 0.0], [3.0, 4.0]]], [[0.0, 2.0], [4.0, 3.0]]),
        (lambda x: x.max(), [[1.0, 3.0, 3.0]], [0.0, 0.5, 0.5]),
        (lambda x: x.min(), [[1.0, 1.0, 3.0, 1.0]], [1 / 3, 1 / 3, 0.0, 1 / 3]),
        (lambda x: x.amax(0), [[[1.0, 2.0], [1.0, 5.0]]], [[0.5, 0.0], [0.5, 1.0]]),
        (lambda x: x.max(0).values, [[1.0, 3.0, 3.0]], [0.0, 1.0, 0.0]),
        (lambda x: tg.maximum(x, 2.0), [[2.0, 3.0, 1.0]], [0.5, 1.0, 0.0]),
        (lambda x: x.abs(), [[0.0, -2.0]], [0.0, -1.0]),
        (lambda x: x.relu(), [[0.0, -1.0, 1.0]], [0.0, 0.0, 1.0]),
        (lambda x: x.clamp(0.0, 1.0), [[0.0, 1.0, 2.0, -1.0]], [1.0, 1.0, 0.0, 0.0]),
        (lambda x: x.norm(), [[0.0, 0.0]], [0.0, 0.0]),
        (lambda x: x.norm(), [[3.0, 4.0]], [0.6, 0.8]),
        (lambda x: x.norm(3), [[0.0, 0.0]], [0.0, 0.0]),
        (lambda x: x.norm(1), [[0.0, -2.0]], [0.0, -1.0]),
        (lambda x: x.norm(INF), [[1.0, -2.0]], [0.0, -1.0]),
        (lambda x: x.std(), [[2.0, 2.0, 2.0]], [0.0, 0.0, 0.0]),
        (lambda x, y: tg.hypot(x, y), [[0.0], [0.0]], [[0.0], [0.0]]),
        (lambda x, y: tg.atan2(x, y), [[0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, -1.0]]),
        (lambda x: x.norm(0.5), [[0.0, 1.0, 4.0]], [0.0, 3.0, 1.5]),
        (lambda x: x.norm(0.5), [[0.0, 0.0]], [0.0, 0.0]),
        (lambda x: x.norm(-1), [[0.0, 2.0]], [0.0, 0.0]),
        (lambda x: tg.einsum("ii->i", x), [[[1.0, INF], [INF, 2.0]]], [[1.0, 0.0], [0.0, 1.0]]),
        (
            lambda x: tg.einsum("iij->j", x),
            [[[[1.0, 2.0], [INF, INF]], [[0.0, NAN], [2.0, 3.0]]]],
            [[[1.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 1.0]]],
        ),
        (lambda x: tg.where(x > 0, x, NAN), [[1.0, -1.0]], [1.0, 0.0]),
        (lambda x: x.logsumexp(0), [[1e4, 1e4]], [0.5, 0.5]),
        (lambda x: x.logsumexp(0), [[-INF, -INF]], [0.0, 0.0]),
        (lambda x: x.logsumexp(0), [[-INF, 3.0]], [0.0, 1.0]),
        (lambda x: x.logsumexp(1), [[[1e4, 0.0], [-1e4, -1e4]]], [[1.0, 0.0], [0.5, 0.5]]),
        (lambda x: tg.sigmoid(x), [[1e4, -1e4, 0.0]], [0.0, 0.0, 0.25]),
        (lambda x: tg.softplus(x), [[1e4, -1e4, 0.0]], [1.0, 0.0, 0.5]),
        (lambda x: x.tanh(), [[1e4, -1e4]], [0.0, 0.0]),
        (lambda x: x.log1p(), [[1e-20]], [1.0]),
        (lambda x: x.expm1(), [[1e-20]], [1.0]),
    ],
)
def test_gradients_at_the_edges(f, values, expected):
    assert np.allclose(gradient(f, *values), expected, rtol=1e-14, atol=0)


def test_values_at_the_edges():
    t = tg.tensor([1e4, -1e4, 0.0])
    assert tg.sigmoid(t).tolist() == [1.0, 0.0, 0.5]
    assert tg.softplus(t).tolist() == pytest.approx([1e4, 0.0, np.log(2)])
    assert tg.sigmoid(tg.tensor(-10.0, dtype=tg.float64)).item() == pytest.approx(1 / (1 + np.exp(10.0)), rel=1e-15)
    assert tg.softmax(t, 0).tolist() == [1.0, 0.0, 0.0]
    assert tg.log_softmax(t, 0).tolist() == [0.0, -2e4, -1e4]
    assert tg.logsumexp(tg.tensor([-INF, -INF])).item() == -INF
    assert tg.logsumexp(tg.tensor([INF, 0.0])).item() == INF
    assert tg.logsumexp(tg.zeros(0)).item() == -INF
    assert tg.tensor([1e-20], dtype=tg.float64).log1p().item() == 1e-20


def test_integers_stay_integers():
    n = tg.tensor([[16777217, 3], [5, 16777219]])
    for same in (n.tril(), n.triu(), n.round(), n.masked_fill(n < 5, 0)):
        assert same.dtype == tg.int64
        assert [same[0, 0].item(), same[1, 1].item()] == [16777217, 16777219]
    assert n.masked_fill(n < 10, 2.0).tolist() == [[16777217, 2], [2, 16777219]]
    assert n.round().tolist() == n.tolist()


def test_integer_division_by_zero_is_an_error():
    n = tg.tensor([1, 2])
    with pytest.raises(ZeroDivisionError, match="floor_divide: integer division by zero"):
        n // 0
    with pytest.raises(ZeroDivisionError, match="remainder: integer division by zero"):
        n % tg.tensor([1, 0])
    assert (n[:0] // 0).shape == (0,)


def test_softmax_shifts_by_row():
    rows = tg.tensor([[1e4, 1e4], [-1e4, -1e4]])
    assert tg.softmax(rows, 1).tolist() == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_infinite_slopes_are_infinite():
    assert gradient(lambda x: x.sqrt(), [0.0]) == [INF]
    assert gradient(lambda x: x.log(), [0.0]) == [INF]
    assert gradient(lambda x: 1 / x, [0.0]) == [-INF]


def test_products_of_higher_order_with_zeros():
    x = tg.tensor([2.0, 0.0, 3.0], dtype=tg.float64, requires_grad=True)
    (g,) = tg.grad(x.prod(), x, create_graph=True)
    assert g.tolist() == [0.0, 6.0, 0.0]
    (h,) = tg.grad(g[1], x, create_graph=True)  # d/dx of x0 x2
    assert h.tolist() == [3.0, 0.0, 2.0]
    (third,) = tg.grad(h[0], x)
    assert third.tolist() == [0.0, 0.0, 1.0]


def test_nan_and_infinity_are_not_swallowed():
    assert np.isnan(gradient(lambda x: x * NAN, [1.0])).all()
    assert gradient(lambda x: tg.where(x > 0, x * INF, 0.0), [1.0]) == [INF]


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: tg.where(x > 0, x.log(), 0.0), [1.0, 0.0], [1.0, 0.0]),
        (lambda x: tg.where(x > 0, x.sqrt(), x), [4.0, 0.0, -1.0], [0.25, 1.0, 1.0]),
        (lambda x: tg.where(x == 0, 1.0, x.sin() / x), [0.0], [0.0]),
        (lambda x: tg.where(x > 0, x, -x * INF), [1.0, 0.0], [1.0, -INF]),
        (lambda x: tg.where(x > 0, (x.sqrt() * 2 + 1) ** 0.5, 0.0), [0.0], [0.0]),
        (lambda x: x.log().clamp(-1.0, 1.0), [1.0, 0.0], [1.0, 0.0]),
        (lambda x: tg.maximum(x.log(), -5.0), [1.0, 0.0], [1.0, 0.0]),
    ],
)
def test_a_steep_branch_that_is_not_taken(f, x, expected):
    assert gradient(f, x) == expected
    t = tg.tensor(x, dtype=tg.float64, requires_grad=True)
    (g,) = tg.grad(f(t).sum(), t, create_graph=True)
    assert g.tolist() == expected


def test_the_branch_not_taken_gets_nothing_however_infinite_the_gradient():
    x = tg.tensor([1.0, -1.0], dtype=tg.float64, requires_grad=True)
    tg.where(x > 0, x, 0.0).backward(np.array([INF, INF]))
    assert x.grad.tolist() == [INF, 0.0]
    x.grad = None
    x.relu().backward(np.array([1.0, NAN]))
    assert x.grad.tolist() == [1.0, 0.0]

"""What is composed for statistics has right gradients, to the second order; and the points where engines had bugs."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import gradcheck

RNG = np.random.default_rng(0)
X = RNG.permutation(np.linspace(-2.0, 2.3, 12)).reshape(3, 4)  # no two equal, none 0
Z = X * (RNG.random((3, 4)) < 0.6)  # some zeros
NAN = np.where(RNG.random((3, 4)) < 0.3, np.nan, X)
COMPLEX = X + 1j * X[::-1]
POINTS = np.array([0.0, 0.5, 2.0, 2.2])

CALLS = {
    "aminmax": lambda x: tg.aminmax(x, dim=1),
    "max along a dim": lambda x: x.max(1).values,
    "cummax": lambda x: x.cummax(1).values,
    "cummin": lambda x: x.cummin(0).values,
    "sort": lambda x: x.sort(0, descending=True).values,
    "msort": tg.msort,
    "topk": lambda x: x.topk(2).values,
    "kthvalue": lambda x: x.kthvalue(2, keepdim=True).values,
    "median": lambda x: x.median(1).values,
    "mode": lambda x: x.mode(1).values,
    "quantile": lambda x: x.quantile(tg.tensor([0.1, 0.75]).to(x.real.dtype), 1),
    "quantile of all": lambda x: x.quantile(0.4, keepdim=True, interpolation="midpoint"),
    "var_mean": lambda x: tg.var_mean(x, 0),
    "std_mean": lambda x: tg.std_mean(x, (0, 1), correction=0),
    "cov": tg.cov,
    "weighted cov": lambda x: tg.cov(x, fweights=tg.tensor([1, 2, 1, 3]), aweights=tg.tensor(POINTS + 0.1)),
    "corrcoef": tg.corrcoef,
    "diff": lambda x: tg.diff(x, 2, 1, prepend=x, append=x[:, :1]),
    "trapezoid": lambda x: tg.trapezoid(x, tg.tensor(POINTS)),
    "cumulative_trapezoid": lambda x: tg.cumulative_trapezoid(x, dx=0.3, dim=0),
    "gradient": lambda x: tg.gradient(x, spacing=(0.5, tg.tensor(POINTS)), edge_order=2),
    "gradient in the points": lambda x: tg.gradient(x[0] * x[0], spacing=(x[1].cumsum(0) + tg.tensor(POINTS) * 9,)),
    "dist": lambda x: tg.dist(x, x[0] * x, 3),
    "cdist": lambda x: tg.cdist(x, x[:2] + 0.1, 1.5),
    "cdist by products": lambda x: tg.cdist(x, x[:2] + 0.1, compute_mode="use_mm_for_euclid_dist"),
    "pdist": tg.pdist,
    "renorm": lambda x: tg.renorm(x, 2, 0, 1.5),
    "unique": tg.unique,
    "bincount": lambda x: tg.bincount(tg.tensor([0, 2, 2, 5]), x[0], 8),
    "histogram": lambda x: tg.histogram(tg.tensor(POINTS), 3, weight=x[0].exp(), density=True).hist,
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_gradients(name):
    gradcheck(CALLS[name], tg.tensor(X, requires_grad=True))


@pytest.mark.parametrize("function", [tg.nansum, tg.nanmean, tg.nanmedian, lambda x: tg.nanquantile(x, 0.4, 1)])
def test_gradients_among_nan(function):
    """The numbers are varied, and the nan stay."""
    mask = tg.tensor(np.isnan(NAN))
    gradcheck(lambda x: function(tg.where(mask, np.nan, x)), tg.tensor(X, requires_grad=True))


@pytest.mark.parametrize(
    "function", [tg.var, tg.cov, lambda x: tg.cumprod(x, 1), lambda x: tg.logcumsumexp(x, 0), tg.diff, tg.trapezoid]
)
def test_complex_numbers(function):
    gradcheck(function, tg.tensor(COMPLEX, requires_grad=True))


def test_gradients_in_the_share_of_a_quantile():
    q = tg.tensor([0.1, 0.45, 0.8], dtype=tg.float64, requires_grad=True)
    gradcheck(lambda x, q: tg.quantile(x, q, 1), [tg.tensor(X, requires_grad=True), q])


@pytest.mark.parametrize("dim", [0, 1])
def test_products_with_zeros_to_the_third_order(dim):
    for zeros in (0, 1, 2, 4):
        data = X.copy()
        data[:zeros, 1] = data[0, :zeros] = 0
        gradcheck(lambda x: x.cumprod(dim), tg.tensor(data, requires_grad=True), order=3)
        gradcheck(lambda x: x.prod(dim), tg.tensor(data, requires_grad=True), order=3)


def test_the_gradient_of_a_long_product_with_a_zero_takes_memory_for_one_row():
    data = np.ones(200_000)
    data[7] = 0
    x = tg.tensor(data, requires_grad=True)
    x.prod().backward()
    assert np.flatnonzero(x.grad.numpy()).tolist() == [7]


def test_close_to_zero_second_derivatives_keep_their_digits():
    x = tg.tensor([1e-9, 2.0, 3.0], dtype=tg.float64, requires_grad=True)
    for function in (lambda x: x.prod(), lambda x: x.cumprod(0)[-1]):
        (g,) = tg.grad(function(x), [x], create_graph=True)
        (h,) = tg.grad(g[0], [x])
        assert np.allclose(h.numpy(), [0, 3, 2], rtol=1e-14)


def test_a_running_sum_of_exponentials_neither_overflows_nor_underflows():
    x = tg.tensor([-1e4, 1e4, -1e4, 9e3], requires_grad=True)
    y = x.logcumsumexp(0)
    assert y.tolist() == [-1e4, 1e4, 1e4, 1e4]
    y.sum().backward()
    assert x.grad.tolist() == [1, 3, 0, 0]


def test_nothing_but_minus_infinity_so_far():
    x = tg.tensor([-np.inf, -np.inf, 0.0], requires_grad=True)
    y = x.logcumsumexp(0)
    assert y.tolist() == [-np.inf, -np.inf, 0.0]
    y.sum().backward()
    assert x.grad.tolist() == [0, 0, 1]


def test_distances_of_equal_points_have_the_gradient_0():
    x = tg.tensor([[1.0, 2.0], [1.0, 2.0]], requires_grad=True)
    for p in (0, 1, 1.5, 2, 3, np.inf):
        for y in (tg.cdist(x, x, p), tg.pdist(x, p), tg.dist(x, x, p), tg.cdist(x, x, 2, "use_mm_for_euclid_dist")):
            assert not y.detach().numpy().any()
            (g,) = tg.grad(y.sum(), [x], allow_unused=True)
            assert g is None or not g.numpy().any()


def test_many_distances_by_products_are_those_by_differences():
    a, b = RNG.normal(size=(40, 3)) + 1000, RNG.normal(size=(30, 3)) + 1000
    x, y = tg.tensor(a), tg.tensor(b)
    direct = tg.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist").numpy()
    assert np.allclose(tg.cdist(x, y).numpy(), direct, rtol=1e-12)
    assert np.allclose(direct, np.linalg.norm(a[:, None] - b, axis=-1))


@pytest.mark.parametrize("dtype", [tg.float16, tg.float32])
def test_the_dtype_stays(dtype):
    x = tg.tensor(X).to(dtype)
    functions = [
        lambda x: tg.cumprod(x, 0), lambda x: tg.logcumsumexp(x, 0), lambda x: x.sort().values, tg.median, tg.nanmedian,
        tg.nansum, tg.nanmean, tg.diff, tg.trapezoid, tg.cumulative_trapezoid, tg.cov, tg.corrcoef, tg.pdist, tg.unique,
        lambda x: tg.gradient(x)[0], lambda x: tg.cdist(x, x), lambda x: tg.renorm(x, 2, 0, 1.0),
        lambda x: tg.dist(x, x), lambda x: tg.histc(x, 3), lambda x: tg.histogram(x, 3).hist,
        lambda x: tg.var_mean(x)[0], lambda x: tg.gradient(x[0], spacing=(x[1],))[0], lambda x: tg.trapezoid(x, x),
    ]  # fmt: skip
    assert {str(f(x).dtype) for f in functions} == {str(dtype)}


def test_sorting_a_view_and_writing_to_it_later():
    x = tg.tensor(X, requires_grad=True)
    y = (x * 1)[:, ::2].T
    values, indices = y.sort(1)
    before = values.detach().numpy().copy()
    y[...] = 0.0
    assert np.array_equal(values.detach().numpy(), before)
    values[0, 0].backward()
    expected = np.zeros_like(X)
    expected[indices[0, 0].item(), 0] = 1
    assert np.array_equal(x.grad.numpy(), expected)


def test_equal_elements_keep_their_order():
    x = tg.tensor([2, 1, 2, 1, 2])
    assert x.sort().indices.tolist() == [1, 3, 0, 2, 4]
    assert x.sort(descending=True).indices.tolist() == [0, 2, 4, 1, 3]
    assert x.argsort(stable=True).tolist() == [1, 3, 0, 2, 4]


def test_of_ties_one_gets_the_gradient_along_a_dim_and_all_share_it_in_the_median_of_all():
    data = np.array([1.0, 2.0, 2.0, 2.0, 5.0])
    for name in ("median", "mode", "sort", "topk", "kthvalue", "max"):
        x = tg.tensor(data, requires_grad=True)
        given = {"topk": (3, 0), "kthvalue": (3, 0)}.get(name, (0,))
        y = getattr(x, name)(*given).values
        (y.sum() if y.ndim == 0 else y[2]).backward()
        assert sorted(x.grad.tolist())[-1] == 1
        assert x.grad.sum().item() == 1
    x = tg.tensor(data, requires_grad=True)
    x.median().backward()
    assert np.allclose(x.grad.numpy(), [0, 1 / 3, 1 / 3, 1 / 3, 0])


def test_functions_of_arrays_return_arrays():
    assert isinstance(tg.sort(X).values, np.ndarray)
    assert isinstance(tg.argsort(X), np.ndarray)
    assert isinstance(tg.unique(X), np.ndarray)
    assert isinstance(tg.quantile(X, 0.5), (np.ndarray, np.floating))
    assert isinstance(tg.cdist(X, X), np.ndarray)


@pytest.mark.parametrize(
    "function",
    [
        tg.sort, tg.argsort, tg.median, tg.mode, tg.unique, tg.nonzero, tg.histc, tg.diff, tg.trapezoid, tg.gradient,
        tg.cov, tg.corrcoef, tg.nansum, tg.nanmean, tg.pdist, tg.count_nonzero,
    ],
)  # fmt: skip
def test_what_is_no_tensor_is_refused(function):
    with pytest.raises(TypeError, match="expected a tensor, got list; use tensor"):
        function([1.0, 2.0])


@pytest.mark.parametrize("name", ["sort", "argsort", "median", "mode", "unique", "histc"])
def test_complex_numbers_have_no_order(name):
    with pytest.raises(TypeError, match=f"{name}: complex numbers have no order"):
        getattr(tg, name)(tg.tensor(COMPLEX))


def test_counts_and_indices_need_no_gradient():
    x = tg.tensor(X, requires_grad=True)
    for y in (
        tg.histc(x, 3),
        tg.histogram(x, 3).hist,
        x.argsort(),
        x.count_nonzero(),
        tg.searchsorted(x[0].sort().values, x),
    ):
        assert not y.requires_grad


def test_summing_bins_back():
    """The weights of a histogram go where their elements lie: outside of all bins nowhere."""
    w = tg.tensor([1.0, 2.0, 4.0], requires_grad=True)
    hist, edges = tg.histogram(tg.tensor([0.5, 1.0, 9.0]), 2, range=(0.0, 1.0), weight=w)
    assert hist.tolist() == [0.0, 3.0]
    assert edges.tolist() == [0.0, 0.5, 1.0]
    hist.sum().backward()
    assert w.grad.tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x.kthvalue(1.5), "kthvalue: k must be an int, got 1.5"),
        (lambda x: x.topk("a"), "topk: k must be an int, got 'a'"),
        (lambda x: x.diff(0.5), "diff: n must be an int, got 0.5"),
        (lambda x: tg.histc(x, 2.5), "histc: bins must be an int, got 2.5"),
        (lambda x: tg.histogram(x, "auto"), "histogram: bins must be an int, got 'auto'"),
        (lambda x: tg.bincount(x.argsort()[0], None, 1.5), "bincount: minlength must be an int, got 1.5"),
    ],
)
def test_what_must_be_a_whole_number(call, message):
    with pytest.raises(TypeError, match=message):
        call(tg.tensor(X))

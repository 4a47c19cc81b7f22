"""NumPy's functions that move elements or combine few ops: NumPy's numbers, and gradients that are the slopes."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops.from_numpy import COMPOSED_UFUNCS, WITHOUT_DERIVATIVE
from tinygrad_edu.ops.from_numpy.computing import COMPUTING
from tinygrad_edu.ops.from_numpy.moving import MOVING
from tinygrad_edu.testing import gradcheck

X = np.array([[1.0, 2.0, 3.5], [0.5, 1.5, 2.5]])
V = np.array([0.3, -1.2, 2.0, 0.7])
LAYERS = np.arange(8.0).reshape(2, 2, 2)

CALLS = {
    np.tile: [lambda x: np.tile(x, 2), lambda x: np.tile(x, (2, 1, 2)), lambda x: np.tile(x, (0, 1))],
    np.repeat: [lambda x: np.repeat(x, 2), lambda x: np.repeat(x, [1, 0, 2], axis=1), lambda x: np.repeat(x[0, 0], 3)],
    np.rot90: [lambda x: np.rot90(x), lambda x: np.rot90(x, k=2, axes=(1, 0))],
    np.fliplr: [lambda x: np.fliplr(x)],
    np.flipud: [lambda x: np.flipud(x)],
    np.delete: [lambda x: np.delete(x, 1), lambda x: np.delete(x, [0, 2], axis=1)],
    np.resize: [lambda x: np.resize(x, (3, 3)), lambda x: np.resize(x, 4)],
    np.take: [
        lambda x: np.take(x, [0, -1]),
        lambda x: np.take(x, 1, axis=1),
        lambda x: np.take(x, [7], mode="wrap"),
    ],
    np.compress: [lambda x: np.compress([True, False], x, axis=0)],
    np.extract: [lambda x: np.extract(X > 1.2, x)],
    np.diagonal: [lambda x: np.diagonal(x), lambda x: np.diagonal(x, 1)],
    np.diag: [lambda x: np.diag(x), lambda x: np.diag(x[0]), lambda x: np.diag(x[1], -1)],
    np.diagflat: [lambda x: np.diagflat(x)],
    np.rollaxis: [lambda x: np.rollaxis(x, 1)],
    np.array_split: [lambda x: np.array_split(x, 2, axis=1)],
    np.hsplit: [lambda x: np.hsplit(x, [1])],
    np.vsplit: [lambda x: np.vsplit(x, 2)],
    np.dsplit: [lambda x: np.dsplit(x[None], 3)],
    np.unstack: [lambda x: np.unstack(x)],
    np.atleast_1d: [lambda x: np.atleast_1d(x[0, 0]), lambda x: np.atleast_1d(x, x[0, 1])],
    np.atleast_2d: [lambda x: np.atleast_2d(x[0])],
    np.atleast_3d: [lambda x: np.atleast_3d(x)],
    np.broadcast_arrays: [lambda x: np.broadcast_arrays(x, x[0])],
    np.meshgrid: [lambda x: np.meshgrid(x[0], x[1]), lambda x: np.meshgrid(x[0], V, indexing="ij")],
    np.hstack: [lambda x: np.hstack([x, X]), lambda x: np.hstack((x[0], x[1]))],
    np.vstack: [lambda x: np.vstack([x, x[0]])],
    np.dstack: [lambda x: np.dstack([x, x])],
    np.column_stack: [lambda x: np.column_stack([x[0], x[1]])],
    np.block: [lambda x: np.block([[x, x], [X, x]])],
    np.append: [lambda x: np.append(x, x[0]), lambda x: np.append(x, [[1.0, 2.0, 3.0]], axis=0)],
    np.insert: [lambda x: np.insert(x, 1, 5.0), lambda x: np.insert(x, [0, 2], x[:, :1], axis=1)],
    np.choose: [lambda x: np.choose([0, 1, 0], [x[0], x[1]])],
    np.partition: [lambda x: np.partition(x[0], 1)],
    np.interp: [
        lambda x: np.interp(x, [0.0, 1.7, 4.0], [1.0, -2.0, 3.0]),
        lambda x: np.interp(V, np.array([-0.5, 0.4, 1.1]), x[0]),
        lambda x: np.interp(V + 0.1, x[0], X[1], left=-1.0, right=9.0),
    ],
    np.convolve: [
        lambda x: np.convolve(x[0], x[1]),
        lambda x: np.convolve(x[0], V, "same"),
        lambda x: np.convolve(V, x[0], "valid"),
        lambda x: np.convolve(x[0, :2], V),
    ],
    np.correlate: [
        lambda x: np.correlate(V, x[0]),
        lambda x: np.correlate(V, x[0], "full"),
        lambda x: np.correlate(V, x[0], "same"),
        lambda x: np.correlate(V, x[0, :2], "same"),
    ],
    np.polyval: [lambda x: np.polyval(x[0], x), lambda x: np.polyval([1.0, -2.0, 3.0], x)],
    np.polyadd: [lambda x: np.polyadd(x[0], V)],
    np.polysub: [lambda x: np.polysub([1.0], x[0])],
    np.polymul: [lambda x: np.polymul(x[0], x[1])],
    np.polyder: [lambda x: np.polyder(x[0]), lambda x: np.polyder(x[0], 2)],
    np.polyint: [lambda x: np.polyint(x[0])],
    np.select: [lambda x: np.select([X > 2, X > 1], [x, x * 2], 7.0)],
    np.piecewise: [
        lambda x: np.piecewise(x, [X < 1, X >= 2], [np.exp, lambda t: t * t, 3.0]),
        lambda x: np.piecewise(x, [X < 1], [np.sin]),
    ],
    np.apply_along_axis: [
        lambda x: np.apply_along_axis(np.cumsum, 0, x),
        lambda x: np.apply_along_axis(np.sum, 1, x),
        lambda x: np.apply_along_axis(np.outer, 0, x, V),
    ],
    np.apply_over_axes: [lambda x: np.apply_over_axes(np.sum, x, [0, 1])],
    np.average: [
        lambda x: np.average(x),
        lambda x: np.average(x, axis=1, weights=[1.0, 2.0, 3.0]),
        lambda x: np.average(X, weights=x),
        lambda x: np.average(x, axis=0, returned=True, keepdims=True),
    ],
    np.ptp: [lambda x: np.ptp(x), lambda x: np.ptp(x, axis=0, keepdims=True)],
    np.ediff1d: [lambda x: np.ediff1d(x), lambda x: np.ediff1d(x, to_end=[1.0], to_begin=2.0)],
    np.unwrap: [lambda x: np.unwrap(x * 4)],
    np.amax: [lambda x: np.amax(x), lambda x: np.amax(x, 0)],
    np.amin: [lambda x: np.amin(x, axis=1, keepdims=True)],
    np.around: [lambda x: np.around(x, 1)],
    np.astype: [lambda x: np.astype(x, np.float64)],
    np.full_like: [lambda x: np.full_like(x, x[0, 1])],
    np.fabs: [lambda x: np.fabs(-x)],
    np.divmod: [lambda x: np.divmod(x, 0.8)],
    np.modf: [lambda x: np.modf(x * 0.9)],
    np.vecdot: [lambda x: np.vecdot(x, X), lambda x: np.vecdot(x[0], x)],
    np.pad: [lambda x, mode=mode: np.pad(x, (1, 2), mode) for mode in ("edge", "reflect", "symmetric", "wrap")],
}
if hasattr(np, "matvec"):
    CALLS |= {
        np.matvec: [lambda x: np.matvec(x, x[0]), lambda x: np.matvec(X, x[0])],
        np.vecmat: [lambda x: np.vecmat(x[:, 0], x)],
    }


def test_every_function_is_called():
    assert set(CALLS) == set(MOVING) | set(COMPUTING) | set(COMPOSED_UFUNCS)


def several(result):
    return list(result) if isinstance(result, (tuple, list)) else [result]


@pytest.mark.parametrize("function", CALLS, ids=lambda f: f.__name__)
def test_numpys_results_and_true_gradients(function):
    for call in CALLS[function]:
        expected = call(X)
        t = tg.tensor(X, requires_grad=True)
        found = call(t)
        for mine, theirs in zip(several(found), several(expected), strict=True):
            assert isinstance(mine, tg.Tensor)
            assert mine.shape == np.shape(theirs)
            assert mine.dtype == theirs.dtype
            assert np.allclose(mine.detach().numpy(), theirs, rtol=1e-13, atol=1e-14)
        assert any(y.requires_grad for y in several(found))
        gradcheck(lambda x, call=call: [y for y in several(call(x)) if y.requires_grad], [t])


def test_float32_stays_float32_where_numpy_keeps_it(monkeypatch):
    monkeypatch.setitem(globals(), "X", X.astype(np.float32))
    monkeypatch.setitem(globals(), "V", V.astype(np.float32))
    for function, calls in CALLS.items():
        for call in calls:
            for mine, theirs in zip(several(call(tg.tensor(X, requires_grad=True))), several(call(X)), strict=True):
                assert mine.dtype in (np.float32, theirs.dtype), function


@pytest.mark.parametrize("function", WITHOUT_DERIVATIVE, ids=lambda f: f.__name__)
def test_functions_without_a_derivative_give_numpys_values_as_constants(function):
    two = {np.array_equiv, np.isin}
    two |= {np.may_share_memory, np.shares_memory}
    arguments = [V] if function not in two else [np.sort(V), np.sort(V)]
    if function in (np.diag_indices_from, np.tril_indices_from, np.triu_indices_from):
        arguments = [np.eye(3)]
    if function is np.argpartition:
        arguments = [V, 1]
    if function is np.einsum_path:
        arguments = ["i->", V]
    expected = function(*arguments)
    found = function(*[tg.tensor(a, requires_grad=True) if isinstance(a, np.ndarray) else a for a in arguments])
    if function in (np.may_share_memory, np.shares_memory, np.einsum_path):
        return
    for mine, theirs in zip(several(found), several(expected), strict=True):
        assert isinstance(mine, tg.Tensor) == isinstance(theirs, np.ndarray)
        assert np.array_equal(np.asarray(mine), np.asarray(theirs))


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda t: np.interp(t, [0.0, 1.0], [0.0, 1.0], period=1), NotImplementedError, "period"),
        (lambda t: np.interp(t, [0.0, 1.0], [0.0]), ValueError, r"one shape.*\(2,\) and \(1,\)"),
        (lambda t: np.convolve(t[None], t), ValueError, "one dimension"),
        (lambda t: np.convolve(t, t, "half"), ValueError, "'full', 'same' or 'valid', got 'half'"),
        (lambda t: np.convolve(t[:0], t), ValueError, "empty"),
        (lambda t: np.repeat(t, t), TypeError, "repeat.*not recorded for repeats="),
        (lambda t: np.select([[True, False]], [t, t]), ValueError, "as many conditions"),
        (lambda t: np.piecewise(t, [[True, False]], []), ValueError, "1 functions or one more, got 0"),
        (lambda t: np.average(t, weights=[1.0]), ValueError, "weights of shape"),
        (lambda t: np.maximum.reduce(t[:0]), ValueError, "amax|no elements|zero-size"),
    ],
)
def test_refusals(call, kind, message):
    with pytest.raises(kind, match=message):
        call(tg.tensor([1.0, 2.0], requires_grad=True))

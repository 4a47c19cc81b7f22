"""NumPy's functions on Tensors are recorded, with NumPy's names and results; others are refused by name."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops.from_numpy.basic import BASIC, BASIC_UFUNCS
from tinygrad_edu.ops.from_numpy.statistics import STATISTICS
from tinygrad_edu.testing import gradcheck

from . import numpy_statistics

X = np.array([[1.0, 2.0, 3.5], [0.5, 1.5, 2.5]])
CALLS = {
    np.sum: [
        lambda x: np.sum(x),
        lambda x: np.sum(x, axis=0),
        lambda x: np.sum(x, (0, 1), keepdims=True),
        lambda x: np.sum(x, axis=()),
        lambda x: np.sum(x, dtype=np.float64),
    ],
    np.mean: [lambda x: np.mean(x, axis=-1), lambda x: np.mean(x, axis=())],
    np.prod: [lambda x: np.prod(x, axis=0), lambda x: np.prod(x, axis=(), keepdims=True)],
    np.max: [lambda x: np.max(x, axis=1), lambda x: np.max(x, axis=())],
    np.real: [lambda x: np.real(x)],
    np.imag: [lambda x: np.imag(x * 1j)],
    np.angle: [lambda x: np.angle(x)],
    np.min: [lambda x: np.min(x)],
    np.any: [lambda x: np.any(x > 2, axis=0), lambda x: np.any(x > 2, axis=())],
    np.all: [lambda x: np.all(x > 1, axis=1)],
    np.argmax: [lambda x: np.argmax(x), lambda x: np.argmax(x, axis=0)],
    np.argmin: [lambda x: np.argmin(x, axis=1)],
    np.var: [lambda x: np.var(x), lambda x: np.var(x, axis=0, ddof=1)],
    np.std: [lambda x: np.std(x, axis=1)],
    np.cumsum: [lambda x: np.cumsum(x), lambda x: np.cumsum(x, axis=1)],
    np.linalg.norm: [
        lambda x: np.linalg.norm(x),
        lambda x: np.linalg.norm(x, 1, axis=0),
        lambda x: np.linalg.norm(x, 1),
        lambda x: np.linalg.norm(x, -1),
        lambda x: np.linalg.norm(x, np.inf),
        lambda x: np.linalg.norm(x, -np.inf, keepdims=True),
        lambda x: np.linalg.norm(x, "fro"),
        lambda x: np.linalg.norm(x[None], 1, axis=(2, 1)),
        lambda x: np.linalg.norm(x[0], 3),
        lambda x: np.linalg.norm(x[None], "fro", axis=(1, 2)),
    ],
    np.reshape: [
        lambda x: np.reshape(x, (3, 2)),
        lambda x: np.reshape(x, -1),
        lambda x: np.reshape(x, (3, 2), order="F"),
        lambda x: np.reshape(x, (-1, 2), "F"),
    ],
    np.ravel: [lambda x: np.ravel(x), lambda x: np.ravel(x, order="F")],
    np.transpose: [lambda x: np.transpose(x), lambda x: np.transpose(x, (1, 0)), lambda x: np.transpose(x, [1, 0])],
    np.swapaxes: [lambda x: np.swapaxes(x, 0, 1)],
    np.moveaxis: [lambda x: np.moveaxis(x, 0, -1), lambda x: np.moveaxis(x[None], (0, 1), (-1, 0))],
    np.squeeze: [lambda x: np.squeeze(x[:1]), lambda x: np.squeeze(x[:1], axis=0)],
    np.expand_dims: [lambda x: np.expand_dims(x, 1)],
    np.broadcast_to: [lambda x: np.broadcast_to(x, (2, 2, 3)), lambda x: np.broadcast_to(x[0, :1], 3)],
    np.flip: [lambda x: np.flip(x), lambda x: np.flip(x, axis=1)],
    np.roll: [
        lambda x: np.roll(x, 1),
        lambda x: np.roll(x, 1, axis=1),
        lambda x: np.roll(x, 1, (0, 1)),
        lambda x: np.roll(x, (1, 2), (0, 1)),
    ],
    np.pad: [lambda x: np.pad(x, 1), lambda x: np.pad(x, ((0, 1), (2, 0)), constant_values=3.0)],
    np.concatenate: [lambda x: np.concatenate([x, x], axis=1), lambda x: np.concatenate([x, x[0]], axis=None)],
    np.stack: [lambda x: np.stack([x, x], axis=1)],
    np.split: [lambda x: np.split(x, 3, axis=1)[1], lambda x: np.split(x, [1], axis=1)[1]],
    np.where: [lambda x: np.where(x > 2.2, x, 0.0)],
    np.clip: [lambda x: np.clip(x, 0.7, 3.0)],
    np.round: [lambda x: np.round(x + 0.2), lambda x: np.round(x + 0.02, 1)],
    np.copy: [lambda x: np.copy(x)],
    np.sinc: [lambda x: np.sinc(x)],
    np.i0: [lambda x: np.i0(x)],
    np.nan_to_num: [lambda x: np.nan_to_num(x), lambda x: np.nan_to_num(x, nan=1.0, posinf=2.0)],
    np.fix: [lambda x: np.fix(x + 0.2)],
    np.isreal: [lambda x: np.isreal(x)],
    np.isposinf: [lambda x: np.isposinf(x)],
    np.isneginf: [lambda x: np.isneginf(x)],
    np.isclose: [lambda x: np.isclose(x, x + 1e-9)],
    np.allclose: [lambda x: np.allclose(x, x + 1e-9), lambda x: np.allclose(x, x + 1)],
    np.array_equal: [lambda x: np.array_equal(x, x)],
    np.take_along_axis: [
        lambda x: np.take_along_axis(x, np.array([[0], [2]]), 1),
        lambda x: np.take_along_axis(x, np.array([[1]]), 1),
        lambda x: np.take_along_axis(x, np.array([[-1, -3]]), 1),
        lambda x: np.take_along_axis(x, np.array([4, -1]), None),
    ],
    np.tril: [lambda x: np.tril(x)],
    np.triu: [lambda x: np.triu(x, 1)],
    np.outer: [lambda x: np.outer(x[0], x[1])],
    np.dot: [
        lambda x: np.dot(x, x[0]),
        lambda x: np.dot(2.0, x),
        lambda x: np.dot([1.0, 2.0], x),
        lambda x: np.dot(x, X.T[None] + 1),
        lambda x: np.dot(X[None], np.stack([x.T, x.T * 2])),
    ],
    np.einsum: [
        lambda x: np.einsum("ij,kj->ik", x, x),
        lambda x: np.einsum(x, [0, 1], [1, 0]),
        lambda x: np.einsum("ij->j", x, optimize=False),
    ],
    np.zeros_like: [lambda x: np.zeros_like(x)],
    np.ones_like: [lambda x: np.ones_like(x)],
    np.shape: [lambda x: np.shape(x)],
    np.ndim: [lambda x: np.ndim(x)],
    np.size: [lambda x: np.size(x)],
} | numpy_statistics.CALLS


def test_every_function_is_called():
    assert set(CALLS) - {np.pad, np.linalg.norm} == set(BASIC) | set(STATISTICS)  # those two are in other files too


@pytest.mark.parametrize("function", CALLS, ids=lambda f: f.__name__)
def test_numpys_results_and_true_gradients(function):
    for call in CALLS[function]:
        expected = call(X)
        t = tg.tensor(X, requires_grad=True)
        result = call(t)
        if not isinstance(result, tg.Tensor):
            assert result == expected
            continue
        assert np.allclose(result.detach().numpy(), expected, rtol=1e-14)
        assert result.shape == np.shape(expected)
        if result.requires_grad:
            gradcheck(call, [t])


@pytest.mark.parametrize("ufunc", BASIC_UFUNCS, ids=lambda f: f.__name__)
def test_ufuncs(ufunc):
    x = X.astype(bool) if "bitwise" in ufunc.__name__ or ufunc is np.invert else X / 4
    if ufunc is np.arccosh:
        x = X + 1
    if ufunc is np.matmul:
        x = x @ x.T
    if ufunc in (np.gcd, np.lcm, np.left_shift, np.right_shift):
        x = (X * 2).astype(int)
    arguments = [x] * ufunc.nin
    if ufunc is np.ldexp:
        arguments[1] = (X * 2).astype(int)
    result, expected = ufunc(*[tg.tensor(a) for a in arguments]), ufunc(*arguments)
    for ours, numpys in zip(*([r] if ufunc.nout == 1 else r for r in (result, expected)), strict=True):
        assert isinstance(ours, tg.Tensor)
        assert np.allclose(ours.numpy(), numpys, rtol=1e-15, atol=0)


def test_arrays_on_the_left():
    t = tg.tensor([1.0, 2.0], requires_grad=True)
    for y in (np.ones(2, np.float32) * t, np.ones(2, np.float32) @ t, np.float32(2) * t, np.ones((2, 2), "f") - t):
        assert isinstance(y, tg.Tensor)
        assert y.requires_grad
        assert y.dtype == tg.float32


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda t: np.roots(t), TypeError, r"np\.roots.*not recorded.*detach"),
        (lambda t: np.add.reduce(t, where=[True, False]), TypeError, r"np\.add\.reduce"),
        (lambda t: np.add.at(t, [0], 1.0), TypeError, r"np\.add\.at"),
        (lambda t: np.exp(t, where=[True, False]), TypeError, "where="),
        (lambda t: np.spacing(t), TypeError, r"np\.spacing"),
        (lambda t: np.gcd(t, t), TypeError, r"gcd\(float32\[2\], float32\[2\]\): not defined for float32"),
        (lambda t: np.asarray(t), RuntimeError, r"t\.detach\(\)\.numpy\(\)"),
        (lambda t: t.numpy(), RuntimeError, r"t\.detach\(\)\.numpy\(\)"),
        (lambda t: np.pad(t, 1, mode="mean"), NotImplementedError, "mean"),
        (lambda t: np.sum(t, axis=3), IndexError, "dim 3 is out of range"),
        (lambda t: np.squeeze(t, 0), ValueError, r"expected size 1 in axis 0, got shape \(2,\)"),
        (lambda t: np.linalg.norm(t[None], 3), ValueError, "'fro', 'nuc', ±1, ±2 or ±inf, got 3"),
        (lambda t: np.linalg.norm(t, "fro"), ValueError, "is for matrices"),
        (lambda t: np.linalg.norm(t[None, None], 2), ValueError, "is for vectors and matrices"),
        (lambda t: np.reshape(t, (2, 1), order="A"), ValueError, "'C' or 'F', got 'A'"),
        (lambda t: np.dot(t[None], t[None, None]), ValueError, r"\(1, 2\) and \(1, 1, 2\) do not fit"),
    ],
)
def test_refusals(call, kind, message):
    with pytest.raises(kind, match=message):
        call(tg.tensor([1.0, 2.0], requires_grad=True))


def test_integers():
    t = tg.tensor(np.array([[200, 100]], np.uint8))
    assert np.sum(t).item() == 300
    assert np.sum(t, axis=()).tolist() == [[200, 100]]
    assert np.sum(t, dtype=np.float64).dtype == np.float64
    assert np.mean(t).item() == 150.0
    assert np.std(t).item() == 50.0


def test_asarray_of_a_constant_is_its_memory():
    t = tg.tensor([1.0, 2.0])
    assert np.may_share_memory(np.asarray(t), t.array)
    assert np.asarray(t, dtype=np.float64).dtype == np.float64


def test_other_functions_take_constants_as_arrays():
    t = tg.tensor([1.0, 2.0])
    assert np.allclose(t, [1.0, 2.0])
    assert np.fft.fft(t).shape == (2,)
    assert np.add.reduce(t) == 3.0
    assert np.histogram(t, bins=2)[0].tolist() == [1, 1]
    out = np.zeros(2, np.float32)
    assert np.exp(t, out=out) is out

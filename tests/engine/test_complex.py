"""Complex numbers inside, with PyTorch's gradients: dL/d(Re z) + i dL/d(Im z)."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.op import NOT_DIFFERENTIABLE, Op
from tinygrad_edu.testing import gradcheck

RNG = np.random.default_rng(0)
Z = RNG.normal(size=(3, 4)) + 1j * RNG.normal(size=(3, 4))
W = RNG.normal(size=(4, 2)) + 1j * RNG.normal(size=(4, 2))


def transform(n):
    return np.fft.fft(np.eye(n))


rfft = Op(
    "rfft",
    lambda x: np.fft.rfft(x),
    (lambda g, y, x: np.matmul(g, transform(x.shape[-1])[: y.shape[-1]]),),
)


def test_a_spectrum_of_real_numbers():
    x = tg.tensor(RNG.normal(size=(2, 6)), requires_grad=True)
    assert gradcheck(lambda x: rfft(x).abs(), [x], order=2)
    spectrum = rfft(x)
    assert spectrum.dtype == np.complex128
    power = (spectrum.real**2 + spectrum.imag**2).sum()
    power.backward()
    assert x.grad.dtype == np.float64
    y = rfft(x.detach()).array
    weights = np.full(y.shape[-1], 2.0)
    expected = 6 * np.fft.irfft(y * np.where(np.arange(4) % 3 == 0, 2.0, 1.0)) * 1.0
    assert np.allclose(x.grad.array, expected)
    assert weights.shape == (4,)


FUNCTIONS = [
    lambda z: z * z,
    lambda z: z.exp() * 2j,
    lambda z: z.sin() / z,
    lambda z: z @ tg.tensor(W),
    lambda z: z.abs(),
    lambda z: z.angle(),
    lambda z: z.conj() * z,
    lambda z: z.real * z.imag,
    lambda z: (z.T + 1).sqrt(),
    lambda z: tg.where(z.real > 0, z, z * 1j),
    lambda z: tg.complex(z.imag, z.real * 2),
    lambda z: z[1:, ::2].log(),
    lambda z: z.mean(0) * z.abs().sum(),
    lambda z: tg.einsum("ij,kj->ik", z, z.conj()),
]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_gradients_of_both_orders(f):
    assert gradcheck(f, [tg.tensor(Z, requires_grad=True)], order=2)


@pytest.mark.oracle
@pytest.mark.parametrize("f", FUNCTIONS[:3] + FUNCTIONS[4:])
def test_gradients_are_pytorchs(f):
    torch = pytest.importorskip("torch")
    ours, theirs = tg.tensor(Z, requires_grad=True), torch.tensor(Z, requires_grad=True)
    w = RNG.normal(size=(3, 4))
    results = []
    for x, module in ((ours, tg), (theirs, torch)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(f.__globals__, "tg", module)
            y = f(x)
        y = y.abs() if module is tg else y.abs()
        (y * module.tensor(np.resize(w, tuple(y.shape)))).sum().backward()
        results.append(np.asarray(x.grad.numpy()))
    np.testing.assert_allclose(*results, rtol=1e-10)


def test_a_complex_output_needs_a_gradient():
    z = tg.tensor(1 + 2j, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"complex.*abs\(\)"):
        (z * z).backward()
    (z * z).backward(tg.tensor(1 + 0j))
    assert z.grad.item() == pytest.approx(2 - 4j)  # the conjugate of the derivative


def test_a_real_tensor_has_a_real_gradient():
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    (x * 1j).imag.sum().backward()
    assert x.grad.dtype == np.float32
    assert x.grad.tolist() == [1.0, 1.0]
    assert (x * 1j).dtype == np.complex64


def test_a_rule_that_is_missing_on_purpose():
    row = Op("modulus", np.abs, (NOT_DIFFERENTIABLE,))
    assert not row(tg.tensor(Z, requires_grad=True)).requires_grad

"""What is said of the derivatives of matrices and spectra, worked out in NumPy, is what the engine computes."""

import numpy as np
import pytest
import scipy.linalg

import tinygrad_edu as tg
from tinygrad_edu.formula.overrides import RULES, Words
from tinygrad_edu.op import OPS

from ..ops.samples import fourier, matrices

I = np.eye(3)  # noqa: E741
LOW, UP = np.tril(np.ones((3, 3)), -1), np.triu(np.ones((3, 3)))
inv = np.linalg.inv


def half_transform(g):
    """With 0 for the other half."""
    return np.fft.fft(np.concatenate([g, np.zeros(4 - len(g))])).real


def halved(x):
    return np.tril(x) - np.diag(np.diag(x)) / 2


def symmetric(x):
    return (x + x.T) / 2


def differences(x):
    return x[None, :] - x[:, None] + I


def of_qr(g, y, x):
    (dQ, dR), (Q, R) = g, y
    S = np.triu(dR @ R.T - Q.T @ dQ)
    S = S + S.T - np.diag(np.diag(S))
    return (dQ + Q @ S) @ inv(R).T


def of_lu(g, y, x):
    factors, _ = y
    L, U = np.tril(factors, -1) + I, np.triu(factors)
    P = scipy.linalg.lu(x)[0].T
    dL, dU = g[0] * LOW, g[0] * UP
    return P.T @ inv(L).T @ (LOW * (L.T @ dL) + np.triu(dU @ U.T)) @ inv(U).T


def of_eig(g, y, x):
    (dl, dV), (values, V) = g, y
    dl, dV = np.conj(dl), np.conj(dV)
    phase = np.argmax(np.abs(V), axis=0), np.arange(3)
    dV[phase] -= 1j * np.imag(np.sum(V.conj() * dV, axis=0)) / V[phase]  # the largest component stays real
    along = V.conj().T @ dV
    across = (along - V.conj().T @ V @ np.diag(np.diag(along))) / np.conj(differences(values))
    across = across - np.diag(np.diag(across)) + np.diag(dl)
    return np.real(inv(V).conj().T @ across @ V.conj().T)


def of_svd(g, y, x):
    (dU, dS, dVh), (U, S, Vh) = g, y
    inner = (U.T @ dU - dU.T @ U) * S + S[:, None] * (Vh @ dVh.T - dVh @ Vh.T)
    return U @ (inner / differences(S**2) + np.diag(dS)) @ Vh


# What each sentence says; of inputs with parameters, for those below.
MEANINGS = {
    ("solve_triangular", 0): lambda g, y, a, b: -np.tril(inv(np.tril(a)).T @ g @ y.T),
    ("solve_triangular", 1): lambda g, y, a, b: inv(np.tril(a)).T @ g,
    ("inv", 0): lambda g, y, x: -(y.mT @ g @ y.mT),
    ("solve", 0): lambda g, y, a, b: -np.linalg.solve(a.mT, g) @ y.mT,
    ("solve", 1): lambda g, y, a, b: np.linalg.solve(a.mT, g),
    ("det", 0): lambda g, y, x: g * y * inv(x).mT,
    ("slogdet", 0): lambda g, y, x: g[1] * inv(x).T,
    ("pinv", 0): lambda g, y, x: -y.T @ g @ y.T + (np.eye(4) - x @ y) @ g.T @ y @ y.T + y.T @ y @ g.T @ (I - y @ x),
    ("matrix_exp", 0): lambda g, y, x: scipy.linalg.expm(np.block([[x.T, g], [0 * g, x.T]]))[:3, 3:],
    ("cholesky", 0): lambda g, y, x: symmetric(inv(y).T @ halved(y.T @ g) @ inv(y)),
    ("qr", 0): of_qr,
    ("lu_factor", 0): of_lu,
    ("eigh", 0): lambda g, y, x: symmetric(
        y[1] @ ((1 - I) * (y[1].T @ g[1]) / differences(y[0]) + np.diag(g[0])) @ y[1].T
    ),
    ("eig", 0): of_eig,
    ("svd", 0): of_svd,
    ("fftn", 0): lambda g, y, x: np.fft.fft(g).real,
    ("ifftn", 0): lambda g, y, x: np.fft.ifft(g).real,
    ("rfftn", 0): lambda g, y, x: half_transform(g),
    ("irfftn", 0): lambda g, y, x: np.fft.ifft(g)[:3].real * [1, 2, 1],
}
PARAMETERS = {"solve_triangular": {"upper": False}, **{name: {"s": (4,), "dim": (0,)} for name in fourier.SAMPLES}}


def inputs(name):
    rng = np.random.default_rng(5)
    x = rng.standard_normal((3, 3)) + 3 * np.diag([1, 2, 3])
    if name in fourier.SAMPLES:
        return [rng.standard_normal(3 if name == "irfftn" else 4)]
    if name == "pinv":
        return [rng.standard_normal((4, 3))]
    if name in ("cholesky", "eigh"):
        return [x @ x.T]
    return [x, rng.standard_normal((3, 2))] if name.startswith("solve") else [x]


def test_each_sentence_is_here():
    assert {key for key in RULES if key[0] in {*matrices.SAMPLES, *fourier.SAMPLES}} == set(MEANINGS)


@pytest.mark.parametrize(("name", "slot"), MEANINGS)
def test_what_is_said_is_what_the_engine_computes(name, slot):
    arrays, params = inputs(name), PARAMETERS.get(name, {})
    tensors = [tg.tensor(x, requires_grad=True) for x in arrays]
    outputs = OPS[name](*tensors, **params)
    several = isinstance(outputs, tuple)
    outputs = [y for y in (outputs if several else (outputs,)) if y.requires_grad]
    rng = np.random.default_rng(6)
    seeds = [np.asarray(rng.standard_normal(y.shape), y.dtype) for y in outputs]
    (found,) = tg.grad(outputs, [tensors[slot]], [tg.tensor(np.conj(g)) for g in seeds])
    y = OPS[name].forward(*arrays, **params)
    meant = MEANINGS[name, slot](tuple(seeds) if several else seeds[0], y, *arrays)
    np.testing.assert_allclose(found.numpy(), meant, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("key", [key for key in MEANINGS if not isinstance(RULES[key], Words)])
def test_expressions_are_meant_as_they_stand(key):
    arrays = inputs(key[0])
    y = OPS[key[0]].forward(*arrays)
    g = np.random.default_rng(6).standard_normal(np.shape(y))
    known = {"solve": np.linalg.solve, "inv": inv, "dY": g, "Y": y, "x": arrays[0], "a": arrays[0], "b": arrays[-1]}
    np.testing.assert_allclose(eval(RULES[key], known), MEANINGS[key](g, y, *arrays))

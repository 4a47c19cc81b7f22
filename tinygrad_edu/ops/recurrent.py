"""All steps of a recurrent layer as one op: of an LSTM, of a GRU, of a plain recurrent network.

`a` (T, N, ·) is what the inputs of the T steps contribute, W x + b, computed before in one product; an op adds what comes
from the state, step by step. The reason is cost: recorded step by step, a layer is hundreds of small nodes, and the
gradient of its weight as many products instead of one. The rule goes through the steps backwards once and returns the
gradients of all inputs (`Share`). The activated gates are an output too, so that it need not compute them again.

σ(x) is computed as (1 + tanh(x/2)) / 2, which never overflows. T must be at least 1.

Sources: S. Hochreiter and J. Schmidhuber, "Long short-term memory" (Neural Computation 9, 1997), with the forget gate of
F. Gers, J. Schmidhuber and F. Cummins (Neural Computation 12, 2000); K. Cho et al., "Learning phrase representations
using RNN encoder-decoder for statistical machine translation" (EMNLP 2014); J. Elman, "Finding structure in time"
(Cognitive Science 14, 1990). Backwards: P. Werbos, "Backpropagation through time" (Proceedings of the IEEE 78, 1990).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op, share
from .lstm_loops import backwards, forwards


def _parts(x: Any, count: int) -> list[Any]:
    """So many equal parts of the last dimension."""
    n = x.shape[-1] // count
    return [x[..., k * n : (k + 1) * n] for k in range(count)]


def _sigmoid(x: np.ndarray, out: np.ndarray) -> None:
    np.multiply(x, 0.5, out=out)
    np.tanh(out, out=out)
    out *= 0.5
    out += 0.5


def _before(first: Any, states: Any) -> Any:
    """The state that each step starts from."""
    return np.concatenate([first[None], states[:-1]])


def _room(shape: tuple[int, ...], outputs: tuple[Any, ...], gradients: tuple[Any, ...]) -> Any:
    """What a loop fills step by step: an array, if there are arrays alone, and else a list."""
    arrays = all(isinstance(x, np.ndarray) for x in (*outputs, *gradients))
    return np.empty(shape, outputs[0].dtype) if arrays else [None] * shape[0]


def _stacked(steps: Any) -> Any:
    return np.stack(steps) if isinstance(steps, list) else steps


def _product_over_steps(g: Any, states: Any) -> Any:
    """The gradient of a weight that is used in every step, in one matrix product."""
    return g.reshape((-1, g.shape[-1])).T @ states.reshape((-1, states.shape[-1]))


def _checked(a: np.ndarray, weight: np.ndarray, gates: int, *states: np.ndarray) -> None:
    size = weight.shape[-1]
    if a.ndim != 3 or not len(a) or weight.shape != (gates * size, size) or a.shape[2] != gates * size:
        raise ValueError(f"expected shapes (T, N, {gates} H) and ({gates} H, H), got {a.shape} and {weight.shape}")
    for state in states:
        if state.shape != (a.shape[1], size):
            raise ValueError(f"expected states of shape {a.shape[1], size}, got {state.shape}")


def _lstm(a: np.ndarray, r: np.ndarray, c: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, ...]:
    _checked(a, w, 4, c)
    if r.shape != a.shape[1:]:
        raise ValueError(f"expected what the first state contributes in shape {a.shape[1:]}, got {r.shape}")
    size, dtype = c.shape[1], np.result_type(a, r, c, w)
    hs, cs = (np.empty((len(a), *c.shape), dtype) for _ in range(2))
    gates = np.empty(a.shape, dtype)
    loop = forwards(gates, a, c)
    a, c = (a, c) if loop is None else map(np.ascontiguousarray, (a, c))
    half = np.where(_of_candidate(size), 1, 0.5).astype(dtype)  # all gates at once: σ(z) = (1 + tanh(z/2)) / 2
    rest = 1 - half
    transposed = np.ascontiguousarray(w.T)  # once: a product with it takes 15 % less time than one with w.T
    for t in range(len(a)):
        z = gates[t]
        if t:
            np.matmul(hs[t - 1], transposed, out=z)
        else:
            np.copyto(z, r)
        if loop is not None:
            loop(z, a[t], cs[t - 1] if t else c, cs[t], hs[t], len(z))
            continue
        z += a[t]
        z *= half
        np.tanh(z, out=z)
        z *= half
        z += rest
        i, f, u, o = _parts(z, 4)
        np.multiply(f, cs[t - 1] if t else c, out=cs[t])
        cs[t] += i * u
        np.tanh(cs[t], out=hs[t])
        hs[t] *= o
    return hs, cs, gates


def _of_candidate(size: int) -> np.ndarray:
    """Where among the gates i, f, u, o the candidate u is, whose activation is tanh and not σ."""
    return np.repeat([False, False, True, False], size)


def _lstm_backwards(g: Any, y: Any, a: Any, r: Any, c: Any, w: Any) -> tuple[Any, ...]:
    dhs, dcs, dgates = g
    hs, cs, gates = y
    if (loop := backwards(gates, hs, cs, *g, c, w)) is not None:
        return _lstm_backwards_by(loop, g, y, c, w)
    ones = _of_candidate(c.shape[1]).astype(gates.dtype)
    dz = _room(gates.shape, y, g)
    dh = dc = 0
    for t in range(len(hs) - 1, -1, -1):
        i, f, u, o = _parts(gates[t], 4)
        dh = dh + dhs[t]
        out = np.tanh(cs[t])
        dc = dc + dcs[t] + dh * o * (1 - out * out)
        before = dc * f
        d = np.concatenate([dc * u, dc * (cs[t - 1] if t else c), dc * i, dh * out], -1) + dgates[t]
        d = d * ((1 - gates[t]) * (gates[t] + ones))  # the slope of σ is (1 - σ) σ, that of tanh (1 - u) (u + 1)
        dz[t] = d
        dh, dc = d @ w if t else 0, before
    da = _stacked(dz)
    return da, d, dc, _product_over_steps(da[1:], hs[:-1])


def _lstm_backwards_by(loop: Any, g: Any, y: Any, c: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same, with a loop in machine code for what is no product."""
    dhs, dcs, dgates = map(np.ascontiguousarray, g)
    hs, cs, gates = map(np.ascontiguousarray, y)
    dz, dc, dh = np.empty_like(gates), np.zeros_like(cs[0]), np.zeros_like(hs[0])
    c = np.ascontiguousarray(c)
    for t in range(len(hs) - 1, -1, -1):
        loop(gates[t], cs[t], cs[t - 1] if t else c, dhs[t], dh, dcs[t], dgates[t], dc, dz[t], len(dh))
        if t:
            np.matmul(dz[t], w, out=dh)
    return dz, dz[0].copy(), dc, _product_over_steps(dz[1:], hs[:-1])


def _gru(a: np.ndarray, h: np.ndarray, w: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    _checked(a, w, 3, h)
    size = h.shape[1]
    if b.shape != (size,):
        raise ValueError(f"expected a bias of shape ({size},), got {b.shape}")
    dtype = np.result_type(a, h, w, b)
    gates = np.empty((*a.shape[:2], 4 * size), dtype)
    hs = np.empty((len(a), *h.shape), dtype)
    transposed = np.ascontiguousarray(w.T)
    m = np.empty(a.shape[1:], dtype)
    inner = np.empty_like(h, dtype)
    for t in range(len(a)):
        before = hs[t - 1] if t else h
        np.matmul(before, transposed, out=m)
        m[:, : 2 * size] += a[t, :, : 2 * size]
        _sigmoid(m[:, : 2 * size], gates[t, :, : 2 * size])
        r, z, n, part = _parts(gates[t], 4)
        np.add(m[:, 2 * size :], b, out=part)
        np.multiply(r, part, out=inner)
        inner += a[t, :, 2 * size :]
        np.tanh(inner, out=n)
        np.subtract(before, n, out=hs[t])
        hs[t] *= z
        hs[t] += n
    return hs, gates


def _gru_backwards(g: Any, y: Any, a: Any, h: Any, w: Any, b: Any) -> tuple[Any, ...]:
    dhs, dgates = g
    hs, gates = y
    size = h.shape[1]
    of_inputs, of_states = (_room((*hs.shape[:2], 3 * size), y, g) for _ in range(2))
    dh = 0
    for t in range(len(hs) - 1, -1, -1):
        r, z, n, part = _parts(gates[t], 4)
        dr, dz, dn, dpart = _parts(dgates[t], 4)
        dh = dh + dhs[t]
        dn = (dh * (1 - z) + dn) * (1 - n * n)
        dz = (dh * ((hs[t - 1] if t else h) - n) + dz) * z * (1 - z)
        dr = (dn * part + dr) * r * (1 - r)
        of_inputs[t] = np.concatenate([dr, dz, dn], -1)
        of_states[t] = np.concatenate([dr, dz, dn * r + dpart], -1)
        dh = dh * z + of_states[t] @ w
    ds = _stacked(of_states)
    db = np.sum(ds[..., 2 * size :], axis=(0, 1))
    return _stacked(of_inputs), dh, _product_over_steps(ds, _before(h, hs)), db


def _rnn(a: np.ndarray, h: np.ndarray, w: np.ndarray, nonlinearity: str = "tanh") -> np.ndarray:
    _checked(a, w, 1, h)
    hs = np.empty(a.shape, np.result_type(a, h, w))
    for t in range(len(a)):
        z = (hs[t - 1] if t else h) @ w.T
        z += a[t]
        if nonlinearity == "tanh":
            np.tanh(z, out=hs[t])
        else:
            np.maximum(z, 0, out=hs[t])
    return hs


def _rnn_backwards(g: Any, y: Any, a: Any, h: Any, w: Any, nonlinearity: str = "tanh") -> tuple[Any, ...]:
    dz = _room(y.shape, (y,), (g,))
    dh = 0
    for t in range(len(y) - 1, -1, -1):
        dh = dh + g[t]
        dz[t] = dh * (1 - y[t] * y[t]) if nonlinearity == "tanh" else np.where(y[t] <= 0, 0, dh)
        dh = dz[t] @ w
    da = _stacked(dz)
    return da, dh, _product_over_steps(da, _before(h, y))


# fmt: off
lstm_steps = op("lstm_steps", _lstm,  *share(_lstm_backwards, 4))
gru_steps  = op("gru_steps", _gru,    *share(_gru_backwards, 4))
rnn_steps  = op("rnn_steps", _rnn,    *share(_rnn_backwards, 3))
# fmt: on

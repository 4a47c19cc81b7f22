"""All steps of a recurrent layer: ONNX's LSTM, GRU and RNN.

Those multiply the inputs by W themselves; ours get the products. Where these come from `linear` its input and weight
are taken; else W is the identity. The gates stand in another order: ours are i, f, u, o of an LSTM, ONNX's i, o, f, u;
ours r, z, n of a GRU, ONNX's z, r, n.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ..sizes import Item
from .shape import part

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name
LAST = np.iinfo(np.int64).max


def _gates(w: W, x: Any, order: tuple[int, ...], axis: int = 0) -> Any:
    """The parts of x along an axis, in this order."""
    if order == tuple(range(len(order))):
        return x
    parts = w.add("Split", (x,), {"axis": axis, "num_outputs": len(order)}, len(order))
    return w.Concat(*(parts[k] for k in order), axis=axis)


def _product(a: Any) -> tuple[Any, Any, Any] | None:
    """(x, weight, bias), if `a` was made by linear; bias: None, or a vector."""
    step = a.step if isinstance(a, Item) else None
    if step is not None and step.op == "Gemm":
        x, weight, bias = step.inputs
        return x, weight, bias
    if step is not None and step.op == "add" and isinstance(step.inputs[1], Item) and step.inputs[1].ndim == 1:
        found = _product(step.inputs[0])
        return None if found is None or found[2] is not None else (*found[:2], step.inputs[1])
    return (*step.inputs, None) if step is not None and step.op == "linear" else None


def _is_zeros(x: Any) -> bool:
    return isinstance(x, Item) and bool(x.arrays) and x.kind != "state" and not any(map(np.any, x.arrays))


def _inputs(w: W, a: X, order: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """X, W and the bias of the inputs, with ONNX's order of gates."""
    found = _product(a)
    size = a.shape[2]
    if found is None:
        identity = np.eye(size, dtype=a.dtype)
        rows = np.concatenate([np.split(identity, len(order))[k] for k in order])
        return a, w.constant(rows[None]), None
    x, weight, bias = found
    ready = None if bias is None else _gates(w, bias, order)
    return x, w.Unsqueeze(_gates(w, weight, order), [0]), ready


def _biases(w: W, of_inputs: Any, of_states: Any, count: int, dtype: Any) -> Any:
    if of_inputs is None and of_states is None:
        return None
    zeros = np.zeros(count, dtype)
    both = (zeros if of_inputs is None else of_inputs, zeros if of_states is None else of_states)
    return w.Unsqueeze(w.Concat(*both, axis=0), [0])


def _state(w: W, x: X) -> Any:
    return None if _is_zeros(x) else w.Unsqueeze(x, [0])


def _lstm(w: W, a: X, r: X, c: X, weight: X) -> Any:
    """Of c, ONNX gives the last one. All of them, and the gates, only if they are used, one step after the other."""
    _, cs, gates = w.step.results
    if gates in w.needed or not _only_last(w, cs):
        return _steps_of_lstm(w, a, r, c, weight)
    order, size = (0, 3, 1, 2), c.shape[1]
    first, state = _first_state(w, a, r, weight)
    if first is not None:  # what the state contributes is no product with the weight: added to the first step
        x, rows, bias = _inputs_as_they_are(w, first, 4 * size, a.dtype, order)
    else:
        x, rows, bias = _inputs(w, a, order)
    bias = _biases(w, bias, None, 4 * size, a.dtype)
    again = w.Unsqueeze(_gates(w, weight, order), [0])
    initial_c = _state(w, c)
    if initial_c is not None and state is None:
        state = w.Expand(np.zeros((), a.dtype), w.shape((1, *c.shape)))
    if initial_c is None and state is not None:
        initial_c = w.Expand(np.zeros((), a.dtype), w.shape((1, *c.shape)))
    outputs = w.add("LSTM", (x, rows, again, bias, None, state, initial_c), {"hidden_size": size}, 3)
    w.names[cs] = outputs[2]  # the last c, as (1, N, H): its index -1 is the same
    w.partial.add(cs)
    return [w.Squeeze(outputs[0], [1]), None, None]


def _only_last(w: W, cs: Item) -> bool:
    return cs not in w.outputs and all(
        step.op == "getitem" and step.params["index"] == -1 for step in w.readers.get(cs, ())
    )


def _first_state(w: W, a: X, r: X, weight: X) -> tuple[Any, Any]:
    """(None, h) if `r` is h Wᵀ; (a with r added to its first step, None) else."""
    if _is_zeros(r):
        return None, None
    found = _product(r)
    if found is not None and found[1] is weight and found[2] is None:
        return None, w.Unsqueeze(found[0], [0])
    sum_ = w.Add(part(w, a, 0, 0, 1), w.Unsqueeze(r, [0]))
    return w.Concat(sum_, part(w, a, 0, 1, LAST), axis=0), None


def _inputs_as_they_are(w: W, a: Any, size: int, dtype: Any, order: tuple[int, ...]) -> tuple[Any, Any, Any]:
    identity = np.eye(size, dtype=dtype)
    return a, w.constant(np.concatenate([np.split(identity, len(order))[k] for k in order])[None]), None


def _steps_of_lstm(w: W, a: X, r: X, c: X, weight: X) -> Any:
    steps = w.fixed(a.shape[0], "the number of steps, of whose cell states or gates all are used,")
    hs: list[Any] = []
    cs: list[Any] = []
    gates: list[Any] = []
    wt = w.Transpose(weight, perm=[1, 0])
    z, cell = w.name(r), c
    for t in range(steps):
        now = w.Squeeze(part(w, a, 0, t, t + 1), [0])
        z = w.Add(z if t == 0 else w.MatMul(hs[-1], wt), now)
        i, f, u, o = w.add("Split", (z,), {"axis": 1, "num_outputs": 4}, 4)
        i, f, u, o = w.Sigmoid(i), w.Sigmoid(f), w.Tanh(u), w.Sigmoid(o)
        cell = w.Add(w.Mul(f, cell), w.Mul(i, u))
        hs.append(w.Mul(o, w.Tanh(cell)))
        cs.append(cell)
        gates.append(w.Concat(i, f, u, o, axis=1))
    return [w.Concat(*(w.Unsqueeze(x, [0]) for x in xs), axis=0) for xs in (hs, cs, gates)]


def _gru(w: W, a: X, h: X, weight: X, b: X) -> Any:
    _, gates = w.step.results
    if gates in w.needed:
        return _steps_of_gru(w, a, h, weight, b)
    order, size = (1, 0, 2), h.shape[1]
    x, rows, bias = _inputs(w, a, order)
    inside = None if _is_zeros(b) else w.Concat(np.zeros(2 * size, a.dtype), b, axis=0)
    biases = _biases(w, bias, inside, 3 * size, a.dtype)
    again = w.Unsqueeze(_gates(w, weight, order), [0])
    given = (x, rows, again, biases, None, _state(w, h))
    outputs = w.add("GRU", given, {"hidden_size": size, "linear_before_reset": 1}, 2)
    return [w.Squeeze(outputs[0], [1]), None]


def _steps_of_gru(w: W, a: X, h: X, weight: X, b: X) -> Any:
    steps = w.fixed(a.shape[0], "the number of steps, of which all gates are used,")
    hs: list[Any] = []
    gates: list[Any] = []
    wt = w.Transpose(weight, perm=[1, 0])
    before: Any = h
    for t in range(steps):
        now = w.add("Split", (w.Squeeze(part(w, a, 0, t, t + 1), [0]),), {"axis": 1, "num_outputs": 3}, 3)
        r, z, n = w.add("Split", (w.MatMul(before, wt),), {"axis": 1, "num_outputs": 3}, 3)
        r, z, inner = w.Sigmoid(w.Add(r, now[0])), w.Sigmoid(w.Add(z, now[1])), w.Add(n, b)
        n = w.Tanh(w.Add(now[2], w.Mul(r, inner)))
        before = w.Add(w.Mul(w.Sub(before, n), z), n)
        hs.append(before)
        gates.append(w.Concat(r, z, n, inner, axis=1))
    return [w.Concat(*(w.Unsqueeze(x, [0]) for x in xs), axis=0) for xs in (hs, gates)]


def _rnn(w: W, a: X, h: X, weight: X, nonlinearity: str = "tanh") -> Any:
    x, rows, bias = _inputs(w, a, (0,))
    size = h.shape[1]
    biases = _biases(w, bias, None, size, a.dtype)
    given = (x, rows, w.Unsqueeze(weight, [0]), biases, None, _state(w, h))
    activation = ["Tanh" if nonlinearity == "tanh" else "Relu"]
    outputs = w.add("RNN", given, {"hidden_size": size, "activations": activation}, 2)
    return w.Squeeze(outputs[0], [1])


NODES = {"lstm_steps": _lstm, "gru_steps": _gru, "rnn_steps": _rnn}

"""Parameters, gradients and optimiser state in one piece of memory each, so that a step updates them all at once.

The parameters, their gradients and their state stay what they are to everybody else: views of that memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np

from .. import aligned, memory
from ..tensor import Tensor, wrap
from .program import Update, Value


def bind(update: Update, turned: set[Any]) -> tuple[dict[Value, np.ndarray], Callable[[], None]]:
    """Memory for the gradients, and the function that does the update with what stands there.

    turned: the parameters whose memory is to be that of their transpose.
    """
    placed: dict[Value, np.ndarray] = {}
    pieces: list[Callable[[], None]] = []
    for number, members in groupby(update.pairs, key=lambda pair: pair[0]):
        pairs = [(p, g) for _, p, g in members]
        group = update.optimizer.param_groups[number]
        if len({g for _, g in pairs}) == len(pairs) and _can_be_flat(update.optimizer, [p for p, _ in pairs]):
            pieces.append(_together(update.optimizer, group, pairs, placed, turned))
        else:
            pieces += [_alone(update.optimizer, group, p, g, placed, turned) for p, g in pairs]

    def run() -> None:
        for piece in pieces:
            piece()

    return placed, pieces[0] if len(pieces) == 1 else run


def _can_be_flat(optimizer: Any, params: list[Tensor]) -> bool:
    """Whether the update treats each element by itself, and nobody else holds the arrays that would be replaced."""
    if not optimizer.elementwise or len(params) < 2:
        return False
    states = [optimizer.state.get(p, {}) for p in params]
    if any(state.keys() != states[0].keys() for state in states):
        return False
    for key in states[0]:
        values = [state[key] for state in states]
        if isinstance(values[0], np.ndarray):
            if any(not isinstance(v, np.ndarray) or v.shape != p.shape for v, p in zip(values, params, strict=True)):
                return False
        elif any(v != values[0] for v in values):
            return False
    return all(_is_unshared(p, params[0].dtype) for p in params)


def _is_unshared(p: Tensor, dtype: np.dtype) -> bool:
    array = p._array
    if array.dtype != dtype or not array.flags.c_contiguous or id(memory.owner(array)) in memory.shared:
        return False
    base = array.base
    del array
    return base is None and _holders(p) <= _holders(wrap(np.empty(0)))


def _holders(x: Any) -> int:
    """How many hold the array of a tensor, not counting its node as a leaf."""
    return sys.getrefcount(x._array) - (x._node is not None and x._node.array is x._array)


def _together(
    optimizer: Any,
    group: dict[str, Any],
    pairs: list[tuple[Tensor, Value]],
    placed: dict[Value, np.ndarray],
    turned: set[Any],
) -> Callable[[], None]:
    params = [p for p, _ in pairs]
    around = [p in turned for p in params]
    values = _joined([p._array for p in params], around)
    gradients = aligned.zeros(values.size, values.dtype)
    for p, view in zip(params, _views(values, params, around), strict=True):
        p._array = view
        if p._node is not None:
            p._node.array = view
    placed.update(zip((g for _, g in pairs), _views(gradients, params, around), strict=True))
    states = [optimizer.state.setdefault(p, {}) for p in params]
    state: dict[str, Any] = {}
    for key, value in states[0].items():
        state[key] = _joined([s[key] for s in states], around) if isinstance(value, np.ndarray) else value
        if isinstance(value, np.ndarray):
            for s, view in zip(states, _views(state[key], params, around), strict=True):
                s[key] = view
    numbers = [key for key, value in state.items() if not isinstance(value, np.ndarray)]

    def run() -> None:
        for key in numbers:
            state[key] = states[0][key]
        optimizer.update(values, gradients, state, group)
        for key in numbers:
            for s in states:
                s[key] = state[key]
        memory.wrote(values)

    return run


def _alone(
    optimizer: Any, group: dict[str, Any], p: Tensor, g: Value, placed: dict[Value, np.ndarray], turned: set[Any]
) -> Callable[[], None]:
    order: Any = "F" if p in turned and p._array.flags.f_contiguous else "C"
    gradient = placed.setdefault(g, aligned.zeros(p.numel(), g.dtype).reshape(g.shape, order=order))

    def run() -> None:
        optimizer.update(p._array, gradient, optimizer.state.setdefault(p, {}), group)
        memory.wrote(p._array)

    return run


def _joined(arrays: list[np.ndarray], turned: list[bool]) -> np.ndarray:
    pieces = [a.reshape(-1, order="F" if t else "C") for a, t in zip(arrays, turned, strict=True)]
    return np.concatenate(pieces, out=aligned.zeros(sum(a.size for a in arrays), arrays[0].dtype))


def _views(flat: np.ndarray, params: list[Tensor], turned: list[bool]) -> list[np.ndarray]:
    ends = np.cumsum([p.numel() for p in params])
    pieces = [flat[end - p.numel() : end] for p, end in zip(params, ends, strict=True)]
    return [
        piece.reshape(p.shape[::-1]).T if t else piece.reshape(p.shape)
        for piece, p, t in zip(pieces, params, turned, strict=True)
    ]

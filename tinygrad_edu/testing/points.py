"""Single points of elementwise ops: what the gradient is where a function has a kink, and where its value is nan."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, Op
from ..tensor import wrap
from .domains import TIES, Exceptions, is_excused
from .slopes import one_sided

BESIDE = 0.6875  # the other inputs, while one is at an exceptional point
PROBES = (-2.75, -1.5, -0.75, 0.4375, 1.5, 2.75)


def at_exceptions(row: Op, params: dict[str, Any], excused: Exceptions) -> list[str]:
    """At an excused point with a slope on either side, the gradient must lie between the two."""
    found = []
    for point in excused:
        if isinstance(point, float) and math.isnan(point):
            continue
        for i, rule in enumerate(row.rules):
            if rule is NOT_DIFFERENTIABLE:
                continue
            arrays = [np.array(BESIDE) for _ in row.rules]
            if point != TIES:
                arrays[i] = np.array(float(point))
            text = _between(row, params, arrays, i)
            if text:
                found.append(f"kinks, at {point} (excused: {excused[point]}): {text}")
    return found


def _between(row: Op, params: dict[str, Any], arrays: list[Any], i: int) -> str:
    def value(at: list[np.ndarray]) -> Any:
        return float(row.forward(*at, **params))

    unit = [np.array(float(k == i)) for k in range(len(arrays))]
    try:
        left, right = one_sided(value, arrays, unit)
    except (TypeError, ValueError):  # a condition of booleans among the inputs
        return ""
    if math.isnan(left) or math.isnan(right):
        return ""
    with np.errstate(all="ignore"):
        gradient = _gradient(row, params, arrays, i)
    low, high = sorted((left, right))
    slack = 1e-4 * max(abs(low), abs(high), 1)
    if low - slack <= gradient <= high + slack:
        return ""
    return (
        f"the gradient of input {i} is {gradient:.6g}; the slopes are {left:.6g} on its left, {right:.6g} on its right"
    )


def _gradient(row: Op, params: dict[str, Any], arrays: list[Any], i: int) -> float:
    inputs: list[Any] = [wrap(array) for array in arrays]
    inputs[i].requires_grad_()
    y = row(*inputs, **params)
    y.backward(wrap(np.ones((), y.dtype)))
    return math.nan if inputs[i].grad is None else inputs[i].grad.item()


def where_nan(row: Op, params: dict[str, Any], excused: Exceptions) -> list[str]:
    """Where the value at a number is nan, so is the gradient: another number there would be taken for true."""
    if is_excused(math.nan, excused) or row.selects:
        return []
    found = []
    for i, rule in enumerate(row.rules):
        if rule is NOT_DIFFERENTIABLE:
            continue
        for probe in PROBES:
            arrays = [np.array(BESIDE) for _ in row.rules]
            arrays[i] = np.array(probe)
            with np.errstate(all="ignore"):
                value = row.forward(*arrays, **params)
                if np.isnan(value) and not math.isnan(_gradient(row, params, arrays, i)):
                    gradient = _gradient(row, params, arrays, i)
                    found.append(f"nan: of input {i} = {probe} the value is nan, but the gradient {gradient:.6g}")
    return found[:2]

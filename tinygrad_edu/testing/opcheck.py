"""Checking one row of the op table: its forward function, its rules, and what it does with memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import NOT_DIFFERENTIABLE, Op
from ..tensor import Tensor, wrap
from .gradcheck import GradcheckError, gradcheck


def opcheck(row: Op, arrays: list[np.ndarray], params: dict[str, Any] | None = None, **options: Any) -> None:
    """Check an op at these inputs; raise GradcheckError that says what is wrong.

    * the result of Tensors is the result of the arrays, in the same dtype, and float32 stays float32;
    * rules work on read-only arrays, and leave them as they were;
    * each gradient is right (`gradcheck`, to which `options` go), has its input's shape and dtype, and shares no
      memory with an input, with another gradient, or with the cotangent.
    """
    params = params or {}
    inputs = [wrap(array) for array in arrays]
    differentiable = [i for i, array in enumerate(arrays) if array.dtype.kind in "fc" and _has_rule(row, i)]
    results, expected = (
        found if isinstance(found, tuple) else (found,)
        for found in (row(*inputs, **params), row.forward(*arrays, **params))
    )
    for result, plain in zip(results, map(np.asarray, expected), strict=True):
        if not np.array_equal(result._array, plain.astype(result.dtype), equal_nan=result.dtype.kind in "fc"):
            raise GradcheckError(f"opcheck {row.name}: called with Tensors it gives another result than with arrays")
        if any(a.dtype == np.float32 for a in arrays) and result.dtype == np.float64 and "dtype" not in params:
            raise GradcheckError(f"opcheck {row.name}: float32 became float64")
    if not differentiable:
        if row.differentiable and results[0].dtype.kind in "fc" and row.rules:
            raise GradcheckError(f"opcheck {row.name}: no floating-point input to check a rule with")
        return
    for i in differentiable:
        inputs[i].requires_grad_()
    gradcheck(lambda *xs: _floating(row(*xs, **params)), inputs, **options)
    _check_memory(row, inputs, params)


def _floating(results: Any) -> Any:
    """Those outputs that have gradients."""
    return [y for y in results if y.dtype.kind in "fc"] if isinstance(results, tuple) else results


def _has_rule(row: Op, i: int) -> bool:
    return row.each is not None or (i < len(row.rules) and row.rules[i] is not NOT_DIFFERENTIABLE)


def _check_memory(row: Op, inputs: list[Tensor], params: dict[str, Any]) -> None:
    y = _floating(row(*inputs, **params))
    y = y[0] if isinstance(y, list) else y
    cotangent = np.random.default_rng(0).standard_normal(y.shape).astype(y.dtype)
    before = cotangent.copy()
    y.backward(wrap(cotangent))
    grads = [x.grad._array for x in inputs if x.grad is not None]
    if not np.array_equal(cotangent, before):
        raise GradcheckError(f"opcheck {row.name}: a rule wrote into the gradient that it was given")
    others = [cotangent, *(x._array for x in inputs)]
    for i, g in enumerate(grads):
        if any(np.may_share_memory(g, other) for other in [*others, *grads[:i]]):
            raise GradcheckError(f"opcheck {row.name}: gradient {i} shares memory with something else")

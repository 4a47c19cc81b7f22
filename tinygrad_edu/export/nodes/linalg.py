"""Products of vectors, matrices and stacks of matrices; determinants."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ...ops.subscripts import letters

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name


def linear(w: W, x: X, weight: X, bias: Any = None) -> Any:
    """x Wᵀ + b: Gemm for rows, a matrix product for more dimensions."""
    x, weight = _of_one_dtype(w, x, weight)
    if w.step.inputs[0].ndim == 2:
        return w.Gemm(x, weight, bias, transB=1)
    y = w.MatMul(x, w.Transpose(weight, perm=[1, 0]))
    return y if bias is None else w.Add(y, bias)


def _of_one_dtype(w: W, *xs: X) -> list[Any]:
    """Integers become what the others are."""
    dtype = w.step.results[0].dtype
    return [x if getattr(x, "dtype", dtype) == dtype else w.cast(x, dtype) for x in xs]


def _matmul(w: W, a: X, b: X) -> Any:
    if w.step.results[0].dtype.kind == "b":
        product = w.MatMul(w.cast(a, np.float32), w.cast(b, np.float32))
        return w.Greater(product, np.float32(0))
    return w.MatMul(*_of_one_dtype(w, a, b))


def _einsum(w: W, *xs: X, equation: str) -> Any:
    inputs, output = letters(equation, [x.ndim for x in xs])
    return w.Einsum(*_of_one_dtype(w, *xs), equation=f"{','.join(inputs)}->{output}")


def _slogdet(w: W, a: X) -> Any:
    det = w.Det(a)
    return [w.Sign(det), w.Log(w.Abs(det))]


NODES = {
    "linear": linear,
    "matmul": _matmul,
    "einsum": _einsum,
    "det": lambda w, a: w.Det(a),
    "slogdet": _slogdet,
}

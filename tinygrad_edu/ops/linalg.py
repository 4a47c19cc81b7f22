"""Products of vectors, matrices and stacks of matrices.

    Y = A B    has    dL/dA = G B^T   and   dL/dB = A^T G     (G = dL/dY)

Source: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008), section 2.2.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from .. import dtypes
from ..op import op
from .subscripts import letters, sublists
from .tiles import product

LARGE = 1 << 16  # numbers, from which on an outer product is worth a preparation


def _left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return g[..., None] * b  # also of two vectors: their inner product
    if a.ndim == 1:
        return (b @ g[..., None])[..., 0]
    return _product(g, b.swapaxes(-1, -2))


def _right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return a[:, None] * g[..., None, :] if b.ndim > 1 else g[..., None] * a
    if b.ndim == 1:
        return (g[..., None, :] @ a)[..., 0, :]
    return _product(a.swapaxes(-1, -2), g)


def _einsum_rule(i: int, g: Any, y: Any, *xs: Any, equation: str) -> Any:
    """The other operands and `g`, contracted to the letters of operand `i`.

    A letter of operand i that nothing else has (or only with size 1) was summed over: each of its positions gets the same
    gradient. A letter that stands twice was a diagonal: the gradient lies on that diagonal.
    """
    inputs, output = letters(equation, [x.ndim for x in xs])
    wanted = "".join(dict.fromkeys(inputs[i]))
    others = [xs[k] for k in range(len(xs)) if k != i]
    names = [inputs[k] for k in range(len(xs)) if k != i]
    size = dict(zip(inputs[i], xs[i].shape, strict=True))
    known: dict[str, int] = {}
    for name, x in zip([output, *names], [g, *others], strict=True):
        known.update((c, n) for c, n in zip(name, x.shape, strict=True) if n > 1)
    elsewhere = output + "".join(names)
    lonely = [c for c in wanted if c not in elsewhere or known.get(c, 1) < size[c]]
    names += lonely
    others += [np.ones(size[c], g.dtype) for c in lonely]
    # one equation: g and the others, spread over the letters wanted ...
    result = np.einsum(f"{','.join([output, *names])}->{wanted}", g, *others)
    return result if wanted == inputs[i] else _on_diagonals(result, inputs[i], xs[i].shape)


def _on_diagonals(result: Any, name: str, shape: tuple[int, ...]) -> Any:
    """... and laid on the diagonals: zero but where the positions of each letter that stands twice are equal."""
    first = [name.index(c) for c in name]
    at = np.ogrid[tuple(slice(n) for n in shape)]
    diagonal = np.ones((1,) * len(shape), bool)
    for k, j in enumerate(first):
        if j < k:
            diagonal = diagonal & (at[k] == at[j])
    return np.where(
        diagonal,
        result.reshape(tuple(n if j == k else 1 for k, (n, j) in enumerate(zip(shape, first, strict=True)))),
        0,
    )


def _einsum(*xs: np.ndarray, equation: str) -> Any:
    inputs, output = letters(equation, [x.ndim for x in xs])
    for name, x in zip(inputs, xs, strict=True):
        if len(set(zip(name, x.shape, strict=True))) > len(set(name)):  # NumPy would stretch a size of 1
            raise ValueError(f"a letter that stands twice in {name!r} needs equal sizes, got shape {x.shape}")
    return np.einsum(f"{','.join(inputs)}->{output}", *_of_one_dtype(*xs), optimize=len(xs) > 2)


def _of_one_dtype(*xs: np.ndarray) -> list[np.ndarray]:
    """Integers become what the others are; two floating dtypes are an error, as in PyTorch: it is usually an oversight."""
    found = list(dict.fromkeys(str(x.dtype) for x in xs if x.dtype.kind == "f"))
    if len(found) > 1:
        raise TypeError(f"expected one floating dtype, got {' and '.join(found)}; convert one, as in a.to(b.dtype)")
    dtype = functools.reduce(dtypes.promote, (x.dtype for x in xs))
    return [x.astype(dtype, copy=False) for x in xs]


def _matmul(a: np.ndarray, b: np.ndarray) -> Any:
    if a.dtype is not b.dtype:
        a, b = _of_one_dtype(a, b)
    return _product(a, b) if a.ndim == 2 else np.matmul(a, b)


def _rows(x: Any) -> Any:
    """A stack of vectors as the rows of one matrix."""
    return x.reshape((math.prod(x.shape[:-1]), x.shape[-1])) if x.ndim != 2 else x


def _product(a: Any, b: Any) -> Any:
    """a @ b. A column times a row, an outer product, `matmul` would not leave to BLAS, as `dot` does.

    But `dot` takes a single number out of the product, and then 0 times inf is 0.
    """
    if type(a) is not np.ndarray or type(b) is not np.ndarray or a.ndim != 2 or b.ndim != 2:
        return a @ b
    if a.shape[1] == 1 and a.shape[0] > 1 and b.shape[1] > 1:
        return _outer(a, b) if a.shape[0] * b.shape[1] >= LARGE and a.dtype.char in "fd" else np.dot(a, b)
    return product(a, b)


def _outer(a: np.ndarray, b: np.ndarray) -> Any:
    """A column times a row, with a column and a row of zeros beside them: `matmul` leaves that to BLAS, and unlike `dot`
    does not fill the result with zeros first, which takes as long as the product.
    """
    column, row = np.zeros((2, a.shape[0]), a.dtype), np.zeros((2, b.shape[1]), b.dtype)
    column[0], row[0] = a[:, 0], b[0]
    return np.matmul(column.T, row)


def _sum_of_outer_products(g: Any, x: Any) -> Any:
    """One outer product a row."""
    g, x = _rows(g), _rows(x)
    return g.T * x if g.shape[0] == 1 and type(g) is not np.ndarray else _product(g.T, x)


def _linear(x: np.ndarray, w: np.ndarray) -> Any:
    if w.ndim != 2 or not x.ndim or x.shape[-1] != w.shape[1]:
        raise ValueError(f"expected shapes (..., in) and (out, in), got {x.shape} and {w.shape}")
    if x.dtype is not w.dtype:
        x, w = _of_one_dtype(x, w)
    if x.ndim == 2:
        return product(x, w.T)
    return product(_rows(x), w.T).reshape((*x.shape[:-1], w.shape[0]))


# fmt: off
# x W^T as one op, not a product with a transpose: the weight's gradient then comes in the weight's own memory order
linear = op("linear", _linear,   lambda g, y, x, w: _product(g, w),   lambda g, y, x, w: _sum_of_outer_products(g, x))
matmul = op("matmul", _matmul, _left, _right, broadcasts=True, promotes=False)
contract = op("einsum", _einsum, each=_einsum_rule, broadcasts=True, promotes=False)
# fmt: on


def einsum(equation: Any, *operands: Any) -> Any:
    """Sum of products, by Einstein's convention: `einsum("ij,jk->ik", a, b)` is the matrix product.

    Repeated letters are diagonals, letters missing from the output are summed over, `...` stands for any number of
    dimensions. Without `->` the letters that appear once are the output, in order of the alphabet. The operands may
    also come as one list; or each with a list of the numbers of its dimensions, `einsum(a, [0, 1], b, [1, 2], [0, 2])`.
    >>> a, b = tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([[0.0, 1.0], [2.0, 0.0]])
    >>> tg.einsum('ij,jk->ik', a, b)
    tensor([[4., 1.],
            [8., 3.]])
    >>> tg.einsum('ij->j', a)
    tensor([4., 6.])
    """
    if not isinstance(equation, str):
        equation, operands = sublists((equation, *operands))
    elif len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    return contract(*operands, equation=equation)

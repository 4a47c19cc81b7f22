"""Products of vectors, matrices and stacks of matrices.

    Y = A B    has    dL/dA = G B^T   and   dL/dB = A^T G     (G = dL/dY)

Source: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008), section 2.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import op
from .subscripts import letters


def _left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return g[..., None] * b  # also of two vectors: their inner product
    if a.ndim == 1:
        return (b @ g[..., None])[..., 0]
    return g @ b.swapaxes(-1, -2)


def _right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return a[:, None] * g[..., None, :] if b.ndim > 1 else g[..., None] * a
    if b.ndim == 1:
        return (g[..., None, :] @ a)[..., 0, :]
    return a.swapaxes(-1, -2) @ g


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
    if wanted != inputs[i]:  # ... and laid on the diagonals
        spare = iter(c for c in _ALPHABET if c not in wanted)
        placed, eyes = "", []
        for c in inputs[i]:
            if c in placed:
                new = next(spare)
                eyes.append((c + new, np.eye(size[c], dtype=g.dtype)))
                c = new
            placed += c
        result = np.einsum(
            f"{','.join([wanted, *(name for name, _ in eyes)])}->{placed}", result, *(e for _, e in eyes)
        )
    return result


_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _einsum(*xs: np.ndarray, equation: str) -> Any:
    return np.einsum(equation, *xs, optimize=len(xs) > 2)


def _rows(x: Any) -> Any:
    """A stack of vectors as the rows of one matrix."""
    return x.reshape((-1, x.shape[-1])) if x.ndim != 2 else x


def _sum_of_outer_products(g: Any, x: Any) -> Any:
    """One outer product a row; of a single row it is three times as fast without the matrix product."""
    g, x = _rows(g), _rows(x)
    return g.T * x if g.shape[0] == 1 else g.T @ x


def _linear(x: np.ndarray, w: np.ndarray) -> Any:
    if w.ndim != 2 or not x.ndim or x.shape[-1] != w.shape[1]:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not fit: (..., in) and (out, in) are wanted")
    return np.matmul(_rows(x), w.T).reshape((*x.shape[:-1], w.shape[0]))


# fmt: off
# x W^T as one op, not a product with a transpose: the weight's gradient then comes in the weight's own memory order
linear = op("linear", _linear,   lambda g, y, x, w: g @ w,   lambda g, y, x, w: _sum_of_outer_products(g, x))
matmul = op("matmul", np.matmul, _left, _right, broadcasts=True)
contract = op("einsum", _einsum, each=_einsum_rule, broadcasts=True)
# fmt: on


def einsum(equation: str, *operands: Any) -> Any:
    """Sum of products, by Einstein's convention: `einsum("ij,jk->ik", a, b)` is the matrix product.

    The operands may also come as one list. Repeated letters are diagonals, letters missing from the output are summed
    over, `...` stands for any number of dimensions. Without `->` the letters that appear once are the output, in order.
    >>> a, b = tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([[0.0, 1.0], [2.0, 0.0]])
    >>> tg.einsum('ij,jk->ik', a, b)
    tensor([[4., 1.],
            [8., 3.]])
    >>> tg.einsum('ij->j', a)
    tensor([4., 6.])
    """
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    return contract(*operands, equation=equation)

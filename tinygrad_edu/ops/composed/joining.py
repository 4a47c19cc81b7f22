"""Tensors put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import dtypes
from ...literals import default
from ...op import wrap
from .. import elementwise as ew
from .. import shape
from ..plain import array_in
from .arranging import atleast_1d, atleast_2d, atleast_3d


def cat(tensors: Sequence[Any], dim: int = 0) -> Any:
    """The tensors one after another along `dim`. A tensor of shape (0,) fits everything and adds nothing.

    >>> tg.cat([tg.tensor([1.0, 2.0]), tg.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    return shape.join(*tensors, dim=dim)


concat = concatenate = cat


def stack(tensors: Sequence[Any], dim: int = 0) -> Any:
    """The tensors, all of one shape, along a new dimension `dim`.

    >>> tg.stack([tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])], dim=1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    shapes = list(dict.fromkeys(tuple(np.shape(t)) for t in tensors))
    if len(shapes) != 1:
        raise ValueError(f"stack: needs tensors of one shape, got {', '.join(map(str, shapes)) or 'none'}")
    return shape.join(*(shape.unsqueeze(t, dim=dim) for t in tensors), dim=dim)


def hstack(tensors: Sequence[Any]) -> Any:
    """The tensors side by side: joined along dim 1, vectors along dim 0.

    >>> tg.hstack([tg.tensor([[1.0], [2.0]]), tg.tensor([[3.0], [4.0]])])
    tensor([[1., 3.],
            [2., 4.]])
    """
    parts = _several("hstack", tensors, atleast_1d)
    return cat(parts, 0 if parts[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Any]) -> Any:
    """The tensors one below the other, vectors as rows: joined along dim 0.

    >>> tg.vstack([tg.tensor([1.0, 2.0]), tg.tensor([[3.0, 4.0]])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    return cat(_several("vstack", tensors, atleast_2d), 0)


row_stack = vstack


def dstack(tensors: Sequence[Any]) -> Any:
    """The tensors one behind the other: joined along dim 2.

    >>> tg.dstack([tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])])
    tensor([[[1., 3.],
             [2., 4.]]])
    """
    return cat(_several("dstack", tensors, atleast_3d), 2)


def column_stack(tensors: Sequence[Any]) -> Any:
    """The tensors side by side, vectors as columns.

    >>> tg.column_stack([tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])])
    tensor([[1., 3.],
            [2., 4.]])
    """
    parts = _several("column_stack", tensors, atleast_1d)
    return cat([shape.unsqueeze(t, dim=1) if t.ndim == 1 else t for t in parts], 1)


def _several(name: str, tensors: Sequence[Any], widened: Any) -> Any:
    if isinstance(tensors, (tuple, list)) and tensors:
        return widened(list(tensors))
    raise ValueError(f"{name}: expected a list of tensors, got {type(tensors).__name__} {tensors!r}")


def block_diag(*tensors: Any) -> Any:
    """The matrices along the diagonal of one matrix, zeros elsewhere. A vector counts as one row, a number as 1 x 1;
    of no tensors the result has shape (1, 0).

    >>> tg.block_diag(tg.tensor([[1.0, 2.0]]), tg.tensor([[3.0], [4.0]]))
    tensor([[1., 2., 0.],
            [0., 0., 3.],
            [0., 0., 4.]])
    """
    if not tensors:
        return wrap(np.zeros((1, 0), default.real))
    if any(t.ndim > 2 for t in tensors):
        shapes = ", ".join(str(tuple(t.shape)) for t in tensors)
        raise ValueError(f"block_diag: expected tensors of at most 2 dimensions, got shapes {shapes}")
    common = dtypes.result_type([array_in(t) for t in tensors])
    blocks = [atleast_2d(t if t.dtype == common else ew.cast(t, dtype=common)) for t in tensors]
    widths = [block.shape[1] for block in blocks]
    rows = [
        shape.pad(block, widths=((0, 0), (sum(widths[:i]), sum(widths[i + 1 :])))) for i, block in enumerate(blocks)
    ]
    return cat(rows, 0)

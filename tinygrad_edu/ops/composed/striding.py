"""Views by strides as PyTorch names them: in steps through the memory of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import memory
from .. import shape, strided
from ..plain import plain


def as_strided(x: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Any:
    """A view of x's memory: element (i, j, ...) is element offset + i * stride[0] + j * stride[1] + ... of the memory.

    storage_offset: counted from the start of the memory; by default where x starts.
    Where elements are named more than once, gradients add up, and the view cannot be written to.
    >>> tg.as_strided(tg.tensor([1.0, 2.0, 3.0, 4.0]), (3, 2), (1, 1))
    tensor([[1., 2.],
            [2., 3.],
            [3., 4.]])
    """
    array = np.asarray(plain(x))
    whole = x if getattr(x, "_view", None) is None else x._view.root
    own = np.asarray(plain(whole))
    starts = [a.__array_interface__["data"][0] for a in (memory.owner(own), own, array)]
    first, here = ((start - starts[0]) // array.itemsize for start in starts[1:])
    order = tuple(sorted(range(own.ndim), key=lambda d: -own.strides[d]))
    if not own.transpose(order).flags.c_contiguous:
        raise ValueError(
            f"as_strided: the elements of a tensor of shape {tuple(own.shape)} do not lie side by side in memory; "
            "use t.contiguous().as_strided(...)"
        )
    offset = (here if storage_offset is None else storage_offset) - first
    at = strided.positions(tuple(size), tuple(stride), max(offset, 0))
    if offset < 0 or (at.size and at.max() >= own.size):
        raise IndexError(
            f"as_strided: size {tuple(size)}, stride {tuple(stride)} and offset {offset + first} reach out of the "
            f"{own.size} elements of the tensor"
        )
    lying = whole if order == tuple(range(own.ndim)) else shape.permute(whole, dims=order)
    return strided.as_strided(lying, size=tuple(size), stride=tuple(stride), offset=offset)

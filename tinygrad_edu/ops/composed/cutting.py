"""Parts of a tensor along one dimension. All are views: they share its memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...tracing import decided
from .. import index
from ..checks import inside, of_a_dim
from ..plain import array_in


def split(x: Any, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Any, ...]:
    """Pieces of `x` along `dim`: of one size (the last may be smaller), or of the sizes given.

    >>> [piece.tolist() for piece in tg.split(tg.tensor([1, 2, 3, 4, 5]), 2)]
    [[1, 2], [3, 4], [5]]
    """
    along = of_a_dim("split", dim, x)
    length = x.shape[along]
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        if size < 0 or (size == 0 and length):
            raise ValueError(f"split: the size of a piece must be positive, got {size}")
        stops = [*range(size, length, size or 1), length]
    else:
        stops = [int(n) for n in np.cumsum(split_size_or_sections)]
        if not stops or stops[-1] != length or np.min(split_size_or_sections) < 0:
            raise ValueError(f"split: sizes {list(split_size_or_sections)} do not add up to {length} (dim {dim})")
    return _pieces(x, along, [0, *stops[:-1]], stops)


def split_with_sizes(x: Any, split_sizes: Sequence[int], dim: int = 0) -> tuple[Any, ...]:
    """Pieces of these sizes along `dim`.

    >>> [piece.tolist() for piece in tg.split_with_sizes(tg.tensor([1, 2, 3, 4, 5]), [1, 4])]
    [[1], [2, 3, 4, 5]]
    """
    return split(x, list(split_sizes), dim)


def chunk(x: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """At most `chunks` pieces of equal size (the last may be smaller).

    >>> [piece.tolist() for piece in tg.chunk(tg.tensor([1, 2, 3, 4, 5]), 2)]
    [[1, 2, 3], [4, 5]]
    """
    if chunks <= 0:
        raise ValueError(f"chunk: the number of chunks must be positive, got {chunks}")
    return split(x, -(-x.shape[of_a_dim("chunk", dim, x)] // chunks) or 1, dim)


unsafe_split, unsafe_chunk = split, chunk  # PyTorch's are for outputs that are overwritten, which is safe here


def tensor_split(x: Any, indices_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """Exactly so many pieces, the first ones larger by one if need be; or pieces between these indices.

    >>> [piece.tolist() for piece in tg.tensor_split(tg.tensor([1, 2, 3, 4, 5]), 3)]
    [[1, 2], [3, 4], [5]]
    >>> [piece.tolist() for piece in tg.tensor_split(tg.tensor([1, 2, 3, 4, 5]), (1, 3))]
    [[1], [2, 3], [4, 5]]
    """
    along = of_a_dim("tensor_split", dim, x)
    given = array_in(indices_or_sections)
    at = np.asarray(given, np.int64 if isinstance(given, (tuple, list)) and not given else None)
    if at.dtype.kind not in "iu" or at.ndim > 1:
        raise TypeError(f"tensor_split: expected an int, or indices as a tuple, got {given!r}")
    if at.ndim:
        cuts = decided(np.ndarray.tolist, at)
    else:
        count, length = decided(int, at), x.shape[along]
        if count <= 0:
            raise ValueError(f"tensor_split: the number of pieces must be positive, got {count}")
        cuts = [i * (length // count) + min(i, length % count) for i in range(1, count)]
    return _pieces(x, along, [0, *cuts], [*cuts, None])


def hsplit(x: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """Pieces of equal width, or between these indices: along dim 1, of a vector along dim 0.

    >>> [piece.tolist() for piece in tg.hsplit(tg.tensor([[1, 2, 3, 4]]), 2)]
    [[[1, 2]], [[3, 4]]]
    """
    return _evenly("hsplit", x, indices_or_sections, 1 if x.ndim > 1 else 0, 1)


def vsplit(x: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """Pieces of as many rows, or between these indices, along dim 0 of at least two dimensions.

    >>> [piece.tolist() for piece in tg.vsplit(tg.tensor([[1, 2], [3, 4]]), 2)]
    [[[1, 2]], [[3, 4]]]
    """
    return _evenly("vsplit", x, indices_or_sections, 0, 2)


def dsplit(x: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """Pieces of equal depth, or between these indices, along dim 2 of at least three dimensions.

    >>> [piece.shape for piece in tg.dsplit(tg.zeros(2, 2, 4), 2)]
    [(2, 2, 2), (2, 2, 2)]
    """
    return _evenly("dsplit", x, indices_or_sections, 2, 3)


def _evenly(name: str, x: Any, indices_or_sections: Any, dim: int, ndim: int) -> tuple[Any, ...]:
    if x.ndim < ndim:
        raise ValueError(f"{name}: expected at least {ndim} dimensions, got shape {tuple(x.shape)}")
    if isinstance(indices_or_sections, int) and (indices_or_sections <= 0 or x.shape[dim] % indices_or_sections):
        raise ValueError(f"{name}: {x.shape[dim]} elements (dim {dim}) do not make {indices_or_sections} equal pieces")
    return tensor_split(x, indices_or_sections, dim)


def unbind(x: Any, dim: int = 0) -> tuple[Any, ...]:
    """The slices along `dim`, without that dimension.

    >>> [row.tolist() for row in tg.unbind(tg.tensor([[1, 2], [3, 4]]))]
    [[1, 2], [3, 4]]
    """
    along = of_a_dim("unbind", dim, x)
    return tuple(select(x, along, i) for i in range(x.shape[along]))


def select(x: Any, dim: int, index: int) -> Any:
    """Slice number `index` along `dim`, without that dimension; below 0 counted from the end.

    >>> tg.select(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), 1, -1)
    tensor([2., 4.])
    """
    along, i = inside("select", x, dim, index)
    return _at(x, (slice(None),) * along + (i,))


def narrow(x: Any, dim: int, start: Any, length: int) -> Any:
    """`length` slices along `dim`, from number `start`; below 0 counted from the end.

    >>> tg.narrow(tg.tensor([1.0, 2.0, 3.0, 4.0]), 0, 1, 2)
    tensor([2., 3.])
    """
    along, first = of_a_dim("narrow", dim, x), int(start)
    size = x.shape[along]
    first += size if first < 0 else 0
    if length < 0 or not 0 <= first <= first + length <= size:
        raise IndexError(f"narrow: start {start} and length {length} do not fit into size {size} (dim {dim})")
    return _at(x, (slice(None),) * along + (slice(first, first + length),))


def _pieces(x: Any, along: int, starts: Sequence[Any], stops: Sequence[Any]) -> tuple[Any, ...]:
    before = (slice(None),) * along
    return tuple(_at(x, (*before, slice(a, b))) for a, b in zip(starts, stops, strict=True))


def _at(x: Any, place: tuple[Any, ...]) -> Any:
    return index.getitem(x, index=place)

"""Sequences of different lengths in one tensor: padded to the longest, or packed without padding.

Packed, the elements stand step by step: first those of the first step of all sequences, from the longest sequence to
the shortest, then those of the second step of all sequences that have one ... `batch_sizes` says how many each step
has.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from ... import ops
from ...recording import again, decided, sized
from ...tensor import Tensor, wrap

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class _Packed(NamedTuple):
    data: Any
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Sequences of different lengths without padding; made by `pack_padded_sequence` and `pack_sequence`.

    data: (number of elements, ...), step by step. batch_sizes: how many sequences each step has, on the way down.
    sorted_indices: in which order the sequences were taken, from the longest to the shortest. unsorted_indices: the
    order back. None for both: they came in that order.
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Any = None,
        sorted_indices: Any = None,
        unsorted_indices: Any = None,
    ) -> Self:
        if batch_sizes is None:
            if not isinstance(data, (tuple, list)) or len(data) != 2:
                raise TypeError("PackedSequence: expected data and batch_sizes")
            data, batch_sizes = data
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, _integers(batch_sizes), sorted_indices, unsorted_indices)

    def to(self, *targets: Any, **named: Any) -> PackedSequence:
        """The same with its data in another dtype."""
        return self._replace(data=self.data.to(*targets, **named))

    def float(self) -> PackedSequence:
        """The same in float32."""
        return self.to(np.float32)

    def double(self) -> PackedSequence:
        """The same in float64."""
        return self.to(np.float64)


def invert_permutation(permutation: Any) -> Tensor | None:
    """The permutation that undoes this one; None of None."""
    return None if permutation is None else wrap(again(np.argsort, _integers(permutation)._array))


def pad_sequence(
    sequences: Iterable[Any], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Tensors (Lᵢ, ...) as one tensor (T, N, ...), T the largest Lᵢ, filled up with `padding_value`.

    batch_first: the result is (N, T, ...). padding_side: fill up at the end, "right", or at the start, "left".
    """
    if padding_side not in ("right", "left"):
        raise ValueError(f"pad_sequence: padding_side must be 'right' or 'left', got {padding_side!r}")
    given = list(sequences)
    if not given:
        raise ValueError("pad_sequence: expected at least one sequence, got none")
    longest = max(len(x) for x in given)
    rest = given[0].shape[1:]
    padded = []
    for x in given:
        if x.shape[1:] != rest:
            raise ValueError(f"pad_sequence: expected (L, ...) that differ in L alone, got {x.shape[1:]} and {rest}")
        missing = longest - len(x)
        widths = (0, missing) if padding_side == "right" else (missing, 0)
        padded.append(ops.pad(x, widths=(widths, *((0, 0) for _ in rest)), value=padding_value))
    return ops.stack(padded, 0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """The first Lᵢ elements of each sequence of (T, N, ...), or (N, T, ...): what `pad_sequence` was given."""
    x = padded_sequences if batch_first else ops.transpose(padded_sequences, dim0=0, dim1=1)
    return [x[i, :length] for i, length in enumerate(decided(np.ndarray.tolist, _integers(lengths)._array))]


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """A tensor (T, N, ...) of sequences of these lengths, padded at the end, as a `PackedSequence`.

    lengths: N integers from 1 to T. batch_first: the tensor is (N, T, ...).
    enforce_sorted: the lengths must be in descending order; with False the sequences are sorted here.
    ValueError: lengths that do not fit, or are not in order.
    """
    sizes = _integers(lengths)._array
    x = ops.transpose(input, dim0=0, dim1=1) if batch_first else input
    step, sequence, batch_sizes, order = sized(functools.partial(_packing, len(x), x.shape[1], enforce_sorted), sizes)
    return PackedSequence(x[step, sequence], wrap(batch_sizes), None if enforce_sorted else wrap(order))


def _packing(longest: int, count: int, in_order: bool, sizes: np.ndarray) -> tuple[np.ndarray, ...]:
    """The step and the sequence of each element, how many sequences have each step, and the order of the sequences."""
    if sizes.shape != (count,) or not sizes.size or sizes.min() < 1 or sizes.max() > longest:
        raise ValueError(f"pack_padded_sequence: expected {count} lengths from 1 to {longest}, got {sizes.tolist()}")
    order = np.arange(count) if in_order else np.argsort(-sizes, kind="stable")
    if in_order and np.any(np.diff(sizes) > 0):
        raise ValueError(
            "pack_padded_sequence: expected lengths in descending order; sort the sequences, or pass "
            "enforce_sorted=False"
        )
    sizes = sizes[order]
    step, sequence = np.nonzero(np.arange(sizes[0])[:, None] < sizes)
    return step, order[sequence], np.bincount(step, minlength=sizes[0]), order


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Any, Tensor]:
    """A `PackedSequence` as a tensor (T, N, ...) filled up with `padding_value`, and the lengths (N,).

    batch_first: the tensor is (N, T, ...). total_length: T, by default the length of the longest sequence.
    ValueError: a `total_length` that is less.
    """
    steps = len(sequence.batch_sizes)
    if total_length is not None and total_length < steps:
        raise ValueError(f"pad_packed_sequence: total_length {total_length} is less than the longest sequence, {steps}")
    places, lengths = positions(sequence)
    x = sequence.data[places]
    inside = ops.lt(np.arange(steps)[:, None], lengths)
    x = ops.where(ops.reshape(inside, shape=(*inside.shape, *(1,) * (x.ndim - 2))), x, x.dtype.type(padding_value))
    if total_length is not None and total_length > steps:
        widths = ((0, total_length - steps), *((0, 0) for _ in x.shape[1:]))
        x = ops.pad(x, widths=widths, value=padding_value)
    if sequence.unsorted_indices is not None:
        order = _integers(sequence.unsorted_indices)._array
        x, lengths = x[:, order], again(lambda lengths, order: lengths[order], lengths, order)
    return ops.transpose(x, dim0=0, dim1=1) if batch_first else x, wrap(lengths)


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Tensors (Lᵢ, ...) as a `PackedSequence`; see `pack_padded_sequence`."""
    lengths = [len(x) for x in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """A `PackedSequence` as a list of tensors (Lᵢ, ...)."""
    return unpad_sequence(*pad_packed_sequence(packed_sequences))


def positions(sequence: PackedSequence, backwards: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Where in the packed data step t of sequence n stands, (T, N), and the lengths (N,), in the order of packing.

    Behind its end stands the last element of a sequence again. backwards: each sequence from its end.
    """
    found: tuple[np.ndarray, np.ndarray] = sized(functools.partial(_positions, backwards), sequence.batch_sizes._array)
    return found


def _positions(backwards: bool, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.sum(np.arange(sizes[0]) < sizes[:, None], 0)
    starts = np.cumsum(sizes) - sizes
    step = np.minimum(np.arange(len(sizes))[:, None], lengths - 1)
    if backwards:
        step = lengths - 1 - step
    return starts[step] + np.arange(sizes[0]), lengths


def _integers(x: Any) -> Tensor:
    array = np.asarray(x._array if isinstance(x, Tensor) else x)
    if array.dtype.kind not in "iu":
        raise TypeError(f"expected integers, got {array.dtype}")
    return wrap(again(lambda array: array.astype(np.int64), array))

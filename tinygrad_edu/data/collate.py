"""How separate samples become one batch of Tensors: ``default_collate``, by PyTorch's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..creation import from_numpy
from ..tensor import wrap

NUMERIC = "biufc"  # kinds of dtypes
NUMBERS = (np.generic, bool, int, float, complex)


def default_collate(batch: Sequence[Any]) -> Any:
    """Put a list of samples together, going into tuples, lists and dicts.

    ==========================  =======================================================================
    each sample is              the batch is
    ==========================  =======================================================================
    an array or Tensor (...)    a Tensor (N, ...), stacked, of the same dtype
    a number                    a Tensor (N,): float64, int64 or bool; NumPy scalars keep their dtype
    a str or bytes              the list of them
    a dict                      a dict of the same keys, each value collated
    a named tuple               the same named tuple, each field collated
    a tuple or list             a list, each position collated
    ==========================  =======================================================================

    Raises ``TypeError`` for other types and ``ValueError`` for samples that do not match each other.
    """
    if not batch:
        raise ValueError("default_collate: the batch is empty")
    first = batch[0]
    if isinstance(first, NUMBERS):
        return _array(batch)
    if isinstance(first, str | bytes):
        return list(batch)
    if hasattr(first, "__array_function__"):
        return _stack(batch)
    if isinstance(first, Mapping):
        return {key: default_collate([_entry(sample, key) for sample in batch]) for key in first}
    if isinstance(first, Sequence):
        return _transpose(batch)
    raise TypeError(
        f"samples of type {type(first).__name__} cannot be put into a batch: "
        "return arrays, numbers, strings, tuples, lists or dicts, or pass a collate_fn"
    )


def default_convert(sample: Any) -> Any:
    """A single sample with its arrays as Tensors, on the same memory, going into tuples, lists and dicts.

    What a ``DataLoader`` with ``batch_size=None`` gives. Numbers, strings and all else stay what they are.
    """
    if isinstance(sample, np.ndarray):
        return from_numpy(sample) if sample.dtype.kind in NUMERIC else sample
    if isinstance(sample, Mapping):
        return {key: default_convert(value) for key, value in sample.items()}
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return type(sample)(*map(default_convert, sample))
    if isinstance(sample, tuple | list):
        return [default_convert(value) for value in sample]
    return sample


def as_tensor(batch: Any) -> Any:
    """A NumPy array that nothing else refers to as a Tensor, without a copy; anything else as it is.

    Raises ``TypeError`` for an array of strings or objects.
    """
    if not isinstance(batch, np.ndarray):
        return batch
    if batch.dtype.kind not in NUMERIC:
        raise TypeError(f"an array of {batch.dtype} cannot become a Tensor; return numbers, or pass a collate_fn")
    return wrap(np.asarray(batch))


def _array(batch: Sequence[Any]) -> Any:
    for sample in batch:
        if not isinstance(sample, NUMBERS):
            raise TypeError(f"expected samples of one type, got {type(batch[0]).__name__} and {type(sample).__name__}")
    return as_tensor(np.array(batch))


def _stack(batch: Sequence[Any]) -> Any:
    shapes = [tuple(sample.shape) for sample in batch]
    if len(set(shapes)) > 1:
        odd = next(i for i, shape in enumerate(shapes) if shape != shapes[0])
        raise ValueError(
            f"samples of different shapes cannot be stacked: the batch's sample 0 has {shapes[0]}, "
            f"sample {odd} has {shapes[odd]}; make them equal, or pass a collate_fn"
        )
    return as_tensor(np.stack(batch))  # of arrays or of Tensors: NumPy dispatches


def _entry(sample: Any, key: Any) -> Any:
    if key not in sample:
        raise ValueError(f"a sample of the batch lacks the key {key!r}, which the first one has")
    return sample[key]


def _transpose(batch: Sequence[Any]) -> Any:
    first = batch[0]
    sizes = [len(sample) for sample in batch]
    if len(set(sizes)) > 1:
        raise ValueError(f"expected samples with the same number of entries, got {sizes}")
    columns = [default_collate(column) for column in zip(*batch, strict=True)]
    return type(first)(*columns) if hasattr(first, "_fields") else columns

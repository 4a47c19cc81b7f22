"""What a ``DataLoader`` reads from: samples numbered from 0, or a stream of them; and parts and sums of such sets.

PyTorch's ``torch.utils.data``: https://docs.pytorch.org/docs/stable/data.html.
"""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import floor, isclose
from typing import Any, Generic, TypeVar, cast

import numpy as np

from ..random import drawn_from

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Dataset(Generic[T_co]):
    """Base class: a subclass says how many samples there are and what sample number ``index`` is."""

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(self, index)")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} must define __len__(self)")

    def __add__(self, other: Dataset[Any]) -> ConcatDataset[Any]:
        return ConcatDataset([self, other])


class IterableDataset(Generic[T_co]):
    """Base class for a stream: a subclass defines ``__iter__``, which starts it again, and, if known, ``__len__``.

    For what cannot be numbered, or does not fit into memory. Unlike PyTorch's it is not a ``Dataset``, because
    its samples have no numbers.
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__(self)")


class TensorDataset(Dataset[tuple[Any, ...]]):
    """Arrays that share their first dimension: sample ``i`` is ``(tensors[0][i], tensors[1][i], ...)``.

    Takes NumPy arrays and Tensors, one or more, each of shape (N, ...) with the same N. An index may be an int, a
    slice or an array of ints, and always gives a tuple with one entry for each of ``tensors``.

    Raises ``TypeError`` for anything but arrays, ``ValueError`` if the first dimensions differ.
    """

    tensors: tuple[Any, ...]

    def __init__(self, *tensors: Any) -> None:
        if not tensors:
            raise TypeError("TensorDataset: expected at least one array or Tensor, got none")
        for position, tensor in enumerate(tensors):
            if not hasattr(tensor, "shape"):
                kind = type(tensor).__name__
                raise TypeError(f"TensorDataset: expected arrays or Tensors, got {kind} as argument {position}")
            if not tensor.shape:
                raise ValueError(f"TensorDataset: argument {position} has no dimensions, so it contains no samples")
        sizes = [len(tensor) for tensor in tensors]
        if len(set(sizes)) > 1:
            raise ValueError(f"TensorDataset: expected the same number of samples in every tensor, got {sizes}")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class Subset(Dataset[T_co]):
    """The samples of ``dataset`` with these numbers, in this order: sample ``i`` is ``dataset[indices[i]]``."""

    def __init__(self, dataset: Dataset[T_co], indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: Any) -> T_co:
        """One sample; or, if ``dataset`` takes arrays of indices as a ``TensorDataset`` does, several at once."""
        if isinstance(index, int | np.integer):
            return self.dataset[int(self.indices[int(index)])]
        return self.dataset[np.asarray(self.indices, np.int64)[index]]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset[T_co]):
    """Several datasets one after the other: the samples of the first, then those of the second, and so on.

    ``cumulative_sizes[k]`` is the number of samples in the first ``k + 1`` of ``datasets``.

    Raises ``ValueError`` if there are none, ``TypeError`` for an ``IterableDataset``.
    """

    def __init__(self, datasets: Iterable[Dataset[T_co]]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset: expected at least one dataset, got none")
        for position, dataset in enumerate(self.datasets):
            if isinstance(dataset, IterableDataset):
                raise TypeError(f"ConcatDataset: dataset {position} is an IterableDataset, which cannot be indexed")
        self.cumulative_sizes = list(accumulate(len(dataset) for dataset in self.datasets))

    def __getitem__(self, index: Any) -> T_co:
        n, number = len(self), operator.index(index)
        if not -n <= number < n:
            raise IndexError(f"index {number} is out of range for {n} samples")
        place = number % n
        which = bisect_right(self.cumulative_sizes, place)
        return self.datasets[which][place - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


def random_split(
    dataset: Dataset[T], lengths: Sequence[float], generator: np.random.Generator | None = None
) -> list[Subset[T]]:
    """Cut ``dataset`` at random into disjoint ``Subset`` of these ``lengths``, or of these fractions of it.

    Fractions, which add up to 1, are rounded down, and what is left over goes to the first parts, one each:
    ``random_split(range(10), [0.75, 0.25])`` gives 8 and 2.

    Raises ``ValueError`` if the lengths do not add up to ``len(dataset)``, or one is negative.
    """
    n = len(dataset)
    if any(length < 0 for length in lengths):
        raise ValueError(f"random_split: expected lengths of at least 0, got {list(lengths)}")
    sizes = _from_fractions(lengths, n) if isclose(sum(lengths), 1) else lengths
    if sum(sizes) != n:
        raise ValueError(
            f"random_split: expected lengths that add up to {n}, the number of samples, got {list(lengths)}, "
            f"which add up to {sum(lengths)}"
        )
    ends = list(accumulate(operator.index(cast(int, size)) for size in sizes))
    order = drawn_from(generator).permutation(n)
    return [Subset(dataset, order[start:end].tolist()) for start, end in zip([0, *ends], ends, strict=False)]


def _from_fractions(fractions: Sequence[float], n: int) -> list[int]:
    sizes = [floor(n * fraction) for fraction in fractions]
    for i in range(n - sum(sizes)):
        sizes[i % len(sizes)] += 1
    return sizes

"""From the indices of a batch to the batch: in one indexing operation if the dataset allows it, else by samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .batchwise import Transform
from .collate import as_tensor, default_collate
from .dataset import Subset, TensorDataset


def takes_arrays(dataset: Any) -> bool:
    """Whether ``dataset[array of ints]`` is a tuple of whole columns: a ``TensorDataset``, or a ``Subset`` of one.

    A subclass with its own ``__getitem__`` (say, one that augments) has to be asked sample by sample.
    """
    if isinstance(dataset, Subset) and type(dataset).__getitem__ is Subset.__getitem__:
        return takes_arrays(dataset.dataset)
    return getattr(type(dataset), "__getitem__", None) is TensorDataset.__getitem__


def fetch_batch(dataset: Any, indices: Sequence[int], collate: Callable[[list[Any]], Any] | None) -> Any:
    """The samples with these indices as a batch; a list of Tensors, as ``default_collate`` gives it."""
    if collate is None and takes_arrays(dataset):
        return [as_tensor(column) for column in dataset[np.array(indices, np.int64)]]
    samples = [dataset[index] for index in indices]
    return default_collate(samples) if collate is None else collate(samples)


def transformed(batch: Any, transform: Callable[[Any], Any], entropy: tuple[int, int] | None) -> Any:
    """The batch with ``transform`` of its first entry, the inputs, in place of them; or of all if it has no entries.

    A random transform draws from a generator that is made from ``entropy``, the epoch's number and the batch's: so
    it does not matter which thread gets to which batch first.
    """

    def change(x: Any) -> Any:
        if isinstance(transform, Transform):
            return transform(x, generator=np.random.default_rng(entropy))
        return transform(x)

    if isinstance(batch, list | tuple):
        return [change(batch[0]), *batch[1:]]
    return change(batch)

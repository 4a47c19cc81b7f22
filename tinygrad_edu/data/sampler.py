"""Which samples come next: samplers give the order of an epoch's indices, ``BatchSampler`` cuts it into batches.

PyTorch's ``torch.utils.data.Sampler`` and its kin. Each ``iter()`` is one epoch, and draws all that it needs from its
generator at once, so the generator's state before it determines the whole epoch, which is how a
``DataLoader`` resumes one.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import islice
from typing import Any, Generic, TypeVar, cast

import numpy as np

from ..random import drawn_from

T_co = TypeVar("T_co", covariant=True)


class Sampler(Generic[T_co]):
    """Base class: a subclass defines ``__iter__``, which gives indices or batches of them, and ``__len__``."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__(self)")


class SequentialSampler(Sampler[int]):
    """0, 1, 2, ... to the last sample."""

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """A permutation of all samples; or with ``replacement`` each index drawn from all of them.

    ``num_samples`` is how many indices an epoch has, as many as samples if not given. Without replacement a larger
    number goes through several permutations, a smaller one through a part of one.
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = None if num_samples is None else positive(num_samples, "num_samples")
        self.generator = checked(generator)

    @property
    def num_samples(self) -> int:
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n, count, rng = len(self.data_source), self.num_samples, drawn_from(self.generator)
        if n == 0 or self.replacement:
            return iter(rng.integers(0, n, count).tolist() if count else [])
        rounds = [rng.permutation(n) for _ in range(-(-count // n))]
        return iter(np.concatenate(rounds)[:count].tolist())

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The given indices, each once, in a new random order in each epoch."""

    def __init__(self, indices: Sequence[int], generator: np.random.Generator | None = None) -> None:
        self.indices = indices
        self.generator = checked(generator)

    def __iter__(self) -> Iterator[int]:
        order = drawn_from(self.generator).permutation(len(self.indices))
        return iter([self.indices[i] for i in order.tolist()])

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """``num_samples`` indices drawn with probabilities proportional to ``weights``, which need not add up to 1.

    Without ``replacement`` no index comes twice; ``num_samples`` of the weights must then be positive.

    Raises ``ValueError`` for weights that are not a list of numbers >= 0, at least one of them positive.
    """

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.weights = np.array(weights, np.float64)
        self.num_samples = positive(num_samples, "num_samples")
        self.replacement = replacement
        self.generator = checked(generator)
        if self.weights.ndim != 1:
            raise ValueError(f"expected weights of shape (N,), one for each sample, got {self.weights.shape}")
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all() and self.weights.any()):
            raise ValueError("expected weights that are finite, at least 0, and not all 0")
        possible = np.count_nonzero(self.weights)
        if not replacement and num_samples > possible:
            raise ValueError(f"{num_samples} different samples cannot be drawn: only {possible} weights are positive")

    def __iter__(self) -> Iterator[int]:
        share = self.weights / self.weights.sum()
        drawn = drawn_from(self.generator).choice(len(share), self.num_samples, self.replacement, share)
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Lists of ``batch_size`` indices from another sampler; ``drop_last`` leaves out a last list that is not full."""

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        self.sampler = sampler
        self.batch_size = positive(batch_size, "batch_size")
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        return self._batches(iter(self.sampler))  # not a generator itself: the sampler draws now, not later

    def _batches(self, indices: Iterator[int]) -> Iterator[list[int]]:
        while len(batch := list(islice(indices, self.batch_size))) == self.batch_size:
            yield batch
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        n = len(cast(Sized, self.sampler))
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)


def checked(generator: Any) -> np.random.Generator | None:
    """``generator``, a NumPy generator or None. Raises ``TypeError`` for anything else, such as a seed."""
    if generator is not None and not isinstance(generator, np.random.Generator):
        raise TypeError(
            f"generator must be a numpy.random.Generator, such as np.random.default_rng(0), "
            f"got {type(generator).__name__}"
        )
    return generator


def positive(value: Any, name: str) -> int:
    """``value`` as an int. Raises ``TypeError`` if it is not one (True is not), ``ValueError`` if it is < 1."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a positive int, got {value!r}") from None
    if number < 1:
        raise ValueError(f"{name} must be a positive int, got {number}")
    return number

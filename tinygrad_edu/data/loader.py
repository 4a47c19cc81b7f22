"""Batches: ``DataLoader`` walks through a dataset, in order or reshuffled in every epoch, and can resume a walk.

PyTorch's ``torch.utils.data.DataLoader``, with worker threads in place of processes; ``state_dict`` and
``load_state_dict`` as in torchdata's ``StatefulDataLoader``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice, repeat
from typing import Any, Generic, TypeVar, cast

import numpy as np

from ..random import drawn_from, generator_state, set_generator_state
from .batchwise import Transform
from .collate import default_collate, default_convert
from .dataset import Dataset, IterableDataset
from .fetch import fetch_batch, transformed
from .prefetch import prefetched
from .sampler import BatchSampler, RandomSampler, SequentialSampler, checked, positive

T_co = TypeVar("T_co", covariant=True)
States = list[dict[str, Any]]
AHEAD = 2  # batches for each worker
END = object()  # of a stream


@dataclass
class _Progress:
    """How far an epoch is: where the generators stood before it, and how many batches were handed over."""

    start: States
    delivered: int


class DataLoader(Generic[T_co]):
    """An iterable over batches, with PyTorch's meaning::

        for x, y in DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True):
            ...

    Every ``iter()`` is one epoch. ``len(loader)`` is the number of batches, ``ceil(N / batch_size)``, or ``floor``
    with ``drop_last``, which leaves out a last batch that is not full.

    ======================  =========================================================================================
    argument                meaning
    ======================  =========================================================================================
    ``dataset``             has ``__len__`` and ``__getitem__``, or is an ``IterableDataset``
    ``batch_size``          samples in a batch; None for single samples, see ``default_convert``
    ``shuffle``             draw a permutation for each epoch
    ``sampler``             what gives the indices instead, any iterable of them
    ``batch_sampler``       what gives lists of indices, in place of the three above and ``drop_last``
    ``generator``           where shuffling and ``transform`` draw from; if None, the library's default generator, so
                            ``manual_seed`` makes it repeatable
    ``collate_fn``          turns a list of samples into a batch; if None, ``default_collate``
    ``transform``           changes the inputs of each batch, all at once: ``transform(batch[0])``; one of
                            ``data.transforms``, which draws from ``generator``, or any function
    ``num_workers``         threads that make batches ahead of time: the same batches in the same order as with 0
    ``prefetch_factor``     how many batches ahead for each worker, 2 if None
    ``timeout``             seconds to wait for a worker's batch before ``RuntimeError``; 0 waits for ever
    ``worker_init_fn``      called with the worker's number, 0 to ``num_workers - 1``, in each thread first
    ======================  =========================================================================================

    ``pin_memory``, ``persistent_workers``, ``multiprocessing_context``, ``pin_memory_device`` and ``in_order`` are
    accepted so that PyTorch programs run, and ignored: threads share memory, and start in microseconds.

    Batches are Tensors, also if the dataset gives arrays or numbers: see ``default_collate``. They never share memory
    with the dataset, so they can be changed in place. A ``TensorDataset``, and a ``Subset``
    of one, is indexed once a batch, not once a sample. An ``IterableDataset`` is read by one thread, whatever
    ``num_workers``, so each of its samples comes once.

    ``state_dict`` returns the position of the loader, also in the middle of an epoch.

    Raises ``TypeError`` or ``ValueError`` for arguments that are wrong or do not go together.
    """

    batch_size: int | None

    def __init__(
        self,
        dataset: Dataset[T_co] | IterableDataset[T_co],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[list[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[T_co]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: Any = None,
        generator: np.random.Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
        transform: Callable[[Any], Any] | None = None,
    ) -> None:
        self.streams = isinstance(dataset, IterableDataset)
        if self.streams:
            if shuffle or sampler is not None or batch_sampler is not None:
                raise ValueError(
                    "an IterableDataset gives the order itself: do not pass shuffle, sampler or batch_sampler"
                )
        elif not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
            raise TypeError(f"expected a dataset with __len__ and __getitem__, got {type(dataset).__name__}")
        if sampler is not None and shuffle:
            raise ValueError("sampler and shuffle are mutually exclusive: the sampler gives the order")
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
            raise ValueError("batch_sampler is mutually exclusive with batch_size, shuffle, sampler and drop_last")
        if batch_size is None and drop_last:
            raise ValueError("batch_size=None gives single samples, so drop_last cannot be set")
        if num_workers < 0 or timeout < 0:
            raise ValueError(f"num_workers and timeout must be at least 0, got {num_workers} and {timeout}")
        if prefetch_factor is not None and num_workers == 0:
            raise ValueError("prefetch_factor requires num_workers > 0")

        self.dataset = dataset
        self.generator = checked(generator)
        self.drop_last = drop_last
        self.collate_fn = collate_fn
        self.transform = transform
        self.num_workers = num_workers
        self.prefetch_factor = AHEAD if prefetch_factor is None else positive(prefetch_factor, "prefetch_factor")
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.pin_memory = pin_memory
        self.persistent_workers = persistent_workers

        if sampler is None and not self.streams:
            known = cast(Sized, dataset)
            sampler = RandomSampler(known, generator=generator) if shuffle else SequentialSampler(known)
        self.sampler = sampler
        if batch_sampler is not None:
            self.batch_size = None
        else:
            self.batch_size = None if batch_size is None else positive(batch_size, "batch_size")
            if self.batch_size is not None and sampler is not None:
                batch_sampler = BatchSampler(sampler, self.batch_size, drop_last)
        self.batch_sampler = batch_sampler
        self._progress: _Progress | None = None
        self._resume: _Progress | None = None

    def __len__(self) -> int:
        if not self.streams:
            return len(cast(Sized, self.sampler if self.batch_sampler is None else self.batch_sampler))
        n, size = len(cast(Sized, self.dataset)), self.batch_size or 1
        return n // size if self.drop_last else -(-n // size)

    def __iter__(self) -> Iterator[Any]:
        progress, tasks = self._begin()
        self._progress = progress
        with closing(self._run(tasks)) as batches:
            for batch in batches:
                if batch is END:
                    break
                progress.delivered += 1
                yield batch
        if self._progress is progress:
            self._progress = None

    def state_dict(self) -> dict[str, Any]:
        """The position of the loader, as plain data that ``json`` can write, for a loader with the same arguments.

        ``load_state_dict`` of it, in this process or the next, makes the next ``iter()`` go on with the batches that
        this epoch still has; none, if all were handed over but the loop not left. Epochs after it are the same too:
        the states of the generators that shuffling and ``transform`` draw from are part of it, the default
        generator's as well if it is one of them.

        It counts the batches that were handed over, not those that workers have prepared, of the last epoch begun.

        Exact for the samplers of this library. A custom sampler must give the same indices again, or draw all its
        random numbers from its attribute ``generator`` at ``iter()``; so must an ``IterableDataset``, which is read
        from its start and skipped through. Numbers that a dataset's own ``__getitem__`` draws are not kept.
        """
        progress = self._resume or self._progress
        return {
            "delivered": progress.delivered if progress else 0,
            "epoch_start": [dict(state) for state in progress.start] if progress else None,
            "generators": _states(self._generators()),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where ``state_dict`` was called. Sets the generators in place; earlier iterators become invalid.

        Raises ``ValueError`` if it is not such a dict, or from a loader with another number of generators.
        """
        generators = self._generators()
        try:
            delivered, start, now = state["delivered"], state["epoch_start"], state["generators"]
            fits = all(len(states) == len(generators) for states in (now, now if start is None else start))
        except (KeyError, TypeError):
            raise ValueError(f"expected the state of a DataLoader, got {str(state)[:80]}") from None
        if not fits:
            raise ValueError(
                f"this loader draws from {len(generators)} generators, the state is from one that draws from {len(now)}"
            )
        if start is not None:
            _set_states(generators, start)  # an error, if they are of another kind, comes now
        _set_states(generators, now)
        self._progress = None
        self._resume = None if start is None else _Progress(start, delivered)

    def _generators(self) -> list[np.random.Generator]:
        """Those that an epoch draws from, each once."""
        holders: list[Any] = [self.sampler, self.batch_sampler, getattr(self.batch_sampler, "sampler", None)]
        if isinstance(self.transform, Transform):
            holders.append(self)
        found: list[np.random.Generator] = []
        for holder in holders:
            generator = drawn_from(holder.generator) if hasattr(holder, "generator") else None
            if isinstance(generator, np.random.Generator) and not any(generator is other for other in found):
                found.append(generator)
        return found

    def _begin(self) -> tuple[_Progress, Iterator[Callable[[], Any]]]:
        """Draw an epoch, the one to be resumed if there is one, and say what is to be done for its other batches."""
        generators = self._generators()
        before = _states(generators)
        resumed, self._resume = self._resume, None
        if resumed is not None:
            _set_states(generators, resumed.start)
        progress = resumed or _Progress(before, 0)
        order = self.sampler if self.batch_sampler is None else self.batch_sampler
        source = iter(cast(Iterable[Any], self.dataset if self.streams else order))
        seed = int(drawn_from(self.generator).integers(2**63)) if isinstance(self.transform, Transform) else 0
        skipped = progress.delivered * (self.batch_size or 1 if self.streams else 1)
        for _ in islice(source, skipped):
            pass
        if resumed is not None:
            _set_states(generators, before)
        return progress, self._tasks(source, seed, progress.delivered)

    def _tasks(self, source: Iterator[Any], seed: int, first: int) -> Iterator[Callable[[], Any]]:
        for number, indices in enumerate(repeat(None) if self.streams else source, first):
            yield partial(self._batch, source if self.streams else indices, (seed, number))

    def _run(self, tasks: Iterator[Callable[[], Any]]) -> Generator[Any, None, None]:
        if not self.num_workers:
            return (task() for task in tasks)
        workers = 1 if self.streams else self.num_workers
        ahead = self.num_workers * self.prefetch_factor
        return prefetched(tasks, workers, ahead, self.timeout or None, self.worker_init_fn)

    def _batch(self, source: Any, entropy: tuple[int, int]) -> Any:
        """One batch: of the samples that a stream gives next, or of those with the indices ``source``."""
        if self.streams:
            batch = self._read(source)
        elif self.batch_sampler is not None:
            batch = fetch_batch(self.dataset, source, self.collate_fn)
        else:
            batch = self._single(cast(Dataset[T_co], self.dataset)[source])
        return batch if self.transform is None or batch is END else transformed(batch, self.transform, entropy)

    def _read(self, samples: Iterator[T_co]) -> Any:
        if self.batch_size is None:
            return next((self._single(sample) for sample in samples), END)
        batch = list(islice(samples, self.batch_size))
        if not batch or (self.drop_last and len(batch) < self.batch_size):
            return END
        return default_collate(batch) if self.collate_fn is None else self.collate_fn(batch)

    def _single(self, sample: Any) -> Any:
        return default_convert(sample) if self.collate_fn is None else self.collate_fn(sample)


def _states(generators: list[np.random.Generator]) -> States:
    return [generator_state(generator) for generator in generators]


def _set_states(generators: list[np.random.Generator], states: States) -> None:
    for generator, state in zip(generators, states, strict=True):
        set_generator_state(generator, state)

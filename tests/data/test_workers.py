"""Worker threads: the same batches, errors that arrive, and nothing left running."""

import gc
import threading
import time
import traceback

import numpy as np
import pytest

from tinygrad_edu.data import DataLoader, Dataset, IterableDataset, TensorDataset, transforms


class Slow(Dataset[int]):
    """The earlier the sample, the longer it takes; and it counts."""

    def __init__(self, n=12, bad=None, error=KeyError):
        self.n, self.bad, self.error, self.asked = n, bad, error, []

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        self.asked.append(index)
        time.sleep(0.002 * (self.n - index) / self.n)
        if index == self.bad:
            raise self.error(f"sample {index} is bad")
        return index


class Stream(IterableDataset[int]):
    def __iter__(self):
        return iter(range(7))

    def __len__(self):
        return 7


@pytest.fixture(autouse=True)
def _no_thread_is_left():
    before = threading.active_count()
    yield
    gc.collect()
    assert threading.active_count() == before


def lists(loader):
    return [np.asarray(batch).tolist() for batch in loader]


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("factor", [None, 1, 4])
def test_the_same_batches_in_the_same_order(workers, factor):
    make = lambda **more: DataLoader(Slow(), 2, True, generator=np.random.default_rng(0), **more)  # noqa: E731
    alone, together = make(), make(num_workers=workers, prefetch_factor=factor)
    for _ in range(2):
        assert lists(together) == lists(alone)


@pytest.mark.parametrize("workers", [1, 3])
def test_random_transforms_do_not_depend_on_who_does_them(workers, rng):
    images = rng.random((40, 8, 8)).astype(np.float32)
    make = lambda workers: DataLoader(  # noqa: E731
        TensorDataset(images, np.arange(40)),
        4,
        generator=np.random.default_rng(0),
        num_workers=workers,
        transform=transforms.RandomAffine(90),
    )
    epochs = [[batch for _ in range(2) for batch in make(count)] for count in (0, workers)]
    for (x, i), (y, j) in zip(*epochs, strict=True):
        np.testing.assert_array_equal(x, y)
        np.testing.assert_array_equal(i, j)
    assert not np.array_equal(epochs[0][0][0], images[:4])


@pytest.mark.parametrize("workers", [0, 1, 3])
@pytest.mark.parametrize("error", [KeyError, TimeoutError, StopIteration])
def test_an_error_arrives_after_the_good_batches_with_its_traceback(workers, error):
    loader = iter(DataLoader(Slow(bad=4, error=error), 2, num_workers=workers, timeout=5))
    assert [next(loader).tolist() for _ in range(2)] == [[0, 1], [2, 3]]
    with pytest.raises((error, RuntimeError)) as caught:  # a StopIteration cannot pass through a generator
        next(loader)
    assert "sample 4 is bad" in "".join(traceback.format_exception(caught.value))
    assert "in __getitem__" in "".join(traceback.format_exception(caught.value))
    with pytest.raises(StopIteration):
        next(loader)


def test_threads_end_when_iteration_stops_early():
    for _ in DataLoader(Slow(), 2, num_workers=3):
        break


def test_threads_end_when_the_iterator_is_dropped():
    before = threading.active_count()
    iterator = iter(DataLoader(Slow(), 2, num_workers=2))
    next(iterator)
    assert before < threading.active_count() <= before + 2
    del iterator
    gc.collect()
    assert threading.active_count() == before


def test_no_more_is_made_ahead_than_was_asked_for():
    dataset = Slow(100)
    iterator = iter(DataLoader(dataset, 2, num_workers=2, prefetch_factor=3))
    next(iterator)
    time.sleep(0.1)
    assert max(dataset.asked) < 2 * (6 + 1)


@pytest.mark.parametrize("workers", [0, 1, 4])
def test_a_stream_comes_once(workers):
    loader = DataLoader(Stream(), 3, num_workers=workers)
    assert len(loader) == 3
    assert lists(loader) == [[0, 1, 2], [3, 4, 5], [6]]
    last = DataLoader(Stream(), 3, num_workers=workers, drop_last=True)
    assert lists(last) == [[0, 1, 2], [3, 4, 5]]
    assert len(last) == 2


def test_a_timeout_is_an_error():
    class Stuck(Slow):
        def __getitem__(self, index):
            stuck.wait(5)

    stuck = threading.Event()
    with pytest.raises(RuntimeError, match=r"DataLoader timed out after 0\.02 seconds"):
        list(DataLoader(Stuck(), 2, num_workers=1, timeout=0.02))
    stuck.set()
    while any(thread.name.startswith("data loader") for thread in threading.enumerate()):
        time.sleep(0.01)


def test_worker_init_fn_is_told_each_number_and_its_errors_arrive():
    told = []
    list(DataLoader(Slow(), 1, num_workers=3, worker_init_fn=told.append))
    assert sorted(told) == list(range(len(told)))
    assert 1 <= len(told) <= 3

    def fail(worker):
        raise OSError(f"worker {worker} cannot start")

    with pytest.raises(OSError, match="worker 0 cannot start"):
        list(DataLoader(Slow(), 1, num_workers=1, worker_init_fn=fail))


def test_workers_work_at_the_same_time():
    meeting = threading.Barrier(2, timeout=5)

    class Meeting(Slow):
        def __getitem__(self, index):
            meeting.wait()
            return index

    assert lists(DataLoader(Meeting(4), 1, num_workers=2)) == [[0], [1], [2], [3]]


def test_an_interrupt_ends_the_threads():
    def consume():
        for _ in DataLoader(Slow(), 2, num_workers=2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()

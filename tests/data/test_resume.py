"""A loader stopped anywhere and started again elsewhere gives exactly the batches that were still to come."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.data import (
    BatchSampler,
    DataLoader,
    IterableDataset,
    RandomSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    transforms,
)
from tinygrad_edu.random import Generator, default_generator, get_rng_state, manual_seed, set_rng_state

X = np.arange(11)
EPOCHS = 3


def noted(batch):
    return np.asarray(batch[0]).tolist()


def walk(loader, epochs=EPOCHS):
    return [[noted(batch) for batch in loader] for _ in range(epochs)]


def stopped(loader, epoch, batches):
    """The loader's state after so many whole epochs and so many batches of the next, as JSON text."""
    for _ in range(epoch):
        list(loader)
    iterator = iter(loader)
    for _ in range(batches):
        next(iterator)
    return json.dumps(loader.state_dict())


def check_every_stop(make, length):
    whole = walk(make())
    assert [len(epoch) for epoch in whole] == [length] * EPOCHS
    for epoch in range(EPOCHS):
        for batches in range(length + 1):
            state = stopped(make(), epoch, batches)
            loader = make()
            loader.generator and loader.generator.random(7)
            loader.load_state_dict(json.loads(state))
            rest = [whole[epoch][batches:], *whole[epoch + 1 :]] if batches else whole[epoch:]
            assert walk(loader, len(rest)) == rest


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("drop_last", [False, True])
def test_every_batch_of_three_epochs(workers, shuffle, drop_last):
    def make():
        rng = np.random.default_rng(5)
        return DataLoader(TensorDataset(X), 3, shuffle, num_workers=workers, drop_last=drop_last, generator=rng)

    check_every_stop(make, 3 if drop_last else 4)


@pytest.mark.parametrize("workers", [0, 2])
def test_random_transforms_go_on_too(workers):
    images = np.random.default_rng(0).random((7, 6, 6), np.float32)

    def make():
        return DataLoader(
            TensorDataset(images),
            2,
            True,
            num_workers=workers,
            generator=Generator().manual_seed(2),
            transform=transforms.Compose([transforms.RandomAffine(30), transforms.ElasticDistortion()]),
        )

    check_every_stop(make, 4)


SAMPLERS = {
    "replacement": lambda rng: {"sampler": RandomSampler(X, True, 9, rng), "batch_size": 2},
    "many": lambda rng: {"sampler": RandomSampler(X, num_samples=10, generator=rng), "batch_size": 2},
    "weighted": lambda rng: {"sampler": WeightedRandomSampler(X + 1, 9, generator=rng), "batch_size": 2},
    "subset": lambda rng: {"sampler": SubsetRandomSampler(range(1, 10), rng), "batch_size": 2},
    "batches": lambda rng: {"batch_sampler": BatchSampler(SubsetRandomSampler(range(10), rng), 2, False)},
    "single": lambda rng: {"sampler": SubsetRandomSampler(range(5), rng), "batch_size": None},
}


@pytest.mark.parametrize("kind", SAMPLERS)
@pytest.mark.parametrize("workers", [0, 2])
def test_samplers_with_a_generator_of_their_own(kind, workers):
    def make():
        return DataLoader(TensorDataset(X), num_workers=workers, **SAMPLERS[kind](np.random.default_rng(1)))

    check_every_stop(make, 5)


class Stream(IterableDataset[int]):
    def __iter__(self):
        return iter(range(10))


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("size", [3, None])
def test_streams_are_skipped_through(workers, size):
    def make():
        return DataLoader(Stream(), size, num_workers=workers, collate_fn=lambda samples: [samples])

    check_every_stop(make, 4 if size else 10)


@given(data=st.data())
def test_with_the_default_generator_and_others_drawing_from_it(data):
    """Dropout, say, draws between the batches; the default generator goes on as if nothing had happened."""
    n, size = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 5))
    workers = data.draw(st.sampled_from([0, 1, 2]))

    def make():
        return DataLoader(TensorDataset(np.arange(n)), size, shuffle=True, num_workers=workers)

    def go_on(loader, epochs):
        return [(noted(batch), default_generator().random()) for _ in range(epochs) for batch in loader]

    seed, stop = data.draw(st.integers(0, 99)), data.draw(st.integers(1, 3 * len(make())))
    manual_seed(seed)
    whole = go_on(make(), 3)
    manual_seed(seed)
    loader = make()
    seen = []
    for _ in range(3):
        for batch in loader:
            seen.append((noted(batch), default_generator().random()))
            if len(seen) == stop:
                state, rng_state = loader.state_dict(), get_rng_state()
    assert seen == whole
    manual_seed(1234)
    resumed = make()
    resumed.load_state_dict(state)
    if data.draw(st.booleans()):
        set_rng_state(rng_state)
    epochs = 3 - (stop - 1) // len(resumed)
    assert whole[:stop] + go_on(resumed, epochs) == whole


def test_a_state_can_be_handed_on_before_it_is_used():
    make = lambda: DataLoader(TensorDataset(X), 3, True, generator=np.random.default_rng(0))  # noqa: E731
    state = json.loads(stopped(make(), 1, 2))
    between = make()
    between.load_state_dict(state)
    assert between.state_dict() == state
    last = make()
    last.load_state_dict(between.state_dict())
    assert walk(last, 2) == [walk(make())[1][2:], walk(make())[2]]


def test_after_a_break_the_state_is_that_of_the_break_and_the_next_epoch_is_new():
    loader = DataLoader(TensorDataset(X), 3, True, generator=np.random.default_rng(0))
    assert loader.state_dict()["epoch_start"] is None
    for _ in loader:
        break
    assert loader.state_dict()["delivered"] == 1
    assert len(list(loader)) == 4
    assert loader.state_dict()["delivered"] == 0


def test_unshuffled_loaders_leave_the_default_generator_alone():
    before = get_rng_state()
    loader = DataLoader(TensorDataset(X), 3)
    state = json.loads(stopped(loader, 0, 2))
    assert state["generators"] == []
    default_generator().random()
    after = get_rng_state()
    loader.load_state_dict(state)
    assert before != get_rng_state() == after


def test_subsets_resume():
    make = lambda: DataLoader(Subset(TensorDataset(X), [5, 3, 1]), 1, True, generator=Generator())  # noqa: E731
    check_every_stop(make, 3)


def test_other_states_are_refused():
    shuffled = DataLoader(TensorDataset(X), 3, True, generator=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"expected the state of a DataLoader, got {}"):
        shuffled.load_state_dict({})
    with pytest.raises(ValueError, match="draws from 1 generators, the state is from one that draws from 0"):
        shuffled.load_state_dict(DataLoader(TensorDataset(X)).state_dict())
    other = DataLoader(TensorDataset(X), 3, True, generator=np.random.Generator(np.random.MT19937(0)))
    with pytest.raises(ValueError, match="expected the state of a PCG64 generator"):
        shuffled.load_state_dict(json.loads(json.dumps(other.state_dict())))

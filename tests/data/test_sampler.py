import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)
from tinygrad_edu.random import manual_seed

TEN = range(10)


@given(n=st.integers(1, 12), count=st.one_of(st.none(), st.integers(1, 40)), replacement=st.booleans())
def test_random_samplers_keep_their_promises(n, count, replacement):
    sampler = RandomSampler(range(n), replacement, count)
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == (n if count is None else count)
    assert all(type(i) is int and 0 <= i < n for i in drawn)
    if not replacement:
        for start in range(0, len(drawn), n):
            part = drawn[start : start + n]
            assert len(set(part)) == len(part)


@pytest.mark.parametrize(
    "make",
    [
        lambda: RandomSampler(TEN),
        lambda: RandomSampler(TEN, True),
        lambda: SubsetRandomSampler(TEN),
        lambda: WeightedRandomSampler([1] * 10, 10),
        lambda: BatchSampler(RandomSampler(TEN), 3, False),
    ],
)
def test_the_default_generator_is_drawn_from_at_iter(make):
    manual_seed(0)
    first, second = iter(make()), list(make())
    manual_seed(0)
    assert list(make()) == list(first) != second


def test_a_subset_is_shuffled():
    sampler = SubsetRandomSampler([3, 1, 4, 1, 5], np.random.default_rng(0))
    assert len(sampler) == 5
    epochs = [list(sampler) for _ in range(4)]
    assert all(sorted(epoch) == [1, 1, 3, 4, 5] for epoch in epochs)
    assert len(set(map(tuple, epochs))) > 1


def test_weights_are_proportions():
    drawn = list(WeightedRandomSampler([1, 0, 3], 4000, generator=np.random.default_rng(0)))
    assert abs(drawn.count(2) / 4000 - 0.75) < 0.03
    assert 1 not in drawn
    once = WeightedRandomSampler([1, 0, 3], 2, replacement=False)
    assert sorted(once) == [0, 2]


def test_batches_of_a_sampler():
    assert list(BatchSampler(SequentialSampler(TEN), 4, False)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert list(BatchSampler([5, 6, 7], 2, True)) == [[5, 6]]
    assert list(BatchSampler([], 2, False)) == []


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: RandomSampler(TEN, num_samples=0), ValueError, "num_samples must be a positive int, got 0"),
        (lambda: RandomSampler(TEN, num_samples=2.0), TypeError, "num_samples must be a positive int"),
        (lambda: RandomSampler(TEN, generator=3), TypeError, "got int"),
        (lambda: BatchSampler(TEN, True, False), TypeError, "batch_size must be a positive int, got True"),
        (lambda: WeightedRandomSampler([[1.0]], 1), ValueError, r"expected weights of shape \(N,\), .* got \(1, 1\)"),
        (lambda: WeightedRandomSampler([1, -1], 1), ValueError, "weights that are finite, at least 0"),
        (lambda: WeightedRandomSampler([0, 0], 1), ValueError, "not all 0"),
        (lambda: WeightedRandomSampler([1, np.nan], 1), ValueError, "finite"),
        (lambda: WeightedRandomSampler([1, 0], 2, False), ValueError, "only 1 weights are positive"),
        (lambda: iter(Sampler()), NotImplementedError, "Sampler must define __iter__"),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_loader_takes_any_sampler():
    dataset = TensorDataset(np.arange(10))
    assert [x.tolist() for (x,) in DataLoader(dataset, 2, sampler=[9, 0, 4])] == [[9, 0], [4]]
    own = DataLoader(dataset, batch_sampler=[[1, 2, 3], [4]])
    assert [x.tolist() for (x,) in own] == [[1, 2, 3], [4]]
    assert len(own) == 2
    assert own.batch_size is None
    single = DataLoader(dataset, None, sampler=[3, 1])
    assert [int(x) for (x,) in single] == [3, 1]
    assert len(single) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        {"sampler": [1], "shuffle": True},
        {"batch_sampler": [[1]], "batch_size": 2},
        {"batch_sampler": [[1]], "shuffle": True},
        {"batch_sampler": [[1]], "drop_last": True},
        {"batch_sampler": [[1]], "sampler": [1]},
        {"batch_size": None, "drop_last": True},
        {"num_workers": -1},
        {"timeout": -1},
        {"prefetch_factor": 2},
        {"prefetch_factor": 0, "num_workers": 1},
    ],
)
def test_arguments_that_do_not_go_together(arguments):
    with pytest.raises(ValueError, match=r"exclusive|at least 0|cannot be|prefetch_factor"):
        DataLoader(TensorDataset(np.arange(4)), **arguments)


def test_pytorchs_other_arguments_are_taken():
    loader = DataLoader(
        TensorDataset(np.arange(4)), 2, num_workers=1, pin_memory=True, persistent_workers=True, in_order=True
    )
    assert [x.tolist() for (x,) in loader] == [[0, 1], [2, 3]]


@pytest.mark.oracle
def test_pytorch_has_the_same_lengths_and_the_same_order_where_nothing_is_random():
    torch = pytest.importorskip("torch.utils.data")
    for n in range(1, 12):
        for count in (None, 1, 5, 30):
            for replacement in (False, True):
                assert len(RandomSampler(range(n), replacement, count)) == len(
                    list(torch.RandomSampler(range(n), replacement, count))
                )
        for size in (1, 3, 20):
            for drop in (False, True):
                ours, theirs = (m.BatchSampler(m.SequentialSampler(range(n)), size, drop) for m in (_Ours, torch))
                assert list(ours) == list(theirs)
                assert len(ours) == len(theirs)
                for arguments in ({}, {"sampler": range(1)}):
                    pair = [m.DataLoader(list(range(n)), size, drop_last=drop, **arguments) for m in (_Ours, torch)]
                    assert len(pair[0]) == len(pair[1]) == len(list(pair[0])) == len(list(pair[1]))


class _Ours:
    BatchSampler, SequentialSampler, DataLoader = BatchSampler, SequentialSampler, DataLoader


@pytest.mark.oracle
def test_pytorch_takes_the_same_positions():
    inspect = pytest.importorskip("inspect")
    torch = pytest.importorskip("torch.utils.data")
    ours, theirs = (list(inspect.signature(m.DataLoader).parameters) for m in (_Ours, torch))
    assert ours == [*theirs, "transform"]

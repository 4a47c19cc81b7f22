"""Subset, ConcatDataset, random_split and IterableDataset."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Subset, TensorDataset, random_split
from tinygrad_edu.random import Generator, manual_seed


class Squares(Dataset[int]):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        assert type(index) is int
        return index**2


class Letters(IterableDataset[str]):
    def __iter__(self):
        return iter("abcde")


def test_a_subset_has_its_own_numbers():
    part = Subset(Squares(10), [7, 2, 2])
    assert [part[i] for i in range(3)] == [49, 4, 4]
    assert part[-1] == 4
    assert len(part) == 3
    with pytest.raises(IndexError):
        part[3]


def test_a_subset_of_a_subset_of_tensors_is_indexed_once_a_batch():
    class Counting(np.ndarray):
        calls = 0

        def __getitem__(self, index):
            Counting.calls += 1
            return super().__getitem__(index)

    x = np.arange(10).view(Counting)
    part = Subset(Subset(TensorDataset(x), np.arange(9, -1, -1)), [1, 3, 5, 7])
    assert [batch[0].tolist() for batch in DataLoader(part, 3)] == [[8, 6, 4], [2]]
    assert Counting.calls == 2
    assert int(part[0][0]) == 8


def test_a_concatenation_counts_through():
    both = Squares(3) + TensorDataset(np.arange(2)) + Squares(0) + Squares(2)
    assert isinstance(both, ConcatDataset)
    assert len(both) == 7
    assert [both[i] for i in (0, 2, 3, 5, 6, -1, -7)] == [0, 4, (0,), 0, 1, 1, 0]
    assert ConcatDataset([Squares(3), Squares(2)]).cumulative_sizes == [3, 5]
    for index in (7, -8):
        with pytest.raises(IndexError, match="out of range for 7 samples"):
            both[index]


def test_what_cannot_be_concatenated():
    with pytest.raises(ValueError, match="at least one"):
        ConcatDataset([])
    with pytest.raises(TypeError, match="dataset 1 is an IterableDataset"):
        ConcatDataset([Squares(1), Letters()])


@given(n=st.integers(0, 40), data=st.data())
def test_a_split_leaves_nothing_out_and_takes_nothing_twice(n, data):
    if data.draw(st.booleans()):
        cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=3)))
        lengths = np.diff([0, *cuts, n]).tolist()
    else:
        weights = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
        lengths = [weight / sum(weights) for weight in weights]
    parts = random_split(Squares(n), lengths)
    assert sorted(i for part in parts for i in part.indices) == list(range(n))
    if isinstance(lengths[0], int) and sum(lengths) != 1:
        assert [len(part) for part in parts] == lengths
    else:
        assert all(abs(len(part) - n * length) < len(lengths) for part, length in zip(parts, lengths, strict=True))


def test_a_split_is_repeatable():
    splits = [random_split(Squares(30), [10, 20], Generator().manual_seed(4)) for _ in range(2)]
    assert splits[0][0].indices == splits[1][0].indices != list(range(10))
    manual_seed(1)
    first = random_split(Squares(30), [0.5, 0.5])[0].indices
    manual_seed(1)
    assert random_split(Squares(30), [0.5, 0.5])[0].indices == first


@pytest.mark.parametrize("lengths", [[5, 4], [0.5, 0.4], [11, -1], [1.5, -0.5], []])
def test_lengths_that_do_not_fit(lengths):
    with pytest.raises(ValueError, match="lengths"):
        random_split(Squares(10), lengths)


def test_a_stream_is_batched_in_its_order():
    assert list(DataLoader(Letters(), 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(DataLoader(Letters(), 2, drop_last=True)) == [["a", "b"], ["c", "d"]]
    assert list(DataLoader(Letters(), None)) == list("abcde")
    with pytest.raises(TypeError, match="has no len"):
        len(DataLoader(Letters(), 2))
    with pytest.raises(ValueError, match="gives the order itself"):
        DataLoader(Letters(), shuffle=True)
    with pytest.raises(NotImplementedError, match="IterableDataset must define __iter__"):
        iter(IterableDataset())


@pytest.mark.oracle
def test_pytorch_cuts_in_the_same_lengths():
    torch = pytest.importorskip("torch.utils.data")
    cases = [(n, f) for n in (1, 7, 10, 100) for f in ([1.0], [0.5, 0.5], [0.3, 0.3, 0.4], [0.75, 0.25], [0.1] * 10)]
    for n, fractions in [*cases, (10, [3, 7]), (5, [0, 5])]:
        with warnings.catch_warnings(action="ignore"):  # of parts with nothing in them
            theirs = torch.random_split(range(n), fractions)
        assert [len(part) for part in random_split(range(n), fractions)] == [len(part) for part in theirs]
    ours, theirs = ConcatDataset([range(3), range(5)]), torch.ConcatDataset([range(3), range(5)])
    assert [ours[i] for i in range(-8, 8)] == [theirs[i] for i in range(-8, 8)]
    assert list(Subset(range(9), [4, 2])) == list(torch.Subset(range(9), [4, 2]))

import numpy as np
import pytest

from tinygrad_edu.data import Dataset, TensorDataset


def test_a_sample_is_a_tuple_of_one_entry_for_each_tensor(rng):
    x, y = rng.random((5, 3)), np.arange(5)
    dataset = TensorDataset(x, y)
    assert len(dataset) == 5
    assert dataset.tensors == (x, y)
    for index in (2, -1, slice(1, 4), np.array([4, 0, 0]), [3, 1]):
        sample = dataset[index]
        assert isinstance(sample, tuple)
        np.testing.assert_array_equal(sample[0], x[index])
        np.testing.assert_array_equal(sample[1], y[index])


def test_iterating_ends_with_the_last_sample():
    assert [int(x) for (x,) in TensorDataset(np.arange(3))] == [0, 1, 2]


def test_an_index_beyond_the_end_is_an_index_error():
    with pytest.raises(IndexError):
        TensorDataset(np.arange(3))[3]


def test_different_sizes_are_named():
    with pytest.raises(ValueError, match=r"same number of samples in every tensor, got \[5, 4, 5\]"):
        TensorDataset(np.zeros((5, 2)), np.zeros(4), np.zeros(5))


@pytest.mark.parametrize(
    ("tensors", "error", "message"),
    [
        ((), TypeError, "at least one"),
        (([1, 2],), TypeError, "got list as argument 0"),
        ((np.zeros(2), 3), TypeError, "got int as argument 1"),
        ((np.array(3.0),), ValueError, "argument 0 has no dimensions"),
    ],
)
def test_what_is_no_array_of_samples_is_refused(tensors, error, message):
    with pytest.raises(error, match=message):
        TensorDataset(*tensors)


def test_a_subclass_that_forgets_a_method_is_told_which():
    class Squares(Dataset[int]):
        pass

    with pytest.raises(NotImplementedError, match=r"Squares must define __len__"):
        len(Squares())
    with pytest.raises(NotImplementedError, match=r"Squares must define __getitem__"):
        Squares()[0]

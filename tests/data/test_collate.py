from collections import namedtuple

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import default_collate

Point = namedtuple("Point", "x y")


class Boxed:
    """Stands in for a Tensor: NumPy's functions on it give it back."""

    def __init__(self, array):
        self.array = array
        self.shape = array.shape

    def __array_function__(self, function, types, args, kwargs):
        assert function is np.stack
        return Boxed(np.stack([boxed.array for boxed in args[0]]))


@pytest.mark.parametrize(
    ("batch", "dtype"),
    [
        ([1.5, 2.5], np.float64),
        ([1, 2], np.int64),
        ([True, False], np.bool_),
        ([np.float32(1), np.float32(2)], np.float32),
        ([np.uint8(1), np.uint8(2)], np.uint8),
        ([np.zeros(3, np.float32), np.ones(3, np.float32)], np.float32),
        ([np.array(1, np.int16), np.array(2, np.int16)], np.int16),
    ],
)
def test_numbers_and_arrays_become_one_array(batch, dtype):
    together = default_collate(batch)
    assert together.dtype == dtype
    np.testing.assert_array_equal(together, np.array(batch))


def test_containers_are_gone_into():
    samples = [
        {"image": np.full((2, 2), i), "point": Point(i, float(i)), "pair": (i, "ab"[i]), "list": [i, b"xy"]}
        for i in range(2)
    ]
    batch = default_collate(samples)
    assert list(batch) == ["image", "point", "pair", "list"]
    assert batch["image"].shape == (2, 2, 2)
    assert isinstance(batch["point"], Point)
    assert batch["point"].y.dtype == np.float64
    assert isinstance(batch["pair"], list)
    np.testing.assert_array_equal(batch["pair"][0], [0, 1])
    assert batch["pair"][1] == ["a", "b"]
    assert batch["list"][1] == [b"xy", b"xy"]


def test_tensors_are_stacked_into_a_tensor():
    batch = default_collate([Boxed(np.arange(3)), Boxed(np.arange(3))])
    assert isinstance(batch, Boxed)
    assert batch.array.shape == (2, 3)


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ([], ValueError, "batch is empty"),
        ([object()], TypeError, "type object cannot be put into a batch"),
        ([None], TypeError, "type NoneType cannot"),
        ([1, None], TypeError, "expected samples of one type, got int and NoneType"),
        ([1.0, "a"], TypeError, "expected samples of one type, got float and str"),
        ([np.zeros(2), np.zeros(2), np.zeros((1, 2))], ValueError, r"sample 0 has \(2,\), sample 2 has \(1, 2\)"),
        ([(1, 2), (1, 2, 3)], ValueError, r"the same number of entries, got \[2, 3\]"),
        ([{"a": 1}, {"b": 1}], ValueError, "lacks the key 'a'"),
    ],
)
def test_what_cannot_be_put_together_is_refused(batch, error, message):
    with pytest.raises(error, match=message):
        default_collate(batch)


@pytest.mark.oracle
def test_pytorch_puts_samples_together_in_the_same_way(rng):
    torch_data = pytest.importorskip("torch.utils.data")
    arrays = rng.random((4, 2, 3)).astype(np.float32)
    samples = [
        (x, i, {"f": i / 2, "s": str(i), "b": i > 1, "n": np.int32(i)}, Point(i, [i])) for i, x in enumerate(arrays)
    ]

    def compare(ours, theirs):
        if isinstance(ours, tg.Tensor):
            assert str(theirs.dtype) == f"torch.{ours.dtype}"
            np.testing.assert_array_equal(ours, theirs.numpy())
            return
        assert type(ours) is type(theirs)
        if isinstance(ours, str):
            assert ours == theirs
            return
        assert len(ours) == len(theirs)
        for key in ours if isinstance(ours, dict) else range(len(ours)):
            compare(ours[key], theirs[key])

    compare(default_collate(samples), torch_data.default_collate(samples))

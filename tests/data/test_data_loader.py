import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset
from tinygrad_edu.random import default_generator, manual_seed


class Pairs(Dataset[tuple[int, str]]):
    def __len__(self):
        return 5

    def __getitem__(self, index):
        assert type(index) is int
        return index * 10, str(index)


class Noisy(TensorDataset):
    def __getitem__(self, index):
        (x,) = super().__getitem__(index)
        return (x + 100,)


def flat(loader):
    return [int(value) for (x,) in loader for value in x]


@given(n=st.integers(0, 30), size=st.integers(1, 35), drop_last=st.booleans(), shuffle=st.booleans())
def test_every_sample_comes_once_and_len_tells_how_many_batches(n, size, drop_last, shuffle):
    loader = DataLoader(TensorDataset(np.arange(n)), size, shuffle, drop_last=drop_last)
    batches = [x for (x,) in loader]
    assert len(batches) == len(loader) == (n // size if drop_last else -(-n // size))
    assert all(len(x) == size for x in batches[: len(batches) if drop_last else -1])
    seen = [int(i) for x in batches for i in x]
    assert len(set(seen)) == len(seen) == (n - n % size if drop_last else n)
    if not shuffle:
        assert seen == list(range(len(seen)))


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("dataset", ["columns", "subset", "samples", "stream"])
def test_batches_of_arrays_are_tensors(dataset, workers):
    """A PyTorch program goes on with `x.std()`, `y.to(device)`, `y / 2`, which arrays refuse or answer differently."""
    x, y = np.arange(20, dtype=np.float32).reshape(10, 2), np.arange(10)

    class Stream(IterableDataset):
        def __iter__(self):
            return zip(x, y.tolist(), strict=True)

    source = {
        "columns": TensorDataset(x, y),
        "subset": Subset(TensorDataset(x, y), range(10)),
        "samples": list(zip(x, y, strict=True)),
        "stream": Stream(),
    }[dataset]
    for images, labels in DataLoader(source, 5, num_workers=workers):
        assert isinstance(images, tg.Tensor)
        assert (images.dtype, labels.dtype) == (np.float32, np.int64)
        assert images.std().item() == pytest.approx(np.std(images.numpy(), ddof=1))
        assert labels.to("cpu").shape == (5,)
        assert (labels / 2).dtype == np.float32
        images += 1.0  # not the dataset's memory
    assert x[0, 0] == 0


def test_single_samples_are_converted_too():
    x = np.arange(6, dtype=np.float32).reshape(3, 2)
    (first, label), *_ = DataLoader([(row, "a") for row in x], batch_size=None)
    assert isinstance(first, tg.Tensor)
    assert label == "a"
    only = next(iter(DataLoader([{"x": x, "n": 3}], batch_size=None)))
    assert isinstance(only["x"], tg.Tensor)
    assert only["n"] == 3


def test_arrays_that_no_tensor_can_hold():
    with pytest.raises(TypeError, match="an array of <U1 cannot become a Tensor; return numbers, or pass a collate_fn"):
        next(iter(DataLoader(TensorDataset(np.array(["a", "b"])), 2)))


def test_attributes_are_pytorchs():
    dataset = TensorDataset(np.arange(3))
    loader = DataLoader(dataset, batch_size=np.int64(2))
    assert loader.dataset is dataset
    assert loader.batch_size == 2
    assert type(loader.batch_size) is int
    assert loader.drop_last is False


def test_a_batch_is_a_list_and_keeps_dtypes(rng):
    x, y = rng.random((5, 3)).astype(np.float32), np.arange(5, dtype=np.uint8)
    for batch in DataLoader(TensorDataset(x, y), batch_size=2):
        assert isinstance(batch, list)
        assert [part.dtype for part in batch] == [np.float32, np.uint8]


def test_each_epoch_is_shuffled_anew():
    loader = DataLoader(TensorDataset(np.arange(50)), 8, shuffle=True, generator=np.random.default_rng(0))
    first, second = flat(loader), flat(loader)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert first != list(range(50))


def test_x_and_y_are_shuffled_together():
    x = np.arange(20)
    for a, b in DataLoader(TensorDataset(x, x * x), 3, shuffle=True):
        np.testing.assert_array_equal(a * a, b)


def test_a_generator_makes_it_repeatable_and_leaves_the_default_alone():
    state = default_generator().bit_generator.state
    runs = [
        flat(DataLoader(TensorDataset(np.arange(50)), 8, shuffle=True, generator=np.random.default_rng(7)))
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert default_generator().bit_generator.state == state


def test_manual_seed_makes_the_default_repeatable():
    loader = DataLoader(TensorDataset(np.arange(50)), 8, shuffle=True)
    manual_seed(3)
    first = flat(loader)
    assert manual_seed(3) is default_generator()
    assert flat(loader) == first


def test_unshuffled_loaders_draw_nothing():
    generator = np.random.default_rng(0)
    state = generator.bit_generator.state
    flat(DataLoader(TensorDataset(np.arange(5)), 2, generator=generator))
    assert generator.bit_generator.state == state


def test_two_iterators_at_once_do_not_disturb_each_other():
    loader = DataLoader(TensorDataset(np.arange(4)), 2)
    assert [(int(a[0]), int(b[0])) for (a,), (b,) in zip(loader, loader, strict=True)] == [(0, 0), (2, 2)]


@pytest.mark.parametrize("shuffle", [False, True])
def test_changing_a_batch_does_not_change_the_dataset(shuffle):
    x = np.arange(6.0)
    for (batch,) in DataLoader(TensorDataset(x), 4, shuffle):
        batch += 1000
    np.testing.assert_array_equal(x, np.arange(6.0))


def test_any_dataset_is_collated():
    batches = list(DataLoader(Pairs(), 3))
    assert [len(batch) for batch in batches] == [2, 2]
    np.testing.assert_array_equal(batches[1][0], [30, 40])
    assert batches[1][1] == ["3", "4"]


def test_a_plain_list_will_do():
    assert [batch.tolist() for batch in DataLoader([1.0, 2.0, 3.0], 2)] == [[1.0, 2.0], [3.0]]


def test_a_subclass_that_augments_is_asked_sample_by_sample():
    assert flat(DataLoader(Noisy(np.arange(3)), 2)) == [100, 101, 102]


def test_collate_fn_gets_the_list_of_samples():
    batches = list(DataLoader(TensorDataset(np.arange(3)), 2, collate_fn=lambda samples: samples))
    assert batches == [[(0,), (1,)], [(2,)]]


def test_a_tensor_dataset_is_indexed_once_a_batch():
    class Counting(np.ndarray):
        calls = 0

        def __getitem__(self, index):
            Counting.calls += 1
            return super().__getitem__(index)

    list(DataLoader(TensorDataset(np.arange(100).view(Counting)), 10, shuffle=True))
    assert Counting.calls == 10


@pytest.mark.parametrize("size", [0, -1, 2.0, True, np.True_, "8"])
def test_a_bad_batch_size_is_refused(size):
    with pytest.raises((TypeError, ValueError), match="batch_size must be a positive int, got"):
        DataLoader(TensorDataset(np.arange(3)), size)


def test_a_dataset_without_length_is_refused():
    with pytest.raises(TypeError, match="expected a dataset with __len__ and __getitem__, got generator"):
        DataLoader(x for x in range(3))


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"such as np.random.default_rng\(0\), got int"):
        DataLoader(TensorDataset(np.arange(3)), generator=0)


def test_manual_seed_restarts_a_generator_that_is_held():
    held = manual_seed(5)
    numbers = held.random(3)
    manual_seed(5)
    np.testing.assert_array_equal(held.random(3), numbers)
    np.testing.assert_array_equal(numbers, np.random.default_rng(5).random(3))


def test_batches_of_tensors_are_tensors():
    tensor = pytest.importorskip("tinygrad_edu.tensor")
    x = tensor.Tensor(np.arange(10, dtype=np.float32).reshape(5, 2))
    for shuffle in (False, True):
        batches = [part for (part,) in DataLoader(TensorDataset(x), 2, shuffle)]
        assert all(isinstance(part, tensor.Tensor) for part in batches)
        assert [tuple(part.shape) for part in batches] == [(2, 2), (2, 2), (1, 2)]
    (one_by_one,) = next(iter(DataLoader([(x[0],), (x[1],)], 2)))
    assert isinstance(one_by_one, tensor.Tensor)
    assert tuple(one_by_one.shape) == (2, 2)


@pytest.mark.oracle
@pytest.mark.parametrize("drop_last", [False, True])
def test_pytorch_makes_the_same_batches(drop_last):
    torch = pytest.importorskip("torch")
    data = pytest.importorskip("torch.utils.data")
    x = np.arange(11, dtype=np.float32)
    ours = DataLoader(TensorDataset(x), 4, drop_last=drop_last)
    theirs = data.DataLoader(data.TensorDataset(torch.from_numpy(x)), 4, drop_last=drop_last)
    assert len(ours) == len(theirs)
    for our_batch, their_batch in zip(ours, theirs, strict=True):
        assert type(our_batch) is type(their_batch)
        np.testing.assert_array_equal(our_batch[0], their_batch[0].numpy())

"""Tensors print as in PyTorch, but for the names of dtypes and of the ops in `grad_fn`."""

import numpy as np
import pytest

import tinygrad_edu as tg


def arrays():
    """Arrays of many sizes, dtypes and ranges, with whole numbers, nan and infinities among them."""
    rng = np.random.default_rng(0)
    for i in range(400):
        ndim = int(rng.integers(0, 4))
        shape = tuple(rng.integers(1, (9, 30, 9, 5)[ndim] + 1, ndim))
        x = rng.standard_normal(shape) * 10.0 ** rng.integers(-6, 10)
        where = rng.random(shape) < 0.3
        kinds = (
            x,
            np.round(x),
            np.round(x * 4) / 4,
            np.where(where, np.nan, x),
            np.where(where, np.inf, np.round(x)),
            np.where(where, -np.inf, -0.0),
            rng.integers(-1000, 1000, shape),
            where,
            x * 10.0 ** rng.integers(-5, 5, shape),
            x + 1j * rng.standard_normal(shape),
        )
        x = np.asarray(kinds[i % len(kinds)])
        yield x.astype({"f": np.float32, "c": np.complex64}.get(x.dtype.kind, x.dtype))
    for shape in ((1001,), (7, 200), (50, 50), (11, 12, 13), (2, 3, 500)):
        yield rng.standard_normal(shape).astype(np.float32)
        yield rng.integers(0, 10000, shape)
    for shape in ((0,), (0, 3), (2, 0)):
        yield np.zeros(shape, np.float32)


@pytest.mark.oracle
def test_tensors_print_as_in_pytorch():
    torch = pytest.importorskip("torch")
    for x in arrays():
        ours, theirs = (lib.from_numpy(x.copy()) for lib in (tg, torch))
        assert str(ours) == repr(ours) == str(theirs)
        if x.dtype == np.float32:
            assert str(ours.requires_grad_()) == str(theirs.requires_grad_())


def test_texts():
    assert str(tg.tensor(3.0)) == "tensor(3.)"
    assert str(tg.tensor([0.5, 1, -200])) == "tensor([   0.5000,    1.0000, -200.0000])"
    assert str(tg.tensor([1e-5, 1])) == "tensor([1.0000e-05, 1.0000e+00])"
    assert str(tg.tensor([True, False])) == "tensor([ True, False])"
    assert str(tg.zeros(0, 3, dtype=tg.float64)) == "tensor([], size=(0, 3), dtype=float64)"
    assert str(tg.arange(2000)) == "tensor([   0,    1,    2,  ..., 1997, 1998, 1999])"

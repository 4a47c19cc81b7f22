"""`t.to(...)` in all the ways that PyTorch takes it, and the methods named after dtypes."""

import numpy as np
import pytest

import tinygrad_edu as tg

CALLS = {
    "dtype": lambda lib, x: x.to(lib.float64),
    "dtype, non_blocking, copy": lambda lib, x: x.to(lib.float32, False, True),
    "dtype=": lambda lib, x: x.to(dtype=lib.float16),
    "device": lambda lib, x: x.to("cpu"),
    "device=": lambda lib, x: x.to(device="cpu", dtype=lib.float64, non_blocking=True),
    "device, dtype": lambda lib, x: x.to("cpu", lib.float64),
    "device, dtype, non_blocking, copy": lambda lib, x: x.to("cpu", lib.float32, False, True),
    "nothing of both": lambda lib, x: x.to(None, lib.float64),
    "other": lambda lib, x: x.to(lib.ones(1, dtype=lib.float64)),
    "copy=": lambda lib, x: x.to(lib.float32, copy=True),
    "complex": lambda lib, x: x.to(lib.complex64),
    "cfloat": lambda lib, x: x.cfloat(),
    "cdouble": lambda lib, x: x.cdouble(),
    "short": lambda lib, x: x.short(),
    "char": lambda lib, x: x.char(),
    "byte": lambda lib, x: x.abs().byte(),
}  # fmt: skip


@pytest.mark.oracle
@pytest.mark.parametrize("name", CALLS)
def test_as_pytorch(name):
    torch = pytest.importorskip("torch")
    found = []
    for lib in (tg, torch):
        x = lib.tensor([1.5, -2.0], requires_grad=True)
        y = CALLS[name](lib, x)
        found.append((y.detach().numpy(), y is x, y.requires_grad))
        if y.requires_grad and y is not x:
            (y * y).sum().abs().backward()
            found[-1] += (x.grad.numpy(),)
    (ours, *rest), (theirs, *expected) = found
    assert ours.dtype == theirs.dtype
    assert np.array_equal(ours, theirs)
    assert rest[:2] == expected[:2]
    for mine, wanted in zip(rest[2:], expected[2:], strict=True):
        assert mine.dtype == wanted.dtype
        assert np.array_equal(mine, wanted)


def test_the_same_tensor_where_nothing_changes():
    x = tg.ones(2)
    assert x.to(tg.float32) is x.to("cpu") is x.to() is x.float() is x.to(x, copy=False) is x
    assert not np.may_share_memory(x.to("cpu", copy=True).array, x.array)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda x: x.to("cuda"), ValueError, "to\\('cuda'\\): not a dtype, and the only device is 'cpu'"),
        (lambda x: x.to(device="cuda"), ValueError, "the only device is 'cpu', got 'cuda'"),
        (lambda x: x.to("cpu", "cuda"), ValueError, "to\\('cuda'\\): not a dtype"),
        (lambda x: x.to(tg.float32, dtype=tg.float64), TypeError, "expected to\\(dtype\\)"),
        (lambda x: x.to(tg.float32, False, False, False), TypeError, "expected to\\(dtype\\)"),
        (lambda x: x.to(kopie=True), TypeError, "kopie"),
    ],
)
def test_refusals(call, kind, message):
    with pytest.raises(kind, match=message):
        call(tg.ones(2))


def test_constants_and_dtypes_of_the_namespace():
    assert (tg.pi, tg.e, tg.inf) == (np.pi, np.e, np.inf)
    assert tg.nan != tg.nan
    assert tg.ones(2)[tg.newaxis].shape == (1, 2)
    assert (tg.cfloat, tg.cdouble, tg.short) == (np.complex64, np.complex128, np.int16)

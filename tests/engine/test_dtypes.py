"""float32 stays float32, integers never make float64, a gradient has its tensor's dtype."""

import numpy as np
import pytest

import tinygrad_edu as tg

F32, F64, I64 = tg.float32, tg.float64, tg.int64


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1.5, F32),
        ([1.0, 2], F32),
        ([[1.0], [2.0]], F32),
        (2, I64),
        ([1, 2], I64),
        (True, np.bool_),
        ([True, False], np.bool_),
        (np.array([1.0]), F64),
        (np.float32(1), F32),
        (np.float64(1), F64),
        ([np.float64(1.0), 2.0], F64),
        (np.array([1], np.int32), np.int32),
        ([], F32),
    ],
)
def test_construction(data, dtype):
    assert tg.tensor(data).dtype == dtype


def test_the_class_makes_floats_of_python_numbers():
    assert tg.Tensor([1, 2]).dtype == F32
    assert tg.Tensor(np.array([1, 2])).dtype == tg.Tensor(np.array([1.0])).dtype == F32
    assert tg.Tensor(5).shape == (5,)
    assert tg.Tensor(2, 3).shape == (2, 3)
    assert tg.tensor([1, 2], dtype=tg.float16).dtype == np.float16


@pytest.mark.parametrize(
    ("f", "dtype"),
    [
        (lambda x: x * 2, F32),
        (lambda x: x * 2.5, F32),
        (lambda x: 1 / x, F32),
        (lambda x: x**0.5, F32),
        (lambda x: x * np.float64(2), F32),
        (lambda x: np.float64(2) * x, F32),
        (lambda x: x * np.arange(3), F32),
        (lambda x: np.arange(3) * x, F32),
        (lambda x: x * tg.arange(3), F32),
        (lambda x: x * tg.tensor(2.0, dtype=F64), F32),
        (lambda x: x * (x > 0), F32),
        (lambda x: x * [1.0, 2.0, 3.0], F32),
        (lambda x: x * tg.ones(3, dtype=F64), F64),
        (lambda x: x * np.ones(3), F64),
        (lambda x: tg.where(x > 0, x, 0.0), F32),
        (lambda x: tg.where(x > 0, x, 0), F32),
        (lambda x: x.mean(), F32),
        (lambda x: x.var(), F32),
        (lambda x: x.sum() / 3, F32),
        (lambda x: x.sum() / x.numel(), F32),
        (lambda x: x + tg.tensor([1], dtype=tg.float16), F32),
    ],
)
def test_float32_stays(f, dtype):
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = f(x)
    assert y.dtype == dtype
    y.sum().backward()
    assert x.grad.dtype == F32


def test_integers_alone():
    n = tg.tensor([1, 2, 3])
    assert (n * 2).dtype == I64
    assert (n * 2.5).dtype == F32
    assert (n / 2).dtype == F32
    assert (n / n).tolist() == [1.0, 1.0, 1.0]
    assert n.float().mean().dtype == F32
    assert tg.exp(n).dtype == F32
    assert (n > 2).dtype == np.bool_
    assert n.sum().dtype == I64
    assert (n == 2).sum().item() == 1


def test_half_precision():
    x = tg.tensor([1.0, 2.0], dtype=tg.float16, requires_grad=True)
    y = (x * 2.0 + 1).exp().sum()
    assert y.dtype == np.float16
    y.backward()
    assert x.grad.dtype == np.float16


def test_mixed_precision_gradients_have_their_tensors_dtype():
    a = tg.tensor([1.0, 2.0], requires_grad=True)
    b = tg.tensor([1.0, 2.0], dtype=F64, requires_grad=True)
    (a * b).sum().backward()
    assert a.grad.dtype == F32
    assert b.grad.dtype == F64


def test_conversions():
    x = tg.tensor([1.5, 2.5], requires_grad=True)
    x.double().sum().backward()
    assert x.grad.dtype == F32
    assert not x.long().requires_grad
    assert x.to("cpu") is x
    assert x.float() is x
    assert x.to(tg.float16).dtype == np.float16
    with pytest.raises(ValueError, match="'cpu'"):
        x.to("cuda")


def test_comparisons_in_a_graph_are_constants():
    x = tg.tensor([1.0, -2.0], requires_grad=True)
    assert not (x > 0).requires_grad
    (x * (x > 0)).sum().backward()
    assert x.grad.tolist() == [1.0, 0.0]


def test_comparison_with_what_is_no_number():
    x = tg.ones(2)
    assert (x == None) is False  # noqa: E711
    assert x != "a"
    assert {x: 1}[x] == 1

"""Losses: values, gradients at the edges, errors that name what is wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 100))
def test_cross_entropy_and_its_gradient(n, classes, seed):
    rng = np.random.default_rng(seed)
    x, labels = rng.standard_normal((n, classes)) * 5, rng.integers(0, classes, n)
    p = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    logits = tg.tensor(x, requires_grad=True)
    loss = F.cross_entropy(logits, tg.tensor(labels))
    np.testing.assert_allclose(loss.item(), -np.log(p[np.arange(n), labels]).mean(), rtol=1e-10, atol=1e-12)
    loss.backward()
    np.testing.assert_allclose(logits.grad.array, (p - np.eye(classes)[labels]) / n, rtol=1e-9, atol=1e-12)
    as_probabilities = F.cross_entropy(tg.tensor(x), np.eye(classes)[labels])
    np.testing.assert_allclose(as_probabilities.item(), loss.item(), rtol=1e-10, atol=1e-12)


def test_large_and_masked_logits():
    x = tg.tensor([[1e4, 1e4 - 5, -1e4], [0.0, -np.inf, 0.0]], requires_grad=True)
    loss = F.cross_entropy(x, [0, 2], reduction="sum")
    np.testing.assert_allclose(loss.item(), np.log1p(np.exp(-5)) + np.log(2), rtol=1e-6)
    loss.backward()
    assert np.isfinite(x.grad.array).all()
    assert x.grad[1].tolist() == [0.5, 0, -0.5]


def test_large_logits_of_binary_cross_entropy():
    x = tg.tensor([1e4, 1e4, -1e4, -1e4, -20.0], requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(x, tg.tensor([1.0, 0.0, 1.0, 0.0, 0.0]), reduction="none")
    np.testing.assert_allclose(loss.detach().numpy(), [0, 1e4, 1e4, 0, np.log1p(np.exp(-20.0))], rtol=1e-6)
    loss.sum().backward()
    np.testing.assert_allclose(x.grad.array, [0, 1, -1, 0, 1 / (1 + np.exp(20.0))], rtol=1e-5)


def test_certain_probabilities():
    p = tg.tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    loss = F.binary_cross_entropy(p, tg.tensor([0.0, 1.0, 1.0, 0.0]), reduction="none")
    assert loss.tolist() == [0, 0, 100, 100]
    loss.sum().backward()
    assert np.isfinite(p.grad.array).all()


@pytest.mark.parametrize("labels", [np.array([0, 3]), tg.tensor([0, 3]), [0, 3], np.array([0, 3], np.uint8)])
def test_label_out_of_range(labels):
    with pytest.raises(IndexError, match=r"label 3 at position 1 is out of range for 3 classes \(0 to 2\)"):
        F.cross_entropy(tg.zeros(2, 3), labels)
    with pytest.raises(IndexError, match="nll_loss: label 3"):
        F.nll_loss(tg.zeros(2, 3), labels)


@pytest.mark.parametrize("dtype", [np.int8, np.int64])
def test_negative_label(dtype):
    with pytest.raises(IndexError, match="label -1 at position 0"):
        F.cross_entropy(tg.zeros(2, 3), np.array([-1, 0], dtype))


def test_labels_of_a_wrong_kind():
    with pytest.raises(TypeError, match=r"integer labels from 0 to 2, got float32 of shape \(2,\)"):
        F.cross_entropy(tg.zeros(2, 3), tg.tensor([0.0, 1.0]))
    with pytest.raises(TypeError, match="got bool"):
        F.cross_entropy(tg.zeros(2, 3), np.array([True, False]))
    with pytest.raises(ValueError, match=r"expected labels of shape \(2,\) .*, got \(2, 3\)"):
        F.cross_entropy(tg.zeros(2, 3), np.zeros((2, 3), int))
    with pytest.raises(ValueError, match="expected an input of shape"):
        F.cross_entropy(tg.tensor(1.0), 0)


def test_arguments_out_of_range():
    x = tg.zeros(2, 3)
    with pytest.raises(ValueError, match="label_smoothing"):
        F.cross_entropy(x, [0, 1], label_smoothing=2)
    with pytest.raises(ValueError, match=r"expected a weight of shape \(3,\), one number for each class"):
        F.cross_entropy(x, [0, 1], weight=np.ones(2))
    with pytest.raises(ValueError, match="ignore_index has no meaning"):
        F.cross_entropy(x, tg.ones(2, 3), ignore_index=1)
    with pytest.raises(ValueError, match=r"expected .mean., .sum. or .none. for reduction"):
        F.cross_entropy(x, [0, 1], reduction="average")
    with pytest.raises(ValueError, match=r"MSELoss: expected .* for reduction"):
        nn.MSELoss("average")
    with pytest.raises(ValueError, match=r"between 0 and 1, got 1\.5"):
        F.binary_cross_entropy(tg.tensor([0.5, 1.5]), [0.0, 1.0])
    with pytest.raises(ValueError, match="of the same shape"):
        F.binary_cross_entropy(tg.ones(2, 1), tg.ones(2))
    with pytest.warns(UserWarning, match="rarely intended"):
        F.mse_loss(tg.ones(2, 1), tg.ones(2))


def test_an_ignored_infinite_loss_does_not_count():
    x = tg.tensor([[0.0, -np.inf], [1.0, 1.0]], requires_grad=True)
    loss = F.cross_entropy(x, [1, 0], ignore_index=1)
    np.testing.assert_allclose(loss.item(), np.log(2), rtol=1e-6)
    loss.backward()
    assert x.grad[0].tolist() == [0, 0]


def test_weights_are_buffers():
    loss = nn.CrossEntropyLoss(weight=tg.tensor([1.0, 2.0]))
    assert list(loss.state_dict()) == ["weight"]
    assert loss.double().weight.dtype == np.float64
    assert list(nn.MSELoss().state_dict()) == []
    assert list(nn.NLLLoss().state_dict()) == []


def test_float32_stays_float32():
    x = tg.randn(4, 3, requires_grad=True)
    for loss in (
        F.cross_entropy(x, [0, 1, 2, 0], label_smoothing=0.1),
        F.cross_entropy(x, [0, 1, 2, 0], weight=tg.tensor([1.0, 2.0, 3.0]), ignore_index=0),
        F.mse_loss(x, tg.zeros(4, 3)),
        F.l1_loss(x, tg.zeros(4, 3)),
        F.binary_cross_entropy_with_logits(x, tg.zeros(4, 3)),
        F.binary_cross_entropy(x.sigmoid(), tg.zeros(4, 3)),
    ):
        assert loss.dtype == np.float32
        loss.backward()
    assert x.grad.dtype == np.float32

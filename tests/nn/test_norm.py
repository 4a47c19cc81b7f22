"""Normalisations, Embedding, Dropout, Bilinear, Unflatten: derivatives of two orders, modes, errors."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing import gradcheck

from .layers import LAYERS, build

rng = np.random.default_rng(0)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("name", "arguments", "inputs"), LAYERS)
def test_derivatives_of_two_orders(name, arguments, inputs, training):
    if "max_norm" in arguments:
        return  # changes its weight
    arguments = {key: value for key, value in arguments.items() if key != "padding_idx"}  # no gradient, on purpose
    layer = build(tg, name, arguments).double().train(training)
    params = list(layer.parameters())
    tensors = [tg.tensor(x, requires_grad=x.dtype.kind == "f") for x in inputs]

    def forward(*values):
        for name, p in zip([n for n, _ in layer.named_parameters()], values[len(inputs) :], strict=True):
            layer._parameters[name] = p
        return layer(*values[: len(inputs)])

    if params or any(t.requires_grad for t in tensors):
        gradcheck(forward, [*tensors, *params], order=2)


@given(st.integers(2, 5), st.integers(1, 4), st.lists(st.integers(1, 3), max_size=1), st.floats(-5, 5))
def test_batch_norm_standardises(n, channels, length, shift):
    x = rng.standard_normal((n, channels, *length)) * 3 + shift
    layer = nn.BatchNorm1d(channels, eps=0.0, dtype=np.float64)
    y = layer(tg.tensor(x)).detach().numpy()
    dims = (0, 2)[: x.ndim - 1]
    np.testing.assert_allclose(y.mean(dims), 0, atol=1e-9)
    np.testing.assert_allclose(y.var(dims), 1, rtol=1e-9)
    np.testing.assert_allclose(layer.running_mean.numpy(), 0.1 * x.mean(dims), rtol=1e-9)
    np.testing.assert_allclose(layer.running_var.numpy(), 0.9 + 0.1 * x.var(dims, ddof=1), rtol=1e-9)


def test_batch_norm_of_many_batches_without_momentum_is_their_average():
    layer = nn.BatchNorm1d(2, momentum=None, dtype=np.float64)
    batches = [rng.standard_normal((4, 2)) for _ in range(5)]
    for batch in batches:
        layer(tg.tensor(batch))
    assert layer.num_batches_tracked.item() == 5
    assert layer.num_batches_tracked.dtype == np.int64
    np.testing.assert_allclose(layer.running_mean.numpy(), np.mean(batches, (0, 1)), rtol=1e-12)
    before = copy.deepcopy(layer.state_dict())
    layer.eval()
    layer(tg.tensor(batches[0]))
    for key, value in layer.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[key].numpy())
    layer.reset_running_stats()
    assert layer.running_var.tolist() == [1, 1]
    assert layer.num_batches_tracked.item() == 0


def test_running_statistics_do_not_disturb_a_graph():
    layer = nn.BatchNorm1d(2)
    x = tg.randn(4, 2, requires_grad=True)
    loss = (layer(x) ** 2).sum()
    layer(tg.randn(4, 2))
    loss.backward()
    assert not layer.running_mean.requires_grad
    assert list(nn.BatchNorm1d(2).float().half().state_dict()["num_batches_tracked"].shape) == []


@pytest.mark.parametrize(
    ("layer", "x", "match"),
    [
        (nn.BatchNorm1d(3), (1, 3), r"more than one value for each channel in training, got shape \(1, 3\)"),
        (nn.BatchNorm1d(3), (1, 3, 1), "more than one value"),
        (nn.BatchNorm1d(3), (2, 4), r"BatchNorm1d\(3, .*\): expected .* \(N, 3\) or \(N, 3, L\), got \(2, 4\)"),
        (nn.BatchNorm1d(3), (2, 3, 4, 5), r"got \(2, 3, 4, 5\)"),
        (nn.LayerNorm((2, 3)), (3,), r"LayerNorm\(\(2, 3\), .*\): expected .* shape \(..., 2, 3\), got \(3,\)"),
        (nn.RMSNorm(3), (3, 4), r"RMSNorm\(\(3,\), .*expected an input of shape \(..., 3\)"),
        (nn.GroupNorm(2, 4), (4, 2), r"GroupNorm\(2, 4, .*expected an input of shape \(N, 4, ...\)"),
        (nn.Unflatten(1, (2, 3)), (2, 5), r"Unflatten\(dim=1, .*\): .* product of \(2, 3\), got"),
        (nn.Unflatten(3, (2, 3)), (2, 5), "with a dimension 3"),
    ],
)  # fmt: skip
def test_wrong_shapes(layer, x, match):
    with pytest.raises(ValueError, match=match):
        layer(tg.ones(*x))


def test_wrong_arguments():
    with pytest.raises(ValueError, match=r"Bilinear.*expected an input of shape"):
        nn.Bilinear(2, 3, 4)(tg.ones(1, 2), tg.ones(1, 2))
    for make, match in (
        (lambda: nn.GroupNorm(3, 4), "num_channels must be a multiple of num_groups, got 4 and 3"),
        (lambda: nn.Bilinear(0, 1, 1), "in1_features must be positive"),
        (lambda: nn.Embedding(3, 2, padding_idx=3), "padding_idx 3"),
        (lambda: nn.Embedding(3, 2, _weight=tg.ones(2, 2)), "expected a weight of"),
        (lambda: nn.Embedding.from_pretrained(tg.ones(2)), "expected a matrix"),
        (lambda: nn.Dropout(1.5), "between 0 and 1"),
        (lambda: F.dropout(tg.ones(2), -1), "between 0 and 1"),
        (lambda: nn.Linear(2, 2, device="cuda"), "only device is 'cpu'"),
        (lambda: F.batch_norm(tg.ones(2, 2), None, None), "expected running_mean"),
        (lambda: F.batch_norm(tg.ones(2), None, None, training=True), r"\(N, C\)"),
        (lambda: F.layer_norm(tg.ones(2, 3), (2,)), r"layer_norm: expected an input of shape \(..., 2\)"),
        (lambda: F.group_norm(tg.ones(2, 3), 2), "group_norm: expected an input"),
    ):
        with pytest.raises(ValueError, match=match):
            make()
    with pytest.raises(NotImplementedError, match="sparse"):
        nn.Embedding(3, 2, sparse=True)
    with pytest.raises(TypeError, match="weight is float32, the input float64"):
        nn.LayerNorm(2)(np.ones((3, 2)))
    assert nn.Linear(2, 2, device="cpu", dtype=np.float64).weight.dtype == np.float64


def test_unflatten():
    assert nn.Unflatten(1, (2, -1))(tg.ones(3, 6)).shape == (3, 2, 3)
    assert nn.Unflatten(-1, [3, 2])(tg.ones(4, 3, 6)).shape == (4, 3, 3, 2)


def test_group_norm_of_one_group_is_layer_norm():
    x = tg.randn(3, 4, 5)
    np.testing.assert_allclose(F.group_norm(x, 1).numpy(), F.layer_norm(x, (4, 5)).numpy(), atol=1e-6)


# --- embedding --------------------------------------------------------------------------------------------------------


@given(st.integers(1, 6), st.integers(0, 3), st.lists(st.integers(0, 3), max_size=3), st.integers(0, 99))
def test_embedding_adds_up_what_is_used_again(rows, width, shape, seed):
    index = np.random.default_rng(seed).integers(0, rows, shape)
    weight = tg.tensor(np.random.default_rng(seed).standard_normal((rows, width)), requires_grad=True)
    y = F.embedding(tg.tensor(index), weight)
    np.testing.assert_array_equal(y.detach().numpy(), weight.detach().numpy()[index])
    np.testing.assert_array_equal(F.embedding(index, weight.detach()).numpy(), y.detach().numpy())
    g = np.random.default_rng(seed).standard_normal(y.shape)
    y.backward(tg.tensor(g))
    want = np.zeros((rows, width))
    np.add.at(want, index, g)
    np.testing.assert_allclose(weight.grad.array, want, atol=1e-12)


def test_padding_and_freezing():
    layer = nn.Embedding(4, 2, padding_idx=-1)
    assert layer.weight[3].tolist() == [0, 0]
    layer(tg.tensor([3, 1, 3])).sum().backward()
    assert layer.weight.grad.tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]
    table = tg.randn(4, 2)
    frozen = nn.Embedding.from_pretrained(table)
    assert not frozen.weight.requires_grad
    assert np.shares_memory(frozen.weight.array, table.array)
    assert frozen(tg.tensor(2)).tolist() == table[2].tolist()
    assert nn.Embedding.from_pretrained(table, freeze=False, padding_idx=1).padding_idx == 1


@pytest.mark.parametrize("bad", [[-1], [4], [0, 5]])
def test_embedding_out_of_range(bad):
    with pytest.raises(IndexError, match=rf"embedding: {bad[-1]} is out of range for 4 rows \(0 to 3\)"):
        nn.Embedding(4, 2)(tg.tensor(bad))
    with pytest.raises(TypeError, match="expected integers from 0 to 3, got float32"):
        nn.Embedding(4, 2)(tg.tensor([1.0]))


# --- dropout ----------------------------------------------------------------------------------------------------------


@given(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.sampled_from([np.float32, np.float64]))
def test_dropout_keeps_the_mean(p, dtype):
    tg.manual_seed(0)
    layer = nn.Dropout(p)
    x = tg.ones(100, 100, dtype=dtype, requires_grad=True)
    y = layer(x)
    assert y.dtype == dtype
    values = y.detach().numpy()
    assert abs((values == 0).mean() - p) < 0.02
    assert np.allclose(values[values != 0], 1 / (1 - p) if p < 1 else 0)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.array, values)
    assert layer.eval()(x) is x
    tg.manual_seed(0)
    np.testing.assert_array_equal(layer.train()(x).detach().numpy(), values)


def test_dropout_is_linear_in_its_input():
    def forward(x):
        tg.manual_seed(1)
        return F.dropout(x, 0.4) ** 3

    gradcheck(forward, [tg.tensor(rng.standard_normal((3, 4)), requires_grad=True)], order=2)


def test_repr_of_dropout():
    assert repr(nn.Dropout(0.3)) == "Dropout(p=0.3, inplace=False)"

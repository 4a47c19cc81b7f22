"""Recurrent layers and attention without PyTorch: derivatives of two orders, errors, packed sequences one by one."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.utils import rnn
from tinygrad_edu.testing import gradcheck

rng = np.random.default_rng(0)


def drawn(*shape):
    return tg.tensor(rng.standard_normal(shape), requires_grad=True)


LAYERS = {
    "RNN": (nn.RNN(2, 3, bidirectional=True), (drawn(3, 2, 2),)),
    "relu": (nn.RNN(2, 3, nonlinearity="relu"), (drawn(3, 2, 2),)),
    "LSTM": (nn.LSTM(2, 2, num_layers=2, batch_first=True), (drawn(2, 3, 2),)),
    "proj": (nn.LSTM(2, 3, proj_size=2, bias=False), (drawn(2, 2, 2),)),
    "GRU": (nn.GRU(2, 2, num_layers=2), (drawn(3, 2, 2),)),
    "RNNCell": (nn.RNNCell(2, 3), (drawn(2, 2), drawn(2, 3))),
    "LSTMCell": (nn.LSTMCell(2, 3), (drawn(2, 2),)),
    "GRUCell": (nn.GRUCell(2, 3), (drawn(2, 2), drawn(2, 3))),
    "attention": (nn.MultiheadAttention(4, 2, add_bias_kv=True), (drawn(2, 1, 4), drawn(3, 1, 4), drawn(3, 1, 4))),
    "encoder": (nn.TransformerEncoderLayer(4, 2, 3, 0.0, "gelu"), (drawn(2, 1, 4),)),
    "decoder": (
        nn.TransformerDecoderLayer(4, 2, 3, 0.0, "gelu", norm_first=True), (drawn(2, 1, 4), drawn(2, 1, 4)),
    ),
}  # fmt: skip


def flat(found):
    return [t for part in found for t in flat(part)] if isinstance(found, (tuple, list)) else [found]


@pytest.mark.parametrize("name", LAYERS)
def test_derivatives_of_two_orders(name):
    """By the inputs and by every parameter."""
    layer, inputs = LAYERS[name]
    layer = layer.double()
    places = [(m, key) for m in layer.modules() for key, p in m._parameters.items() if p is not None]
    params = [m._parameters[key] for m, key in places]

    def forward(*values):
        for (m, key), value in zip(places, values[len(inputs) :], strict=True):
            m._parameters[key] = value
        return [t for t in flat(layer(*values[: len(inputs)])) if t is not None]

    gradcheck(forward, [*inputs, *params], order=2)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_packed_sequences_are_read_one_by_one(kind):
    layer = kind(3, 4, num_layers=2, bidirectional=True).double()
    sequences = [drawn(n, 3) for n in (2, 5, 1)]
    packed, final = layer(rnn.pack_sequence(sequences, enforce_sorted=False))
    for i, (x, y) in enumerate(zip(sequences, rnn.unpack_sequence(packed), strict=True)):
        alone, last = layer(x)
        np.testing.assert_allclose(y.detach(), alone.detach(), rtol=1e-12)
        for a, b in zip(flat(final), flat(last), strict=True):
            np.testing.assert_allclose(a.detach()[:, i], b.detach(), rtol=1e-12)


def test_a_nan_stays_in_its_sequence():
    layer = nn.LSTM(3, 4)
    sequences = [tg.randn(n, 3) for n in (4, 2)]
    sequences[0].data[1, 0] = np.nan
    x = rnn.pack_sequence(sequences)
    data = x.data.requires_grad_()
    y, _ = layer(x)
    first, second = rnn.unpack_sequence(y)
    assert np.isnan(first.detach().numpy()).any()
    assert np.isfinite(second.detach().numpy()).all()
    y.data.sum().backward()
    first, second = rnn.unpack_sequence(x._replace(data=data.grad))
    assert np.isfinite(second.numpy()).all()


def test_float32_stays_float32():
    for name, (layer, inputs) in LAYERS.items():
        layer = layer.float()
        for t in flat(layer(*(x.detach().float() for x in inputs))):
            assert t is None or t.dtype == np.float32, name


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: nn.LSTM(3, 4)(tg.ones(5, 2, 2)), ValueError, r"expected an input of shape \(T, 3\) or \(T, N, 3\)"),
        (lambda: nn.GRU(3, 4, batch_first=True)(tg.ones(3)), ValueError, r"\(T, 3\) or \(N, T, 3\), got \(3,\)"),
        (lambda: nn.RNN(3, 4)(tg.ones(0, 2, 3)), ValueError, "at least one step"),
        (lambda: nn.RNN(3, 4)(tg.ones(5, 2, 3), tg.ones(1, 3, 4)), ValueError, r"state h of shape \(1, 2, 4\)"),
        (lambda: nn.LSTM(3, 4)(tg.ones(5, 2, 3), tg.ones(1, 2, 4)), ValueError, r"a state \(h, c\)"),
        (lambda: nn.LSTM(3, 4)(tg.ones(5, 2, 3, dtype=np.float64)), TypeError, "float32, the input float64"),
        (lambda: nn.LSTM(3, 4)(None), TypeError, "expected a Tensor, got None"),
        (lambda: nn.LSTM(3, 0), ValueError, "hidden_size must be positive, got 0"),
        (lambda: nn.LSTM(3, 4.0), TypeError, "hidden_size must be an int, got float"),
        (lambda: nn.LSTM(3, 4, proj_size=4), ValueError, "proj_size must be from 0 to hidden_size - 1, got 4"),
        (lambda: nn.LSTM(3, 4, dropout=2), ValueError, "dropout must be a number between 0 and 1, got 2"),
        (lambda: nn.RNN(3, 4, nonlinearity="x"), ValueError, "nonlinearity must be 'tanh' or 'relu', got 'x'"),
        (lambda: nn.LSTMCell(3, 4)(tg.ones(2, 3), tg.ones(2, 4)), TypeError, r"expected a state \(h, c\), got Tensor"),
        (lambda: nn.GRUCell(3, 4)(tg.ones(2, 3), tg.ones(4)), ValueError, r"expected a state of shape \(2, 4\)"),
        (lambda: rnn.pack_padded_sequence(tg.ones(3, 2), [1, 3]), ValueError, "descending order"),
        (lambda: rnn.pack_padded_sequence(tg.ones(3, 2), [4, 3]), ValueError, r"2 lengths from 1 to 3, got \[4, 3\]"),
        (lambda: rnn.pad_sequence([]), ValueError, "at least one sequence"),
        (lambda: rnn.pad_sequence([tg.ones(2, 2), tg.ones(2, 3)]), ValueError, "differ in L alone"),
        (lambda: nn.MultiheadAttention(5, 2), ValueError, "embed_dim must be a positive multiple of num_heads"),
        (lambda: nn.MultiheadAttention(4, 2)(*[tg.ones(3, 2, 5)] * 3), ValueError, r"a query of shape \(..., 4\)"),
        (
            lambda: nn.MultiheadAttention(4, 2)(*[tg.ones(3, 2, 4)] * 3, is_causal=True),
            ValueError, "is_causal is a hint about attn_mask",
        ),
        (
            lambda: nn.MultiheadAttention(4, 2)(*[tg.ones(3, 2, 4)] * 3, attn_mask=tg.zeros(2, 2)),
            ValueError, r"attn_mask: expected shape \(3, 3\) or \(4, 3, 3\), got \(2, 2\)",
        ),
        (
            lambda: F.scaled_dot_product_attention(*[tg.ones(3, 4)] * 3, attn_mask=tg.ones(3, 3), is_causal=True),
            ValueError, "expected is_causal or attn_mask, got both",
        ),
        (
            lambda: F.scaled_dot_product_attention(*[tg.ones(3, 4)] * 3, attn_mask=tg.ones(3, 3).long()),
            TypeError, "expected booleans or floating-point numbers, got int64",
        ),
        (lambda: nn.TransformerEncoderLayer(4, 2, activation="x"), ValueError, "must be 'relu', 'gelu' or a function"),
        (lambda: nn.Transformer(4, 2, 1, 1)(tg.ones(3, 1, 5), tg.ones(3, 1, 4)), ValueError, r"src and tgt \(..., 4\)"),
    ],
)  # fmt: skip
def test_errors(wrong, error, message):
    with pytest.raises(error, match=message):
        wrong()


def test_dropout_of_one_layer_is_pointed_out():
    with pytest.warns(UserWarning, match="dropout=0.5 has no effect with one layer"):
        nn.GRU(3, 4, dropout=0.5)

"""Every layer, activation and loss, exported and run with onnxruntime; with an open batch where it has one."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.export import ExportError

from ..nn.activations import ACTIVATIONS
from ..nn.layers import INTEGERS, LAYERS
from ..nn.losses import LOSSES
from ..nn.sliding import SLIDING
from .running import assert_close, exported

RNG = np.random.default_rng(11)


def normal(*shape):
    return tg.tensor(RNG.standard_normal(shape).astype(np.float32))


def single(x):
    """The same numbers, floats in float32."""
    x = np.asarray(x)
    return tg.tensor(x.astype(np.float32) if x.dtype.kind == "f" else x)


def ids(rows):
    return [f"{i}-{row[0]}" for i, row in enumerate(rows)]


# Layers that are in none of the lists of the other tests: arguments, inputs.
OTHERS = [
    ("Identity", {}, [normal(2, 3)]),
    ("Flatten", {}, [normal(2, 3, 4)]),
    ("Unflatten", {"dim": 1, "unflattened_size": (2, -1)}, [normal(2, 6)]),
    ("Dropout", {}, [normal(2, 3)]),
    ("Dropout1d", {}, [normal(2, 3, 4)]),
    ("Dropout2d", {}, [normal(2, 3, 4, 4)]),
    ("Dropout3d", {}, [normal(2, 3, 4, 4, 4)]),
    ("AlphaDropout", {}, [normal(2, 3)]),
    ("FeatureAlphaDropout", {}, [normal(2, 3, 4)]),
    ("CosineSimilarity", {}, [normal(3, 4), normal(3, 4)]),
    ("PairwiseDistance", {"keepdim": True}, [normal(3, 4), normal(3, 4)]),
    ("RNN", {"input_size": 3, "hidden_size": 4, "bias": False}, [normal(5, 2, 3)]),
    ("RNN", {"input_size": 3, "hidden_size": 4, "nonlinearity": "relu", "num_layers": 2}, [normal(5, 2, 3), normal(2, 2, 4)]),
    ("GRU", {"input_size": 3, "hidden_size": 4, "num_layers": 2, "bidirectional": True}, [normal(5, 2, 3)]),
    ("GRU", {"input_size": 3, "hidden_size": 4, "bias": False, "batch_first": True}, [normal(2, 5, 3), normal(1, 2, 4)]),
    ("LSTM", {"input_size": 3, "hidden_size": 4, "batch_first": True}, [normal(2, 5, 3)]),
    ("LSTM", {"input_size": 3, "hidden_size": 4, "num_layers": 2, "bidirectional": True, "dropout": 0.5}, [normal(5, 2, 3)]),
    ("LSTM", {"input_size": 3, "hidden_size": 4, "proj_size": 2, "bias": False}, [normal(5, 2, 3)]),
    ("LSTM", {"input_size": 3, "hidden_size": 4}, [normal(5, 3)]),
    ("LSTM", {"input_size": 3, "hidden_size": 4}, [normal(5, 2, 3), (normal(1, 2, 4), normal(1, 2, 4))]),
    ("RNNCell", {"input_size": 3, "hidden_size": 4}, [normal(2, 3), normal(2, 4)]),
    ("GRUCell", {"input_size": 3, "hidden_size": 4}, [normal(2, 3)]),
    ("LSTMCell", {"input_size": 3, "hidden_size": 4}, [normal(2, 3), (normal(2, 4), normal(2, 4))]),
    ("MultiheadAttention", {"embed_dim": 4, "num_heads": 2}, [normal(5, 2, 4)] * 3),
    ("MultiheadAttention", {"embed_dim": 4, "num_heads": 2, "batch_first": True, "kdim": 3, "vdim": 5, "add_bias_kv": True},
     [normal(2, 5, 4), normal(2, 6, 3), normal(2, 6, 5)]),
    ("TransformerEncoderLayer", {"d_model": 4, "nhead": 2, "dim_feedforward": 6, "activation": "gelu"}, [normal(5, 2, 4)]),
    ("TransformerDecoderLayer", {"d_model": 4, "nhead": 2, "dim_feedforward": 6, "norm_first": True, "batch_first": True},
     [normal(2, 5, 4), normal(2, 3, 4)]),
    ("Transformer", {"d_model": 4, "nhead": 2, "num_encoder_layers": 1, "num_decoder_layers": 1, "dim_feedforward": 6},
     [normal(5, 2, 4), normal(3, 2, 4)]),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3}, [tg.tensor([1, 2, 4, 0]), tg.tensor([0, 3])]),
]  # fmt: skip

UNPOOLED = [(f"MaxUnpool{d}d", d) for d in (1, 2, 3)]
NOT_ALONE = {
    "Module", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "RNNBase", "RNNCellBase",
    "DataParallel", "TransformerEncoder", "TransformerDecoder",
}  # fmt: skip


def test_every_layer_is_here():
    rows = (*LAYERS, *SLIDING, *ACTIVATIONS, *LOSSES, *OTHERS, *UNPOOLED)
    named = {row[0] for row in rows}
    every = {name for name, x in vars(nn).items() if isinstance(x, type) and issubclass(x, nn.Module)}
    assert every - NOT_ALONE == named | {"CTCLoss", "AdaptiveLogSoftmaxWithLoss", "LinearCrossEntropyLoss"}


def check(module, *inputs):
    module.train()
    for buffer in module.buffers():
        if buffer.dtype.kind == "f":  # so that a running mean is not 0
            buffer.copy_(buffer + 0.3)
    training = [m.training for m in module.modules()]
    program = tg.onnx.export(module, inputs)
    assert [m.training for m in module.modules()] == training
    module.eval()
    exported(module, *inputs)
    return program


def refusal(name, args, inputs):
    """What is said of layers whose arguments cannot be exported; None of the others."""
    if "max_norm" in args:
        return "the model writes into weight"
    if name == "EmbeddingBag" and "padding_idx" in args:
        return "depends on the numbers of an input"  # how many of them count
    if name == "EmbeddingBag" and len(inputs) > 1:
        return "depends on the numbers of an input"  # the bags' sizes
    return None


@pytest.mark.parametrize(("name", "args", "arrays"), [*LAYERS, *OTHERS], ids=ids([*LAYERS, *OTHERS]))
def test_layers(name, args, arrays):
    inputs = [x if isinstance(x, (tuple, tg.Tensor)) else single(x) for x in arrays]
    if (message := refusal(name, args, inputs)) is not None:
        with pytest.raises(ExportError, match=message):
            tg.onnx.export(getattr(nn, name)(**args), tuple(inputs))
        return
    check(getattr(nn, name)(**args), *inputs)


@pytest.mark.parametrize(("name", "args", "shape"), SLIDING, ids=ids(SLIDING))
def test_sliding(name, args, shape):
    check(getattr(nn, name)(**args), normal(*shape))


@pytest.mark.parametrize(("name", "args"), ACTIVATIONS, ids=ids(ACTIVATIONS))
def test_activations(name, args):
    x = np.linspace(-4, 4, 24).reshape(6, 4).astype(np.float32)
    check(getattr(nn, name)(**args), tg.tensor(x))


@pytest.mark.parametrize(("name", "args", "inputs", "targets"), LOSSES, ids=ids(LOSSES))
def test_losses(name, args, inputs, targets):
    args = {key: single(x.numpy()) if isinstance(x, tg.Tensor) else x for key, x in args.items()}
    for reduction in ("mean", "none"):
        loss = getattr(nn, name)(**args, reduction=reduction)
        exported(loss, *map(single, (*inputs, *targets)))


@pytest.mark.parametrize(("name", "d"), UNPOOLED, ids=ids(UNPOOLED))
def test_unpooling(name, d):
    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.pool = getattr(nn, f"MaxPool{d}d")(2, return_indices=True)
            self.unpool = getattr(nn, name)(2)

        def forward(self, x):
            return self.unpool(*self.pool(x))

    exported(Both(), normal(2, 3, *(4,) * d))

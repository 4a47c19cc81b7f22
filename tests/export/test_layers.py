"""Every layer, activation and loss, exported and run with onnxruntime; with an open batch where it has one."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.export import ExportError

from ..nn.activations import ACTIVATIONS
from ..nn.layers import LAYERS
from ..nn.losses import LOSSES
from ..nn.sliding import SLIDING
from .running import assert_runs, exported

RNG = np.random.default_rng(11)


def normal(*shape):
    return tg.tensor(RNG.standard_normal(shape).astype(np.float32))


def single(x):
    """The same numbers, floats in float32."""
    x = np.asarray(x)
    return tg.tensor(x.astype(np.float32) if x.dtype.kind == "f" else x)


def ids(rows):
    return [f"{i}-{row[0]}" for i, row in enumerate(rows)]


RNN = {"input_size": 3, "hidden_size": 4}
MHA = {"embed_dim": 4, "num_heads": 2}
BLOCK = {"d_model": 4, "nhead": 2, "dim_feedforward": 6}

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
    ("RNN", {**RNN, "bias": False}, [normal(5, 2, 3)]),
    ("RNN", {**RNN, "nonlinearity": "relu", "num_layers": 2}, [normal(5, 2, 3), normal(2, 2, 4)]),
    ("GRU", {**RNN, "num_layers": 2, "bidirectional": True}, [normal(5, 2, 3)]),
    ("GRU", {**RNN, "bias": False, "batch_first": True}, [normal(2, 5, 3), normal(1, 2, 4)]),
    ("LSTM", {**RNN, "batch_first": True}, [normal(2, 5, 3)]),
    ("LSTM", {**RNN, "num_layers": 2, "bidirectional": True, "dropout": 0.5}, [normal(5, 2, 3)]),
    ("LSTM", {**RNN, "proj_size": 2, "bias": False}, [normal(5, 2, 3)]),
    ("LSTM", RNN, [normal(5, 3)]),
    ("LSTM", RNN, [normal(5, 2, 3), (normal(1, 2, 4), normal(1, 2, 4))]),
    ("RNNCell", RNN, [normal(2, 3), normal(2, 4)]),
    ("GRUCell", RNN, [normal(2, 3)]),
    ("LSTMCell", RNN, [normal(2, 3), (normal(2, 4), normal(2, 4))]),
    ("MultiheadAttention", MHA, [normal(5, 2, 4)] * 3),
    ("MultiheadAttention", {**MHA, "batch_first": True, "kdim": 3, "vdim": 5, "add_bias_kv": True},
     [normal(2, 5, 4), normal(2, 6, 3), normal(2, 6, 5)]),
    ("TransformerEncoderLayer", {**BLOCK, "activation": "gelu"}, [normal(5, 2, 4)]),
    ("TransformerDecoderLayer", {**BLOCK, "norm_first": True, "batch_first": True},
     [normal(2, 5, 4), normal(2, 3, 4)]),
    ("Transformer", {**BLOCK, "num_encoder_layers": 1, "num_decoder_layers": 1},
     [normal(5, 2, 4), normal(3, 2, 4)]),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3}, [tg.tensor([1, 2, 4, 0]), tg.tensor([0, 3])]),
]  # fmt: skip

UNPOOLED = [(f"MaxUnpool{d}d", d) for d in (1, 2, 3)]
NOT_ALONE = {
    "Module", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "RNNBase", "RNNCellBase",
    "DataParallel", "TransformerEncoder", "TransformerDecoder", "NLLLoss2d",
}  # fmt: skip


def test_every_layer_is_here():
    rows = (*LAYERS, *SLIDING, *ACTIVATIONS, *LOSSES, *OTHERS, *UNPOOLED)
    named = {row[0] for row in rows}
    every = {name for name, x in vars(nn).items() if isinstance(x, type) and issubclass(x, nn.Module)}
    every -= {name for name in every if name.startswith("Lazy")}  # after their first input they are the layers above
    assert every - NOT_ALONE == named | {"CTCLoss", "AdaptiveLogSoftmaxWithLoss", "LinearCrossEntropyLoss"}


# What has no batch, or one that cannot be open: name and shape of the first input.
NOT_OPEN = {
    ("InstanceNorm1d", (3, 4)): "one example, of three channels",
    ("InstanceNorm2d", (3, 2, 3)): "one example, of three channels",
    ("Conv1d", (4, 9)): "one example, of four channels",
    ("Conv2d", (2, 4, 5)): "one example, of two channels",
    ("ConvTranspose2d", (2, 3, 3)): "one example, of two channels",
    ("GRU", (2, 5, 3)): "the state has the batch as its second dimension",
}


def is_open(module, x):
    """Whether its first dimension can be."""
    if isinstance(module, nn.EmbeddingBag) and module.mode == "max":
        return False  # it looks at each bag by itself
    if isinstance(module, nn.GLU) and module.dim == 0:
        return False  # it must be even
    return (type(module).__name__, x.shape) not in NOT_OPEN


def check(module, *inputs):
    """The graph gives what the module gives in evaluation; also where its first dimension is open, at other sizes."""
    for buffer in module.buffers():
        if buffer.dtype.kind == "f":  # so that a running mean is not 0
            buffer.copy_(buffer + 0.3)
    module.train()
    modes = [m.training for m in module.modules()]
    tg.onnx.export(module, inputs)
    assert [m.training for m in module.modules()] == modes
    module.eval()
    exported(module, *inputs)
    n = inputs[0].shape[:1]
    if any(isinstance(x, tuple) for x in inputs) or inputs[0].ndim < 2:
        return
    names = [f"x{i}" for i in range(len(inputs))]
    axes = {name: {0: "n"} for name, x in zip(names, inputs, strict=True) if x.shape[:1] == n}
    if not is_open(module, inputs[0]):
        with pytest.raises(ExportError):
            tg.onnx.export(module, inputs, input_names=names, dynamic_axes=axes)
        return
    program = tg.onnx.export(module, inputs, input_names=names, dynamic_axes=axes)
    for size in (1, n[0] + 4):
        given = [x[np.arange(size) % n[0]] if name in axes else x for name, x in zip(names, inputs, strict=True)]
        assert_runs(program, module, *given)


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
        check(getattr(nn, name)(**args, reduction=reduction), *map(single, (*inputs, *targets)))


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

"""Networks of every kind, exported with an open batch and run with onnxruntime at several sizes."""

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn

from .running import assert_runs, exported, operators

RNG = np.random.default_rng(3)


def normal(*shape):
    return tg.tensor(RNG.standard_normal(shape).astype(np.float32))


def tokens(*shape):
    return tg.tensor(RNG.integers(0, 7, shape))


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(12, 8)
        self.dropout = nn.Dropout(0.5)
        self.out = nn.Linear(8, 3)

    def forward(self, x):
        return F.log_softmax(self.out(self.dropout(F.relu(self.hidden(x.view(x.shape[0], -1))))), dim=1)


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 4, 5, padding=2), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 6, 3), nn.ReLU(inplace=True), nn.AvgPool2d(2), nn.Dropout2d(),
        )  # fmt: skip
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(24, 10))

    def forward(self, x):
        return self.classifier(self.features(x))


class Classifier(nn.Module):
    """Of sequences, by the last state of a recurrent layer."""

    def __init__(self, kind, **options):
        super().__init__()
        self.embedding = nn.Embedding(7, 5)
        self.rnn = getattr(nn, kind)(5, 6, batch_first=True, **options)
        self.out = nn.Linear(12 if options.get("bidirectional") else 6, 3)

    def forward(self, x):
        return self.out(self.rnn(self.embedding(x))[0][:, -1])


class Decoder(nn.Module):
    """Of a variational autoencoder: z as the mean and a given noise."""

    def __init__(self):
        super().__init__()
        self.encode = nn.Linear(16, 6)
        self.decode = nn.Sequential(nn.Linear(3, 6), nn.GELU(), nn.Linear(6, 16), nn.Sigmoid())

    def forward(self, x, noise):
        mean, log_var = self.encode(x.flatten(1)).chunk(2, dim=1)
        z = mean + noise * (0.5 * log_var).exp()
        return self.decode(z).view(-1, 1, 4, 4), mean, log_var


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.ConvTranspose2d(5, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(True),
            nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.BatchNorm2d(4), nn.LeakyReLU(0.2),
            nn.ConvTranspose2d(4, 1, 3, 2, 1, output_padding=1), nn.Tanh(),
        )  # fmt: skip

    def forward(self, z):
        return self.body(z.view(z.size(0), -1, 1, 1))


class Head(nn.Module):
    """Causal self-attention, written out."""

    def __init__(self, size, block, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.proj = nn.Linear(size, size)
        self.register_buffer("mask", tg.tril(tg.ones(block, block)).view(1, 1, block, block))

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (t.view(B, T, self.heads, C // self.heads).transpose(1, 2) for t in self.qkv(x).split(C, dim=2))
        scores = q @ k.transpose(-2, -1) / (C // self.heads) ** 0.5
        weights = F.softmax(scores.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf")), dim=-1)
        return self.proj((weights @ v).transpose(1, 2).contiguous().view(B, T, C))


class GPT(nn.Module):
    def __init__(self, fused=False, block=12):
        super().__init__()
        self.tokens, self.places = nn.Embedding(7, 8), nn.Embedding(block, 8)
        self.norm, self.last = nn.LayerNorm(8), nn.LayerNorm(8)
        self.fused = fused
        self.attention = Head(8, block, 2)
        self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.out = nn.Linear(8, 7, bias=False)
        self.out.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids) + self.places(tg.arange(ids.shape[1]))
        y = self.norm(x)
        x = x + (F.scaled_dot_product_attention(y, y, y, is_causal=True) if self.fused else self.attention(y))
        return self.out(self.last(x + self.mlp(x)))


class Language(nn.Module):
    """PyTorch's encoder, with the mask that it makes, and padding."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 8, padding_idx=0)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.out = nn.Linear(8, 7)

    def forward(self, ids):
        mask = nn.Transformer.generate_square_subsequent_mask(ids.shape[1])
        return self.out(self.encoder(self.embedding(ids), mask=mask, src_key_padding_mask=ids == 0))


class Several(nn.Module):
    """Several inputs, nested and by name, and several results."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(tg.tensor([2.0]))

    def forward(self, x, pair, *, shift=None):
        a, b = pair
        total = x * self.scale + a @ b.T
        return {"sum": total + shift, "parts": [total.argmax(1), (x > 0).float().mean()]}


BATCH = {0: "batch"}
BOTH = {0: "batch", 1: "time"}
MODELS = {
    "mlp": (MLP, [normal(4, 3, 4)], BATCH, ["Reshape", "Gemm", "Relu", "Gemm", "LogSoftmax"]),
    "lenet": (
        LeNet,
        [normal(2, 1, 12, 12)],
        BATCH,
        ["Conv", "BatchNormalization", "Relu", "MaxPool", "Conv", "Relu", "AveragePool", "Reshape", "Gemm"],
    ),
    "rnn": (lambda: Classifier("RNN"), [tokens(3, 5)], BOTH, None),
    "gru": (lambda: Classifier("GRU", num_layers=2), [tokens(3, 5)], BOTH, None),
    "lstm": (lambda: Classifier("LSTM", bidirectional=True), [tokens(1, 5)], BOTH, None),
    "vae": (Decoder, [normal(3, 1, 4, 4), normal(3, 3)], BATCH, None),
    "gan": (
        Generator,
        [normal(3, 5)],
        BATCH,
        ["Reshape", "ConvTranspose", "BatchNormalization", "Relu", "ConvTranspose", "BatchNormalization", "LeakyRelu",
         "ConvTranspose", "Tanh"],
    ),
    "gpt": (GPT, [tokens(2, 5)], BOTH, None),
    "gpt, full block": (GPT, [tokens(2, 12)], BOTH, None),
    "gpt, fused attention": (lambda: GPT(fused=True), [tokens(2, 5)], BOTH, None),
    "transformer": (Language, [tokens(3, 6)], BATCH, None),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_a_model_with_open_dimensions(name):
    make, inputs, dims, nodes = MODELS[name]
    model = make().eval()
    for buffer in model.buffers():
        if buffer.dtype.kind == "f" and buffer.ndim == 1:
            buffer.copy_(buffer + 0.3)
    names = [f"x{i}" for i in range(len(inputs))]
    program = exported(model, *inputs, input_names=names, dynamic_axes=dict.fromkeys(names, dims))
    assert nodes is None or operators(program) == nodes
    for size in (1, 2, 7):
        for more in (1, 3) if len(dims) > 1 else (0,):
            given = []
            for x in inputs:
                array = np.take(x.numpy(), np.arange(size) % x.shape[0], axis=0)
                given.append(tg.tensor(array[:, :more] if more else array))
            assert_runs(program, model, *given)


def test_several_inputs_and_results():
    model = Several()
    x, pair, shift = normal(3, 4), (normal(3, 2), normal(4, 2)), normal(4)
    names = ["x", "a", "b", "shift"]
    axes = {"x": BATCH, "a": BATCH, "sum": BATCH}
    program = tg.onnx.export(
        model, (x, pair, {"shift": shift}), input_names=names[:3], output_names=["sum"], dynamic_axes=axes
    )
    graph = program.model_proto.graph
    assert [x.name for x in graph.input] == names
    assert [x.name for x in graph.output] == ["sum", "output_1", "output_2"]
    x, pair = normal(5, 4), (normal(5, 2), pair[1])
    want = model(x, pair, shift=shift)
    got = program(x, pair, shift)
    assert tg.allclose(got[0], want["sum"], rtol=1e-5, atol=1e-6)
    assert got[1].tolist() == want["parts"][0].tolist()
    assert got[2].item() == pytest.approx(want["parts"][1].item())


def test_an_image_of_open_size():
    class Pooled(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3, stride=2)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            y = F.relu(self.conv(x))
            y = tg.cat([F.adaptive_avg_pool2d(y, 1), F.adaptive_max_pool2d(y, 1)], dim=1)
            return self.out(tg.flatten(y, 1))

    model = Pooled().eval()
    axes = {"x": {0: "batch", 2: "height", 3: "width"}}
    program = exported(model, normal(2, 1, 12, 9), dynamic_axes=axes)
    for shape in ((1, 1, 3, 3), (3, 1, 16, 7), (2, 1, 5, 40)):
        assert_runs(program, model, normal(*shape))

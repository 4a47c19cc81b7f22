"""What is computed: networks, data, initial weights and optimisers, the same for every peer. float32 throughout.

Weights have PyTorch's names, shapes and ranges. Data are random: what a step costs does not depend on them.
"""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np

LSTM_HIDDEN, LSTM_STEPS, LSTM_INPUTS = 128, 28, 28
LAYERS, WIDTH, HEADS, CONTEXT, VOCABULARY = 4, 64, 4, 64, 65
CHAIN_LENGTH, CHAIN_SIZE = 100, 4
BETAS, EPS, WEIGHT_DECAY = (0.9, 0.999), 1e-8, 0.01


@dataclasses.dataclass(frozen=True)
class Workload:
    """A training step. `kind` is mlp, lenet, transformer, lstm or chain; `sizes` and `activation` are an mlp's."""

    name: str
    title: str
    kind: str
    batch: int
    optimizer: str  # sgd, adam, adamw, or "" for none
    lr: float
    sizes: tuple[int, ...] = ()
    activation: str = "relu"

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The parameters."""
        return {"mlp": self._mlp, "lenet": _lenet, "transformer": _transformer, "lstm": _lstm, "chain": _chain}[
            self.kind
        ]()

    def _mlp(self) -> dict[str, tuple[int, ...]]:
        shapes = {}
        for i, (fan_in, fan_out) in enumerate(itertools.pairwise(self.sizes)):
            shapes |= _linear(f"layers.{i}", fan_in, fan_out)
        return shapes

    def parameters(self) -> dict[str, np.ndarray]:
        """Initial values: uniform within 1 / √fan_in; layer norms start at weight 1 and bias 0, a chain near 1."""
        rng = np.random.default_rng(1)
        values: dict[str, np.ndarray] = {}
        fan_in = 1
        for name, shape in self.shapes().items():
            if self.kind == "chain":
                value = rng.uniform(0.99, 1.0, shape)
            elif "norm" in name:
                value = np.full(shape, float(name.endswith("weight")))
            else:
                if len(shape) > 1:
                    fan_in = WIDTH if "embedding" in name else math.prod(shape[1:])
                bound = 1 / math.sqrt(LSTM_HIDDEN if "lstm" in name else fan_in)
                value = rng.uniform(-bound, bound, shape)
            values[name] = value.astype(np.float32)
        return values

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """The batch x and its labels y (int64)."""
        rng = np.random.default_rng(2)
        if self.kind == "chain":
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        if self.kind == "transformer":
            x, y = rng.integers(0, VOCABULARY, (2, self.batch, CONTEXT))
            return x, y
        shape = {"mlp": self.sizes[:1], "lenet": (1, 28, 28), "lstm": (LSTM_STEPS, LSTM_INPUTS)}[self.kind]
        x = rng.random((self.batch, *shape), np.float32)
        x -= 0.5
        classes = self.sizes[-1] if self.kind == "mlp" else 10
        return x, rng.integers(0, classes, self.batch)


def _linear(name: str, fan_in: int, fan_out: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (fan_out, fan_in), f"{name}.bias": (fan_out,)}


def _lenet() -> dict[str, tuple[int, ...]]:
    return (
        {"conv1.weight": (6, 1, 5, 5), "conv1.bias": (6,), "conv2.weight": (16, 6, 5, 5), "conv2.bias": (16,)}
        | _linear("fc1", 400, 120)
        | _linear("fc2", 120, 84)
        | _linear("fc3", 84, 10)
    )


def _transformer() -> dict[str, tuple[int, ...]]:
    shapes = {"token_embedding.weight": (VOCABULARY, WIDTH), "position_embedding.weight": (CONTEXT, WIDTH)}
    for i in range(LAYERS):
        block = f"blocks.{i}."
        shapes |= {f"{block}norm1.weight": (WIDTH,), f"{block}norm1.bias": (WIDTH,)}
        shapes |= _linear(f"{block}qkv", WIDTH, 3 * WIDTH) | _linear(f"{block}out", WIDTH, WIDTH)
        shapes |= {f"{block}norm2.weight": (WIDTH,), f"{block}norm2.bias": (WIDTH,)}
        shapes |= _linear(f"{block}up", WIDTH, 4 * WIDTH) | _linear(f"{block}down", 4 * WIDTH, WIDTH)
    return shapes | {"norm.weight": (WIDTH,), "norm.bias": (WIDTH,)} | _linear("head", WIDTH, VOCABULARY)


def _lstm() -> dict[str, tuple[int, ...]]:
    gates = 4 * LSTM_HIDDEN
    return {
        "lstm.weight_ih_l0": (gates, LSTM_INPUTS),
        "lstm.weight_hh_l0": (gates, LSTM_HIDDEN),
        "lstm.bias_ih_l0": (gates,),
        "lstm.bias_hh_l0": (gates,),
    } | _linear("head", LSTM_HIDDEN, 10)


def _chain() -> dict[str, tuple[int, ...]]:
    return {"x": (CHAIN_SIZE,), "w": (CHAIN_SIZE,)}


def mlp(sizes: tuple[int, ...], batch: int, optimizer: str = "adam", lr: float = 1e-3, **options: str) -> Workload:
    """An MLP with cross-entropy, named after its sizes and batch."""
    name = options.pop("name", f"mlp-{'-'.join(map(str, sizes))}-b{batch}")
    activation = options.get("activation", "relu")
    what = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD"}[optimizer]
    title = f"{'-'.join(map(str, sizes))} {activation}, batch {batch:,}, {what}"
    return Workload(name, title, "mlp", batch, optimizer, lr, sizes, activation)


WORKLOADS = {
    w.name: w
    for w in [
        mlp((784, 50, 10), 64, name="mlp-small"),
        mlp((784, 500, 500, 10), 100, "sgd", 0.1, activation="sigmoid", name="mlp-sigmoid"),
        mlp((784, 500, 500, 10), 1, "sgd", 0.01, activation="sigmoid", name="mlp-batch-1"),
        mlp((784, 10, 10), 42_000, "sgd", 2.0, name="full-batch"),
        mlp((784, 500, 500, 10), 100, name="mlp-adam"),
        Workload("lenet", "LeNet-5 on 28×28, batch 64, Adam", "lenet", 64, "adam", 1e-3),
        Workload("transformer", "transformer, 4 × 64, context 64, batch 32, AdamW", "transformer", 32, "adamw", 1e-3),
        Workload("lstm", "LSTM, 28 steps of 28, hidden 128, batch 64, Adam", "lstm", 64, "adam", 1e-3),
        Workload("chain", "100 products of 4-vectors, there and back", "chain", 1, "", 0.0),
    ]
}

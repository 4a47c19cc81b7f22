"""The description of a digit network: enough to build it again from a file, without running anything from the file."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass
from typing import Any

from .. import nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
CLASSES = 10
LARGEST = 1 << 20  # units of a layer: a bound on what a file can make us allocate


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron on images of `height` x `width` pixels: linear layers with activations between them.

    `hidden` has the sizes of the hidden layers; with none it is a linear model. `maximum` is the value of a pixel that
    is all ink: pixels are divided by it before they go in. `dataset` names what the network was trained on.
    Raises `ValueError` for values that are unknown or out of range.
    """

    dataset: str
    height: int
    width: int
    maximum: int
    hidden: tuple[int, ...]
    activation: str

    def __post_init__(self) -> None:
        for what, sizes in (("image", (self.height, self.width)), ("maximum", (self.maximum,)), ("layer", self.hidden)):
            for size in sizes:
                if type(size) is not int or not 1 <= size <= LARGEST:
                    raise ValueError(f"expected a whole number from 1 to {LARGEST} as {what} size, got {size!r}")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {self.activation!r}; choose one of {', '.join(ACTIVATIONS)}")
        if self.dataset not in ("mnist", "digits"):
            raise ValueError(f"unknown data set {self.dataset!r}; choose mnist or digits")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sizes from input to output, as in (784, 256, 128, 10)."""
        return (self.height * self.width, *self.hidden, CLASSES)

    @property
    def title(self) -> str:
        """One line, as in "mnist: 784-256-128-10, relu"."""
        sizes = "-".join(map(str, self.sizes))
        return f"{self.dataset}: {sizes}, {self.activation}" if self.hidden else f"{self.dataset}: {sizes}, linear"

    @property
    def parameters(self) -> int:
        """How many numbers are trained: weights and biases."""
        return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(self.sizes))

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of every parameter, as in the `state_dict` of what `build` returns."""
        shapes: dict[str, tuple[int, ...]] = {}
        for i, (inputs, outputs) in enumerate(itertools.pairwise(self.sizes)):
            shapes[f"{2 * i}.weight"], shapes[f"{2 * i}.bias"] = (outputs, inputs), (outputs,)
        return shapes

    def build(self) -> nn.Sequential:
        """The network, initialised from the default generator. Takes (N, height * width) in [0, 1], gives (N, 10)."""
        layers: list[nn.Module] = []
        for inputs, outputs in itertools.pairwise(self.sizes):
            layers += [nn.Linear(inputs, outputs), ACTIVATIONS[self.activation]()]
        return nn.Sequential(*layers[:-1])

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Network:
        """The inverse of `to_json`. Raises `ValueError` for anything else."""
        try:
            fields: Any = json.loads(text)
            return cls(**(fields | {"hidden": tuple(fields["hidden"])}))
        except (TypeError, KeyError, RecursionError) as error:
            raise ValueError(f"not the description of a network: {error}") from None

"""A lesson's training in this library and in PyTorch: the lesson's own text, with the other in its import lines.

Both start with the weights that PyTorch drew and go through the same batches in the same order: the loop that is given
to the lesson sees to that. So the losses agree, but for rounding.
"""

from __future__ import annotations

import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import tinygrad_edu as tg

EXAMPLES = Path(__file__).parents[2] / "examples"
IMPORTS = {
    "import tinygrad_edu as tg\n": "import torch as tg\n",
    "from tinygrad_edu import nn, optim\n": "from torch import nn, optim\n",
    "from tinygrad_edu.utils.data import ": "from torch.utils.data import ",
}


def lesson(file: str, torch: bool = False) -> Any:
    """A lesson as a module; with `torch`, PyTorch in place of this library."""
    path = EXAMPLES / file
    source = path.read_text()
    for ours, theirs in IMPORTS.items() if torch else ():
        assert source.count(ours) == 1, f"{file}: expected one line that begins with {ours!r}"
        source = source.replace(ours, theirs)
    module = types.ModuleType(path.stem)
    exec(compile(source, str(path), "exec"), vars(module))
    return module


class SameSteps:
    """In place of a lesson's loop: at most so many steps, with given weights and an order that comes from NumPy."""

    def __init__(self, weights: list[np.ndarray] | None = None, steps: int | None = None, report: bool = False) -> None:
        self.weights, self.steps, self.report = weights, steps, report
        self.history: dict[str, list[float]] = {}
        self.step, self.end_of_epoch, self.seconds = 0, False, 0.0

    def __call__(self, batches: Any, epochs: int, **kept: Any) -> SameSteps:
        self.tensors, self.size, self.epochs = batches.dataset.tensors, batches.batch_size, epochs
        parameters = [p for each in kept.values() if hasattr(each, "parameters") for p in each.parameters()]
        if self.weights is None:  # those it has, which are kept for the other
            self.weights = [p.detach().numpy().copy() for p in parameters]
        else:
            for p, array in zip(parameters, self.weights, strict=True):
                p.data.copy_(tg.tensor(array))
        return self

    def __iter__(self) -> Iterator[Any]:
        order, count = np.random.default_rng(0), len(self.tensors[0])
        last = -(-count // self.size) - 1
        for epoch in range(1, self.epochs + 1):
            shuffled = order.permutation(count)
            for i in range(last + 1):
                if self.step == self.steps:
                    return
                self.step, self.end_of_epoch = self.step + 1, i == last
                chosen = shuffled[i * self.size : (i + 1) * self.size]
                batch = [t[chosen] for t in self.tensors]
                began = time.perf_counter()
                yield batch
                self.seconds += time.perf_counter() - began
            if self.report:
                print(f"epoch {epoch}", {name: round(v[-1], 4) for name, v in self.history.items()}, flush=True)

    def log(self, **numbers: float) -> None:
        for name, number in numbers.items():
            self.history.setdefault(name, []).append(number)


def trained_twice(file: str, data: Any, steps: int | None = None, report: bool = False) -> list[tuple[Any, Any, Any]]:
    """The lesson's module, what was trained, and the loop: of PyTorch, then of this library."""
    import torch

    torch.manual_seed(0)
    theirs, ours = lesson(file, torch=True), lesson(file)
    first = SameSteps(None, steps, report)
    trained = theirs.train(data, first)[0]
    second = SameSteps(first.weights, steps, report)
    return [(theirs, trained, first), (ours, ours.train(data, second)[0], second)]


def table(rows: list[tuple[str, float, float]]) -> None:
    """Prints what both reached: name, PyTorch's, ours."""
    print(f"{'':<36}{'PyTorch':>12}{'tinygrad_edu':>14}")
    for name, theirs, ours in rows:
        print(f"{name:<36}{theirs:>12.4f}{ours:>14.4f}")

"""A lesson run twice: as it stands, and with PyTorch in its import lines.

Both start with the weights that PyTorch gives its own layers, take the same batches, and draw what is random from
NumPy; so their losses must be the same, but for rounding.
"""

from __future__ import annotations

import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import tinygrad_edu as tg
from tinygrad_edu.data import load_mnist
from tinygrad_edu.train import Loop

EXAMPLES = Path(__file__).parents[2] / "examples"
IMPORTS = {
    "import tinygrad_edu as tg": "import torch as tg",
    "from tinygrad_edu import nn, optim": "from torch import nn, optim",
    "from tinygrad_edu.data import DataLoader, TensorDataset": "from torch.utils.data import DataLoader, TensorDataset",
}


class FirstSteps:
    """The loop of a lesson, cut short: it keeps what was logged, and no epoch ends."""

    end_of_epoch = False
    epoch, step = 1, 0

    def __init__(self, steps: int) -> None:
        self.steps, self.history = steps, {}

    def __call__(self, batches: Any, epochs: int, **kept: Any) -> FirstSteps:
        self.batches = (batch for _ in range(epochs) for batch in batches)
        return self

    def __iter__(self) -> Iterator[Any]:
        for batch in islice(self.batches, self.steps):
            self.step += 1
            yield batch

    def log(self, **values: float) -> None:
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)


class Undrawn:
    """In place of `plots`, where only numbers are asked for."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **kwargs: None


def as_torch(source: str) -> str:
    """The lesson with PyTorch in its import lines, and nothing else changed."""
    for ours, theirs in IMPORTS.items():
        assert source.count(f"{ours}\n") == 1, f"expected one line {ours!r}"
        source = source.replace(f"{ours}\n", f"{theirs}\n")
    return source


def load(name: str, theirs: bool = False) -> Any:
    """A lesson as a module of its own, by the name of its file."""
    path = next(EXAMPLES.glob(f"[0-9]*_{name}.py"))
    module = types.ModuleType(path.stem)
    source = path.read_text()
    exec(compile(as_torch(source) if theirs else source, str(path), "exec"), vars(module))
    return module


@contextmanager
def same_numbers(torch: Any, weights: list[np.ndarray]) -> Iterator[None]:
    """Draw NumPy's numbers; PyTorch's layers leave their first weights in `weights`, ours take them from there."""
    rng = np.random.default_rng(0)
    first = torch.optim.Optimizer.__init__
    given = iter(weights)

    def normal(shape: Any) -> Any:
        return torch.tensor(rng.standard_normal(tuple(shape)).astype("float32"))

    def dropout(self: Any, x: Any) -> Any:
        kept = torch.tensor((rng.random(tuple(x.shape)) >= self.p).astype("float32"))
        return x * kept / (1 - self.p) if self.training else x

    def started(self: Any, *args: Any, **kwargs: Any) -> None:
        first(self, *args, **kwargs)
        for p in (p for group in self.param_groups for p in group["params"]):
            if torch is tg:
                p.data.copy_(torch.tensor(next(given)))
            else:
                weights.append(p.detach().numpy().copy())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randn", lambda *size: normal(size))
        patch.setattr(torch, "randn_like", lambda x: normal(x.shape))
        patch.setattr(torch.optim.Optimizer, "__init__", started)
        patch.setattr(torch.nn.Dropout, "forward", dropout)
        yield


def loader_of(torch: Any) -> Any:
    """A DataLoader whose order comes from NumPy, for either library."""

    def batches(dataset: Any, batch_size: int, shuffle: bool = False, drop_last: bool = False) -> Any:
        rng = np.random.default_rng(1)
        tensors = dataset.tensors

        class Batches:
            def __len__(self) -> int:
                return len(tensors[0]) // batch_size + (len(tensors[0]) % batch_size > 0 and not drop_last)

            def __iter__(self) -> Iterator[Any]:
                order = rng.permutation(len(tensors[0])) if shuffle else np.arange(len(tensors[0]))
                for i in range(len(self)):
                    chosen = torch.tensor(order[i * batch_size : (i + 1) * batch_size])
                    yield [t[chosen] for t in tensors]

        return Batches()

    return batches


class Run(NamedTuple):
    """What a lesson measured in one of the two libraries, the loop that it was given, and how long it took."""

    facts: dict[str, float]
    loop: Any
    seconds: float


def run_twice(name: str, digits: Any, loops: Callable[[], Any]) -> tuple[Run, Run]:
    """PyTorch's run of a lesson, and ours; `loops` makes what a lesson gets as its `loop`. Nothing is drawn."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    tg.manual_seed(0)
    weights: list[np.ndarray] = []
    runs = []
    for library in (torch, tg):
        module = load(name, library is not tg)
        module.DataLoader = loader_of(library)
        module.plots, module.draw = Undrawn(), lambda *args, **kwargs: None
        loop = loops()
        start = time.perf_counter()
        with same_numbers(library, weights):
            facts, _ = module.lesson(digits, loop)
        runs.append(Run(facts, loop, time.perf_counter() - start))
    return runs[0], runs[1]


def first_losses(name: str, digits: Any, steps: int = 20) -> list[dict[str, np.ndarray]]:
    """What both log in their first steps, PyTorch first."""
    runs = run_twice(name, digits, lambda: FirstSteps(steps))
    return [{key: np.array(values) for key, values in run.loop.history.items()} for run in runs]


def compare(name: str, digits: Any = None) -> tuple[Run, Run]:
    """Train a lesson of digits fully in both, on MNIST if no others are given, each with one thread; print what both
    measured."""
    with threadpool_limits(1):
        theirs, ours = run_twice(name, digits or load_mnist(), lambda: Loop)
    print(f"\n{name:<20}{'PyTorch':>12}{'here':>12}{'difference':>12}")
    for fact, value in theirs.facts.items():
        gap = f"{ours.facts[fact] / value - 1:+.2%}" if value else ""
        print(f"{fact.replace('_', ' '):<20}{value:>12.4f}{ours.facts[fact]:>12.4f}{gap:>12}")
    print(f"{'seconds':<20}{theirs.seconds:>12.0f}{ours.seconds:>12.0f}")
    return theirs, ours

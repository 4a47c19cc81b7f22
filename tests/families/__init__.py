"""The families of networks, each beside PyTorch: the very text of a lesson runs with both, its import lines changed.

    ours, theirs = first_steps("10_cnn", digits)      # the first 20 steps, from the same weights, on the same batches
    rows = both("10_cnn", digits)                     # trained fully, with the same settings

What a lesson keeps in its loop is what must start alike: the networks in PyTorch get the weights of those here. The
batches come from this library's loader on both sides, so they are the same. Dropout draws other numbers in PyTorch, so
it is off where single steps are compared.
"""

from __future__ import annotations

import copy
import re
import time
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.data import Digits, load_digits
from tinygrad_edu.train import Callback, Loop

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def lesson_here(name: str) -> Any:
    """The module of a lesson, named as its file: "10_cnn"."""
    return _module(name, (EXAMPLES / f"{name}.py").read_text())


def lesson_in_torch(name: str) -> Any:
    """The same text with PyTorch in its import lines; batches are torch.Tensors, pictures are left out."""
    text = (EXAMPLES / f"{name}.py").read_text()
    text = re.sub(r"^import tinygrad_edu as tg$", "import torch as tg", text, flags=re.M)
    text = re.sub(r"^from tinygrad_edu import (?!data)", "from torch import ", text, flags=re.M)
    text = re.sub(r"^from tinygrad_edu\.(nn|optim)\b", r"from torch.\1", text, flags=re.M)
    text = re.sub(r"^from tinygrad_edu\.(data|viz) import", "from tests.families.for_torch import", text, flags=re.M)
    return _module(name, text)


def like_mnist(repeats: int = 2) -> Digits:
    """The built-in digits with MNIST's shape and range, so that what a lesson does to other sizes rounds nothing."""

    def large(images: np.ndarray) -> np.ndarray:
        big = nn.functional.interpolate(tg.tensor(images[:, None] / 16.0), (28, 28), mode="bilinear")
        return np.rint(255 * big[:, 0].numpy()).astype(np.uint8)

    small = load_digits()
    return replace(
        small,
        train_images=np.tile(large(small.train_images), (repeats, 1, 1)),
        train_labels=np.tile(small.train_labels, repeats),
        test_images=large(small.test_images),
        maximum=255,
    )


def first_steps(
    name: str, data: Any, steps: int = 20, seed: int = 0, function: str = "lesson", dtype: Any = None
) -> tuple[Loop, Loop]:
    """The loops of a lesson, here and in PyTorch, after `steps` steps from the same weights, without dropout.

    `loop.history` has what was logged. dtype: np.float64 computes the steps in float64: the networks, and the batches.
    """
    here = Starts(steps, dropout=False, dtype=dtype)
    tg.manual_seed(seed)
    _run(getattr(lesson_here(name), function), data, here)
    there = Starts(steps, dropout=False, dtype=dtype, like=here)
    tg.manual_seed(seed)
    _run(getattr(lesson_in_torch(name), function), data, there)
    return here.made[0], there.made[0]


def both(
    name: str, data: Any, seed: int = 0, function: str = "lesson", epochs: int | None = None
) -> dict[str, dict[str, Any]]:
    """A lesson trained fully, here and in PyTorch, from the same weights: what it measured, and its seconds."""
    import torch

    torch.set_num_threads(1)
    results = {}
    here = Starts(epochs=epochs)
    there = Starts(epochs=epochs, like=here)
    for who, module, starts in (
        ("tinygrad_edu", lesson_here(name), here),
        ("PyTorch", lesson_in_torch(name), there),
    ):
        tg.manual_seed(seed)
        torch.manual_seed(seed)
        began = time.perf_counter()
        facts, _ = getattr(module, function)(data, starts)
        trained = sum(loop.seconds for loop in starts.made)
        results[who] = facts | {"training_seconds": trained, "seconds": time.perf_counter() - began}
    return results


def table(title: str, results: dict[str, dict[str, Any]]) -> str:
    """Results side by side, in Markdown; numbers alone."""
    names = [name for name, value in next(iter(results.values())).items() if isinstance(value, int | float)]
    lines = [f"| {title} | {' | '.join(results)} |", f"| --- |{' ---: |' * len(results)}"]
    lines += [
        f"| {name.replace('_', ' ')} | {' | '.join(_number(facts.get(name)) for facts in results.values())} |"
        for name in names
    ]
    return "\n".join(lines)


class Starts:
    """What a lesson gets as `loop`: notes what its loops start from, or lets them start from what another has noted.

    That is the weights of their networks, and the state of this library's generator, which shuffles the batches.
    """

    def __init__(
        self,
        steps: int | None = None,
        *,
        dropout: bool = True,
        dtype: Any = None,
        like: Starts | None = None,
        epochs: int | None = None,
    ) -> None:
        self.steps, self.dropout, self.dtype, self.epochs, self.like = steps, dropout, dtype, epochs, like
        self.noted: list[tuple[dict[str, Any], Any]] = []
        self.made: list[Loop] = []

    def __call__(self, batches: Any, epochs: int, /, **kept: Any) -> Loop:
        networks = {name: each for name, each in kept.items() if hasattr(each, "named_parameters")}
        if self.like is None:
            self.noted.append(({name: _taken(network) for name, network in networks.items()}, tg.get_rng_state()))
        else:
            weights, generator = self.like.noted[len(self.made)]
            for name, network in networks.items():
                _put(network, weights[name])
            tg.set_rng_state(generator)
        for network in networks.values():
            if self.dtype == np.float64:
                network.double()
            for module in network.modules() if not self.dropout else ():
                if type(module).__name__.startswith("Dropout") or hasattr(module, "dropout"):
                    _without_dropout(module)
        loop = _Ends(batches, min(epochs, self.epochs or epochs), **kept)
        loop.callbacks = [Stop(self.steps)] if self.steps else loop.callbacks
        loop.ends_lesson, loop.double = self.steps is not None, self.dtype == np.float64
        self.made.append(loop)
        return loop


class Stop(Callback):
    """Ends a loop after some steps."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def on_step_end(self, loop: Any) -> None:
        if loop.steps_done >= self.steps:
            loop.stop("enough steps")


class EnoughError(Exception):
    """The steps to be compared are done; the rest of the lesson is not needed."""


class _Ends(Loop):
    ends_lesson = double = False

    def __iter__(self) -> Any:
        for batch in super().__iter__():
            if self.double:
                yield [each.double() if each.is_floating_point() else each for each in batch]
            else:
                yield batch
        if self.ends_lesson:
            raise EnoughError


def _run(lesson: Any, data: Any, loops: Starts) -> None:
    try:
        lesson(data, loops)
    except EnoughError:
        return
    raise AssertionError("the lesson made no loop, or did not go through it")


def _taken(network: nn.Module) -> dict[str, np.ndarray]:
    return {name: copy.deepcopy(value.detach().numpy()) for name, value in network.state_dict().items()}


def _put(network: Any, weights: dict[str, np.ndarray]) -> None:
    import torch

    own = network.state_dict()
    if own.keys() != weights.keys():
        raise AssertionError(f"other names of parameters: {sorted(own.keys() ^ weights.keys())}")
    network.load_state_dict({name: torch.tensor(value).to(own[name].dtype) for name, value in weights.items()})


def _without_dropout(module: Any) -> None:
    if hasattr(module, "p"):
        module.p = 0.0
    elif isinstance(module.dropout, float):
        module.dropout = 0.0


def _module(name: str, text: str) -> Any:
    module = types.ModuleType(f"lesson_{name}")
    exec(compile(text, str(EXAMPLES / f"{name}.py"), "exec"), module.__dict__)
    return module


def _number(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"

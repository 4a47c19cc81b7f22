"""A program, its run with one library, and the comparison of two runs.

A program is a list of lines of text. It is run twice, with the name `torch` bound to PyTorch and to tinygrad_edu; after
each line the variables are compared, and at the end the gradients of the leaves.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

import tinygrad_edu as tg

from .grammar import PRODUCTIONS, Scene
from .replay import ROUNDING, Replay, rounding_only


@dataclass(frozen=True)
class Line:
    """One line of text, and the production that made it (`leaf` for a new tensor)."""

    name: str
    text: str

    @property
    def target(self) -> str:
        """The variable that this line makes, or '' where it writes in place."""
        found = re.match(r"(\w+) = ", self.text)
        return found[1] if found else ""


@dataclass(frozen=True)
class Disagreement:
    """Where two runs part: the production, the nature, and what stood against what."""

    line: int
    op: str
    nature: str
    detail: str

    @property
    def kind(self) -> tuple[str, str]:
        return self.op, self.nature


def values(dtype: str, shape: tuple[int, ...], kind: str, seed: int) -> np.ndarray:
    """The elements of a leaf: numbers that every floating dtype holds exactly, so that all precisions start equal."""
    rng = np.random.default_rng(seed)
    if kind == "normal":
        x = np.float16(rng.standard_normal(shape) * 2)
    elif kind == "halves":
        x = rng.integers(-4, 5, shape) / 2
    elif kind == "positive":
        x = np.float16(rng.uniform(0.1, 3, shape))
    elif kind == "ones":
        x = np.ones(shape)
    elif kind == "special":
        x = rng.choice([0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan, 2.0], shape)
    else:
        x = (
            rng.choice([30.0, -100.0, 1000.0, 0.001, 127.0], shape)
            if "float" in dtype
            else rng.integers(-200, 200, shape)
        )
        if dtype in ("int32", "int64"):
            x = x + 16777217
    x = np.asarray(x)
    if dtype == "bool":
        return x > 0
    if "int" in dtype:
        x = np.where(np.isfinite(x), x, 3)
        return (np.abs(x) if dtype == "uint8" else x).astype(np.int64).astype(dtype)
    return x.astype(dtype)


class Run:
    """One library executing a program line by line."""

    def __init__(self, library: Any, double: bool = False) -> None:
        self.library = library
        self.double = double
        self.leaves: list[Any] = []
        self.names: dict[str, Any] = {"torch": library, "t": self._leaf, "v": self._literal}

    def _make(self, array: np.ndarray, grad: bool) -> Any:
        if self.double and array.dtype.kind == "f":
            array = array.astype(np.float64)
        tensor = self.library.tensor(array)
        if grad and array.dtype.kind == "f":
            tensor.requires_grad_()
            self.leaves.append(tensor)
        return tensor

    def _leaf(
        self, dtype: Any, shape: tuple[int, ...], kind: str = "normal", *, seed: int = 0, grad: bool = True
    ) -> Any:
        return self._make(values(_name(dtype), shape, kind, seed), grad)

    def _literal(self, dtype: Any, data: Any, shape: tuple[int, ...], grad: bool = False) -> Any:
        return self._make(np.array(data).astype(_name(dtype)).reshape(shape), grad)

    def execute(self, line: Line) -> Exception | None:
        text = re.sub(r"torch\.float(16|32)\b", "torch.float64", line.text) if self.double else line.text
        try:
            exec(text, self.names)
        except Exception as error:
            return error
        return None

    def variables(self) -> dict[str, Any]:
        return {k: v for k, v in self.names.items() if k not in ("torch", "t", "v") and not k.startswith("__")}

    def precision(self) -> str:
        """The coarsest floating dtype that was computed in."""
        used = {_name(x.dtype) for x in self.variables().values() if is_tensor(x)}
        return next((dtype for dtype in ROUNDING if dtype in used), "float64")

    def backward(self, name: str) -> Exception | None:
        """Gradients of the leaves, from a random gradient of this variable."""
        y = self.names[name]
        dtype = _name(y.dtype)
        g = np.float16(np.random.default_rng(1).standard_normal(tuple(y.shape))).astype(dtype)
        try:
            y.backward(self.library.tensor(g))
        except Exception as error:
            return error
        return None


def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def _array(x: Any) -> np.ndarray:
    return x.numpy(force=True) if isinstance(x, torch.Tensor) else x.detach().numpy()


def is_tensor(x: Any) -> bool:
    return isinstance(x, (torch.Tensor, tg.Tensor))


def generate(rng: random.Random) -> list[Line]:
    """A program: one to three leaves, one to five further lines. PyTorch runs along, so that the shapes are known."""
    scene, run, lines = Scene(rng), Run(torch), []
    names = iter("abcdefghijklmnopqrstuvwxyz")
    leaves, rest = rng.choice([1, 2, 2, 3]), rng.choice([1, 1, 2, 2, 3, 4, 5])
    while len(lines) < leaves + rest:
        if len(lines) < leaves:
            line = Line("leaf", f"{next(names)} = {scene.leaf()}")
        else:
            for _ in range(4):
                name = rng.choice(list(PRODUCTIONS))
                text = PRODUCTIONS[name](scene)
                line = Line(name, text if _is_statement(name) else f"{next(names)} = {text}")
                error = Run.execute(trial := _copy(run), line)
                del trial
                if error is None or rng.random() < 0.15:
                    break
                names = iter([*([line.target] if line.target else []), *names])
        lines.append(line)
        if run.execute(line) is not None:
            break
        scene.variables = {k: v for k, v in run.variables().items() if isinstance(v, torch.Tensor)}
        if not all(v.numel() < 500 for v in scene.variables.values()):
            break
    return lines


def _is_statement(name: str) -> bool:
    return name.endswith("_") or name == "setitem" or name in ("+=", "-=", "*=", "/=", "**=")


def _copy(run: Run) -> Run:
    """A run to try a line in, whose writes do not reach this one."""
    trial = Run(torch)
    for name, value in run.variables().items():
        trial.names[name] = (
            value.detach().clone().requires_grad_(value.requires_grad and value.is_floating_point()) * 1
            if is_tensor(value)
            else value
        )
    return trial


def compare(lines: list[Line]) -> Disagreement | None:
    """The first disagreement of the two libraries on this program, or None."""
    theirs, ours = Run(torch), Run(tg)
    last = ""
    for i, line in enumerate(lines):
        errors = theirs.execute(line), ours.execute(line)
        if errors[0] is not None or errors[1] is not None:
            return _refusal(i, line.name, *errors)
        for name in [line.target] if line.target else list(theirs.variables()):
            replay = Replay(_again, lines[: i + 1], name)
            found = _difference(theirs.names[name], ours.names[name], replay, theirs.precision())
            if found is not None:
                return Disagreement(i, line.name, *found)
        changed = line.target or re.match(r"\w+", line.text)[0]
        if is_tensor(theirs.names[changed]):
            last = changed
    if not last or not theirs.names[last].requires_grad:
        return None
    return _gradients(lines, last, theirs, ours)


def _gradients(lines: list[Line], last: str, theirs: Run, ours: Run) -> Disagreement | None:
    i, op = len(lines) - 1, lines[-1].name
    errors = theirs.backward(last), ours.backward(last)
    if errors[0] is not None or errors[1] is not None:
        return _refusal(i, op, *errors, " the gradient")
    for k, (a, b) in enumerate(zip(theirs.leaves, ours.leaves, strict=True)):
        if (a.grad is None) != (b.grad is None):
            return Disagreement(i, op, "gradient", f"{'no' if b.grad is None else 'a'} gradient of leaf {k}")
        if a.grad is not None:
            found = _difference(a.grad, b.grad, Replay(_again, lines, last, k), theirs.precision())
            if found is not None:
                return Disagreement(i, op, f"gradient {found[0]}".replace(" value", ""), found[1])
    return None


def _refusal(i: int, op: str, theirs: Any, ours: Any, what: str = "") -> Disagreement | None:
    if theirs is not None and ours is not None:
        return None
    if ours is None:
        return Disagreement(i, op, f"torch refuses{what}", f"{type(theirs).__name__}: {str(theirs).splitlines()[0]}")
    return Disagreement(i, op, f"ours refuses{what}", f"{type(ours).__name__}: {ours}")


def _again(double: bool) -> Run:
    return Run(torch, double=double)


def _difference(theirs: Any, ours: Any, replay: Replay, precision: str) -> tuple[str, str] | None:
    """Nature and detail of the difference of two results."""
    if not is_tensor(theirs) or not is_tensor(ours):
        same = type(theirs) is type(ours) and (theirs == ours or repr(theirs) == repr(ours))
        if same or _near(theirs, ours):
            return None
        return "value", f"PyTorch {theirs!r}, ours {ours!r}"
    if _name(theirs.dtype) != _name(ours.dtype):
        return "dtype", f"PyTorch {_name(theirs.dtype)}, ours {_name(ours.dtype)}"
    a, b = _array(theirs), _array(ours)
    if a.shape != b.shape and not rounding_only(a, b, replay, precision):
        return "shape", f"PyTorch {tuple(theirs.shape)}, ours {ours.shape}"
    if theirs.requires_grad != ours.requires_grad:
        return "requires_grad", f"PyTorch {theirs.requires_grad}, ours {ours.requires_grad}"
    if np.array_equal(a, b, equal_nan=a.dtype.kind == "f") or rounding_only(a, b, replay, precision):
        return None
    return "value", f"PyTorch {_short(a)}, ours {_short(b)}"


def _near(theirs: Any, ours: Any) -> bool:
    try:
        a, b = np.asarray(theirs, np.float64), np.asarray(ours, np.float64)
    except (ValueError, TypeError):
        return False
    return type(theirs) is type(ours) and a.shape == b.shape and np.allclose(a, b, 1e-2, 1e-3, equal_nan=True)


def _short(a: np.ndarray) -> str:
    return re.sub(r"\s+", " ", np.array2string(a, precision=6, separator=", ", threshold=12))

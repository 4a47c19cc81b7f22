"""Random graphs: tens of ops on one another's results, as a value that anything with the ops' names can run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..op import OPS

LARGEST = 8.0  # no value is larger: the graphs test derivatives, not overflow
GAP = 0.05  # how far values stay from kinks

Test = Callable[..., Any]


def _always(*xs: np.ndarray) -> bool:
    return True


def _beyond(low: float) -> Test:
    return lambda x: bool(np.all(x > low))


def _within(bound: float) -> Test:
    return lambda x: bool(np.all(np.abs(x) < bound))


def _away(bound: float) -> Test:
    return lambda x: bool(np.all(np.abs(x) > bound))


# The ops that are drawn, and of which values they may be taken.
UNARY: dict[str, Test] = {
    "neg": _always, "sin": _always, "cos": _always, "tanh": _always, "sigmoid": _always, "atan": _always,
    "asinh": _always, "softplus": _always, "erf": _always, "exp": _within(2), "expm1": _within(2), "sinh": _within(2),
    "cosh": _within(2), "square": _within(2.5), "log": _beyond(0.2), "sqrt": _beyond(0.2), "rsqrt": _beyond(0.2),
    "log1p": _beyond(-0.7), "reciprocal": _away(0.3), "abs": _away(GAP), "relu": _away(GAP), "tan": _within(1),
}  # fmt: skip
BINARY: dict[str, Test] = {
    "add": _always,
    "sub": _always,
    "mul": _always,
    "div": lambda a, b: np.all(np.abs(b) > 0.3),
    "pow": lambda a, b: np.all(a > 0.3) and np.all(np.abs(b) < 2),
    "atan2": lambda a, b: np.all(np.abs(a) > 0.2),
    "hypot": lambda a, b: np.all(np.abs(a) > 0.2),
    "logaddexp": _always,
    "maximum": lambda a, b: np.all(np.abs(a - b) > GAP),
    "minimum": lambda a, b: np.all(np.abs(a - b) > GAP),
}
REDUCTIONS = ("sum", "mean", "prod", "amax", "amin", "logsumexp")
MOVES = ("permute", "reshape", "flip", "roll", "getitem", "cumsum", "log_softmax", "pad", "cat")


@dataclass(frozen=True)
class Step:
    """One call: a row of the table, the numbers of earlier values, parameters."""

    name: str
    inputs: tuple[int, ...]
    params: Mapping[str, Any]

    def text(self, number: int) -> str:
        """As a line of a program."""
        given = [f"v{i}" for i in self.inputs] + [f"{key}={value!r}" for key, value in self.params.items()]
        return f"v{number} = {self.name}({', '.join(given)})"


@dataclass(frozen=True)
class Graph:
    """Arrays to start from, and steps. Its value is the sum of the last value and of all that nothing else uses."""

    leaves: tuple[np.ndarray, ...]
    steps: tuple[Step, ...]

    def run(self, leaves: Sequence[Any], table: Mapping[str, Callable[..., Any]] = OPS) -> list[Any]:
        """All values, the leaves first, by the functions of a table."""
        values = list(leaves)
        for step in self.steps:
            values.append(table[step.name](*(values[i] for i in step.inputs), **step.params))
        return values

    def ends(self) -> list[int]:
        """The numbers of the values that no step uses."""
        used = {i for step in self.steps for i in step.inputs}
        return [i for i in range(len(self.leaves) + len(self.steps)) if i not in used]

    def __call__(self, *leaves: Any) -> Any:
        """One number, of Tensors."""
        values = self.run(leaves)
        total: Any = 0.0
        for i in self.ends():
            total = OPS["add"](total, OPS["sum"](values[i]))
        return total

    def __repr__(self) -> str:
        leaves = [f"v{i} = {leaf.tolist()}" for i, leaf in enumerate(self.leaves)]
        steps = [step.text(len(self.leaves) + k) for k, step in enumerate(self.steps)]
        return "Graph:\n  " + "\n  ".join([*leaves, *steps])


@st.composite
def graphs(draw: st.DrawFn, min_ops: int = 1, max_ops: int = 30, max_leaves: int = 3) -> Graph:
    """Graphs of rows of the table, on small float64 tensors, values of order one and clear of kinks.

    `graph(*tensors)` is one number; `print(graph)` shows the program.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    shapes = st.sampled_from([(), (1,), (2,), (3,), (2, 2), (2, 3), (3, 1), (1, 2)])
    leaves = tuple(
        np.asarray(rng.uniform(0.4, 1.6, shape) * rng.choice([-1.0, 1.0], shape))
        for shape in draw(st.lists(shapes, min_size=1, max_size=max_leaves))
    )
    values, steps = list(leaves), []
    for _ in range(draw(st.integers(min_ops, max_ops))):
        step = _step(draw, values)
        with np.errstate(all="ignore"):
            y = np.asarray(_value(step, values))
        if not (np.all(np.isfinite(y)) and np.all(np.abs(y) < LARGEST) and y.size <= 24):
            step = Step("tanh", (step.inputs[0],), {})
            y = np.tanh(values[step.inputs[0]])
        steps.append(step)
        values.append(y)
    return Graph(leaves, tuple(steps))


def _value(step: Step, values: Sequence[np.ndarray]) -> Any:
    return OPS[step.name].forward(*(values[i] for i in step.inputs), **step.params)


def _step(draw: st.DrawFn, values: Sequence[np.ndarray]) -> Step:
    newest = len(values) - 1
    i = newest if draw(st.booleans()) else draw(st.integers(0, newest))
    x = values[i]
    kind = draw(st.sampled_from(["unary", "binary", "binary", "reduction", "move", "matmul"]))
    if kind == "binary":
        others = [j for j, y in enumerate(values) if _broadcast(x.shape, y.shape)]
        j = draw(st.sampled_from(others))
        pair = (i, j) if draw(st.booleans()) else (j, i)
        names = [name for name, allowed in BINARY.items() if allowed(values[pair[0]], values[pair[1]])]
        return Step(draw(st.sampled_from(names)), pair, {})
    if kind == "matmul":
        others = [j for j, y in enumerate(values) if x.ndim and y.ndim and x.shape[-1] == y.shape[max(y.ndim - 2, 0)]]
        if others:
            return Step("matmul", (i, draw(st.sampled_from(others))), {})
    if kind == "reduction" and x.size:
        return _reduction(draw, i, x)
    if kind == "move" and x.ndim:
        return _move(draw, i, x, values)
    names = [name for name, allowed in UNARY.items() if allowed(x)]
    return Step(draw(st.sampled_from(names)), (i,), {})


def _broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(reversed(a), reversed(b), strict=False))


def _reduction(draw: st.DrawFn, i: int, x: np.ndarray) -> Step:
    name = draw(st.sampled_from(REDUCTIONS))
    if name in ("amax", "amin") and x.size > 1 and np.min(np.diff(np.sort(x, axis=None))) < GAP:
        name = "mean"
    dim = draw(st.sampled_from([None, *range(-x.ndim, x.ndim)]))
    return Step(name, (i,), {"dim": dim, "keepdim": draw(st.booleans())})


def _move(draw: st.DrawFn, i: int, x: np.ndarray, values: Sequence[np.ndarray]) -> Step:
    name = draw(st.sampled_from(MOVES))
    dim = draw(st.integers(-x.ndim, x.ndim - 1))
    params: dict[str, Any] = {"dim": dim}
    inputs: tuple[int, ...] = (i,)
    if name == "permute":
        params = {"dims": tuple(draw(st.permutations(range(x.ndim))))}
    elif name == "reshape":
        params = {"shape": draw(st.sampled_from([(math.prod(x.shape),), (*x.shape, 1), tuple(reversed(x.shape))]))}
    elif name == "flip":
        params = {"dims": (dim,)}
    elif name == "roll":
        params = {"shifts": draw(st.integers(-2, 2)), "dims": dim}
    elif name == "getitem":
        rows = st.lists(st.integers(-x.shape[0], x.shape[0] - 1), min_size=1, max_size=3)
        basic = st.sampled_from([0, -1, slice(None, None, -1), slice(0, 1), (None, 0)])
        params = {"index": draw(st.one_of(basic, rows.map(np.array)))}
    elif name == "pad":
        params = {"widths": tuple(draw(st.tuples(*[st.integers(0, 1)] * 2)) for _ in x.shape), "value": 0.7}
    elif name == "cat":
        inputs = (i, draw(st.sampled_from([j for j, y in enumerate(values) if y.shape == x.shape])))
    return Step(name, inputs, params)

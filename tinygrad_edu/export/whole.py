"""Compositions of ops for which ONNX has one operator: a normalisation, an activation, a layer with its bias.

What a composition looks like is not written down again: the function itself is recorded, and where the model's program
has the same ops in the same order, the operator takes their place. Its inputs are those of the function; numbers that
may be any are marked by `ANY`.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from ..nn import functional as F
from .nodes import linalg, sliding
from .recorded import recorded
from .sizes import Item, Merge, Step, is_fixed, product, size_in

W: TypeAlias = Any  # the writer
X: TypeAlias = Any  # an input: an Item, a number, a name
ANY = (0.0123456789, 0.0246913578)  # stand for the numbers of a model
FREE = {"dim", "stride", "widths", "dilation", "groups", "kernel", "size"}  # parameters that may be any


@dataclasses.dataclass(frozen=True)
class Whole:
    """An operator, and the function that it stands for.

    shapes: of the function's tensors, with which it is recorded. row: writes the operator, from the tensors, and by
        keyword from the free parameters, and from `numbers`, those in place of `ANY`. fits: whether it may stand for a
        match, asked the tensors and the parameters likewise. opset: the first that has the operator.
    """

    name: str
    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    row: Callable[..., Any]
    fits: Callable[..., bool] = lambda *xs, **_: True
    opset: int = 1

    @functools.cached_property
    def result(self) -> Item:
        """What the function gives, as recorded."""
        arrays = [np.zeros(shape, np.float32) for shape in self.shapes]
        from ..tensor import wrap

        tensors = [wrap(a) for a in arrays]
        run = recorded(self.function, tuple(tensors), {}, [(str(k), a) for k, a in enumerate(arrays)], {}, {})
        found: Item = Merge([run]).outputs[0]
        return found


def _vectors(*xs: X, channels: Any) -> bool:
    return all(x is None or (x.ndim == 1 and x.shape[0] == channels) for x in xs)


def _two(given: tuple[X, ...]) -> tuple[X, X]:
    """Weight and bias, None where they are missing."""
    weight, bias = (*given, None, None)[:2]
    return weight, bias


# --- normalisations ---------------------------------------------------------------------------------------------------


def _batch_norms() -> Iterator[Whole]:
    for ndim in (2, 3, 4, 5):
        for count in (2, 1, 0):  # of weight and bias

            def function(x: X, mean: X, var: X, *more: X) -> Any:
                return F.batch_norm(x, mean, var, *_two(more), eps=ANY[0])

            def row(w: W, x: X, mean: X, var: X, weight: X = None, bias: X = None, *, numbers: Any) -> Any:
                channels = w.fixed(x.shape[1], "the number of channels")
                weight = np.ones(channels, x.dtype) if weight is None else weight
                bias = np.zeros(channels, x.dtype) if bias is None else bias
                return w.BatchNormalization(x, weight, bias, mean, var, epsilon=numbers[0])

            def fits(x: X, *vectors: X, **_: Any) -> bool:
                return x.ndim > 1 and _vectors(*vectors, channels=x.shape[1])

            shapes = ((2, 3, 4, 5, 6)[:ndim], *[(3,)] * (2 + count))
            yield Whole("BatchNormalization", function, shapes, row, fits)


def _layer_norms() -> Iterator[Whole]:
    for ndim in (1, 2, 3):
        for count in (2, 1):

            def function(x: X, *more: X, ndim: int = ndim) -> Any:
                return F.layer_norm(x, x.shape[-ndim:], *_two(more), eps=ANY[0])

            def row(w: W, x: X, weight: X, bias: X = None, *, numbers: Any, ndim: int = ndim) -> Any:
                return w.LayerNormalization(x, weight, bias, axis=-ndim, epsilon=numbers[0])

            def fits(x: X, *more: X, ndim: int = ndim, **_: Any) -> bool:
                return all(t.shape == x.shape[-ndim:] for t in more)

            yield Whole("LayerNormalization", function, ((2, 3, 4, 5), *[(3, 4, 5)[-ndim:]] * count), row, fits, 17)


def _instance_norms() -> Iterator[Whole]:
    for ndim in (3, 4, 5):
        for count in (2, 0):

            def function(x: X, *more: X) -> Any:
                return F.instance_norm(x, None, None, *_two(more), eps=ANY[0])

            def row(w: W, x: X, weight: X = None, bias: X = None, *, numbers: Any) -> Any:
                channels = w.fixed(x.shape[1], "the number of channels")
                weight = np.ones(channels, x.dtype) if weight is None else weight
                bias = np.zeros(channels, x.dtype) if bias is None else bias
                return w.InstanceNormalization(x, weight, bias, epsilon=numbers[0])

            def fits(x: X, *vectors: X, ndim: int = ndim, **_: Any) -> bool:
                return x.ndim == ndim and _vectors(*vectors, channels=x.shape[1])

            yield Whole("InstanceNormalization", function, ((2, 3, 4, 5, 6)[:ndim], *[(3,)] * count), row, fits)


# --- layers with their bias -------------------------------------------------------------------------------------------


def _convolutions() -> Iterator[Whole]:
    for d in (1, 2, 3):
        sizes = (2, 1, *(4,) * d), (3, 1, *(2,) * d), (3,)
        back = (2, 3, *(4,) * d), (3, 3, *(2,) * d), (3,)

        def conv(x: X, k: X, b: X, d: int = d) -> Any:
            return getattr(F, f"conv{d}d")(x, k, b)

        def conv_transpose(x: X, k: X, b: X, d: int = d) -> Any:
            return getattr(F, f"conv_transpose{d}d")(x, k, b)

        def write(w: W, x: X, k: X, b: X, *, numbers: Any, **sliding_: Any) -> Any:
            return sliding.conv(w, x, k, bias=b, **sliding_)

        def write_transpose(w: W, x: X, k: X, b: X, *, numbers: Any, **sliding_: Any) -> Any:
            return sliding.conv_transpose(w, x, k, bias=b, **sliding_)

        def fits(x: X, k: X, b: X, **_: Any) -> bool:
            return _vectors(b, channels=k.shape[0])

        def fits_transpose(x: X, k: X, b: X, *, groups: int, **_: Any) -> bool:
            return _vectors(b, channels=k.shape[1] * groups)

        yield Whole("Conv", conv, sizes, write, fits)
        yield Whole("ConvTranspose", conv_transpose, back, write_transpose, fits_transpose)


def _gemm(w: W, x: X, weight: X, bias: X, *, numbers: Any) -> Any:
    return linalg.linear(w, x, weight, bias)


def _mean(x: X) -> Any:
    from ..ops.sliding import sum_pool

    return sum_pool(x, kernel=(2, 2), stride=(1, 1), widths=((0, 0), (0, 0))) / ANY[0]


def _average(w: W, x: X, *, numbers: Any, **pooling: Any) -> Any:
    return sliding.average(w, x, **pooling)


def _counts_all(x: X, *, kernel: Any, numbers: Any, **_: Any) -> bool:
    return bool(numbers[0] == product(kernel))


# --- activations ------------------------------------------------------------------------------------------------------


def _activation(name: str, function: Callable[..., Any], opset: int = 1, **attributes: Any) -> Whole:
    """An operator of one tensor; attributes: values, or the number of what stands for `ANY`."""

    def row(w: W, x: X, *, numbers: Any, **_: Any) -> Any:
        known = {key: numbers[n] if type(n) is int else n for key, n in attributes.items()}
        return w.add(name, (x,), known)

    return Whole(name, function, ((2, 3),), row, opset=opset)


def _clip(w: W, x: X, *, numbers: Any) -> Any:
    return w.Clip(x, *(np.asarray(n, x.dtype) for n in numbers))


def _softmax(w: W, x: X, *, numbers: Any, dim: int) -> Any:
    return w.Softmax(x, axis=dim % max(x.ndim, 1))


def _slopes_fit(x: X, slopes: X, **_: Any) -> bool:
    sizes = zip(reversed(slopes.shape), reversed(x.shape), strict=False)
    return bool(slopes.ndim <= x.ndim and x.dtype == slopes.dtype and all(s in (1, n) for s, n in sizes))


def _prelu(w: W, x: X, slopes: X, *, numbers: Any) -> Any:
    return w.PRelu(x, slopes)


def _slopes(x: X, slopes: X) -> Any:
    from .. import ops

    return ops.where(x > 0, x, x * slopes)


# What contains another comes first.
WHOLES: tuple[Whole, ...] = (
    *_batch_norms(),
    *_layer_norms(),
    *_instance_norms(),
    *_convolutions(),
    Whole("Gemm", F.linear, ((2, 3), (4, 3), (4,)), _gemm, lambda x, k, b, **_: _vectors(b, channels=k.shape[0])),
    Whole("AveragePool", _mean, ((1, 1, 4, 4),), _average, _counts_all),
    _activation("Selu", F.selu),
    _activation("Elu", lambda x: F.elu(x, ANY[0]), alpha=0),
    _activation("Celu", lambda x: F.celu(x, ANY[0]), alpha=0),
    _activation("Gelu", F.gelu, 20),
    _activation("Gelu", lambda x: F.gelu(x, "tanh"), 20, approximate="tanh"),
    _activation("Mish", F.mish, 18),
    _activation("HardSwish", F.hardswish, 14),
    _activation("HardSigmoid", F.hardsigmoid, alpha=1 / 6, beta=0.5),
    _activation("Softsign", F.softsign),
    _activation("LeakyRelu", lambda x: F.leaky_relu(x, ANY[0]), alpha=0),
    Whole("PRelu", _slopes, ((2, 3), (3,)), _prelu, _slopes_fit),
    Whole("Clip", lambda x: F.hardtanh(x, *ANY), ((2, 3),), _clip),
    Whole("Softmax", lambda x: F.softmax(x, 0), ((2, 3),), _softmax),
)


def with_wholes(steps: list[Step], opset: int) -> dict[Step, Step]:
    """For steps that end a composition, the step of the operator that takes its place."""
    rows = [(whole, whole.result) for whole in WHOLES if whole.opset <= opset]
    found: dict[Step, Step] = {}
    for step in steps:
        for whole, result in rows:
            assert result.step is not None
            if result.step.op != step.op:
                continue
            match = _Match()
            if not match.step(result.step, step):
                continue
            tensors = [match.tensors[k] for k in range(len(whole.shapes))]
            numbers = [match.numbers[n] for n in ANY if n in match.numbers]
            known = step.results[0].dtype.kind == "f" and (is_fixed(numbers) or whole.name == "AveragePool")
            if known and whole.fits(*tensors, numbers=numbers, **match.params):
                params = {**match.params, "numbers": numbers}
                found[step] = Step(
                    whole.name, tuple(tensors), params, step.results, step.scope, False, step.line, whole.row
                )
                break
    return found


class _Match:
    """A composition found in a program: what its tensors, its free parameters and its numbers are there."""

    def __init__(self) -> None:
        self.tensors: dict[int, Any] = {}
        self.numbers: dict[float, Any] = {}
        self.params: dict[str, Any] = {}

    def step(self, pattern: Step, step: Step | None) -> bool:
        """Whether a step, and what it is made from, is what the pattern is."""
        if step is None or pattern.op != step.op or len(pattern.inputs) != len(step.inputs):
            return False
        if pattern.params.keys() != step.params.keys():
            return False
        for name, value in pattern.params.items():
            if name in FREE and pattern.op not in ("mean", "sum"):
                self.params[name] = step.params[name]
            elif value != step.params[name]:
                return False
        return all(map(self.input, pattern.inputs, step.inputs))

    def input(self, pattern: Any, x: Any) -> bool:
        """The same of one input."""
        number = _number(pattern)
        if number is not None:
            found = _number(x) if (size := size_in(x)) is None else size
            mark = next((n for n in ANY if np.float32(n) == np.float32(number)), None)
            if mark is None or found is None:
                return isinstance(found, float) and bool(np.float32(found) == np.float32(number))
            return bool(self.numbers.setdefault(mark, found) == found)
        if not isinstance(x, Item):
            return False
        if pattern.kind == "input":
            return self.tensors.setdefault(int(pattern.name), x) is x
        if pattern.step is None or x.step is None or not self.step(pattern.step, x.step):
            return False
        return bool(x.step.results.index(x) == pattern.step.results.index(pattern))


def _number(x: Any) -> float | None:
    """Of a Python number, or a constant of one element."""
    if isinstance(x, Item):
        return float(x.arrays[0]) if x.kind == "fixed" and x.ndim == 0 and x.dtype.kind in "fiu" else None
    return float(x) if isinstance(x, (int, float)) and not isinstance(x, bool) else None

"""A run of a model, recorded for an ONNX graph.

The walk is that of `compile`: each op that is called is noted, with its inputs, its parameters and the modules that
were being called. Here parameters are part of what is written, and nothing may depend on the numbers of an input.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..compile.errors import CompileError
from ..compile.program import Again, Call, Value, reads
from ..compile.trace import Tracer, _line
from ..op import Variable
from ..recording import no_grad, thread
from ..tensor import wrap
from ..tracing import NO_ANSWER
from .errors import ExportError
from .nodes import FUNCTIONS
from .outside import INSTEAD
from .sizes import name_of


class Recorder(Tracer):
    """The calls of one run of a model.

    names: of its parameters and buffers, by the identity of their arrays. paths: of its modules.
    """

    def __init__(self, inputs: Sequence[tuple[str, np.ndarray]], names: dict[int, str], paths: dict[int, str]) -> None:
        self.names = names
        self.paths = paths
        self.pure: dict[Value, np.ndarray] = {}  # numbers that depend neither on the inputs nor on the model's state
        self.scopes: dict[Call | Again, tuple[Any, ...]] = {}  # the modules that were being called
        self.varying: set[Value] = set()  # what depends on the inputs, or is drawn at random
        super().__init__(inputs)
        self.varying.update(self.inputs)
        self.returned: Any = None

    def state(self, value: Value) -> str | None:
        """The name of the parameter or buffer that this is."""
        return self.names.get(id(value.array)) if value.kind == "external" else None

    def path(self, scope: Sequence[Any]) -> str:
        """Of the innermost module that has one: "layers.0.linear"."""
        for module in reversed(scope):
            if id(module) in self.paths:
                return self.paths[id(module)]
        return ""

    def record(
        self,
        op: Any,
        tensors: Sequence[Any],
        given: list[Any],
        arrays: list[Any],
        params: dict[str, Any],
        out: Any,
        copied: bool,
    ) -> None:
        """An op was called: see `Tracer`."""
        before = len(self.instructions)
        super().record(op, tensors, given, arrays, params, out, copied)
        found = {id(self.known[id(a)]): a for a in (*arrays, *(out if type(out) is tuple else (out,))) if self._has(a)}
        for call in self.instructions[before:]:
            if isinstance(call, Call) and all(value in self.pure for value in reads(call)):
                numbers = out if type(out) is tuple else (out,)
                for i, result in enumerate(call.results):
                    shared = call.view and copied
                    array = numbers[i] if shared else found.get(id(result))
                    if array is not None:
                        self.pure[result] = np.array(array)

    def _has(self, array: Any) -> bool:
        return isinstance(array, np.ndarray) and id(array) in self.known

    def _new(self, array: np.ndarray, kind: str = "result", name: str = "") -> Value:
        value = super()._new(array, kind, name)
        if kind in ("external", "constant") and id(array) not in self.names:
            self.pure[value] = np.array(array)  # a copy: it may be written to
        return value

    def again(self, function: Callable[..., Any], arrays: Sequence[Any], result: Any, random: bool) -> None:
        """A function of NumPy was called: on Tensors, if it can be, for then NumPy's functions are ops."""
        results = result if isinstance(result, tuple) else () if result is None else (result,)
        if name_of(function) in FUNCTIONS:
            super().again(function, arrays, result, random)
        elif not random and all(self._value(a) in self.pure for a in arrays if isinstance(a, np.ndarray)):
            super().again(function, arrays, result, random)
            self.pure.update((self._value(a), np.array(a)) for a in results)
        elif random or not results or not self._as_ops(function, arrays, results):
            super().again(function, arrays, result, random)

    def _as_ops(self, function: Callable[..., Any], arrays: Sequence[Any], results: tuple[Any, ...]) -> bool:
        before = len(self.instructions)
        try:
            given = [wrap(a) if isinstance(a, np.ndarray) else a for a in arrays]
            found = _instead(function)(*given)
            for x, array in zip(found if isinstance(found, tuple) else (found,), results, strict=True):
                if x._array.shape != array.shape or not np.array_equal(
                    x._array, array, equal_nan=array.dtype.kind == "f"
                ):
                    raise ValueError("it computes something else on Tensors")
                y = x if x.dtype == array.dtype else x.to(array.dtype)
                self._remember(array, self._value(y._array))
        except Exception:  # whatever a function does that was written for arrays
            del self.instructions[before:]
            return False
        return True

    def decided(self, function: Callable[..., Any], arrays: Sequence[Any], otherwise: Any) -> Any:
        """A question on which the way through the model depends."""
        if otherwise is not NO_ANSWER:
            values = [self._value(a) for a in arrays if isinstance(a, np.ndarray)]
            return function(*arrays) if all(value in self.pure for value in values) else otherwise
        if all(map(self._is_part_of_the_model, (a for a in arrays if isinstance(a, np.ndarray)))):
            return function(*arrays)
        raise self.refusal("what is done here, or the shape of the result, depends on the numbers of an input")

    def refuse_reading(self, x: Any, what: str) -> None:
        """The model looks at numbers."""
        if not self._is_part_of_the_model(x._array):
            raise self.refusal(f"{what} of a tensor that depends on the inputs")

    def refusal(self, what: str) -> ExportError:
        """What was found, where, and what to do."""
        path = self.path(self._scope())
        return ExportError(
            f"onnx.export: {_line()}{f', in {path}' if path else ''}: {what}. The graph is the same for all inputs: "
            "use where() instead of if, or compute it outside and pass it as an input"
        )

    def writes(self, target: np.ndarray, source: np.ndarray) -> None:
        """In place: from now on the array stands for the new numbers."""
        before = self._value(target)
        name = self.state(before)
        if name is not None:
            raise ExportError(
                f"onnx.export: {self.path(self._scope()) or 'the model'} writes into {name}, and a graph has no "
                "memory. Export in evaluation mode, training=TrainingMode.EVAL"
            )
        if before.kind in ("external", "input"):
            for array in [reference() for reference in self.living.values()]:
                if array is None or array is target or self.known[id(array)] is before:
                    continue
                if np.may_share_memory(array, target):
                    self.stale.add(id(array))
            self._remember(target, self._value(source))
        else:
            super().writes(target, source)

    def _is_part_of_the_model(self, array: np.ndarray) -> bool:
        """Whether it depends on no input, so that it is the same each time."""
        return self._value(array) not in self.varying

    def _called(self, call: Call | Again) -> None:
        super()._called(call)
        self.scopes[call] = self._scope()
        if getattr(call, "random", False) or not self.varying.isdisjoint(reads(call)):
            self.varying.update(call.results)


def _instead(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same on Tensors."""
    if isinstance(function, functools.partial):
        return functools.partial(_instead(function.func), *function.args, **function.keywords)
    return INSTEAD.get(name_of(function), function)


def recorded(
    model: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    named: Sequence[tuple[str, np.ndarray]],
    names: dict[int, str],
    paths: dict[int, str],
) -> Recorder:
    """A run of model(*args, **kwargs), whose tensors hold the arrays in `named`."""
    recorder = Recorder(named, names, paths)
    outer = thread.mode.trace
    if outer is not None:
        raise ExportError("onnx.export: called within a step that is being compiled; call it outside")
    thread.mode.trace = recorder
    try:
        with no_grad():
            returned = model(*args, **kwargs)
            recorder.returned = tuple(recorder._value(x._array) for x in _outputs(returned))
    except CompileError as error:
        raise ExportError(f"onnx.export: {error}") from error
    except RecursionError as error:
        raise ExportError(
            "onnx.export: the model calls itself too often, or computes with NumPy on the numbers of a tensor, as "
            "unique and nonzero do; the shape of what these give depends on numbers, so that no graph has it"
        ) from error
    finally:
        thread.mode.trace = None
    if not recorder.returned:
        raise ExportError("onnx.export: expected the model to return Tensors, got none")
    return recorder


def _outputs(x: Any) -> Iterator[Any]:
    """The Tensors in what a model returned, in order."""
    if isinstance(x, Variable):
        yield x
    elif isinstance(x, (tuple, list)):
        for y in x:
            yield from _outputs(y)
    elif isinstance(x, dict):
        for y in x.values():
            yield from _outputs(y)
    elif x is not None:
        raise ExportError(f"onnx.export: expected the model to return Tensors, got {type(x).__name__}")

"""Running a step for real while noting every op it calls.

A value is known by the array that holds it. An array that an op is given, and that no traced op has made, is external:
a parameter's, or a constant. If it was computed from data behind the tracer's back, it would be frozen into the
program; `same.py` finds that by tracing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import memory
from ..op import OPS, Op, Variable
from ..recording import thread
from ..tensor import Tensor
from ..warn import user_frame
from .errors import CompileError
from .program import Again, Call, Instruction, Program, Update, Value, Write


class Tracer:
    """The calls of one run of a step."""

    def __init__(self, inputs: Sequence[tuple[str, np.ndarray]]) -> None:
        self.known: dict[int, Value] = {}
        self.kept: list[np.ndarray] = []  # so that no id is used twice
        self.instructions: list[Instruction] = []
        self.stale: set[int] = set()  # arrays on memory that was written to through another
        self.leaves: dict[Tensor, None] = {}  # whose `.grad` the step sets
        self.modules: dict[Any, bool] = {}  # that were called, and whether they were training
        self.inputs = [self._new(array, "input", name) for name, array in inputs]

    # --- what the engine tells ----------------------------------------------------------------------------------------

    def record(
        self, op: Op, tensors: Sequence[Any], given: list[Any], arrays: list[Any], params: dict[str, Any], out: Any
    ) -> None:
        """An op was called with these Tensors, arrays or numbers.

        given: their arrays. arrays: what became of these by promotion of dtypes.
        """
        inputs = []
        for x, before, after in zip(tensors, given, arrays, strict=True):
            if isinstance(x, Tensor) and id(before) not in self.known:
                self._new(before, "external").tensor = x
            if after is not before and isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
                result = self._new(after)
                converted = Call(OPS["cast"], (self._value(before),), {"dtype": after.dtype}, (result,), line=_line())
                self.instructions.append(converted)
                inputs.append(result)
            elif isinstance(before, np.ndarray):
                inputs.append(self._value(before))
            else:
                inputs.append(self._new(after, "constant") if isinstance(after, np.ndarray) else before)
        known = {key: self._in_params(value) for key, value in params.items()}
        outs = out if type(out) is tuple else (out,)
        results = tuple(self._new(array) for array in outs)
        view = type(out) is np.ndarray and op.view and memory.same(out, arrays[0])
        self.instructions.append(Call(op, tuple(inputs), known, results, self._scope(), _line(), view))

    def again(self, function: Callable[..., Any], arrays: Sequence[Any], result: Any) -> None:
        """A function was called that each run must call again."""
        inputs = tuple(self._value(a) if isinstance(a, np.ndarray) else a for a in arrays)
        results = (self._new(result),) if isinstance(result, np.ndarray) else ()
        self.instructions.append(Again(function, inputs, results, _line()))

    def same(self, new: np.ndarray, old: np.ndarray) -> None:
        """`new` is a copy of `old`."""
        self._remember(new, self._value(old))

    def wrote(self, target: np.ndarray, source: np.ndarray) -> None:
        """The numbers of `source` were written into the memory of `target`."""
        before, value = self._value(target), self._value(source)
        for array in self.kept:
            if array is not target and memory.same(array, target):
                self.stale.add(id(array))
                if before.kind == "result" and self.known[id(array)].kind == "external":
                    raise CompileError(f"{_line()}: the step writes into a part of a tensor that outlives it")
        if before.kind == "external":
            self.instructions.append(Write(target, value, _line()))
            value = Value("external", target.shape, target.dtype, before.name, target)
        elif before.kind == "input":
            raise CompileError(f"{_line()}: the step writes into one of its arguments; work on a clone() of it")
        self._remember(target, value)

    def update(self, optimizer: Any) -> None:
        """An optimiser is about to take its step."""
        pairs = []
        for number, group in enumerate(optimizer.param_groups):
            for p in group["params"]:
                if p.grad is not None:
                    pairs.append((number, p, self._value(p.grad._array)))
                    self.leaves[p] = None
                    value = self._value(p._array)
                    self._remember(p._array, Value("external", value.shape, value.dtype, value.name, p._array))
        self.instructions.append(Update(optimizer, tuple(pairs), _line()))

    def left(self, tensor: Tensor) -> None:
        """`backward` has left a gradient in `tensor.grad`."""
        self.leaves[tensor] = None

    def gradient(self, dx: np.ndarray, of: np.ndarray) -> None:
        """`dx` is a gradient with respect to `of`: so it is called in the program."""
        found, of_value = self.known.get(id(dx)), self.known.get(id(of))
        if found is not None and of_value is not None and found.of is None:
            found.of = of_value

    def refuse_reading(self, x: Any, what: str) -> None:
        """A program looks at the numbers of a tensor."""
        if self._value(x._array).kind in ("input", "result"):
            raise CompileError(
                f"{_line()}: {what} of a tensor that the step computes. A compiled step is the same instructions at "
                "each run, so what it does cannot depend on the numbers; return the tensor and look at it outside, or "
                "use where() instead of if"
            )

    # --- the end ------------------------------------------------------------------------------------------------------

    def program(self, returned: Any) -> Program:
        """What was traced, given what the step returned."""
        grads = [(x, None if x._grad is None else self._value(x._grad._array)) for x in self.leaves]
        return Program(self.inputs, self.instructions, self._of_result(returned), grads, self.modules)

    def _of_result(self, x: Any) -> Any:
        if isinstance(x, Variable):
            return self._value(x._array)
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*map(self._of_result, x))
        if isinstance(x, (tuple, list)):
            return type(x)(map(self._of_result, x))
        if isinstance(x, dict):
            return {key: self._of_result(value) for key, value in x.items()}
        if x is None or isinstance(x, (bool, int, float, complex, str)):
            return x
        raise CompileError(f"the step returned a {type(x).__name__}; expected Tensors, numbers, or tuples of them")

    def _value(self, array: np.ndarray) -> Value:
        found = self.known.get(id(array))
        if found is None:
            return self._new(array, "external")
        if id(array) in self.stale:
            raise CompileError(
                f"{_line()}: a view of a tensor that was written to in place is used again; compile() does not follow "
                "views through writing. Take the view again after writing, or write to a clone()"
            )
        return found

    def _scope(self) -> tuple[Any, ...]:
        """The modules that are being called, outermost first."""
        modules = []
        call = thread.mode.call
        while call is not None:
            modules.append(call.module)
            self.modules[call.module] = call.module.training
            call = call.parent
        return tuple(reversed(modules))

    def _in_params(self, x: Any) -> Any:
        if isinstance(x, np.ndarray):
            return self._value(x)
        if isinstance(x, (tuple, list)):
            return type(x)(map(self._in_params, x))
        return x

    def _new(self, array: np.ndarray, kind: str = "result", name: str = "") -> Value:
        value = Value(kind, array.shape, array.dtype, name, array if kind in ("external", "constant") else None)
        self._remember(array, value)
        return value

    def _remember(self, array: np.ndarray, value: Value) -> None:
        self.known[id(array)] = value
        self.stale.discard(id(array))
        self.kept.append(array)


def _line() -> str:
    """Where in the user's program."""
    frame = user_frame()
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"

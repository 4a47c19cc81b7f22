"""Running a step for real while noting every op it calls.

A value is known by the array that holds it. An array that an op is given, and that no traced op has made, is external:
a parameter's, or a constant. If it was computed from data behind the tracer's back, it would be frozen into the
program; `same.py` finds that by tracing twice.
"""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import memory
from ..op import OPS, Node, Op, Variable
from ..recording import no_grad, thread
from ..rules import Share
from ..tensor import Tensor, wrap
from ..tracing import NO_ANSWER
from ..warn import user_frame
from .errors import CompileError
from .on_arrays import on_arrays
from .program import Again, Call, Guard, Instruction, Program, Update, Value, Write, reads, rebuilt, values_in

LONGEST_READ = 64  # elements of a tensor from outside that a step looks at
LONGEST_QUESTION = 20  # calls from the arguments to what a guard asks about


class Tracer:
    """The calls of one run of a step."""

    def __init__(self, inputs: Sequence[tuple[str, np.ndarray]]) -> None:
        self.known: dict[int, Value] = {}
        self.living: dict[int, weakref.ref[np.ndarray]] = {}  # the arrays; without one its id may come again
        self.instructions: list[Instruction] = []
        self.made: dict[Value, Call | Again] = {}
        self.stale: set[int] = set()  # arrays on memory that was written to through another
        self.entered: dict[Tensor, Value | None] = {}  # whose `.grad` the step found, before it set one
        self.leaves: dict[Tensor, None] = {}  # whose `.grad` the step sets
        self.modules: dict[Any, bool] = {}  # that were called, and whether they were training
        self.guards: list[Guard] = []
        self.behind: Any = None  # the call of the module whose op is being differentiated
        self.inputs = [self._new(array, "input", name) for name, array in inputs]

    # --- what ops tell ------------------------------------------------------------------------------------------------

    def record(
        self,
        op: Op,
        tensors: Sequence[Any],
        given: list[Any],
        arrays: list[Any],
        params: dict[str, Any],
        out: Any,
        copied: bool,
    ) -> None:
        """An op was called with these Tensors, arrays or numbers.

        given: their arrays. arrays: what became of these by promotion of dtypes. copied: `out` is a copy of what the
        forward function returned, which shared memory with an input.
        """
        inputs = []
        for x, before, after in zip(tensors, given, arrays, strict=True):
            if isinstance(x, Tensor) and id(before) not in self.known:
                self._new(before, "external").tensor = x
            if after is not before and isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
                result = self._new(after)
                self._called(Call(OPS["cast"], (self._value(before),), {"dtype": after.dtype}, (result,), line=_line()))
                inputs.append(result)
            elif isinstance(before, np.ndarray):
                inputs.append(self._value(before))
            else:
                number = np.asarray(after) if isinstance(after, np.generic) else after
                inputs.append(self._new(number, "constant") if isinstance(number, np.ndarray) else number)
        known = {key: self._in_params(value) for key, value in params.items()}
        outs = out if type(out) is tuple else (out,)
        if op.name == "getitem":  # how much a mask chooses is the shape of what comes out
            for mask in _masks(params["index"]):
                self.decided(np.count_nonzero, (mask,), NO_ANSWER)
        results = tuple(self._new(array) for array in outs)
        view = type(out) is np.ndarray and op.view and memory.same(out, arrays[0])
        self._look_around()
        scope, line = self._scope(), _line()
        if copied:
            shared = Value("result", out.shape, out.dtype)
            self._called(Call(op, tuple(inputs), known, (shared,), scope, line, view=True))
            self._called(Call(OPS["clone"], (shared,), {}, results, scope, line))
        else:
            self._called(Call(op, tuple(inputs), known, results, scope, line, view))

    def again(self, function: Callable[..., Any], arrays: Sequence[Any], result: Any, random: bool) -> None:
        """A function was called that each run must call again."""
        inputs = tuple(self._value(a) if isinstance(a, np.ndarray) else a for a in arrays)
        outs = result if isinstance(result, tuple) else () if result is None else (result,)
        results = tuple(self._new(array) for array in outs)
        self._called(Again(function, inputs, results, _line(), isinstance(result, tuple), random))

    def decided(self, function: Callable[..., Any], arrays: Sequence[Any], otherwise: Any) -> Any:
        """A question was asked about these arrays, on which the way through the step depends."""
        values = tuple(self._value(a) if isinstance(a, np.ndarray) else a for a in arrays)
        calls = self._from_arguments(values)
        if calls is not None:
            answer = function(*arrays)
            self.guards.append(Guard(function, values, answer, calls, _line()))
            return answer
        if otherwise is NO_ANSWER:
            raise CompileError(
                f"{_line()}: what is done here, or the shape of the result, depends on numbers that the step computes. "
                "A compiled step is the same instructions on the same shapes at each run; use where(), or compute them "
                "outside of the step and pass them as an argument"
            )
        return otherwise

    def refuse_reading(self, x: Any, what: str) -> None:
        """A program looks at the numbers of a tensor."""
        value = self._value(x._array)
        if value.kind == "external" and value.before is None and x._array.size <= LONGEST_READ:
            self.guards.append(Guard(np.ndarray.tobytes, (value,), x._array.tobytes(), [], _line()))
        elif value.kind != "constant" and not self._is_constant(value):
            raise CompileError(
                f"{_line()}: {what} of a tensor that the step computes. A compiled step is the same instructions at "
                "each run, so what it does cannot depend on the numbers; return the tensor and look at it outside, or "
                "use where() instead of if"
            )

    def refuse(self, why: str) -> None:
        """What is called here cannot be part of a compiled step."""
        raise CompileError(f"{_line()}: {why}")

    def rule(self, node: Node, rule: Any, shared: Any, g: Any, y: Any, xs: Sequence[Any]) -> Any:
        """A derivative rule, as ops; as one call of it on arrays, if what it does depends on the numbers.

        Returns the gradient, and of an op with one rule for all inputs (`Share`) those of all.
        """
        if shared is not None:
            return shared[rule.i], shared
        function, params = rule.rule if isinstance(rule, Share) else rule, node.params
        self.behind = getattr(node, "call", None)
        instructions, guards = len(self.instructions), len(self.guards)
        try:
            found = function(g, y, *xs, **params)
        except CompileError:
            if thread.mode.recording:
                raise
            del self.instructions[instructions:], self.guards[guards:]
            found = on_arrays(function, (g, y, *xs), params)
        finally:
            self.behind = None
        return (found[rule.i], found) if isinstance(rule, Share) else (found, None)

    def _look_around(self) -> None:
        """Values that have a name in the user's function by now."""
        frame = user_frame()
        if frame.f_code.co_flags & inspect.CO_NEWLOCALS:
            for name, x in list(frame.f_locals.items()):
                if isinstance(x, Tensor):
                    value = self.known.get(id(x._array))
                    if value is not None and value.kind == "result" and not value.name:
                        value.name = name

    # --- copies and writing -------------------------------------------------------------------------------------------

    def same(self, new: np.ndarray, old: np.ndarray) -> None:
        """`new` is a copy of `old`."""
        if new is not old:
            self._remember(new, self._value(old))

    def copied(self, arrays: Sequence[Any], sources: Mapping[int, np.ndarray]) -> None:
        """The graph keeps copies of these inputs of an op, by number."""
        for i, source in sources.items():
            self.same(arrays[i], source)

    def writes(self, target: np.ndarray, source: np.ndarray) -> None:
        """The numbers of `source` are about to be written into the memory of `target`."""
        before, value = self._value(target), self._value(source)
        if before.kind == "input":
            raise CompileError(f"{_line()}: the step writes into one of its arguments; work on a clone() of it")
        for array in [reference() for reference in self.living.values()]:
            if array is None or array is target:
                continue
            if memory.same(array, target) and self.known[id(array)] is not value:
                self.stale.add(id(array))
        if before.kind == "external":
            if before.before is None:
                before.before = target.copy()
            after = Value("external", target.shape, target.dtype, before.name, target, before.tensor)
            after.before = before.before
            self.instructions.append(Write(target, value, _line(), after))
            value = after
        elif before.kind == "entry":
            self.leaves.update((x, None) for x, entry in self.entered.items() if entry is before)
        self._remember(target, value)

    def replaces(self, tensor: Tensor, new: np.ndarray) -> bool:
        """`tensor.data = ...`: of memory that outlives the step, the numbers are written to where they were."""
        value = self._value(tensor._array)
        if value.kind != "external" or new.shape != tensor._array.shape or new.dtype != tensor._array.dtype:
            return False
        with no_grad():
            tensor.detach().copy_(wrap(new))
        return True

    # --- gradients ----------------------------------------------------------------------------------------------------

    def entering(self, tensor: Tensor) -> None:
        """The step looks at `tensor.grad`."""
        if tensor in self.leaves or tensor in self.entered:
            return
        g = tensor._grad
        if g is None:
            self.entered[tensor] = None
        elif id(g._array) not in self.known:
            self.entered[tensor] = entry = self._new(g._array, "entry")
            entry.of = self._of(tensor)

    def left(self, tensor: Tensor) -> None:
        """The step has set `tensor.grad`."""
        self.leaves[tensor] = None

    def update(self, optimizer: Any) -> None:
        """An optimiser is about to take its step."""
        pairs = []
        for number, group in enumerate(optimizer.param_groups):
            for p in group["params"]:
                if p.grad is not None:
                    pairs.append((number, p, self._value(p._grad._array)))
                    self.leaves[p] = None
                    value = self._of(p)
                    self._remember(p._array, Value("external", value.shape, value.dtype, value.name, p._array, p))
        self.instructions.append(Update(optimizer, tuple(pairs), _line()))

    def gradient(self, dx: np.ndarray, of: np.ndarray) -> None:
        """`dx` is a gradient with respect to `of`: so it is called in the program."""
        found, of_value = self.known.get(id(dx)), self.known.get(id(of))
        if found is not None and of_value is not None and found.of is None:
            found.of = of_value

    # --- the end ------------------------------------------------------------------------------------------------------

    def program(self, returned: Any) -> Program:
        """What was traced, given what the step returned."""
        self._owners()
        grads = [(x, None if x._grad is None else self._value(x._grad._array)) for x in self.leaves]
        entries = list(self.entered.items())
        recorded = list(_recorded(returned))
        result = self._of_result(returned)
        self.known.clear()
        self.living.clear()  # what is called when an array dies refers to the tracer, which would keep all it knows
        return Program(
            self.inputs, self.instructions, result, grads, self.modules, entries, self.guards, recorded
        )  # fmt: skip

    def _owners(self) -> None:
        """Whose memory the external values are: not that of some `p.detach()`, but that of the parameter."""
        own = [x for m in self.modules for x in (*m._parameters.values(), *m._buffers.values()) if x is not None]
        owners = {id(x._array): x for x in (*own, *self.entered, *self.leaves)}
        for instruction in self.instructions:
            for value in reads(instruction):
                if value.kind == "external" and id(value.array) in owners:
                    value.tensor = owners[id(value.array)]

    def _of_result(self, x: Any) -> Any:
        if isinstance(x, Variable):
            return self._value(x._array)
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*map(self._of_result, x))
        if isinstance(x, (tuple, list)):
            return type(x)(map(self._of_result, x))
        if isinstance(x, dict):
            return rebuilt(x, {key: self._of_result(value) for key, value in x.items()})
        if x is None or isinstance(x, (bool, int, float, complex, str)):
            return x
        raise CompileError(f"expected the step to return Tensors, numbers, or tuples of them, got {type(x).__name__}")

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

    def _of(self, tensor: Tensor) -> Value:
        value = self._value(tensor._array)
        if value.kind == "external":
            value.tensor = tensor
        return value

    def _called(self, call: Call | Again) -> None:
        self.instructions.append(call)
        self.made.update((result, call) for result in call.results)

    def _from_arguments(self, values: Any) -> list[Call | Again] | None:
        """The calls, in order, that make these values from the arguments; None if they depend on anything else."""
        found: dict[Call | Again, None] = {}
        return list(found) if all(self._is_from_arguments(value, found) for value in values_in(values)) else None

    def _is_from_arguments(self, value: Value, found: dict[Call | Again, None]) -> bool:
        """Whether it depends on the arguments alone. found: the calls it comes from, in order."""
        if value.kind in ("input", "constant"):
            return True
        if value.kind == "external":
            return value.before is None and (value.tensor is None or not value.tensor.requires_grad)
        call = self.made.get(value)
        if call is None or len(found) > LONGEST_QUESTION or (isinstance(call, Again) and call.random):
            return False
        if call not in found:
            if not all(self._is_from_arguments(x, found) for x in reads(call)):
                return False
            found[call] = None
        return True

    def _is_constant(self, value: Value) -> bool:
        """Whether it is made of numbers alone."""
        call = self.made.get(value)
        if not isinstance(call, Call):
            return value.kind == "constant"
        return all(map(self._is_constant, reads(call)))

    def _scope(self) -> tuple[Any, ...]:
        """The modules that are being called, outermost first."""
        modules = []
        call = thread.mode.call if self.behind is None else self.behind
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
        return x.item() if isinstance(x, np.generic) else x

    def _new(self, array: np.ndarray, kind: str = "result", name: str = "") -> Value:
        value = Value(kind, array.shape, array.dtype, name, array if kind in ("external", "constant") else None)
        self._remember(array, value)
        return value

    def _remember(self, array: np.ndarray, value: Value) -> None:
        key = id(array)
        self.known[key] = value
        self.stale.discard(key)
        if key not in self.living:
            self.living[key] = weakref.ref(array, lambda _: self._forget(key))

    def _forget(self, key: int) -> None:
        del self.known[key], self.living[key]
        self.stale.discard(key)


def _masks(index: Any) -> list[np.ndarray]:
    parts = index if isinstance(index, tuple) else (index,)
    return [part for part in parts if isinstance(part, np.ndarray) and part.dtype == bool]


def _recorded(x: Any) -> Any:
    """Of each Tensor in a result, whether it requires grad."""
    if isinstance(x, Variable):
        yield x._node is not None
    elif isinstance(x, (tuple, list, dict)):
        for y in x.values() if isinstance(x, dict) else x:
            yield from _recorded(y)


def _line() -> str:
    """Where in the user's program."""
    frame = user_frame()
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"

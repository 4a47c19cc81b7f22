"""`compile`: a function of tensors as straight-line NumPy code."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from ..literals import default
from ..recording import thread
from ..tensor import Tensor
from ..warn import warn
from .arguments import arrays_in, named_tensors, not_hashable, objects_in, repeated, signature, tensors_in
from .bound import Bound
from .doubt import Doubt, Seen, seen
from .errors import CompileError
from .program import Program, external
from .results import Results
from .same import comparable, same
from .simplify import simplified
from .surroundings import Surroundings, unchanged
from .trace import Tracer

MANY = 32  # traces after which a step is taken for one that is traced each time


def compile(step: Callable[..., Any]) -> Compiled:
    """`step` as a function that runs the same computation as straight-line NumPy code, without building a graph.

        @tg.compile
        def step(x, y):
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss

    The step may compute anything from Tensors: a whole training step, with `backward`, an optimiser's `step` and
    metrics, or only a function. It is called as before. Its first two calls with arguments of the same shapes and
    dtypes run as they are, while the ops they call are noted; from the third on the compiled code runs. Where both held
    the same numbers, the first call with others runs as it is too, which shows that the program follows them. Arguments
    of other shapes, as a loader's smaller last batch, are compiled by themselves and remembered.

    Python numbers, and the way through `if` and `for`, are part of the program. Where an argument has another value, or
    a variable around the step, an attribute or element of what that holds, or an option or a layer of a module, another
    program is compiled. An optimiser's options, as its learning rate, are read at each step. An array around the step
    with which it computes in NumPy is a constant: make it a Tensor by `from_numpy` if its numbers change.

    Results are new Tensors without a graph; `backward` through one raises RuntimeError. What is read from `.grad` stays
    as it is when the step runs again. Pass data as Tensors: of NumPy arrays that are the same at each call it cannot be
    told what was computed of them, so a step that is given them is not compiled.

    `source` is the program, as Python that is meant to be read; `arrays` is what it refers to. CompileError, with the
    line of the step: it does something that cannot be done the same way each time, as `item()`, or that a compiled
    step would leave out, as to append to a list. TypeError: `step` is not a function.
    """
    if not callable(step):
        raise TypeError(f"compile: expected a function, got {type(step).__name__}")
    return Compiled(step)


@dataclasses.dataclass(eq=False)
class _Run:
    """What was noted of one run: the program, what was around it, the NumPy arrays and the numbers it was given."""

    program: Program
    around: list[Any]
    raw: list[np.ndarray]
    held: list[Seen]
    arguments: list[tuple[str, Tensor]]


class Compiled:
    """A compiled step; see `compile`."""

    is_compiled_step = True

    def __init__(self, step: Callable[..., Any]) -> None:
        functools.update_wrapper(self, step)
        self._step = step
        self._surroundings = Surroundings(step)
        self._bound: dict[Any, list[Bound]] = {}
        self._traced: dict[Any, list[_Run]] = {}  # runs that wait for another like them
        self.traces = 0  # how often the step was traced: twice for each program
        self._latest: Bound | None = None

    def __get__(self, owner: Any, kind: Any = None) -> Compiled:
        """As a method: compiled for each object by itself, which keeps what was compiled."""
        if owner is None:
            return self
        made = vars(owner).get(key := f"_compiled_{self._step.__name__}")
        if made is None or made._step.__func__ is not self._step:
            made = vars(owner)[key] = Compiled(self._step.__get__(owner, kind))
        return cast(Compiled, made)

    def __reduce__(self) -> tuple[Any, ...]:
        return compile, (self._step,)  # a copy starts anew

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if thread.mode.trace is not None:
            return self._step(*args, **kwargs)  # inside another step that is being compiled
        arrays: list[np.ndarray] = []
        key: Any = signature((args, kwargs) if kwargs else args, arrays), thread.mode.recording, default.real
        if len(arrays) > 1:
            key = *key, repeated(arrays)
        try:
            known = self._bound.get(key, ())
        except TypeError:
            raise not_hashable(args, kwargs) from None
        around = self._surroundings.now()
        for bound in known:
            if bound.fits(arrays, around):
                self._latest = bound
                if bound.doubt.seen and not bound.doubt.holds(arrays):
                    return self._ask(bound, key, args, kwargs)
                return bound(arrays, named_tensors(self._step, args, kwargs) if bound.fills_arguments else ())
        result, run = self._run(args, kwargs)
        self._compile(key, run)
        return result

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, _Run]:
        """Run the step for real, noting what it does."""
        named = named_tensors(self._step, args, kwargs)
        raw = [array.copy() for array in arrays_in((args, kwargs))]
        held = seen([x._array for _, x in named])
        self._surroundings.add(objects_in((args, kwargs)))
        before = self._surroundings.now()
        tracer = Tracer([(name, x._array) for name, x in named])
        thread.mode.trace = tracer
        try:
            result = self._step(*args, **kwargs)
            program = tracer.program(result)
        finally:
            thread.mode.trace = None
        self._surroundings.check_effects(before)
        self._surroundings.look(tracer.modules)
        around = self._surroundings.now()
        for name, x in named:
            if x.requires_grad and x not in tracer.leaves:
                raise CompileError(
                    f"argument {name} requires grad, and a compiled step has no graph through which a gradient could "
                    "go back to it; call backward() inside the step, or pass x.detach()"
                )
        results = Results(program, [v.tensor for v in external(program) if isinstance(v.tensor, Tensor)])
        found = iter([x._array for x in tensors_in(result)])
        result = results(lambda _: next(found))
        return result, _Run(program, around, raw, held, named)

    def _compile(self, key: Any, run: _Run) -> None:
        """Compile the step, if it has been noted under the same conditions before."""
        waiting = self._traced.setdefault(key, [])
        self._count()
        for other in waiting:
            if not comparable(other.program, run.program) or not unchanged(other.around, run.around):
                continue
            if not any(
                map(np.array_equal, other.raw, run.raw)
            ):  # what NumPy computes of equal ones would seem constant
                waiting.remove(other)
                program = same(other.program, run.program)
                _check_leaves(run, program)
                doubt = Doubt(other.held, run.held, run.program)
                arguments, around = run.arguments, run.around
                del other, run  # which hold the arrays of parameters: `flat` moves only what nobody else holds
                self._latest = Bound(simplified(program), [x for _, x in arguments], around, doubt)
                self._bound.setdefault(key, []).append(self._latest)
                return
        run.arguments = []
        waiting.append(run)

    def _ask(self, bound: Bound, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run the step for real with other numbers than it was compiled with; if it is another program, forget that."""
        result, run = self._run(args, kwargs)
        if not bound.doubt.is_settled(run.held, run.program):
            self._bound[key].remove(bound)
            self._compile(key, run)
        return result

    def _count(self) -> None:
        """Warn of a step that is traced again and again."""
        self.traces += 1
        if self.traces == MANY:
            warn(
                f"compile: {self._step.__name__ if hasattr(self._step, '__name__') else self._step} has been traced "
                f"{MANY} times, for {len(self._traced)} kinds of arguments: it is compiled anew for each shape, each "
                "Python number among its arguments, each answer on which its way depends, each value of a variable "
                "around it. Pass numbers, and NumPy arrays, as tensors, and let shapes repeat"
            )

    @property
    def source(self) -> str:
        """The program that ran last. RuntimeError: the step has not been compiled yet."""
        return self._compiled("source").source

    @property
    def arrays(self) -> dict[str, Any]:
        """What the source refers to by name, beside its arguments and NumPy's functions; with it the source runs.

            names = dict(step.arrays)
            exec(step.source, names)
            names["step"](x, y)

        That is the memory of parameters and gradients, and that of inner values, where it is planned; and functions
        that have no text of their own: an optimiser's update, an op that is no NumPy function.
        """
        return self._compiled("arrays").arrays()

    def _compiled(self, name: str) -> Bound:
        if self._latest is None:
            raise RuntimeError(f"{name}: the step is compiled in its second call with arguments of the same shapes")
        return self._latest


def _check_leaves(run: _Run, program: Program) -> None:
    """Of arguments whose `.grad` the step sets: it is known to which they are, if they are the same in both runs."""
    found, kept = {x for x, _ in run.program.grads}, {x for x, _ in program.grads}
    for name, x in run.arguments:
        if x in found and x not in kept:
            raise CompileError(
                f"the step sets the .grad of argument {name}, which is another tensor at each call; pass "
                f"{name}.detach(), make a leaf of it in the step by requires_grad_(), and return what tg.grad gives"
            )

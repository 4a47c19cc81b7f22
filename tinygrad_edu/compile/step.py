"""`compile`: a function of tensors as straight-line NumPy code."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..op import Variable
from ..recording import thread
from ..tensor import Tensor, wrap
from ..warn import warn
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
    arguments: list[Tensor]


class Compiled:
    """A compiled step; see `compile`."""

    def __init__(self, step: Callable[..., Any]) -> None:
        functools.update_wrapper(self, step)
        self._step = step
        self._surroundings = Surroundings(step)
        self._bound: dict[Any, list[Bound]] = {}
        self._traced: dict[Any, list[_Run]] = {}  # runs that wait for another like them
        self.traces = 0  # how often the step was traced: twice for each program
        self._latest: Bound | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if thread.mode.trace is not None:
            return self._step(*args, **kwargs)  # inside another step that is being compiled
        arrays: list[np.ndarray] = []
        key: Any = _signature((args, kwargs) if kwargs else args, arrays), thread.mode.recording
        if len(arrays) > 1:
            key = *key, _repeated(arrays)
        try:
            known = self._bound.get(key, ())
        except TypeError:
            raise _not_hashable(args, kwargs) from None
        around = self._surroundings.now()
        for bound in known:
            if bound.fits(arrays, around):
                self._latest = bound
                if bound.doubt.seen and not bound.doubt.holds(arrays):
                    return self._ask(bound, key, args, kwargs)
                return bound(arrays, args)
        result, run = self._run(args, kwargs)
        self._compile(key, run)
        return result

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, _Run]:
        """Run the step for real, noting what it does."""
        named = _named_tensors(self._step, args, kwargs)
        raw = [array.copy() for array in _raw((args, kwargs))]
        held = seen([x._array for _, x in named])
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
        found = iter([x._array for x in _tensors_in(result)])
        result = results(lambda _: next(found))
        return result, _Run(program, around, raw, held, [x for _, x in named])

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
                doubt = Doubt(other.held, run.held, run.program)
                arguments, around = run.arguments, run.around
                del other, run  # which hold the arrays of parameters: `flat` moves only what nobody else holds
                self._latest = Bound(simplified(program), arguments, around, doubt)
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


def _signature(x: Any, arrays: list[np.ndarray]) -> Any:
    """The shapes and dtypes of the tensors among the arguments, whose arrays are collected, and everything else."""
    if isinstance(x, Variable):
        array = x._array
    elif isinstance(x, np.ndarray):
        array = x
    elif isinstance(x, (tuple, list)):
        return tuple([_signature(y, arrays) for y in x])
    elif isinstance(x, dict):
        return tuple([(key, _signature(y, arrays)) for key, y in sorted(x.items())])
    else:
        return type(x), x
    arrays.append(array)
    return array.shape, array.dtype.char, array.strides


def _named_tensors(step: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[tuple[str, Tensor]]:
    """The tensors among the arguments, in the order of `_signature`, with the names of the parameters."""
    found: list[tuple[str, Tensor]] = []

    def visit(name: str, x: Any) -> None:
        if isinstance(x, Tensor):
            found.append((name, x))
        elif isinstance(x, np.ndarray):
            found.append((name, wrap(x)))
        elif isinstance(x, (tuple, list)):
            for i, y in enumerate(x):
                visit(f"{name}_{i}", y)
        elif isinstance(x, dict):
            for key, y in sorted(x.items()):
                visit(f"{name}_{key}", y)

    names = [p.name for p in inspect.signature(step).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    for i, x in enumerate(args):
        visit(names[i] if i < len(names) else f"x{i}", x)
    for key, x in sorted(kwargs.items()):
        visit(key, x)
    return found


def _repeated(arrays: list[np.ndarray]) -> tuple[int, ...] | None:
    """Which arguments are the same array, if any are."""
    numbers = {id(array): i for i, array in enumerate(arrays)}
    return None if len(numbers) == len(arrays) else tuple(numbers[id(array)] for array in arrays)


def _raw(x: Any) -> Iterator[np.ndarray]:
    """The NumPy arrays among the arguments."""
    if isinstance(x, np.ndarray):
        yield x
    elif isinstance(x, (tuple, list, dict)):
        for y in x.values() if isinstance(x, dict) else x:
            yield from _raw(y)


def _tensors_in(x: Any) -> Iterator[Tensor]:
    if isinstance(x, Tensor):
        yield x
    elif isinstance(x, (tuple, list, dict)):
        for y in x.values() if isinstance(x, dict) else x:
            yield from _tensors_in(y)


def _not_hashable(args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeError:
    for x in (*args, *kwargs.values()):
        try:
            hash(_signature(x, []))
        except TypeError:
            return TypeError(
                f"compile: an argument of the step is a {type(x).__name__}, whose contents may change unseen; expected "
                "Tensors, numbers, or tuples, lists and dicts of them"
            )
    return TypeError("compile: expected Tensors, numbers, or tuples, lists and dicts of them as arguments")

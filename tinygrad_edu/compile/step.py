"""`compile`: a function of tensors as straight-line NumPy code."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import Variable
from ..recording import thread
from ..tensor import Tensor, wrap
from .bound import Bound
from .errors import CompileError
from .program import Program
from .same import check_same
from .simplify import simplified
from .trace import Tracer


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
    dtypes run as they are, while the ops they call are noted; from the third on the compiled code runs. Arguments of
    other shapes, as a loader's smaller last batch, are compiled by themselves and remembered.

    Python numbers are fixed when the step is compiled (but an optimiser's options, as its learning rate, are read at
    each step), and so is the way through `if` and `for`. Results are new Tensors, and constants: they have no graph.

    `source` is the program, as Python that is meant to be read. CompileError, with the line of the step: it does
    something that cannot be done the same way each time. TypeError: `step` is not a function.
    """
    if not callable(step):
        raise TypeError(f"compile: expected a function, got {type(step).__name__}")
    return Compiled(step)


class Compiled:
    """A compiled step; see `compile`."""

    def __init__(self, step: Callable[..., Any]) -> None:
        functools.update_wrapper(self, step)
        self._step = step
        self._bound: dict[Any, list[Bound]] = {}
        self._traced: dict[Any, Program] = {}
        self._latest: Bound | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if thread.mode.trace is not None:
            return self._step(*args, **kwargs)  # inside another step that is being compiled
        arrays: list[np.ndarray] = []
        key = _signature((args, kwargs) if kwargs else args, arrays)
        for bound in self._bound.get(key, ()):
            if bound.fits():
                self._latest = bound
                return bound(arrays, args)
        return self._trace(key, args, kwargs)

    def _trace(self, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run the step for real, noting what it does; the second time, compile it."""
        named = _named_tensors(self._step, args, kwargs)
        tracer = Tracer([(name, x._array) for name, x in named])
        thread.mode.trace = tracer
        try:
            result = self._step(*args, **kwargs)
            program = tracer.program(result)
        finally:
            thread.mode.trace = None
        for name, x in named:
            if x.requires_grad and x not in tracer.leaves:
                raise CompileError(
                    f"argument {name} requires grad, and a compiled step has no graph through which a gradient could "
                    "go back to it; call backward() inside the step, or pass x.detach()"
                )
        before = self._traced.pop(key, None)
        if before is None or before.modules != program.modules:
            self._traced[key] = program
        else:
            check_same(before, program)
            del tracer, before  # which hold the arrays of parameters: `flat` moves only what nobody else holds
            bound = Bound(simplified(program), [x for _, x in named])
            self._bound.setdefault(key, []).append(bound)
            self._latest = bound
        return result

    @property
    def source(self) -> str:
        """The program that ran last. RuntimeError: the step has not been compiled yet."""
        if self._latest is None:
            raise RuntimeError("source: the step is compiled in its second call with arguments of the same shapes")
        return self._latest.source


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
    return array.shape, array.dtype.char


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

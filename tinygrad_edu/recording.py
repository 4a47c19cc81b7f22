"""What is recorded at present, in this thread: operations, or not (`no_grad`); the module called; source lines."""

from __future__ import annotations

import copy
import functools
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Call:
    """One call of a module: what is recorded meanwhile belongs to it. A link in a chain, innermost first."""

    __slots__ = ("module", "parent")

    def __init__(self, module: Any, parent: Call | None) -> None:
        self.module = module
        self.parent = parent


class Mode:
    """What an op asks when it is called."""

    __slots__ = ("anomaly", "call", "lines", "recording", "trace")

    def __init__(self) -> None:
        self.recording = True
        self.call: Call | None = None  # the innermost module that is being called
        self.lines: Any = False  # whether each op remembers the line of the program that called it
        self.anomaly = ""  # what backward looks out for: "" nothing, "errors", or "nan" too
        self.trace: Any = None  # what `compile` notes the calls of ops in, while it traces a step


class _Thread(threading.local):
    def __init__(self) -> None:
        self.mode = Mode()


thread = _Thread()


def drawn(function: Callable[..., Any], *arrays: Any) -> Any:
    """As `again`, of a function that draws random numbers."""
    return again(function, *arrays, random=True)


def again(function: Callable[..., Any], *arrays: Any, random: bool = False) -> Any:
    """function(*arrays), which returns None, an array, or a tuple of arrays: NumPy on data, a check, another effect.

    A compiled step calls it again each time it runs.
    """
    trace = thread.mode.trace
    if trace is None:
        return function(*arrays)
    thread.mode.trace = None  # what the function calls is no part of the program
    try:
        result = function(*arrays)
    finally:
        thread.mode.trace = trace
    trace.again(function, arrays, result, random)
    return result


def sized(function: Callable[..., Any], *arrays: Any) -> Any:
    """As `again`, of a function of whose results the shapes depend on the numbers: see `decided`."""
    if thread.mode.trace is not None:
        decided(lambda *arrays: [x.shape for x in _all(function(*arrays))], *arrays)
    return again(function, *arrays)


def _all(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


NO_ANSWER = object()


def decided(function: Callable[..., Any], *arrays: Any, otherwise: Any = NO_ANSWER) -> Any:
    """function(*arrays), a Python answer on which the way through a program depends, as a length.

    A compiled step asks before it runs, and goes a way of its own for each answer. It can if the arrays are arguments
    of the step, or parts of them. For others the answer is `otherwise`, which must be right for any; without it they
    are refused.
    """
    trace = thread.mode.trace
    return function(*arrays) if trace is None else trace.decided(function, arrays, otherwise)


def same(new: Any, old: Any) -> None:
    """Note that the array `new` is a copy of `old`, if that is an array."""
    if thread.mode.trace is not None and hasattr(old, "dtype"):
        thread.mode.trace.same(new, old)


def is_traced() -> bool:
    """Whether `compile` is noting what is called."""
    return thread.mode.trace is not None


def reads(x: Any, what: str) -> None:
    """Note that a program looks at the numbers in a tensor. A step that is being traced cannot: they would be fixed."""
    if thread.mode.trace is not None:
        thread.mode.trace.refuse_reading(x, what)


class Switch:
    """A block, or a decorated function, within which an attribute of `Mode` has another value."""

    name: str  # of the attribute

    def __init__(self, value: Any) -> None:
        self.value = value
        self.before: list[Any] = []

    def __enter__(self) -> Self:
        self.before.append(getattr(thread.mode, self.name))
        setattr(thread.mode, self.name, self.value)
        return self

    def __exit__(self, *exception: object) -> None:
        setattr(thread.mode, self.name, self.before.pop())

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def switched(*args: P.args, **kwargs: P.kwargs) -> R:
            own = copy.copy(self)  # several threads may call the function at once
            own.before = []
            with own:
                return function(*args, **kwargs)

        return switched


class _Bare(Switch):
    """One that decorates with or without parentheses: `@no_grad` as well as `@no_grad()`."""

    def __new__(cls, function: Any = None, **_: Any) -> Any:
        switch = super().__new__(cls)
        if not callable(function):
            return switch
        switch.__init__()  # type: ignore[misc]
        return switch(function)


class no_grad(_Bare):
    """Inside the block (or the decorated function) nothing is recorded: no memory, no gradient."""

    name = "recording"

    def __init__(self) -> None:
        super().__init__(False)


class enable_grad(_Bare):
    """Record again, inside a `no_grad` block."""

    name = "recording"

    def __init__(self) -> None:
        super().__init__(True)


class inference_mode(_Bare):
    """The same as `no_grad`, under the name that PyTorch recommends where nothing is trained.

    mode: False records again, as `enable_grad` does.

    Nothing more is saved here: what is computed inside may be used in a graph later, which PyTorch refuses.
    """

    name = "recording"

    def __init__(self, mode: bool = True) -> None:
        super().__init__(not mode)


class set_grad_enabled(Switch):
    """Record operations from now on, or not; as a block or a decorator, only inside it. Threads have a state each."""

    name = "recording"

    def __init__(self, mode: bool) -> None:
        super().__init__(bool(mode))
        self.first: bool | None = thread.mode.recording
        thread.mode.recording = self.value

    def __enter__(self) -> Self:
        super().__enter__()
        if self.first is not None:
            self.before[-1], self.first = self.first, None
        return self

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        if self.first is not None:
            thread.mode.recording, self.first = self.first, None
        return super().__call__(function)


def is_grad_enabled() -> bool:
    """Whether operations are recorded at present, in this thread."""
    return thread.mode.recording


class source_lines(Switch):
    """Inside the block (or the decorated function) each operation remembers which line of the program called it.

    Pictures show the line. Off by default, because it makes recording an operation slower by nearly half.
    """

    name = "lines"

    def __init__(self) -> None:
        super().__init__(True)

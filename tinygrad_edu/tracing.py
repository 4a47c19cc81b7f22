"""What parts of the library tell `compile` while it traces a step: what it cannot see in the calls of ops.

Outside a trace each of these functions is what it wraps, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .recording import thread


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
    """function(*arrays), a Python answer on which the way through a program depends: a length, if labels are valid.

    A compiled step asks before it runs, and goes a way of its own for each answer. It can if the arrays are arguments
    of the step, or parts of them. For others the answer is `otherwise`, which must be right for any; else they are
    refused.
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

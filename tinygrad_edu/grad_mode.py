"""What is recorded: operations, or not (`no_grad`, `enable_grad`, `set_grad_enabled`); their lines (`source_lines`)."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from .mode import Call, mode

P = ParamSpec("P")
R = TypeVar("R")


class _Switch:
    """What a block, or a decorated function, switches in `mode`, and switches back at its end."""

    name: str  # of the attribute of `mode`

    def __init__(self) -> None:
        self.before: list[Any] = []

    def wanted(self) -> Any:
        """What the attribute is to be within the block."""
        raise NotImplementedError

    def __enter__(self) -> None:
        self.before.append(getattr(mode, self.name))
        setattr(mode, self.name, self.wanted())

    def __exit__(self, *exception: object) -> None:
        setattr(mode, self.name, self.before.pop())

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def switched(*args: P.args, **kwargs: P.kwargs) -> R:
            own = copy.copy(self)  # several threads may call the function at once
            own.before = []
            with own:
                return function(*args, **kwargs)

        return switched


class set_grad_enabled(_Switch):
    """Record operations inside the block, or not. Also a decorator; each thread has its own state."""

    name = "recording"

    def __init__(self, enabled: bool) -> None:
        super().__init__()
        self.enabled = enabled

    def wanted(self) -> bool:
        return self.enabled


class no_grad(set_grad_enabled):
    """Inside the block (or the decorated function) nothing is recorded: no memory, no gradient."""

    def __init__(self) -> None:
        super().__init__(False)


class enable_grad(set_grad_enabled):
    """Record again, inside a `no_grad` block."""

    def __init__(self) -> None:
        super().__init__(True)


def is_grad_enabled() -> bool:
    """Whether operations are recorded at present, in this thread."""
    return mode.recording


class source_lines(_Switch):
    """Inside the block (or the decorated function) each operation remembers which line of the program asked for it.

    Pictures show it. Not done by default, because it makes recording an operation slower by nearly half.
    """

    name = "call"

    def wanted(self) -> Call:
        return Call(None, mode.call, True)

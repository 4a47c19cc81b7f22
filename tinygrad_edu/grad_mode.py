"""What is recorded: operations, or not (`no_grad`, `enable_grad`, `set_grad_enabled`); their lines (`source_lines`)."""

from __future__ import annotations

from contextlib import ContextDecorator

from .mode import Call, mode


class set_grad_enabled(ContextDecorator):
    """Record operations inside the block, or not. Also a decorator; each thread has its own state."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.previous: list[bool] = []

    def __enter__(self) -> None:
        self.previous.append(mode.recording)
        mode.recording = self.enabled

    def __exit__(self, *exception: object) -> None:
        mode.recording = self.previous.pop()


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


class source_lines(ContextDecorator):
    """Inside the block (or the decorated function) each operation remembers which line of the program asked for it.

    Pictures show it. Not done by default, because it makes recording an operation slower by a third.
    """

    def __init__(self) -> None:
        self.previous: list[Call | None] = []

    def __enter__(self) -> None:
        self.previous.append(mode.call)
        mode.call = Call(None, mode.call, True)

    def __exit__(self, *exception: object) -> None:
        mode.call = self.previous.pop()

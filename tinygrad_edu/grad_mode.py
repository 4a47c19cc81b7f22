"""Switching the recording of operations off and on: `no_grad`, `enable_grad`, `set_grad_enabled`."""

from __future__ import annotations

from contextlib import ContextDecorator

from .op import mode


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

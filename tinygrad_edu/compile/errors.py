"""What a step that cannot be compiled raises."""

from __future__ import annotations


class CompileError(RuntimeError):
    """A step does something that cannot be done the same way at each run; the message says what, and where."""

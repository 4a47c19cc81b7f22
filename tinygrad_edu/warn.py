"""Warnings and source lines that name the user's program, not the package's own code."""

from __future__ import annotations

import sys
import types
import warnings

HERE = __name__.rpartition(".")[0]  # this package
LESSONS = f"{HERE}.examples."  # which are programs of users

# What NumPy warns of inside an op is turned into an exception, so that `Op` can repeat the warning at the user's line.
warnings.filterwarnings("error", category=RuntimeWarning, module=rf"{HERE}\.(op|autograd|ops\..*)$")


def user_frame() -> types.FrameType:
    """The innermost frame that is not the package's own: the line of the user's program that led here."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        name = frame.f_globals.get("__name__") or ""
        if not (name == HERE or name.startswith(HERE + ".")) or name.startswith(LESSONS):
            break
        frame = frame.f_back
    return frame


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the user's line; as of all warnings, Python shows one a line unless told otherwise."""
    frame = user_frame()
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    name = frame.f_globals.get("__name__") or "__main__"
    warnings.warn_explicit(message, category, frame.f_code.co_filename, frame.f_lineno, name, registry)

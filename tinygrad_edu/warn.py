"""Warnings at the line of the user's program; above all of programs that run, and almost certainly are not meant so.

Python shows each once a line. To silence those of this package:

    warnings.filterwarnings("ignore", category=tinygrad_edu.UsageWarning)
"""

from __future__ import annotations

import sys
import types
import warnings

HERE = __name__.rpartition(".")[0]  # this package
LESSONS = f"{HERE}.examples."  # which are programs of users

# What NumPy warns of inside an op becomes an exception, so that the op can repeat the warning at the user's line.
IN_OPS = rf"{HERE}\.(op|ops\..*)$"
warnings.filterwarnings("error", category=RuntimeWarning, module=IN_OPS)


class UsageWarning(UserWarning):
    """A program that runs, and almost certainly does not do what was meant."""


def user_frame() -> types.FrameType:
    """The innermost frame that is neither this package's own nor NumPy's: where the user's program is."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_library(frame.f_globals.get("__name__") or ""):
        frame = frame.f_back
    return frame


def warn(message: str, category: type[Warning] = UsageWarning) -> None:
    """A warning at the user's line."""
    frame = user_frame()
    warnings.warn_explicit(
        message,
        category,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__") or "<unknown>",
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _is_library(module: str) -> bool:
    return is_ours(module) or module == "numpy" or module.startswith("numpy.")


def is_ours(module: str) -> bool:
    """Whether a module, by name, is part of this package, and not one of the lessons."""
    return (module == HERE or module.startswith(f"{HERE}.")) and not module.startswith(LESSONS)

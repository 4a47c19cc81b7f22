"""Where the commands print to: stdout, styled if it is a terminal, plain lines if not."""

from __future__ import annotations

import os
import shutil
import sys

from rich.console import Console


def stdout_console() -> Console:
    """A console on stdout. Numbers are not coloured, and text is not searched for markup or emoji."""
    return Console(highlight=False, markup=False, emoji=False)


def program() -> str:
    """How to run this program again: its name, if the shell finds that; else its path, as `.venv/bin/tinygrad-edu`."""
    name = os.path.basename(sys.argv[0])
    if name != "tinygrad-edu" or shutil.which(name) is not None:
        return "tinygrad-edu"
    path = os.path.relpath(sys.argv[0])
    return path if not path.startswith("..") else os.path.abspath(sys.argv[0])


def is_live(console: Console) -> bool:
    """Whether stdout is a real terminal that can move its cursor."""
    return sys.stdout.isatty() and console.is_terminal and not console.is_dumb_terminal


def say(console: Console, text: str, style: str | None = None) -> None:
    """One line, however long; the terminal may wrap it, a file gets it whole."""
    console.print(text, style=style, soft_wrap=True)
    console.file.flush()

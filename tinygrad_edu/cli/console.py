"""Where the commands print to: stdout, styled if it is a terminal, plain lines if not."""

from __future__ import annotations

import sys

from rich.console import Console


def stdout_console() -> Console:
    """A console on stdout. Numbers are not coloured, and text is not searched for markup or emoji."""
    return Console(highlight=False, markup=False, emoji=False)


def is_live(console: Console) -> bool:
    """Whether stdout is a real terminal that can move its cursor."""
    return sys.stdout.isatty() and console.is_terminal and not console.is_dumb_terminal


def say(console: Console, text: str, style: str | None = None) -> None:
    """One line, however long; the terminal may wrap it, a file gets it whole."""
    console.print(text, style=style, soft_wrap=True)
    console.file.flush()

"""The command line: `tinygrad-edu`. `main` is its entry point; the commands are in `app.py`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command in `sys.argv`; leave with its exit code."""
    try:
        from .app import app  # here, so that Ctrl-C during the imports is caught as well

        app(prog_name="tinygrad-edu")
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(130)

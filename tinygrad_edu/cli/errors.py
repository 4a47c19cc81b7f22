"""Errors of the command line: one line on stderr and an exit code, never a traceback."""

from __future__ import annotations

import sys
from typing import Any

from typer.core import TyperGroup

from .output import steady_output

FAILURE, USAGE, INTERRUPTED = 1, 2, 130


class Failure(Exception):
    """Ends the command: `str(error)` is the line for stderr."""

    def __init__(self, message: str, exit_code: int = FAILURE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def bad_option(option: str, value: object, problem: str) -> Failure:
    """An option whose value cannot be used: `problem` says why, and what to do instead."""
    return Failure(f"{option} {value}: {problem}", USAGE)


class OneLineErrors(TyperGroup):
    """A group of commands that prints errors as one line, those of the option parser included."""

    def main(self, args: Any = None, prog_name: Any = None, standalone_mode: bool = True, **kwargs: Any) -> Any:  # type: ignore[override]
        with steady_output() as output:
            try:
                result = super().main(args, prog_name, standalone_mode=False, **kwargs)
                code = result if isinstance(result, int) else 0
            except Failure as error:
                code = _report(str(error), error.exit_code)
            except KeyboardInterrupt:
                code = _report("Interrupted.", INTERRUPTED)
            except Exception as error:
                if not hasattr(error, "format_message"):  # the parser's errors have it, whatever module they are in
                    raise
                code = _report(error.format_message(), getattr(error, "exit_code", USAGE))
            output.flush()
            if output.error is not None and not isinstance(output.error, BrokenPipeError):
                code = _report(f"the output could not be written: {output.error.strerror}", code or FAILURE)
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # typer would turn it into another exception, and say nothing
            raise Failure("Interrupted; nothing was written.", INTERRUPTED) from None


def _report(message: str, code: int) -> int:
    line = " ".join(message.split())
    print(line if code == INTERRUPTED else f"tinygrad-edu: {line}", file=sys.stderr)
    return code

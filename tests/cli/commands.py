"""Help for the tests of the command line."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from tinygrad_edu.cli.app import app

COMMAND = [sys.executable, "-m", "tinygrad_edu.cli"]
QUICK = ["train", "--dataset", "digits", "--epochs", "2", "--hidden", "16"]


def run(*arguments):
    """Run a command in this process; the result has exit_code, stdout and stderr."""
    return CliRunner().invoke(app, [str(a) for a in arguments], prog_name="tinygrad-edu", catch_exceptions=False)


def start(*arguments, **options):
    """Start a command as a process of its own, its output in pipes."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **options.pop("env", {})}
    command = [*COMMAND, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, env=environment, preexec_fn=catchable, **pipes | options)


def catchable():
    """Signals as a terminal has them: whatever started the tests in the background may have them ignored."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def mnist_folder():
    """Where real MNIST is on this machine, or None."""
    beside = Path(__file__).parents[3] / "shared" / "mnist"
    named = os.environ.get("TINYGRAD_EDU_DATA")
    return Path(named) if named else beside if beside.is_dir() else None

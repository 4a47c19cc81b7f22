"""Help for the tests of the command line."""

import os
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
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **options
    )


def mnist_folder():
    """Where real MNIST is on this machine, or None."""
    beside = Path(__file__).parents[3] / "shared" / "mnist"
    named = os.environ.get("TINYGRAD_EDU_DATA")
    return Path(named) if named else beside if beside.is_dir() else None

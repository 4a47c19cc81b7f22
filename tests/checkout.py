"""A copy of this repository, and environments to install it into: what a reader has who has just cloned it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# what stands in .gitignore, and the repository itself
NOT_CLONED = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", "*.egg-info", "build", "dist", "runs", ".hypothesis", ".*_cache", ".benchmarks"
)
NO_INDEX = re.compile("connection broken by.*(Could not find a version|No matching distribution)", re.DOTALL)


def copy_to(folder: Path) -> Path:
    """The files of this repository in `folder`, as `git clone` brings them."""
    shutil.copytree(ROOT, folder, ignore=NOT_CLONED, symlinks=True)
    return folder


def run(command: list[str] | str, cwd: Path, **options) -> subprocess.CompletedProcess[str]:
    """Run a command, or a line as one types it; without the variables by which Python finds other packages."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env |= options.pop("env", {})
    return subprocess.run(
        command, cwd=cwd, env=env, shell=isinstance(command, str), capture_output=True, text=True, **options
    )


def install(command: list[str] | str, cwd: Path, **options) -> str:
    """Run what calls pip; skip the test if pip reaches no package index (fail on CI). What it printed."""
    done = run(command, cwd, timeout=900, **options)
    if done.returncode and NO_INDEX.search(done.stdout + done.stderr) and not os.environ.get("CI"):
        pytest.skip("pip reaches no package index")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

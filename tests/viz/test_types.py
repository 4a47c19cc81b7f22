"""mypy knows the types of `draw` and `explore`: a program of a user, in which each wrong call is marked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_mypy_knows_the_types_of_draw_and_explore(tmp_path):
    program = Path(__file__).with_name("typed_program.py")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(program)]
    paths = os.pathsep.join([str(ROOT), str(ROOT / ".mypy")])
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"MYPYPATH": paths}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

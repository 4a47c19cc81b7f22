"""Output that is closed, full, or read by nobody: the work is done all the same."""

import os
import subprocess
import sys

import pytest

from tests.cli.commands import COMMAND, QUICK, catchable, run, start
from tests.cli.test_train import FILES

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
DRAW = ["draw", "x*2", "x=2", "--out"]


def test_a_reader_that_goes_away(tmp_path):
    process = start(*QUICK, "--out", tmp_path / "run")
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(timeout=60) == 0
    process.stderr.close()
    assert "Traceback" not in errors
    assert sorted(os.listdir(tmp_path / "run")) == FILES


@pytest.mark.slow
def test_a_lesson_whose_reader_goes_away(tmp_path):
    process = start("train", "--preset", "is-it-nine", "--dataset", "digits", "--out", tmp_path / "run")
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(timeout=120) == 0
    process.stderr.close()
    assert "Traceback" not in errors
    assert "metrics.json" in os.listdir(tmp_path / "run")


@pytest.mark.parametrize("arguments", [DRAW, ["explore", *DRAW[1:]]])
def test_a_full_disk(tmp_path, arguments):
    path = tmp_path / ("a.svg" if arguments[0] == "draw" else "a.html")
    with open("/dev/full", "w") as full:
        process = start(*arguments, path, stdout=full)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.splitlines()[-1] == "tinygrad-edu: the output could not be written: No space left on device"
    assert "Traceback" not in errors
    assert path.stat().st_size > 100


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], [*DRAW, "a.svg"], [*QUICK, "--out", "run"]])
def test_closed_streams(tmp_path, arguments):
    def close():
        catchable()
        os.close(1)
        os.close(2)

    done = subprocess.run([*COMMAND, *arguments], cwd=tmp_path, preexec_fn=close, timeout=60)
    assert done.returncode == 0
    assert sys.stdout is not None


def test_names_that_are_too_long(tmp_path):
    for command in (DRAW[:-1], ["explore", *DRAW[1:-1]]):
        result = run(*command, "--out", tmp_path / ("a" * 300 + (".svg" if command[0] == "draw" else ".html")))
        assert result.exit_code == 2
        assert "its name is longer than 200 bytes; choose a shorter one" in result.stderr
    result = run(*QUICK, "--out", tmp_path / ("a" * 300))
    assert result.exit_code == 2
    assert "File name too long" in result.stderr

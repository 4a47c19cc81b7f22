"""Ctrl-C, sent to real processes."""

import json
import os
import signal
import sys
import threading
import time

import pytest

from tests.cli.commands import start
from tests.cli.test_train import FILES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
LONG = ["train", "--dataset", "digits", "--epochs", "100000", "--hidden", "32"]


@pytest.fixture
def training(tmp_path):
    """A training that takes hours unless it is stopped; killed after a minute at the latest."""
    process = start(*LONG, "--out", tmp_path)
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    yield process
    watchdog.cancel()
    process.kill()
    process.communicate()


def wait_for(process, word):
    """Read stdout up to a line that begins with `word`."""
    for line in process.stdout:
        if line.split()[:1] == [word]:
            return
    raise AssertionError(f"the process ended without {word!r}: {process.stderr.read()}")


@pytest.mark.parametrize("after", ["epoch", "3/100000"])
def test_ctrl_c_keeps_what_was_learned(training, tmp_path, after):
    wait_for(training, after)
    training.send_signal(signal.SIGINT)
    output, errors = training.communicate(timeout=30)
    assert training.returncode == 130
    assert "Traceback" not in errors
    assert "Stopped by Ctrl-C after" in output
    assert sorted(os.listdir(tmp_path)) == FILES
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["ending"] == "interrupted"
    assert metrics["steps"] >= (90 if "3" in after else 1)
    assert metrics["test_accuracy"] == metrics["history"][-1]["test_accuracy"]


def test_a_second_ctrl_c_ends_at_once(training, tmp_path):
    wait_for(training, "2/100000")
    sent = time.monotonic()
    while training.poll() is None and time.monotonic() - sent < 20:
        training.send_signal(signal.SIGINT)
        time.sleep(0.001)
    assert training.returncode == -signal.SIGINT
    assert "Traceback" not in training.stderr.read()
    for name in os.listdir(tmp_path):  # whole, or not at all
        if name == "metrics.json":
            json.loads((tmp_path / name).read_text())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_keep_it_too(training, tmp_path, number):
    wait_for(training, "2/100000")
    training.send_signal(number)
    output, errors = training.communicate(timeout=30)
    assert training.returncode == 128 + number
    assert "Traceback" not in errors
    assert f"Stopped by {number.name} after" in output
    assert sorted(os.listdir(tmp_path)) == FILES
    assert json.loads((tmp_path / "metrics.json").read_text())["ending"] == "interrupted"


def test_a_closed_terminal_keeps_it_too(training, tmp_path):
    """SIGHUP, and nobody reads the output any more."""
    wait_for(training, "2/100000")
    training.stdout.close()
    training.send_signal(signal.SIGHUP)
    assert training.wait(timeout=30) == 129
    assert sorted(os.listdir(tmp_path)) == FILES


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.5])
def test_ctrl_c_before_training_leaves_no_traceback_of_ours(tmp_path, delay):
    """Python itself, and the first import of NumPy, cannot be shielded; from then on the end is clean."""
    process = start(*LONG, "--out", tmp_path / "run")
    time.sleep(delay)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
    _, errors = process.communicate()
    assert process.returncode in (130, 1, -signal.SIGINT)
    assert "tinygrad_edu/cli/train.py" not in errors

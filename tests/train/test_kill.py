"""`kill -9` at random moments: whatever it hits, the training goes on from its last checkpoint, bit for bit."""

import json
import os
import random
import subprocess
import sys
import time

import pytest
from threadpoolctl import threadpool_limits

from tests.train.killed import EPOCHS, training
from tests.train.problem import same, weights
from tinygrad_edu.train import BEST, LAST, checkpoint

KILLS = 20
COMMAND = [sys.executable, "-m", "tests.train.killed"]
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


def start(folder):
    """A training in a process of its own, which has just begun."""
    process = subprocess.Popen([*COMMAND, str(folder)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    assert process.stdout.readline() == "begins\n"
    return process


def finish(folder):
    """Go on from what the folder has, in this process, to the end."""
    own = training(folder)
    resume = folder / LAST if (folder / LAST).exists() else None
    if resume is None:  # killed before the first checkpoint
        (folder / "log.jsonl").unlink(missing_ok=True)
    with threadpool_limits(1):
        history = own.fit(EPOCHS, resume)
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == list(range(1, history.steps + 1))
    assert not list(folder.glob(".*"))
    return own


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_killed_trainings_end_with_the_weights_of_one_that_was_left_alone(tmp_path):
    process = start(tmp_path / "alone")
    began = time.monotonic()
    process.communicate(timeout=60)
    assert process.returncode == 0
    took = time.monotonic() - began
    alone = finish(tmp_path / "alone")  # nothing is left to be done but to load it
    assert alone.step == EPOCHS * 30
    best = checkpoint.read(tmp_path / "alone" / BEST)["model"]

    chance, killed_at = random.Random(0), []
    for number in range(KILLS):
        folder = tmp_path / str(number)
        process = start(folder)
        time.sleep(chance.uniform(0, took))
        process.kill()
        process.communicate()
        if (folder / LAST).exists():
            killed_at.append(checkpoint.read(folder / LAST)["history"]["step_losses"].size)
        resumed = finish(folder)
        assert same(weights(resumed.model), weights(alone.model)), f"killed after step {killed_at[-1:]}"
        assert resumed.history.step_losses == alone.history.step_losses
        assert [row.valid for row in resumed.history.epochs] == [row.valid for row in alone.history.epochs]
        assert same(checkpoint.read(folder / BEST)["model"], best)
    assert len(set(killed_at)) > KILLS // 3, killed_at  # the moments were different ones

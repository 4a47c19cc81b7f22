"""`tinygrad-edu train --resume`: stopped, killed and finished runs go on, and end as if nothing had happened."""

import json
import os
import shutil
import signal
import sys
import time

import pytest

from tests.cli.commands import QUICK, run, start
from tests.cli.test_interrupt import wait_for
from tests.cli.test_train import FILES

LAST = "last.safetensors"
ALIKE = ("model.safetensors", "loss.svg")


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A finished run of 2 epochs."""
    folder = tmp_path_factory.mktemp("quick") / "run"
    assert run(*QUICK, "--out", folder).exit_code == 0
    return folder


def bytes_of(folder):
    return {name: (folder / name).read_bytes() for name in ALIKE}


def metrics(folder):
    """All but the times."""
    numbers = json.loads((folder / "metrics.json").read_text())
    for row in [numbers, *numbers["history"]]:
        for name in ("seconds", "images_per_second"):
            row.pop(name, None)
    return numbers


def test_a_finished_run_goes_on_with_more_epochs(quick, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(quick, folder)
    result = run("train", "--resume", folder, "--epochs", "5")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines() if "/5 " in line] == ["3/5", "4/5", "5/5"]
    assert run(*QUICK[:3], "--hidden", "16", "--epochs", "5", "--out", tmp_path / "alone").exit_code == 0
    assert sorted(os.listdir(folder)) == FILES
    assert bytes_of(folder) == bytes_of(tmp_path / "alone")
    assert metrics(folder) == metrics(tmp_path / "alone")


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)])
def test_a_stopped_run_goes_on(tmp_path, number):
    options = ["train", "--dataset", "digits", "--hidden", "8", "--batch-size", "4", "--optimizer", "sgd"]
    options += ["--momentum", "0.5", "--lr", "0.01", "--seed", "3"]
    folder = tmp_path / "run"
    process = start(*options, "--epochs", "100000", "--out", folder)
    try:
        wait_for(process, "1/100000")
        while number == signal.SIGKILL and not (folder / LAST).exists():
            time.sleep(0.01)
        process.send_signal(number)
        process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert LAST in os.listdir(folder)
    done = len(metrics(folder)["history"]) if number == signal.SIGINT else 10
    epochs = str(done + 1)
    result = run("train", "--resume", folder, "--epochs", epochs)
    if result.exit_code == 2:  # a fast machine: more epochs were done before the kill
        epochs = result.stderr.split()[-1]
        result = run("train", "--resume", folder, "--epochs", epochs)
    assert result.exit_code == 0, result.output
    assert run(*options, "--epochs", epochs, "--out", tmp_path / "alone").exit_code == 0
    assert sorted(os.listdir(folder)) == FILES
    assert bytes_of(folder) == bytes_of(tmp_path / "alone")
    assert metrics(folder) == metrics(tmp_path / "alone")


def refused(folder, *options, code=2):
    before = {file.name: file.read_bytes() for file in folder.iterdir()} if folder.is_dir() else None
    result = run("train", "--resume", folder, *options)
    assert result.exit_code == code
    assert result.stderr.count("\n") == 1
    assert not before or {file.name: file.read_bytes() for file in folder.iterdir()} == before
    return result.stderr


def test_nothing_to_do(quick):
    assert "2 of 2 epochs are done; give more, as in --epochs 4" in refused(quick)
    assert "2 of 1 epochs" in refused(quick, "--epochs", "1")


def test_options_that_cannot_change(quick):
    assert "--lr 0.5: applies to a new training only" in refused(quick, "--epochs", "3", "--lr", "0.5")
    assert "--batch-size 7: applies" in refused(quick, "--batch-size", "7")
    assert "--out x: applies" in refused(quick, "--out", "x")


def test_folders_without_a_run(tmp_path):
    assert "there is no such folder" in refused(tmp_path / "no")
    assert "there is no last.safetensors in it" in refused(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_two_at_once(tmp_path):
    folder = tmp_path / "run"
    process = start("train", "--dataset", "digits", "--hidden", "8", "--epochs", "100000", "--out", folder)
    try:
        wait_for(process, "1/100000")
        while not (folder / LAST).exists():
            time.sleep(0.01)
        result = run("train", "--resume", folder)
        assert result.exit_code == 2
        assert "another training is writing to" in result.stderr
        process.kill()
        process.communicate()
        result = run("train", "--resume", folder, "--epochs", "1")  # the lock of a killed process is void
        assert "of 1 epochs are done" in result.stderr or result.exit_code == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_killed_before_the_first_epoch(tmp_path):
    folder = tmp_path / "run"
    process = start(
        "train", "--dataset", "digits", "--hidden", "8", "--epochs", "2", "--batch-size", "1", "--out", folder
    )
    while not (folder / LAST).exists():
        time.sleep(0.001)
    process.kill()
    process.communicate()
    assert run("train", "--resume", folder).exit_code == 0
    alone = tmp_path / "alone"
    assert (
        run(
            *["train", "--dataset", "digits", "--hidden", "8", "--epochs", "2", "--batch-size", "1", "--out"], alone
        ).exit_code
        == 0
    )
    assert bytes_of(folder) == bytes_of(alone)
    assert sorted(os.listdir(folder)) == FILES


def test_a_damaged_checkpoint(quick, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(quick, folder)
    (folder / LAST).write_bytes((quick / LAST).read_bytes()[:-1])
    message = refused(folder, "--epochs", "3", code=1)
    assert str(folder / LAST) in message
    assert "is damaged or not a checkpoint" in message
    shutil.copy(quick / "model.safetensors", folder / LAST)
    assert "it was not written by tinygrad_edu as a checkpoint" in refused(folder, "--epochs", "3", code=1)


def test_the_checkpoint_of_another_training(quick, tmp_path):
    from tests.train.problem import learner
    from tinygrad_edu.train import checkpoint

    for extra in (None, {"settings": 5, "dataset": "digits", "data": None, "fingerprint": 0}, {"settings": {}}):
        checkpoint.save(tmp_path / LAST, learner(), extra)
        assert str(tmp_path / LAST) in refused(tmp_path, "--epochs", "3", code=1)
    about = checkpoint.read_extra(quick / LAST)
    checkpoint.save(tmp_path / LAST, learner(), about)
    assert "another architecture" in refused(tmp_path, "--epochs", "3", code=1)
    checkpoint.save(tmp_path / LAST, learner(), about | {"settings": about["settings"] | {"hidden": [10**9]}})
    assert "invalid settings" in refused(tmp_path, "--epochs", "3", code=1)
    checkpoint.save(tmp_path / LAST, learner(), about | {"fingerprint": 1})
    assert "does not have the training data of this run" in refused(tmp_path, "--epochs", "3")

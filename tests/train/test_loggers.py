"""Logs in files: whole rows, and each of them once, whatever happened in between."""

import csv
import importlib
import json
import sys

import pytest

from tests.train.problem import learner
from tinygrad_edu.train import CSV, LAST, Checkpoint, JSONLines, StopAfterSteps, TensorBoard


def rows(path):
    text = path.read_text()
    assert text.endswith("\n")
    if path.suffix == ".csv":
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(text.splitlines())]
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(params=[(CSV, "log.csv"), (JSONLines, "log.jsonl")], ids=["csv", "jsonl"])
def log(request, tmp_path):
    kind, name = request.param
    return lambda every="epoch": kind(tmp_path / "new" / name, every)


def test_a_row_an_epoch(log):
    logger = log()
    history = learner(logger, StopAfterSteps(7)).fit(5)
    found = rows(logger.path)
    assert [(row["step"], row["epoch"], row["fraction"]) for row in found] == [(3, 1, 1), (6, 2, 1), (7, 3, 1 / 3)]
    assert [row["valid_accuracy"] for row in found] == [row.valid["accuracy"] for row in history.epochs]
    assert [row["train_loss"] for row in found] == [row.train_loss for row in history.epochs]
    assert {row["lr"] for row in found} == {0.1}


def test_a_row_a_step(log):
    logger = log("batch")
    history = learner(logger).fit(2)
    found = rows(logger.path)
    assert [row["step"] for row in found] == [1, 2, 3, 4, 5, 6]
    assert [row["epoch"] for row in found] == [1, 1, 1, 2, 2, 2]
    assert [row["loss"] for row in found] == history.step_losses


@pytest.mark.parametrize("every", ["batch", "epoch"])
@pytest.mark.parametrize("partial", ["", "{", '{"step"', "4,", "9,9,9,9,9,9,9,9,9,9\n"])
def test_after_a_kill_rows_come_once(log, every, partial, tmp_path):
    alone = log(every)
    learner(alone).fit(4)
    expected = rows(alone.path)
    alone.path.unlink()
    logger = log(every)
    learner(logger, Checkpoint(tmp_path), StopAfterSteps(4)).fit(4)  # the checkpoint is of step 4
    saved = (tmp_path / LAST).read_bytes()
    learner(logger, Checkpoint(tmp_path)).fit(3, resume=tmp_path / LAST)  # goes on to step 9, and is then killed
    (tmp_path / LAST).write_bytes(saved)
    with logger.path.open("a") as file:
        file.write(partial)
    learner(log(every), Checkpoint(tmp_path)).fit(4, resume=tmp_path / LAST)
    found = rows(logger.path)
    for row in [*found, *expected]:
        row.pop("samples_per_second", None)
    assert found == expected


def test_the_log_of_another_training_is_not_overwritten(log):
    logger = log()
    learner(logger).fit(1)
    before = logger.path.read_bytes()
    with pytest.raises(FileExistsError, match="already exists, and this is a new training run"):
        learner(log()).fit(1)
    assert logger.path.read_bytes() == before


def test_no_number_is_null_in_json(tmp_path):
    logger = JSONLines(tmp_path / "log", "batch")
    logger.row({"step": 1, "loss": float("inf"), "lr": float("nan")})
    assert rows(logger.path) == [{"step": 1, "loss": None, "lr": None}]


def test_every():
    with pytest.raises(ValueError, match='"batch" or "epoch"'):
        CSV("x", "step")


def test_tensorboard(tmp_path):
    pytest.importorskip("tensorboardX")
    learner(TensorBoard(tmp_path / "board"), StopAfterSteps(4)).fit(2)
    (file,) = (tmp_path / "board").iterdir()
    assert b"valid_accuracy" in file.read_bytes()


def test_tensorboard_without_its_package(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"pip install 'tinygrad_edu\[tensorboard\]'"):
        TensorBoard(tmp_path)
    assert importlib.import_module("tinygrad_edu.train")

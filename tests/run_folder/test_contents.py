"""The folder of a run: what is in it, and when it is refused."""

import json
import math
import re

import numpy as np
import pytest

from tinygrad_edu.run_folder import Network, RunError, check_new, load_weights, new_folder, write_run
from tinygrad_edu.train import Epoch, History

NETWORK = Network("digits", 8, 8, 16, (4,), "tanh")


def history(epochs=3, steps=10, **changes):
    rows = [
        Epoch(i + 1, 1.0, steps, 100, 1 / (i + 1), {"loss": 1 / (i + 1), "accuracy": 0.5 + i / 10}, 0.5)
        for i in range(epochs)
    ]
    losses = list(np.linspace(2, 0.1, epochs * steps))
    return History(**{"epochs": rows, "step_losses": losses, "steps_per_epoch": steps} | changes)


def test_writes_weights_and_metrics(tmp_path):
    files = write_run(tmp_path, NETWORK, NETWORK.build(), history(), 1.5, {"seed": 4})
    assert [file.name for file in files] == ["model.safetensors", "metrics.json"]
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert load_weights(files[0])[0] == NETWORK
    metrics = json.loads(files[1].read_text())
    assert metrics["test_accuracy"] == 0.7
    assert metrics["epochs"] == 3
    assert metrics["steps"] == 30
    assert metrics["seconds"] == 1.5
    assert metrics["dataset"] == "digits"
    assert metrics["parameters"] == 64 * 4 + 4 + 40 + 10
    assert metrics["settings"] == {"seed": 4}
    assert metrics["ending"] == "finished"
    assert metrics["versions"].keys() == {"tinygrad_edu", "numpy", "python", "system"}
    assert [row["images_per_second"] for row in metrics["history"]] == [200.0] * 3


def test_a_diverged_run_has_metrics_but_no_weights(tmp_path):
    bad = history(2, ending="diverged", diverged_at=(21, math.nan))
    files = write_run(tmp_path, NETWORK, NETWORK.build(), bad, 1.0, {})
    assert [file.name for file in files] == ["metrics.json"]
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["test_accuracy"] is None
    assert metrics["diverged"] == {"step": 21, "loss": "nan"}
    assert len(metrics["history"]) == 2


def test_infinities_become_null(tmp_path):
    rows = [Epoch(1, 1.0, 1, 10, math.inf, {"loss": math.nan, "accuracy": 0.1}, 0.0)]
    write_run(tmp_path, NETWORK, NETWORK.build(), History(rows, [3.0], 1), 1.0, {})
    row = json.loads((tmp_path / "metrics.json").read_text())["history"][0]
    assert row["train_loss"] is row["test_loss"] is None
    assert row["images_per_second"] == 0


def test_a_new_folder_is_named_by_the_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = new_folder(None), new_folder(None)
    assert first != second
    assert first.is_dir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(_\d+)?", first.name)
    assert first.parent.name == "runs"


def test_a_folder_that_is_there(tmp_path):
    assert new_folder(tmp_path) == tmp_path
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "metrics.json").write_text("{}")
    for use in (check_new, new_folder):
        with pytest.raises(RunError, match="not empty"):
            use(tmp_path)
        with pytest.raises(RunError, match="is a file"):
            use(tmp_path / "metrics.json")
    with pytest.raises(RunError, match="cannot be written to"):
        new_folder(tmp_path / "metrics.json" / "run")


def test_a_dangling_link_is_no_folder(tmp_path):
    (tmp_path / "run").symlink_to(tmp_path / "nowhere")
    with pytest.raises(RunError, match="is a file"):
        check_new(tmp_path / "run")

"""`tinygrad-edu train`, on the built-in digits, and to its target on real MNIST."""

import json
import os
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tests.cli.commands import QUICK, mnist_folder, run, start
from tests.data.digit_files import idx_bytes
from tinygrad_edu.cli.console import program
from tinygrad_edu.data import DownloadError, mnist
from tinygrad_edu.run_folder import load_weights

FILES = [
    "explore.html",
    "graph.svg",
    "last.safetensors",
    "loss.svg",
    "metrics.json",
    "model.safetensors",
    "report.html",
]


def metrics(folder):
    return json.loads((folder / "metrics.json").read_text())


def test_a_run_has_seven_files(digits_run):
    assert sorted(os.listdir(digits_run)) == FILES
    for name in ("loss.svg", "graph.svg"):
        assert ET.parse(digits_run / name).getroot().tag.endswith("svg")
    numbers = metrics(digits_run)
    assert numbers["test_accuracy"] > 0.88
    assert numbers["epochs"] == 30
    assert numbers["dataset"] == "digits"
    assert numbers["parameters"] == 65 * 64 + 65 * 10
    assert numbers["ending"] == "finished"
    assert len(numbers["history"]) == 30
    assert numbers["settings"]["batch_size"] == 32
    assert numbers["settings"]["seed"] == 0


def test_the_report_names_the_data_and_links_to_the_explorer(digits_run):
    page = (digits_run / "report.html").read_text()
    assert '<a href="explore.html">One training step of this run, on 8 images: step through it</a>' in page
    assert "<dt>dataset</dt><dd>digits</dd>" in page
    assert "<dt>seed</dt><dd>0</dd>" in page
    assert '<div class="long"><dt>source</dt><dd>the built-in copy of UCI' in page
    assert "overfit" in page  # 30 epochs of 1,437 images
    explorer = (digits_run / "explore.html").read_text()
    assert "One training step of this run, on 8 images" in explorer
    assert "0.weight" in explorer


def test_plain_output_has_a_line_an_epoch(tmp_path):
    result = run(*QUICK, "--out", tmp_path / "run")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "1,437 training and 360 test images" in lines[0]
    assert "64-16-10" in lines[1]
    rows = [line.split() for line in lines if "/2 " in line]
    assert [row[0] for row in rows] == ["1/2", "2/2"]
    assert all(len(row) == 6 for row in rows)
    assert "\x1b" not in result.stdout
    assert "\r" not in result.stdout
    assert lines[-2].endswith(f"tinygrad-edu predict {tmp_path / 'run'} --index 7")
    assert lines[-1].endswith(f"tinygrad-edu explore {tmp_path / 'run'}")


def test_the_same_seed_gives_the_same_bytes_in_two_processes(tmp_path):
    processes = [
        start(*QUICK, "--seed", seed, "--out", tmp_path / name) for name, seed in (("a", 0), ("b", 0), ("c", 1))
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    a, b, c = (tmp_path / name for name in "abc")
    for name in ("model.safetensors", "loss.svg", "graph.svg"):
        assert (a / name).read_bytes() == (b / name).read_bytes(), name
    assert (a / "model.safetensors").read_bytes() != (c / "model.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        (["--hidden", ""], (64, 10)),
        (["--hidden", "8, 7,6", "--activation", "Tanh"], (64, 8, 7, 6, 10)),
        (["--optimizer", "sgd", "--momentum", "0.9", "--lr", "0.01"], (64, 16, 10)),
        (["--optimizer", "adamw", "--weight-decay", "0.1", "--batch-size", "5000"], (64, 16, 10)),
    ],
)
def test_options(tmp_path, options, sizes):
    result = run(*QUICK, *options, "--out", tmp_path)
    assert result.exit_code == 0
    assert load_weights(tmp_path / "model.safetensors")[0].sizes == sizes


def test_an_existing_run_is_not_overwritten(digits_run):
    before = metrics(digits_run)
    result = run(*QUICK, "--out", digits_run)
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert metrics(digits_run) == before


def test_without_out_the_folder_is_named_by_the_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(*QUICK).exit_code == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert sorted(os.listdir(folder)) == FILES


def offline(monkeypatch):
    def fail(*_):
        raise DownloadError("MNIST could not be downloaded (no network)")

    monkeypatch.delenv("TINYGRAD_EDU_DATA", raising=False)
    monkeypatch.setattr(mnist, "fetch", fail)


def test_without_a_network_one_line_says_that_the_small_set_is_used(tmp_path, monkeypatch):
    offline(monkeypatch)
    result = run("train", "--epochs", "1", "--hidden", "", "--out", tmp_path)
    assert result.exit_code == 0
    assert result.stderr.count("\n") == 1
    assert "built-in digits" in result.stderr
    assert metrics(tmp_path)["dataset"] == "digits"


def test_mnist_without_a_network_is_an_error_if_it_was_asked_for(tmp_path, monkeypatch):
    offline(monkeypatch)
    result = run("train", "--dataset", "mnist", "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "--dataset digits" in result.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("rate", ["1e30", "1e300"])
def test_a_loss_that_is_no_number_stops_the_training(tmp_path, rate):
    result = run(*QUICK, "--lr", rate, "--out", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "at step" in result.stderr
    assert "lower the learning rate" in result.stderr
    assert "; try --lr 0.001" in result.stderr
    assert sorted(os.listdir(tmp_path)) == ["last.safetensors", "loss.svg", "metrics.json"]
    assert metrics(tmp_path)["ending"] == "diverged"


def test_a_graph_that_cannot_be_drawn_costs_only_itself(tmp_path, monkeypatch):
    from tinygrad_edu import viz

    def fail(*_, **__):
        raise RuntimeError("no Graphviz\nhere")

    monkeypatch.setattr(viz, "draw", fail)
    result = run(*QUICK, "--out", tmp_path)
    assert result.exit_code == 0
    assert result.stderr == "graph.svg could not be drawn: no Graphviz here\n"
    assert sorted(os.listdir(tmp_path)) == [name for name in FILES if name != "graph.svg"]


def test_a_full_disk(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tinygrad_edu.run_folder.weights.sealed.write", fail)
    result = run(*QUICK, "--out", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == f"tinygrad-edu: {tmp_path} could not be written: No space left on device\n"


@pytest.mark.slow
@pytest.mark.skipif(mnist_folder() is None, reason="no MNIST on this machine")
@pytest.mark.parametrize(
    ("options", "least", "most"),
    [(["--epochs", "6"], 0.973, 0.985), (["--hidden", "50", "--batch-size", "64", "--epochs", "1"], 0.928, 0.938)],
)
def test_reaches_its_target_on_mnist(tmp_path, options, least, most):
    result = run("train", "--data", mnist_folder(), "--seed", "0", *options, "--out", tmp_path)
    assert result.exit_code == 0
    assert least <= metrics(tmp_path)["test_accuracy"] <= most


def test_how_to_go_on_is_written_so_that_it_works(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.argv", [str(tmp_path / ".venv" / "bin" / "tinygrad-edu")])
    assert program() == os.path.join(".venv", "bin", "tinygrad-edu")
    monkeypatch.setattr("sys.argv", ["/elsewhere/tinygrad-edu"])
    assert program() == "/elsewhere/tinygrad-edu"
    monkeypatch.setattr("sys.argv", ["pytest"])
    assert program() == "tinygrad-edu"


def test_how_to_go_on_names_the_data_that_was_named(tmp_path):
    folder, rng = tmp_path / "my digits", np.random.default_rng(0)
    folder.mkdir()
    for part in ("train", "t10k"):
        images = rng.integers(0, 256, (20, 28, 28), np.uint8)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(images))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes(np.arange(20, dtype=np.uint8) % 10))
    result = run("train", "--data", folder, "--epochs", 1, "--hidden", 8, "--out", tmp_path / "run")
    *_, predict, explore = result.stdout.splitlines()
    assert predict.endswith(f"predict {tmp_path / 'run'} --index 7 --data '{folder}'")
    assert explore.endswith(f"explore {tmp_path / 'run'} --data '{folder}'")

"""Every lesson runs, from a folder of its own, and says what it promises; on the real MNIST it reaches its target."""

import inspect
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import run
from tinygrad_edu import data
from tinygrad_edu.cli.lesson import PRESETS, load_preset, trains_in_loop
from tinygrad_edu.cli.lesson_loop import LoopTable
from tinygrad_edu.train import LAST, checkpoint

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
PROMISES = {
    "01_one_neuron.py": ["d out / d x1 = -1.50", "d out / d w1 =  1.00"],
    "02_an_op_of_your_own.py": ["right to the third order", "wrong: caught. gradcheck, order 1"],
    "03_a_training_loop.py": ["epoch 10"],
}
# the least that each lesson reaches on MNIST; others take minutes, and are measured by hand (README)
TARGETS = {
    "is-it-nine": {"test_accuracy": 0.955},
    "two-or-nine": {"linear_accuracy": 0.975, "test_accuracy": 0.99},
    "relu-10": {"train_accuracy": 0.90},
    "mnist-nn": {"test_accuracy": 0.961},
}
LOOPED = [name for name in PRESETS if trains_in_loop(load_preset(name))]
FAMILIES = 10  # the number of the first lesson on a family of networks, which may be longer


def train(*options, cwd, timeout=300):
    command = [sys.executable, "-m", "tinygrad_edu.cli", "train", *map(str, options)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_lesson_is_tested():
    lessons = {path.name for path in EXAMPLES.glob("[0-9]*.py")}
    assert lessons == set(PROMISES) | {f"{module.partition(':')[0]}.py" for module in PRESETS.values()}
    most = {name: 80 if int(name[:2]) < FAMILIES else 120 for name in lessons}
    assert [name for name in lessons if len((EXAMPLES / name).read_text().splitlines()) > most[name]] == []


@pytest.mark.parametrize("name", PROMISES)
def test_a_lesson_runs(name, tmp_path):
    command = [sys.executable, "-W", "error", str(EXAMPLES / name)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert [promise for promise in PROMISES[name] if promise not in done.stdout] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PRESETS if name not in LOOPED])
def test_a_preset_runs_on_the_built_in_digits(name, tmp_path):
    printed = train("--preset", name, "--dataset", "digits", "--out", "run", cwd=tmp_path)
    complete(tmp_path / "run")
    assert "report.html" in printed


def complete(folder):
    """Pictures, and a page with all of them."""
    facts = json.loads((folder / "metrics.json").read_text())
    pictures = sorted(folder.glob("*.svg"))
    assert len(pictures) >= 2
    assert (folder / "report.html").read_text().count("<svg") >= len(pictures)
    assert all(picture.stat().st_size > 1000 for picture in pictures)
    return {name: value for name, value in facts.items() if "seconds" not in name}


@pytest.mark.slow
@pytest.mark.parametrize("name", LOOPED)
def test_a_preset_is_stopped_at_its_third_step_and_resumed(name, tmp_path, monkeypatch):
    """The short form: an epoch, on the built-in digits or on the beginning of a text."""
    command = ["train", "--preset", name, "--epochs", "1", *small_data(name, tmp_path)]

    def stop(table, loop, original=LoopTable.on_step_end):
        if loop.steps_done == 3:
            table.interrupt.number = signal.SIGINT
        original(table, loop)

    with monkeypatch.context() as patch:
        patch.setattr(LoopTable, "on_step_end", stop)
        assert run(*command, "--out", tmp_path / "run").exit_code == 130
    stopped = complete(tmp_path / "run")
    assert stopped["ending"] == "interrupted"
    assert run("train", "--resume", tmp_path / "run").exit_code == 0
    assert run(*command, "--out", tmp_path / "alone").exit_code == 0
    resumed = complete(tmp_path / "run")
    assert resumed == complete(tmp_path / "alone") != stopped
    assert resumed["ending"] == "finished"
    states = [repr(checkpoint.read(tmp_path / folder / LAST)["kept"]) for folder in ("run", "alone")]
    assert states[0] == states[1]


def small_data(name, folder):
    kind = getattr(inspect.getmodule(load_preset(name)), "DATASET", "digits")
    if kind == "digits":
        return ["--dataset", "digits"]
    if kind == "text":
        (folder / "short.txt").write_text(data.text()[:8000])
        return ["--data", folder / "short.txt"]
    return []


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_a_preset_reaches_its_target_on_mnist(name, tmp_path):
    folder = Path(os.environ.get("TINYGRAD_EDU_DATA", ROOT.parent / "shared" / "mnist")).absolute()
    if not folder.is_dir():
        pytest.skip("no real MNIST here: name its folder in TINYGRAD_EDU_DATA")
    train("--preset", name, "--data", folder, "--out", "run", cwd=tmp_path)
    facts = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert {key: facts[key] for key, least in TARGETS[name].items() if facts[key] < least} == {}
    if name == "relu-10":
        assert facts["adam_steps_to_the_same"] <= 50


def test_a_preset_has_its_own_settings(tmp_path):
    command = [sys.executable, "-m", "tinygrad_edu.cli", "train", "--preset", "mnist-nn", "--lr", "0.1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("tinygrad-edu: --lr 0.1: ")
    assert "--preset" in done.stderr

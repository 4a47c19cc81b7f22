"""Lessons that train in a loop, from the command line: stopped by signals, killed, and resumed."""

import io
import json
import re
import signal
import sys
import types

import pytest
from rich.console import Console

from tests.cli.commands import run, start
from tests.cli.test_interrupt import wait_for
from tinygrad_edu import data
from tinygrad_edu.cli import lesson as lessons
from tinygrad_edu.cli import live_table
from tinygrad_edu.cli.interrupt import Interrupt
from tinygrad_edu.cli.lesson_data import lesson_data
from tinygrad_edu.cli.lesson_loop import LoopTable
from tinygrad_edu.train import LAST, Loop, checkpoint

SMALL = '''
"""A small lesson.

    It has two loops, of which the second depends on the first.
"""
import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import plots

EPOCHS = {epochs}


def train(loop, x, y, hidden):
    model = nn.Sequential(nn.Linear(64, hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, 10))
    optimizer = optim.Adam(model.parameters())
    loop = loop(DataLoader(TensorDataset(x, y), 200, shuffle=True), EPOCHS, model=model, optimizer=optimizer)
    for x, y in loop:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            loop.log(accuracy=(model(x).argmax(1) == y).float().mean())
    return loop.history["loss"], model


def lesson(digits, loop=Loop):
    x, y = map(tg.tensor, digits.scaled()[0])
    one, model = train(loop, x, y, 8)
    other, model = train(loop, x, y, 8 + int(one[-1]))
    facts = {{"first": one[-1], "second": other[-1], "sum": sum(one) + sum(other)}}
    return facts | {{"weight": model[0].weight.sum().item()}}, {{"loss": plots.loss_curves(one)}}


if __name__ == "__main__":
    run(lesson)
'''
TIMES = ("seconds", "training_seconds")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The lesson above as the preset "small"."""

    def make(epochs):
        file = tmp_path / "small_lesson.py"
        file.write_text(SMALL.format(epochs=epochs))
        module = types.ModuleType("tinygrad_edu.examples.small_lesson", "A small lesson.\n\nIt is short.")
        exec(compile(file.read_text(), file, "exec"), module.__dict__)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(lessons.PRESETS, "small", "small_lesson")
        return ["train", "--preset", "small", "--dataset", "digits"]

    return make


def facts(folder):
    """All but the times."""
    numbers = json.loads((folder / "metrics.json").read_text())
    return {name: value for name, value in numbers.items() if name not in TIMES}


def state(folder, name=LAST):
    """A checkpoint but for the time that it took."""
    whole = checkpoint.read(folder / name)
    whole["history"].pop("seconds")
    whole["extra"].pop("cap")
    return repr(whole)


def test_a_lesson_runs_and_goes_on(small, tmp_path):
    command = small(4)
    result = run(*command, "--out", tmp_path / "alone")
    assert result.exit_code == 0, result.output
    assert [line.split()[1] for line in result.stdout.splitlines() if "/4 " in line] == 2 * [
        "1/4", "2/4", "3/4", "4/4",
    ]  # fmt: skip
    assert facts(tmp_path / "alone")["ending"] == "finished"
    assert facts(tmp_path / "alone")["steps"] == 2 * 4 * 8
    names = {"last-2.safetensors", LAST, "loss.svg", "metrics.json", "report.html"}
    assert {path.name for path in (tmp_path / "alone").iterdir()} == names

    capped = run(*command, "--epochs", "2", "--out", tmp_path / "capped")
    assert capped.exit_code == 0
    assert facts(tmp_path / "capped")["epochs"] == 4
    result = run("train", "--resume", tmp_path / "capped")
    assert result.exit_code == 0
    assert "All epochs of this run were done; the pictures were drawn again; --epochs 4 would train on" in result.stdout
    assert facts(tmp_path / "capped")["epochs"] == 4
    result = run("train", "--preset", "small", "--resume", tmp_path / "capped", "--epochs", "99")
    assert result.exit_code == 0, result.output
    assert "were done" not in result.stdout
    assert facts(tmp_path / "capped") == facts(tmp_path / "alone")
    for name in (LAST, "last-2.safetensors"):
        assert state(tmp_path / "capped", name) == state(tmp_path / "alone", name)


@pytest.mark.parametrize(("stopped", "steps"), [((0, 3), 3 + 1), ((1, 11), 32 + 11)])
def test_a_lesson_stopped_in_its_first_or_second_loop(small, tmp_path, monkeypatch, stopped, steps):
    command = small(4)
    assert run(*command, "--out", tmp_path / "alone").exit_code == 0
    tables = []

    def interrupting(self, loop, original=LoopTable.on_step_end):
        if (tables.index(self), loop.steps_done) == stopped:
            self.interrupt.number = signal.SIGTERM
        original(self, loop)

    def counting(self, *arguments, original=LoopTable.__init__):
        tables.append(self)
        original(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(LoopTable, "on_step_end", interrupting)
        patch.setattr(LoopTable, "__init__", counting)
        result = run(*command, "--out", tmp_path / "run")
    assert result.exit_code == 143, result.output
    assert f"Stopped by SIGTERM after {facts(tmp_path / 'run')['steps']} steps." in result.stdout
    assert f"train --resume {tmp_path / 'run'}" in result.stdout
    assert facts(tmp_path / "run")["ending"] == "interrupted"
    assert facts(tmp_path / "run")["steps"] == steps
    assert (tmp_path / "run" / "loss.svg").exists()
    assert run("train", "--resume", tmp_path / "run").exit_code == 0
    assert facts(tmp_path / "run") == facts(tmp_path / "alone")
    for name in (LAST, "last-2.safetensors"):
        assert state(tmp_path / "run", name) == state(tmp_path / "alone", name)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_a_real_process(tmp_path, number):
    process = start("train", "--preset", "best-mlp", "--dataset", "digits", "--out", tmp_path / "run")
    try:
        wait_for(process, "epoch")
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 128 + number, output + errors
    assert "Traceback" not in errors
    assert facts(tmp_path / "run")["ending"] == "interrupted"
    assert (
        facts(tmp_path / "run")["steps"] == checkpoint.read(tmp_path / "run" / LAST)["history"]["values"]["loss"].size
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_a_second_ctrl_c_ends_a_lesson_at_once(tmp_path):
    process = start("train", "--preset", "best-mlp", "--dataset", "digits", "--out", tmp_path / "run")
    try:
        wait_for(process, "epoch")
        process.send_signal(signal.SIGINT)
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
    finally:
        process.kill()
        _, errors = process.communicate()
    assert process.returncode == -signal.SIGINT
    assert "Traceback" not in errors
    checkpoint.read(tmp_path / "run" / LAST)


def test_a_loss_that_is_not_finite_is_one_line(small, tmp_path, monkeypatch):
    command = small(2)

    def diverging(self, loop):
        if loop.steps_done == 3:
            loop.log(loss=float("nan"))

    monkeypatch.setattr(LoopTable, "on_step_end", diverging)
    message = refused(*command[1:], "--out", tmp_path / "run", code=1)
    assert "training failed: loop: loss became nan at step 3 (epoch 1): all weights are finite" in message
    assert checkpoint.read(tmp_path / "run" / LAST)["position"]["batch"] == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_a_killed_lesson_goes_on_bit_for_bit(tmp_path):
    command = ["train", "--preset", "best-mlp", "--dataset", "digits"]
    process = start(*command, "--out", tmp_path / "run")
    try:
        wait_for(process, "epoch")
    finally:
        process.kill()
        process.communicate()
    assert not (tmp_path / "run" / "metrics.json").exists()
    assert run("train", "--resume", tmp_path / "run", "--epochs", "12").exit_code == 0
    assert run(*command, "--epochs", "12", "--out", tmp_path / "alone").exit_code == 0
    assert facts(tmp_path / "run") == facts(tmp_path / "alone")
    assert facts(tmp_path / "run")["epochs"] == 12
    assert state(tmp_path / "run") == state(tmp_path / "alone")


def refused(*options, code=2):
    result = run("train", *options)
    assert result.exit_code == code, result.output
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_what_is_refused(small, tmp_path):
    command = small(1)
    folder = tmp_path / "run"
    assert run(*command, "--seed", "3", "--out", folder).exit_code == 0
    assert "--lr 0.1: is for a training of your own" in refused(*command[1:], "--lr", "0.1")
    assert "--epochs '0': give a whole number" in refused(*command[1:], "--epochs", "0")
    assert "--epochs 3: is for a training of your own" in refused("--preset", "mnist-nn", "--epochs", "3")
    assert "--seed 3: applies to a new training only" in refused("--resume", folder, "--seed", "3")
    assert "--out x: applies to a new training only" in refused("--resume", folder, "--out", "x")
    assert "a run of the lesson small, not of cnn" in refused("--preset", "cnn", "--resume", folder)
    assert "there is no such folder" in refused("--preset", "cnn", "--resume", tmp_path / "no")
    assert "is not empty" in refused(*command[1:], "--out", folder)
    other = tmp_path / "other"
    assert run("train", "--dataset", "digits", "--epochs", "1", "--hidden", "4", "--out", other).exit_code == 0
    assert "a run of no lesson, not of small" in refused("--preset", "small", "--resume", other)
    extra = checkpoint.read_extra(folder / LAST)
    content = (folder / LAST).read_bytes()
    (folder / LAST).write_bytes(content[:-1])
    assert "is damaged or not a checkpoint" in refused("--resume", folder, code=1)
    loop = checkpoint_of(extra | {"fingerprint": 1}, folder)
    assert "does not have the training data of this run" in refused("--resume", folder)
    checkpoint.save(folder / LAST, loop, extra | {"seed": "a"})
    assert "not a checkpoint of a lesson: its seed is a" in refused("--resume", folder, code=1)
    checkpoint.save(folder / LAST, loop, extra | {"lesson": "my_own"})
    assert "a run of my_own, not a preset; give --resume to that program" in refused("--resume", folder, code=1)
    checkpoint.save(folder / LAST, loop, extra)
    assert "it keeps nothing, the loop model, optimizer" in refused("--resume", folder, code=1)


def checkpoint_of(extra, folder):
    loop = Loop([1], 1)
    checkpoint.save(folder / LAST, loop, extra)
    return loop


def test_a_text_as_data(tmp_path, monkeypatch):
    def text(path=None):
        if path == "no":
            raise data.DataError("no: there is no such file")
        return "to be or not to be" if path is None else "a text of my own"

    monkeypatch.setattr(data, "text", text, raising=False)
    module = types.SimpleNamespace(DATASET="text")
    given = lesson_data(module, "auto", None)
    assert (given.data, given.name, given.source) == ("to be or not to be", "18 characters", "the library")
    own = lesson_data(module, "auto", "mine.txt")
    assert own.data == "a text of my own"
    assert own.fingerprint != given.fingerprint
    with pytest.raises(lessons.Failure, match="--data: no: there is no such file"):
        lesson_data(module, "auto", "no")
    with pytest.raises(lessons.Failure, match="--dataset mnist: this lesson learns from a text"):
        lesson_data(module, "mnist", None)


def test_the_bar_on_a_terminal(monkeypatch):
    monkeypatch.setattr(live_table, "is_live", lambda console: True)
    monkeypatch.setattr(live_table, "EVERY", 0.0)
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100, no_color=True, highlight=False)
    with Interrupt() as interrupt:
        table = LoopTable(console, interrupt)
        loop = Loop([1.0, 2.0], 2)
        loop.callbacks = [table]
        for batch in loop:
            if loop.step > 1:
                loop.log(d_loss=batch)
            table.bar._bar.refresh()
    shown = screen.getvalue()
    assert re.search(r"epoch 1/2 .* 0 %  loss -  - steps/s", shown)
    assert re.search(r"epoch 2/2 .* 75 %  d loss 1.5000  [\d,.]+ steps/s", shown)
    assert shown.index("epoch 1/2   d loss 2.0000") < shown.index("epoch 2/2   d loss 1.5000")

"""Files that are no checkpoints, or not of this training: one clear error, and nothing is changed."""

import hashlib
import json
import os
import pickle

import numpy as np
import pytest
from safetensors.numpy import load as parse
from safetensors.numpy import save as serialise

import tinygrad_edu as tg
from tests.train.problem import StopAt, batches, learner, same, weights
from tests.train.trainings import deeds, everything
from tinygrad_edu import nn
from tinygrad_edu.files import write_whole
from tinygrad_edu.train import (
    LAST,
    Checkpoint,
    CheckpointError,
    StopAfterSteps,
    checkpoint,
    sealed,
)


@pytest.fixture
def saved(tmp_path):
    everything(Checkpoint(tmp_path), StopAfterSteps(4)).fit(3)
    return tmp_path / LAST


def refuses(own, path, message):
    """The file is refused, in one line with its name, and nothing is changed: training goes on as without it."""
    before, generator = weights(own.model), tg.default_generator().bit_generator.state
    snapshot = repr(own.snapshot())
    with pytest.raises(CheckpointError, match=message) as error:
        own.fit(3, resume=path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 600
    assert same(weights(own.model), before)
    assert tg.default_generator().bit_generator.state == generator
    assert repr(own.snapshot()) == snapshot


class Attack:
    def __reduce__(self):
        return os.abort, ()


def edited(change):
    """The file with its state changed, and a new checksum: what somebody who knows the format can do."""

    def damage(data):
        length = int.from_bytes(data[:8], "little")
        header = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][checkpoint.KEY])
        state, arrays = json.loads(header["state"]), parse(data)
        change(state, arrays)
        text = json.dumps(state)
        header |= {"state": text, "sha256": sealed._digest(text, arrays)}
        return serialise(arrays, {checkpoint.KEY: json.dumps(header)})

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b"",
        lambda b: b[:5],
        lambda b: b[:200],
        lambda b: b[:-1],
        lambda b: b + b"\0",
        lambda b: b[:-5] + bytes([b[-5] ^ 1]) + b[-4:],
        lambda b: b.replace(b"delivered", b"Delivered", 1),
        lambda b: np.random.default_rng(0).bytes(5000),
        lambda b: pickle.dumps(Attack()),
        lambda b: b"\xff" * 8 + b[8:],
        lambda b: (1 << 40).to_bytes(8, "little") + b[8:],
        lambda b: (31 << 20).to_bytes(8, "little") + b[8:],
        lambda b: (100_000).to_bytes(8, "little") + b"[" * 100_000,
        lambda b: serialise({"a": np.zeros(3)}),
        lambda b: serialise({"a": np.zeros(3)}, {"format": "pt"}),
        lambda b: serialise({}, {checkpoint.KEY: "{}"}),
        lambda b: serialise({}, {checkpoint.KEY: "[" * 100_000}),
        lambda b: serialise({}, {checkpoint.KEY: '{"format": 2}'}),
        lambda b: serialise({}, {checkpoint.KEY: '{"format": 1, "sha256": "", "state": 5}'}),
        lambda b: serialise(
            {}, {checkpoint.KEY: json.dumps({"format": 1, "sha256": hashlib.sha256(b"[]").hexdigest(), "state": "[]"})}
        ),
    ],
)
def test_damaged_and_foreign_files(saved, damage):
    saved.write_bytes(damage(saved.read_bytes()))
    refuses(everything(), saved, "is damaged or not a checkpoint")


def put(*path, value):
    def change(state, arrays):
        inner = state
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value

    return change


def no_moments(state, arrays):
    state["optimizer"]["state"]["$dict"][0][1] = {"momentum_buffer": "none"}


def other_moments(state, arrays):
    state["optimizer"]["state"]["$dict"][0][1]["momentum_buffer"] = {"$array": "model.2.bias"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("position", "epoch", value=-1), "not integers >= 0"),
        (
            put("optimizer", "param_groups", 0, "momentum", value="x"),
            "the momentum of its SGD is 'x', but the optimizer here has 0.9",
        ),
        (
            put("optimizer", "param_groups", 0, "nesterov", value=1),
            "the nesterov of its SGD is 1, but the optimizer here has False",
        ),
        (put("optimizer", "param_groups", 0, "lr", value={"$float": "nan"}), "the lr of its SGD is nan"),
        (put("position", "batch", value=4), "at least 4 batches"),
        (put("position", "batch", value=1.5), "not integers >= 0"),
        (put("position", "total", value="much"), "not a number"),
        (put("history", "step_losses", value="none"), "not a list of numbers"),
        (put("history", "epochs", value=[{"epoch": 1}]), "Epoch"),
        (put("random", "state", value={}), "nothing was loaded"),
        (put("random", value=None), "nothing was loaded"),
        (put("loader", value={"delivered": 1}), "expected the state of a DataLoader"),
        (put("callbacks", "Nobody", value={"a": 1}), "Nobody"),
        (put("callbacks", "EarlyStopping", value={}), "it has no 'best'"),
        (put("optimizer", "param_groups", value=[]), "0 parameter groups, not 1"),
        (put("optimizer", "param_groups", 0, "params", value=[0]), "nothing was loaded"),
        (put("model", value={}), "architecture"),
        (put("model", value=5), "nothing was loaded"),
        (put("extra", value={"$eval": "1"}), "unknown entry"),
        (other_moments, "nothing was loaded"),
    ],
)
def test_edited_files_with_a_right_checksum(saved, change, message):
    saved.write_bytes(edited(change)(saved.read_bytes()))
    refuses(everything(), saved, message)


def test_another_architecture(saved):
    own = everything()
    own.model.add_module("more", nn.Linear(3, 3))
    refuses(own, saved, r"another architecture: more.weight is missing in the file, float32 \(3, 3\) in the model")
    refuses(learner(), saved, r"another architecture: 2.weight is float32 \(8,\) in the file")
    own = everything()
    own.model.double()
    refuses(own, saved, "0.weight is float32 .* float64")


def test_another_optimizer_or_schedule(saved):
    refuses(everything(optimizer="Adam"), saved, "its optimizer is SGD, not Adam")
    refuses(everything(scheduler="MultiStepLR"), saved, "different options.*max_lr")
    everything(Checkpoint(saved.parent), scheduler="StepLR").fit(1)
    refuses(everything(scheduler="MultiStepLR"), saved, "its schedule is StepLR, not MultiStepLR")


def test_other_callbacks_and_data(saved):
    own = everything()
    own.callbacks = [own.callbacks[1]]
    refuses(own, saved, "state of Schedule, which is not among the callbacks here")
    own = everything()
    own.train_data = list(batches())
    refuses(own, saved, "list has no load_state_dict")
    own.train_data = batches(batch_size=40)
    checkpoint.load(saved, own)  # the epoch has fewer batches, but not too few
    everything(Checkpoint(saved.parent), StopAfterSteps(5)).fit(3)
    refuses(own, saved, "at least 2 batches, the data here 1")


def test_no_such_file(tmp_path):
    own = learner()
    for path in (tmp_path / "no", tmp_path):
        with pytest.raises(OSError, match=str(tmp_path)):
            own.fit(1, resume=path)


def test_after_a_refused_file_training_is_as_without_it(saved):
    alone = everything()
    alone.fit(2)
    own = everything()
    bad = saved.with_name("bad")
    write_whole(bad, saved.read_bytes()[:-1])
    for path in (bad, saved):
        if path == saved:
            own.callbacks.pop()  # EarlyStopping
        with pytest.raises(CheckpointError):
            own.fit(2, resume=path)
    tg.manual_seed(3)
    own = everything()
    with pytest.raises(CheckpointError):
        own.fit(2, resume=bad)
    own.fit(2)
    assert deeds(own.history) == deeds(alone.history)


def test_what_cannot_be_written_is_named(tmp_path):
    class Odd(StopAt):
        def state_dict(self):
            return {"when": object()}

    with pytest.raises(TypeError, match=r"callbacks\.Odd\.when: a checkpoint holds .*; got object"):
        checkpoint.save(tmp_path / "x", learner(Odd("on_loss", 99)))
    assert not list(tmp_path.iterdir())

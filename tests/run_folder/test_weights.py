"""Networks described in a file, and their weights beside them."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

import tinygrad_edu as tg
from tinygrad_edu.run_folder import ACTIVATIONS, Network, WeightsError, load_weights, save_weights
from tinygrad_edu.run_folder.weights import KEY
from tinygrad_edu.train import sealed

NETWORK = Network("digits", 8, 8, 16, (12, 5), "relu")


@pytest.fixture
def saved(tmp_path):
    tg.manual_seed(1)
    path = tmp_path / "model.safetensors"
    save_weights(path, NETWORK, NETWORK.build())
    return path


@pytest.mark.parametrize("hidden", [(), (7,), (12, 5)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_build_has_the_shapes_it_says(hidden, activation):
    network = Network("digits", 8, 8, 16, hidden, activation)
    model = network.build()
    assert {name: p.shape for name, p in model.state_dict().items()} == network.shapes
    assert sum(p.numel() for p in model.parameters()) == network.parameters
    assert model(tg.zeros(3, 64)).shape == (3, 10)
    assert Network.from_json(network.to_json()) == network


def test_round_trip(saved):
    tg.manual_seed(1)
    model = NETWORK.build()
    network, loaded = load_weights(saved)
    assert network == NETWORK
    assert not loaded.training
    for ours, theirs in zip(loaded.parameters(), model.parameters(), strict=True):
        np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())


def test_the_same_weights_give_the_same_bytes(saved, tmp_path):
    network, model = load_weights(saved)
    save_weights(tmp_path / "again", network, model)
    assert (tmp_path / "again").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b"",
        lambda b: b[:4],
        lambda b: b[:50],
        lambda b: b[:-1],
        lambda b: b + b"\0",
        lambda b: np.random.default_rng(0).bytes(500),
        lambda b: b"\xff" * 8 + b[8:],
        lambda b: b"PK\x03\x04" + b[4:],
        lambda b: save({"a": np.zeros(3)}),
        lambda b: save({"a": np.zeros(3)}, {"format": "pt"}),
        lambda b: save({"a": np.zeros(3)}, {KEY: NETWORK.to_json()}),
        lambda b: b.replace(b"relu", b"tanh"),
        lambda b: save({"a": np.zeros(3)}, {KEY: "{}"}),
        lambda b: save({"a": np.zeros(3)}, {KEY: "[1]"}),
        lambda b: save({"a": np.zeros(3)}, {KEY: "no JSON"}),
        lambda b: save({"a": np.zeros(3)}, {KEY: "[" * 100_000}),
    ],
)
def test_damaged_and_foreign_files_are_refused(saved, damage):
    saved.write_bytes(damage(saved.read_bytes()))
    with pytest.raises(WeightsError) as error:
        load_weights(saved)
    assert str(saved) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a | {"0.bias": np.full(12, np.nan, np.float32)}, "not finite"),
        (lambda a: a | {"0.bias": np.zeros(12)}, "float64"),
        (lambda a: a | {"0.bias": np.zeros(13, np.float32)}, "damaged"),
        (lambda a: {k: v for k, v in a.items() if k != "0.bias"}, "damaged"),
        (lambda a: a | {"extra": np.zeros(1, np.float32)}, "damaged"),
    ],
)
def test_weights_that_do_not_fit_are_refused(saved, change, message):
    _, model = load_weights(saved)
    arrays = {name: p.detach().numpy() for name, p in model.state_dict().items()}
    sealed.write(saved, KEY, NETWORK.to_json(), change(arrays))
    with pytest.raises(WeightsError, match=message):
        load_weights(saved)


@given(st.integers(0, 10**9), st.integers(1, 255))
@settings(max_examples=300)
def test_no_change_of_a_byte_goes_unseen(place, change):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.safetensors")
        save_weights(path, NETWORK, NETWORK.build())
        data = bytearray(path.read_bytes())
        data[place % len(data)] ^= change
        path.write_bytes(data)
        with pytest.raises(WeightsError):
            load_weights(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WeightsError, match="not a regular file"):
        load_weights(tmp_path / "pipe")


def test_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_weights(tmp_path / "no.safetensors")


@pytest.mark.parametrize(
    "change",
    [
        {"height": 0},
        {"height": 2.5},
        {"width": True},
        {"hidden": [0]},
        {"hidden": [10**9]},
        {"hidden": 3},
        {"hidden": None},
        {"activation": "eval"},
        {"activation": ["relu"]},
        {"dataset": "../mnist"},
        {"maximum": "255"},
        {"more": 1},
    ],
)
def test_bad_descriptions_are_refused(change):
    fields = json.loads(NETWORK.to_json()) | change
    with pytest.raises(ValueError):  # noqa: PT011 (the messages differ)
        Network.from_json(json.dumps(fields))

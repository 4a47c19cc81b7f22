"""The generators' state as plain data, and PyTorch's Generator."""

import copy
import json
import pickle

import numpy as np
import pytest

from tinygrad_edu.random import (
    Generator,
    default_generator,
    generator_state,
    get_rng_state,
    manual_seed,
    set_generator_state,
    set_rng_state,
)

KINDS = [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64]


@pytest.mark.parametrize("kind", KINDS)
def test_any_generator_goes_on_from_its_state_in_json(kind):
    generator = np.random.Generator(kind(3))
    generator.integers(0, 9, 3, np.uint32)  # which keeps half of a draw for the next
    state = json.loads(json.dumps(generator_state(generator)))
    expected = generator.random(5)
    again = np.random.Generator(kind(0))
    set_generator_state(again, state)
    np.testing.assert_array_equal(again.random(5), expected)


def test_the_default_generators_state():
    manual_seed(1)
    default_generator().normal(size=3)
    state = get_rng_state()
    expected = default_generator().random(4)
    set_rng_state(json.loads(json.dumps(state)))
    np.testing.assert_array_equal(default_generator().random(4), expected)
    assert state == json.loads(json.dumps(state))


def test_a_state_is_a_copy():
    state = get_rng_state()
    kept = copy.deepcopy(state)
    default_generator().random(3)
    assert state == kept != get_rng_state()


@pytest.mark.parametrize(
    "state",
    [None, {}, {"bit_generator": "MT19937"}, {"bit_generator": "PCG64"}, {"bit_generator": "PCG64", "state": 3}],
)
def test_what_is_no_state_changes_nothing(state):
    before = get_rng_state()
    with pytest.raises(ValueError, match=r"expected the state of a PCG64|state of a PCG64 generator is damaged"):
        set_rng_state(state)
    assert get_rng_state() == before


def test_pytorchs_generator():
    generator = Generator()
    assert isinstance(generator, np.random.Generator)
    assert generator.manual_seed(7) is generator
    assert generator.initial_seed() == 7
    np.testing.assert_array_equal(generator.random(3), np.random.default_rng(7).random(3))
    state = generator.get_state()
    np.testing.assert_array_equal(generator.random(3), Generator(device="cpu").set_state(state).random(3))
    assert generator.seed() == generator.initial_seed() != 7
    np.testing.assert_array_equal(Generator().random(3), Generator().random(3))
    assert len({float(child.random()) for child in generator.spawn(3)}) == 3
    with pytest.raises(ValueError, match="got 'cuda'"):
        Generator("cuda")


def test_a_generator_can_be_copied():
    generator = Generator().manual_seed(1)
    for twin in (copy.deepcopy(generator), pickle.loads(pickle.dumps(generator))):
        assert (type(twin), twin.initial_seed()) == (Generator, 1)
        np.testing.assert_array_equal(twin.random(3), Generator().manual_seed(1).random(3))


def test_the_default_generator_is_one_of_them():
    assert isinstance(default_generator(), Generator)
    manual_seed(4)
    assert default_generator().initial_seed() == 4


@pytest.mark.oracle
def test_pytorchs_starts_from_the_same_seed():
    torch = pytest.importorskip("torch")
    assert torch.Generator().initial_seed() == Generator().initial_seed()
    assert torch.Generator().manual_seed(3).initial_seed() == Generator().manual_seed(3).initial_seed()

"""Trees of values as JSON and arrays, and back."""

import json
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.train.tree import decode, encode

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
KEYS = st.text() | st.integers() | st.sampled_from(["$array", "$float", "$"])
TREES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=10,
)


def through_a_file(value):
    arrays = {}
    return decode(json.loads(json.dumps(encode(value, arrays), allow_nan=False)), arrays)


def exact(value):
    """As text that tells 1 from 1.0, -0.0 from 0.0, a tuple from a list, and nan apart."""
    return repr(value)


@given(TREES)
def test_what_goes_in_comes_out(value):
    assert exact(through_a_file(value)) == exact(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1 + 0.2, 1.7976931348623157e308])
def test_floats_bit_for_bit(value):
    assert np.float64(through_a_file(value)).tobytes() == np.float64(value).tobytes()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "i4", "i8", "u1", "u8", "?", ">f4"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_arrays(dtype, shape):
    array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    result = through_a_file({"a": [array]})["a"][0]
    assert result.shape == shape
    assert result.dtype == array.dtype.newbyteorder("<")
    np.testing.assert_array_equal(result, array)


def test_tensors_and_numpys_numbers():
    tree = through_a_file({"t": tg.tensor([1.0, 2.0]), "n": np.float32(0.1)})
    assert tree["t"].tolist() == [1.0, 2.0]
    assert isinstance(tree["n"], np.float32)
    assert tree["n"] == np.float32(0.1)


def test_a_counter_still_counts():
    counter = through_a_file(Counter([3, 3, 7]))
    assert (counter[3], counter[7], counter[5]) == (2, 1, 0)


def test_names_do_not_collide():
    value = {"a": {"b": np.array(1)}, "a.b": np.array(2), "a.b'": np.array(3)}
    assert repr(through_a_file(value)) == repr(value)


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (object(), "object"),
        ({1.5: 1}, "dict with other keys than strings and ints"),
        ({(1,): 1}, "dict with other keys than strings and ints"),
        ({1, 2}, "set"),
        (b"x", "bytes"),
        (1j, "complex"),
        (np.array(["x"]), "an array of <U1"),
        (np.array([None]), "an array of object"),
    ],
)
def test_what_cannot_be_kept_is_named(value, given):
    with pytest.raises(TypeError, match=rf"state\.1: a checkpoint holds numbers, .*; got {given}$"):
        encode({"state": [0, value]}, {})


@pytest.mark.parametrize(
    "value", [{"$array": "x"}, {"$array": ["x"]}, {"$call": "os.system"}, {"$dict": [[[], 1]]}, {"$dict": [[1.5, 1]]}]
)
def test_only_what_encode_gives_is_decoded(value):
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode(value, {})

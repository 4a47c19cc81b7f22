"""Every public function of np, np.linalg and np.fft, given a tensor that requires grad: none loses it in silence.

Each is called in all the ways below. It must record; or refuse, in words that name the way out; or stand in a short
list of functions that have no derivative.
"""

import inspect
import warnings

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.testing
from tinygrad_edu.ops.from_numpy import FILES, FUNCTIONS, UFUNCS, WITHOUT_DERIVATIVE

NAMES = {
    f"{module.__name__}.{name}".replace("numpy", "np"): getattr(module, name)
    for module in (np, np.linalg, np.fft)
    for name in dir(module)
    if not name.startswith("_")
    and callable(getattr(module, name))
    and not inspect.isclass(getattr(module, name))
    and name not in ("info", "test", "show_config", "show_runtime")  # these print, or run NumPy's tests
}
PLAIN_ROWS = {f for f, row in UFUNCS.items() if not getattr(row, "differentiable", True)} | {np.signbit}
NO_DERIVATIVE = PLAIN_ROWS | set(WITHOUT_DERIVATIVE) | {
    np.any, np.all, np.argmax, np.argmin, np.zeros_like, np.ones_like, np.shape, np.ndim, np.size, np.argsort,
    np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, np.bincount, np.histogram,
    np.allclose, np.isclose, np.array_equal, np.isreal, np.isneginf, np.isposinf, np.linalg.matrix_rank,
}  # fmt: skip

# These take no array: settings, files, dtypes, sizes, functions. A tensor as a size or a dtype they may look at.
TAKE_NO_ARRAY = {
    "arange", "array", "asarray", "asanyarray", "asarray_chkfinite", "ascontiguousarray", "asfortranarray",
    "asmatrix", "bmat", "require", "empty", "zeros", "ones", "full", "identity", "eye", "tri", "indices",
    "fromfunction", "frombuffer", "fromfile", "fromiter", "fromregex", "fromstring", "from_dlpack", "genfromtxt",
    "load", "loadtxt", "bartlett", "blackman", "hamming", "hanning", "kaiser", "base_repr", "binary_repr",
    "broadcast_shapes", "can_cast", "datetime_data", "format_float_positional", "format_float_scientific",
    "frompyfunc", "get_include", "get_printoptions", "getbufsize", "geterr", "geterrcall", "isdtype", "isfortran",
    "isscalar", "issubdtype", "iterable", "mask_indices", "mintypecode", "nested_iters", "printoptions",
    "promote_types", "set_printoptions", "setbufsize", "seterr", "seterrcall", "tril_indices", "triu_indices",
    "typename", "empty_like", "put_along_axis", "fft.fftfreq", "fft.rfftfreq",
}  # fmt: skip


def leaf(*shape):
    return tg.tensor(np.random.default_rng(0).uniform(0.2, 0.8, shape), requires_grad=True)


MASK = np.array([True, False, True, False])
CALLS = {
    "of one vector": lambda f: f(leaf(4)),
    "of one matrix": lambda f: f(leaf(3, 3)),
    "of three dimensions": lambda f: f(leaf(2, 2, 2), 2),
    "of two vectors": lambda f: f(leaf(4), leaf(4)),
    "of two matrices": lambda f: f(leaf(3, 3), leaf(3, 3)),
    "of a vector and an int": lambda f: f(leaf(4), 1),
    "of a matrix and an int": lambda f: f(leaf(3, 3), 1),
    "of a list": lambda f: f([leaf(4), leaf(4)]),
    "of three vectors": lambda f: f(leaf(4), leaf(4), leaf(4)),
    "of a matrix and two ints": lambda f: f(leaf(3, 3), 0, 1),
    "of a vector and a shape": lambda f: f(leaf(4), (2, 2)),
    "of a vector, places, and values": lambda f: f(leaf(4), np.array([0]), leaf(1)),
    "of a vector and a mask": lambda f: f(leaf(4), MASK),
    "of a mask and a vector": lambda f: f(MASK, leaf(4)),
    "of places and a vector": lambda f: f(np.array([0, 0, 0, 0]), [leaf(4)]),
}
SPECIAL = {
    np.select: lambda f: f([MASK], [leaf(4)]),
    np.piecewise: lambda f: f(leaf(4), [MASK], [np.exp]),
    np.apply_along_axis: lambda f: f(np.exp, 0, leaf(4)),
    np.apply_over_axes: lambda f: f(np.sum, leaf(4), 0),
    np.broadcast_to: lambda f: f(leaf(4), (2, 4)),
    np.einsum: lambda f: f("i->", leaf(4)),
    np.einsum_path: lambda f: f("i->", leaf(4)),
    np.putmask: lambda f: f(leaf(4), MASK, 1.0),
    np.place: lambda f: f(leaf(4), MASK, [1.0]),
    np.savetxt: lambda f: f("/dev/null", leaf(4)),
    np.savez: lambda f: f("/dev/null", leaf(4)),
    np.savez_compressed: lambda f: f("/dev/null", leaf(4)),
    np.save: lambda f: f("/dev/null", leaf(4)),
}


def records(result):
    if isinstance(result, (tuple, list)):
        return any(map(records, result))
    return isinstance(result, tg.Tensor) and result.requires_grad


def outcome(function, call):
    """What came of it: "recorded", "refused" with the way out, "error" (of arguments that don't fit), "value"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = call(function)
        except (TypeError, ValueError, IndexError, RuntimeError, AttributeError, KeyError) as error:
            return "refused" if "detach()" in str(error) else "error"
    return "recorded" if records(result) else "value"


@pytest.mark.parametrize("name", NAMES)
def test_none_loses_the_graph_in_silence(name):
    function = NAMES[name]
    if name.removeprefix("np.") in TAKE_NO_ARRAY and function not in FUNCTIONS:
        calls = {} if name in ("np.fromiter", "np.bmat") else {"of one vector": CALLS["of one vector"]}
    else:
        calls = {"of its own": SPECIAL[function]} if function in SPECIAL else CALLS
    found = {what: outcome(function, call) for what, call in calls.items()}
    if function in NO_DERIVATIVE:
        assert "recorded" not in found.values()
        assert {"value", "refused"} & set(found.values()) or function in PLAIN_ROWS  # floats have no bits to shift
        return
    lost = [what for what, kind in found.items() if kind == "value"]
    if name.removeprefix("np.") in TAKE_NO_ARRAY:
        assert not lost or name in ("np.isscalar", "np.iterable", "np.printoptions")
        return
    assert lost == [] or function in OPTIONS, found
    assert {"recorded", "refused"} & set(found.values()), found


# Called with the tensor as an option (a tolerance, a dtype, a truth) they use it as such; `full_like` wants its shape.
OPTIONS = {
    np.angle, np.nan_to_num, np.astype, np.full_like, np.real_if_close, np.unique,
}  # fmt: skip


def test_fromiter_is_the_one_that_cannot_be_caught():
    """It calls nothing but `float(x)`, which PyTorch allows as well."""
    assert np.fromiter(leaf(3), float).tolist() == leaf(3).tolist()


METHODS = {
    "reduce": lambda u: u.reduce(leaf(3, 3)),
    "accumulate": lambda u: u.accumulate(leaf(3, 3)),
    "outer": lambda u: u.outer(leaf(3), leaf(2)),
    "at": lambda u: u.at(leaf(3), [0], 1.0),
    "reduceat": lambda u: u.reduceat(leaf(4), [0, 2]),
}


@pytest.mark.parametrize("method", METHODS)
def test_methods_of_ufuncs(method):
    for ufunc in {u for u in vars(np).values() if isinstance(u, np.ufunc)}:
        kind = outcome(ufunc, METHODS[method])
        assert kind in ("recorded", "refused", "error") or ufunc in PLAIN_ROWS, (ufunc, kind)


@pytest.mark.parametrize("name", ["add", "multiply", "maximum", "minimum", "logaddexp", "hypot", "subtract"])
def test_methods_of_ufuncs_give_numpys_numbers(name):
    ufunc = getattr(np, name)
    x = np.random.default_rng(1).uniform(0.2, 2, (3, 4))
    t = tg.tensor(x, requires_grad=True)
    for call in (
        ufunc.reduce,
        ufunc.accumulate,
        lambda a: ufunc.reduce(a, axis=1, keepdims=True),
        lambda a: ufunc.accumulate(a, axis=1),
        lambda a: ufunc.outer(a, a[0]),
    ):
        assert np.allclose(call(t).detach().numpy(), call(x), rtol=1e-12)
        assert call(t).requires_grad
        tg.testing.gradcheck(call, [t], order=1)


def test_the_lists_name_what_there_is():
    short = {name.removeprefix("np.") for name in NAMES}
    assert short >= TAKE_NO_ARRAY - {"from_dlpack"}
    assert set(FUNCTIONS) <= set(NAMES.values())
    described = [function for table in FILES for function in table]
    assert len(described) == len(set(described))  # once

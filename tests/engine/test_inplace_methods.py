"""Methods that write the result of a function into the tensor itself, `exp_`, `lerp_` ..., as PyTorch's do."""

import inspect

import numpy as np
import pytest

import tinygrad_edu as tg

X = np.array([[0.3, -0.7, 1.6], [2.5, 0.6, -1.2]])
OTHER = np.array([0.5, 2.0, 1.5])
INTEGERS = np.array([[12, 7, 3], [1, 0, 5]])


def words(text):
    return text.split()


UNARY = words(
    "neg negative abs absolute sign sgn square reciprocal exp exp2 expm1 sin cos tan atan arctan sinh "
    "cosh tanh asinh arcsinh relu sigmoid erf erfc i0 sinc lgamma digamma floor ceil round trunc fix frac "
    "nan_to_num deg2rad rad2deg conj_physical logical_not"
)
OF_POSITIVE = words("sqrt rsqrt log log2 log10 log1p")
OF_A_PART = words("asin acos atanh arcsin arccos arctanh erfinv logit")
BINARY = words(
    "add sub subtract mul multiply div divide true_divide pow float_power ldexp floor_divide remainder "
    "fmod atan2 arctan2 hypot copysign nextafter heaviside xlogy clamp_min clamp_max eq ne lt le gt ge "
    "not_equal less less_equal greater greater_equal logical_and logical_or logical_xor igamma igammac"
)
OF_INTEGERS = words("gcd lcm bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift")
CASES = {  # how the tensor is prepared, the arguments, the keywords
    **{name: (lambda y: y, (), {}) for name in UNARY},
    **{name: (lambda y: y * y + 0.5, (), {}) for name in OF_POSITIVE},
    **{name: (lambda y: y.tanh() * 0.4 + 0.5, (), {}) for name in OF_A_PART},
    **{name: (lambda y: y.abs(), (OTHER,), {}) for name in BINARY},
    "acosh": (lambda y: y.abs() + 1.5, (), {}),
    "arccosh": (lambda y: y.abs() + 1.5, (), {}),
    "addcmul": (lambda y: y + 0, (OTHER, X), {"value": 2}),
    "addcdiv": (lambda y: y + 0, (OTHER, X), {"value": 0.5}),
    "lerp": (lambda y: y + 0, (X * 2, 0.25), {}),
    "clamp": (lambda y: y + 0, (-0.5, 1.0), {}),
    "clip": (lambda y: y + 0, (), {"max": OTHER}),
    "mvlgamma": (lambda y: y.abs() + 1.0, (2,), {}),
    "polygamma": (lambda y: y.abs() + 0.5, (1,), {}),
}  # fmt: skip


def used_after(lib, name, write):
    """Value and gradient of a computation in which y takes the result of a function of y, and is used after."""
    prepare, args, params = CASES[name]
    x = lib.tensor(X, requires_grad=True)
    y = prepare(x * 1.5)
    z = y.exp() if y.requires_grad else y  # whose derivative needs its result only
    args, params = (
        [lib.tensor(a) if isinstance(a, np.ndarray) else a for a in args],
        {key: lib.tensor(a) if isinstance(a, np.ndarray) else a for key, a in params.items()},
    )
    if write:
        result = getattr(y, f"{name}_")(*args, **params)
        assert result is y
    else:
        y = getattr(y, name)(*args, **params).to(y.dtype)
    (y * 2 + z).sum().backward()
    return y.detach().numpy(), x.grad.numpy()


@pytest.mark.oracle
@pytest.mark.parametrize("name", CASES)
def test_as_pytorch(name):
    torch = pytest.importorskip("torch")
    if name.startswith("igamma"):  # PyTorch, too, differentiates in the other argument alone
        with pytest.raises(NotImplementedError, match="derivative in a"):
            used_after(tg, name, write=True)
        return
    ours = used_after(tg, name, write=True)
    try:
        theirs = used_after(torch, name, write=False)
    except (RuntimeError, NotImplementedError) as error:
        if "not implemented" not in str(error):
            raise
        theirs = used_after(tg, name, write=False)  # PyTorch has no derivative of it
    for mine, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, expected, rtol=1e-9, atol=1e-12)


ALIASED = {
    "mul_": lambda y, itself: y.mul_(itself),
    "add_": lambda y, itself: y.add_(itself, alpha=3),
    "lerp_": lambda y, itself: y.lerp_(end=itself * 2, weight=itself),
    "a column": lambda y, itself: y[:, 1].exp_(),
    "a row": lambda y, itself: y[0].eq_(2.0),
}


@pytest.mark.oracle
@pytest.mark.parametrize("name", ALIASED)
def test_with_itself_and_in_a_view(name):
    torch = pytest.importorskip("torch")
    found = []
    for lib in (tg, torch):
        x = lib.tensor(X, requires_grad=True)
        y = x * 1.5
        z = y.exp()
        ALIASED[name](y, y if lib is tg else y.clone())  # PyTorch refuses, in backward, what was written to
        (y * 2 + z).sum().backward()
        found.append((y.detach().numpy(), x.grad.numpy()))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.oracle
@pytest.mark.parametrize("name", OF_INTEGERS)
def test_of_integers_as_pytorch(name):
    torch = pytest.importorskip("torch")
    ours, theirs = (getattr(lib.tensor(INTEGERS), f"{name}_")(lib.tensor([2, 3, 1])).numpy() for lib in (tg, torch))
    assert ours.dtype == theirs.dtype
    assert np.array_equal(ours, theirs)
    inverted = [lib.tensor(INTEGERS).bitwise_not_().numpy() for lib in (tg, torch)]
    assert np.array_equal(*inverted)


def test_every_method_writes_the_function_of_its_name():
    for name, method in inspect.getmembers(tg.Tensor, inspect.isfunction):
        function = getattr(method, "__wrapped__", None)
        if function is not None and hasattr(tg, name.rstrip("_")) and name.endswith("_") and name != "polygamma_":
            assert method.__name__ == name
            assert function is getattr(tg, name.rstrip("_"))


def test_what_does_not_fit_is_refused():
    with pytest.raises(TypeError, match="exp_: the result is float32, which the tensor's int64 cannot hold"):
        tg.tensor([1, 2]).exp_()
    with pytest.raises(ValueError, match=r"mul_: the result has shape \(2, 2\), the tensor has shape \(2,\)"):
        tg.ones(2).mul_(tg.ones(2, 2))
    with pytest.raises(RuntimeError, match="exp_: a leaf that requires grad cannot be changed in place"):
        tg.ones(2).requires_grad_().exp_()


def test_a_keyword_that_is_recorded():
    """The old numbers are kept for the graph, whichever way the other tensor comes in."""
    weight = tg.tensor([0.5, 0.25], requires_grad=True)
    y = tg.tensor([1.0, 2.0])
    y.lerp_(end=tg.tensor([3.0, 6.0]), weight=weight)
    y.sum().backward()
    assert y.tolist() == [2.0, 3.0]
    assert weight.grad.tolist() == [2.0, 4.0]


# random numbers

RANDOM = {
    "uniform_": (lambda t, g: t.uniform_(-1, 3, generator=g), 1.0, 4 / 12**0.5),
    "normal_": (lambda t, g: t.normal_(2.0, 0.5, generator=g), 2.0, 0.5),
    "exponential_": (lambda t, g: t.exponential_(2.0, generator=g), 0.5, 0.5),
    "log_normal_": (
        lambda t, g: t.log_normal_(0.0, 0.5, generator=g),
        np.exp(0.125),
        np.sqrt(np.exp(0.5) - np.exp(0.25)),
    ),
    "geometric_": (lambda t, g: t.geometric_(0.5, generator=g), 2.0, 2**0.5),
    "bernoulli_": (lambda t, g: t.bernoulli_(0.25, generator=g), 0.25, 0.1875**0.5),
    "bernoulli_ of a tensor": (lambda t, g: t.bernoulli_(tg.tensor(0.5), generator=g), 0.5, 0.5),
    "random_": (lambda t, g: t.random_(10, generator=g), 4.5, (99 / 12) ** 0.5),
    "random_ from": (lambda t, g: t.random_(-5, 5, generator=g), -0.5, (99 / 12) ** 0.5),
}


@pytest.mark.parametrize("name", RANDOM)
def test_random_numbers(name):
    fill, mean, std = RANDOM[name]
    t = tg.zeros(200, 200)
    assert fill(t, tg.Generator().manual_seed(0)) is t
    assert t.dtype == tg.float32
    assert abs(t.mean().item() - mean) < 5 * std / 200
    assert abs(t.std().item() - std) < 0.05 * std
    assert np.array_equal(fill(tg.zeros(200, 200), tg.Generator().manual_seed(0)).numpy(), t.numpy())


def test_cauchy():
    t = tg.zeros(200, 200).cauchy_(1.0, 2.0, generator=tg.Generator().manual_seed(0)).numpy()
    assert abs(np.median(t) - 1) < 0.1
    assert abs(np.mean(np.abs(t - 1) < 2) - 0.5) < 0.02


def test_random_without_bounds():
    assert 2**23 < tg.zeros(1000).random_(generator=tg.Generator()).amax().item() <= 2**24
    assert tg.zeros(1000, dtype=tg.uint8).random_(generator=tg.Generator()).amax().item() > 250
    assert 400 < tg.zeros(1000, dtype=tg.bool).random_(generator=tg.Generator()).sum().item() < 600


def test_random_numbers_stop_the_gradient():
    x = tg.ones(3).requires_grad_()
    y = x * 2
    y.normal_()
    (y * x).sum().backward()
    assert np.array_equal(x.grad.numpy(), y.detach().numpy())
    with pytest.raises(RuntimeError, match="uniform_: a leaf that requires grad"):
        x.uniform_()
    with tg.no_grad():
        x.uniform_()


def test_random_numbers_of_the_wrong_kind():
    with pytest.raises(TypeError, match="normal_: expected a tensor of floating-point numbers, got int64"):
        tg.tensor([1]).normal_()
    with pytest.raises(ValueError, match="bernoulli_: expected probabilities from 0 to 1, got 2"):
        tg.ones(1).bernoulli_(2)

"""Special points of elementwise functions, as PyTorch has them: values, gradients, gradients of gradients, dtypes."""

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore::RuntimeWarning")]

INF, NAN = float("inf"), float("nan")
POINTS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 0.25, 0.999, 3.7, -3.3, 30.0, -30.0, INF, -INF, NAN]


def words(text):
    return text.split()


UNARY = {
    name: lambda lib, x, name=name: getattr(lib, name)(x)
    for name in words(
    "erf erfc erfinv lgamma digamma i0 sinc logit sgn frac deg2rad rad2deg nan_to_num positive absolute "
    "negative fix arcsin arccos arctan arcsinh arccosh arctanh sigmoid"
)
} | {
    f"special.{name}": lambda lib, x, name=name: getattr(lib.special, name)(x)
    for name in words(
    "erf erfc erfinv erfcx i0 i0e i1 i1e entr ndtr ndtri log_ndtr logit sinc expit exp2 expm1 log1p "
    "digamma psi gammaln round"
)
}  # fmt: skip
MORE = {
    "logit(eps)": lambda lib, x: lib.logit(x, 0.1),
    "special.logit(eps=)": lambda lib, x: lib.special.logit(x, eps=0.25),
    "nan_to_num(...)": lambda lib, x: lib.nan_to_num(x, nan=1.5, posinf=2.0, neginf=-3.0),
    "nan_to_num(nan)": lambda lib, x: lib.nan_to_num(x, 7.0),
    "polygamma 0": lambda lib, x: lib.polygamma(0, x),
    "mvlgamma": lambda lib, x: lib.mvlgamma(lib.abs(x) + 2.0, 2),
    "multigammaln": lambda lib, x: lib.special.multigammaln(lib.abs(x) + 2.5, 3),
    "clamp_min(number)": lambda lib, x: lib.clamp_min(x, 0.5) + lib.clamp_max(x, 0.5),
    "clip(numbers)": lambda lib, x: lib.clip(x, -0.5, 0.5),
    "float_power": lambda lib, x: lib.float_power(x, 2),
    "rsub": lambda lib, x: lib.rsub(x, 2.0, alpha=3),
    "add alpha": lambda lib, x: lib.add(x, x * x, alpha=0.5) - x.sub(2, alpha=2),
    "ldexp": lambda lib, x: lib.ldexp(x, lib.tensor([3])),
    "frexp": lambda lib, x: lib.frexp(x).mantissa,
    "fill": lambda lib, x: lib.fill(x, 2.0) * x,
    "lerp": lambda lib, x: lib.lerp(x, x * 2, 0.25) + lib.lerp(x, x * 2, 0.75),
    "round decimals": lambda lib, x: lib.special.round(x, decimals=1),
    "logsumexp": lambda lib, x: lib.special.logsumexp(x[:12], 0),
    "softmax": lambda lib, x: lib.special.softmax(x[:12], 0) + lib.special.log_softmax(x[:12], 0),
    "zeta": lambda lib, x: lib.special.zeta(lib.full_like(x[4:8], 3.0), x[4:8]),
}  # fmt: skip
BINARY = {
    name: lambda lib, a, b, name=name: getattr(lib, name)(a, b)
    for name in words(
    "fmax fmin copysign fmod xlogy logaddexp2 hypot atan2 arctan2 multiply divide true_divide subtract"
)
} | {
    "special.xlogy": lambda lib, a, b: lib.special.xlogy(a, b),
    "special.xlog1py": lambda lib, a, b: lib.special.xlog1py(a, b),
    "xlogy of a number": lambda lib, a, b: lib.xlogy(2.0, b) + lib.xlogy(a, 0.5),
    "lerp by a tensor": lambda lib, a, b: lib.lerp(a, a * 2 + 1, b),
    "addcmul": lambda lib, a, b: lib.addcmul(a, a, b, value=0.5),
    "addcdiv": lambda lib, a, b: lib.addcdiv(a, a, b, value=2),
    "ldexp of floats": lambda lib, a, b: lib.ldexp(a, b),
    "clamp_max": lambda lib, a, b: lib.clamp_max(a, b),
    "clamp_min": lambda lib, a, b: lib.clamp_min(a, b),
    "clip": lambda lib, a, b: lib.clip(a, -lib.abs(b) - 0.5, lib.abs(b)),
}  # fmt: skip


def results(lib, function, arrays, order):
    """The value, and the gradients up to an order, under one cotangent."""
    xs = [lib.tensor(a).requires_grad_() for a in arrays]
    y = function(lib, *xs)
    found = [y]
    for _ in range(order):
        if not y.requires_grad:
            break
        weights = lib.tensor(
            np.cos(np.arange(y.numel())).reshape(tuple(y.shape)).astype(str(y.dtype).rpartition(".")[2])
        )
        grads = lib.autograd.grad if lib is torch else lib.grad
        found += (gs := grads(y, xs, weights, create_graph=True, allow_unused=True))
        y = gs[0] if gs[0] is not None else gs[-1]
    return [None if t is None else t.numpy(force=True) if lib is torch else t.detach().numpy() for t in found]


# Where PyTorch's numbers are those of floating point near a pole, or of a branch not taken.
EXCUSED = {
    **dict.fromkeys(
        ("lgamma", "digamma", "special.digamma", "special.psi", "special.gammaln", "polygamma 0"), (-1, -2, -30)
    ),
    **dict.fromkeys(("i0", "special.i0", "special.i1", "special.i1e", "absolute", "sgn"), (NAN,)),
    "arccosh": (-1, 1),
    "special.log_ndtr": (-30,),
}


def compare(name, function, arrays, order):
    """Where PyTorch's gradient is nan ours may be a number: sinc'' at 0 is -π²/3, and what is constant has slope 0."""
    tolerance = 1e-9 if arrays[0].dtype == np.float64 else 2e-4
    ours, theirs = results(tg, function, arrays, order), results(torch, function, arrays, order)
    for i, (mine, expected) in enumerate(zip(ours, theirs, strict=False)):
        mine, expected = (np.zeros_like(arrays[0]) if a is None else a for a in (mine, expected))
        assert mine.dtype == expected.dtype
        assert mine.shape == expected.shape
        if mine.shape == arrays[0].shape:
            left = ~np.isin(arrays[0], EXCUSED.get(name, [])) & ~(np.isnan(arrays[0]) & (NAN in EXCUSED.get(name, [])))
            left &= ~np.isnan(expected) | (i == 0)
            mine, expected = mine[left], expected[left]
        np.testing.assert_allclose(mine, expected, rtol=tolerance, atol=tolerance, err_msg=f"result {i}")


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", UNARY | MORE)
def test_of_one_number(name, dtype):
    compare(name, (UNARY | MORE)[name], [np.array(POINTS, dtype)], 2)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", BINARY)
def test_of_two_numbers(name, dtype):
    some = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 2.0, INF, -INF, NAN], dtype)
    compare(name, BINARY[name], np.meshgrid(some, some), 1)


BESSEL = words(  # PyTorch has no gradient of them; ours is proved by finite differences
    "bessel_j0 bessel_j1 bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 "
    "modified_bessel_k1 scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0"
)


@pytest.mark.parametrize("name", BESSEL)
def test_bessel_functions(name):
    x = np.array([0.3, 0.5, 1.0, 2.0, 3.7, 12.0])
    ours = getattr(tg.special, name)(tg.tensor(x, requires_grad=True))
    np.testing.assert_allclose(ours.detach().numpy(), getattr(torch.special, name)(torch.tensor(x)).numpy(), rtol=1e-9)
    assert ours.requires_grad
    assert getattr(tg.special, name)(tg.tensor(x.astype(np.float32))).dtype == np.float32


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5])
def test_polygamma(n):
    x = np.array([0.3, 1.0, 2.0, 7.5, -0.5, -3.3])
    compare("", lambda lib, x: lib.polygamma(n, x) + lib.special.polygamma(n, x) + x.polygamma(n), [x], 2)


@pytest.mark.parametrize("name", ["gammainc", "gammaincc"])
def test_incomplete_gamma(name):
    a, x = np.meshgrid([0.5, 1.0, 2.0, 5.5], [0.0, 0.1, 1.0, 2.5, 30.0])
    compare("", lambda lib, x: getattr(lib.special, name)(lib.tensor(a), x), [x], 2)
    compare("", lambda lib, x: getattr(lib, name.replace("gammainc", "igamma"))(lib.tensor(a[0]), x), [x], 1)
    with pytest.raises(
        NotImplementedError, match=f"{name}: there is no formula for the derivative in a; pass a.detach"
    ):
        getattr(tg.special, name)(tg.ones(1).requires_grad_(), tg.ones(1))


def test_sinc_at_0_to_the_fourth_order():
    x = tg.tensor(np.zeros(1), requires_grad=True)
    y, found = tg.sinc(x), []
    for _ in range(4):
        (y,) = tg.grad(y.sum(), x, create_graph=True)
        found.append(y.item())
    np.testing.assert_allclose(found, [0, -(np.pi**2) / 3, 0, np.pi**4 / 5], rtol=1e-12, atol=1e-12)


def test_i1_at_0_to_the_third_order():
    x = tg.tensor(np.zeros(1), requires_grad=True)
    y, found = tg.special.i1(x), []
    for _ in range(3):
        (y,) = tg.grad(y.sum(), x, create_graph=True)
        found.append(y.item())
    np.testing.assert_allclose(found, [1 / 2, 0, 3 / 8], rtol=1e-12, atol=1e-12)


def test_logit_outside_of_its_domain():
    x = tg.tensor([-0.5, 1.5], requires_grad=True)
    (g,) = tg.grad(tg.logit(x).sum(), x)
    assert np.isnan(g.numpy()).all()


COMPLEX = np.array([1 + 2j, -0.5 + 0.1j, 3j, -2.0, 0.0])
OF_COMPLEX = {
    "sgn": lambda lib, z: lib.sgn(z),
    "view_as_real": lambda lib, z: lib.view_as_real(z),
    "view_as_complex": lambda lib, z: lib.view_as_complex(lib.view_as_real(z) * 2),
    "mH": lambda lib, z: z.reshape(1, 5).mH * 1j,
    "H": lambda lib, z: z.reshape(5, 1).H * 1j,
    "adjoint": lambda lib, z: lib.adjoint(z.reshape(5, 1)) * 1j,
    "conj_physical": lambda lib, z: lib.conj_physical(z),
    "resolve": lambda lib, z: lib.resolve_conj(z.conj()).resolve_neg() * 1j,
    "polar": lambda lib, z: lib.polar(lib.abs(z.real) + 1, z.imag),
    "lerp": lambda lib, z: lib.lerp(z, z * z, 0.3 + 0.1j),
    "float_power": lambda lib, z: lib.float_power(z[:3], 2),
    "addcmul": lambda lib, z: lib.addcmul(z, z, z, value=0.5j),
    "add": lambda lib, z: lib.add(z, z.real, alpha=2),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_COMPLEX)
def test_of_complex_numbers(name):
    compare("", OF_COMPLEX[name], [COMPLEX], 1)


INTEGERS = {
    name: lambda lib, a, b, name=name: getattr(lib, name)(a, b)
    for name in words(
    "gcd lcm bitwise_left_shift bitwise_right_shift fmod remainder fmax fmin isclose xlogy copysign"
)
} | {
    "<<": lambda lib, a, b: a << b,
    ">>": lambda lib, a, b: a >> b,
    "<< of numbers": lambda lib, a, b: (a << 2) + (3 << b) - (100 >> b),
    "add": lambda lib, a, b: lib.add(a, b, alpha=3),
    "float_power": lambda lib, a, b: lib.float_power(a, b),
    "lerp weights": lambda lib, a, b: lib.special.xlog1py(a, b),
    "signbit": lambda lib, a, b: lib.signbit(a),
    "isreal": lambda lib, a, b: lib.isreal(a),
    "isposinf": lambda lib, a, b: lib.isposinf(a) | lib.isneginf(a),
    "nan_to_num": lambda lib, a, b: lib.nan_to_num(a),
    "sgn": lambda lib, a, b: lib.sgn(a),
    "sinc": lambda lib, a, b: lib.sinc(a),
    "deg2rad": lambda lib, a, b: lib.deg2rad(a),
    "erf": lambda lib, a, b: lib.erf(a) + lib.lgamma(b) + lib.logit(b) + lib.i0(a) + lib.digamma(b),
    "fill": lambda lib, a, b: lib.fill(a, 3),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.int64, np.int32])
@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.filterwarnings("ignore::tinygrad_edu.UsageWarning")
def test_of_integers(name, dtype):
    a, b = np.array([12, -7, 0, 100], dtype), np.array([8, 3, 5, 1], dtype)
    ours, theirs = (INTEGERS[name](lib, lib.tensor(a), lib.tensor(b)).numpy() for lib in (tg, torch))
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


QUESTIONS = {
    "isclose": lambda lib, a, b: lib.isclose(a, b),
    "isclose(...)": lambda lib, a, b: a.isclose(b, 0.1, 0.5, equal_nan=True),
    "signbit": lambda lib, a, b: lib.signbit(a),
    "isposinf": lambda lib, a, b: lib.isposinf(a),
    "isneginf": lambda lib, a, b: a.isneginf(),
    "isreal": lambda lib, a, b: lib.isreal(a),
    "greater": lambda lib, a, b: lib.greater(a, b) ^ lib.less(a, b) | a.not_equal(b),
    "less_equal": lambda lib, a, b: lib.less_equal(a, b) & lib.greater_equal(b, a),
    "heaviside": lambda lib, a, b: lib.heaviside(lib.nan_to_num(a), b),
    "nextafter": lambda lib, a, b: lib.nextafter(a, b),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", QUESTIONS)
def test_questions(name, dtype):
    some = np.array([0.0, -0.0, 1.0, 1.0000001, -2.5, INF, -INF, NAN], dtype)
    a, b = np.meshgrid(some, some)
    ours, theirs = (QUESTIONS[name](lib, lib.tensor(a), lib.tensor(b)).numpy() for lib in (tg, torch))
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


def test_answers_that_are_python_s():
    for lib in (tg, torch):
        x = lib.tensor([1.0, NAN])
        assert lib.allclose(x, x, equal_nan=True) is True
        assert lib.allclose(x, x) is x.allclose(x) is False
        assert lib.equal(x[:1], x[:1]) is x[:1].equal(x[:1]) is True
        assert lib.equal(x, x) is lib.equal(x[:1], x) is False
        assert lib.is_floating_point(x) is x.is_floating_point() is True
        assert lib.is_complex(x) is x.is_complex() is False


def test_frexp_of_every_size():
    x = np.array([5e-324, 1e-310, -3.0, 0.0, 1e308, -0.1])
    ours, theirs = tg.frexp(tg.tensor(x)), torch.frexp(torch.tensor(x))
    for name in ("mantissa", "exponent"):
        mine, expected = getattr(ours, name).numpy(), getattr(theirs, name).numpy()
        assert mine.dtype == expected.dtype
        np.testing.assert_array_equal(mine, expected)


@pytest.mark.parametrize("name", [*UNARY, *MORE])
def test_half_precision_stays(name):
    """float16 in, float16 out, as accurate as its digits."""
    x = np.array([0.1, 0.3, 0.5, 0.9], np.float16)
    if name in ("float_power", "arccosh", "zeta", "logsumexp", "softmax"):
        return
    f = (UNARY | MORE)[name]
    half, full = f(tg, tg.tensor(x)), f(tg, tg.tensor(x.astype(np.float64)))
    assert half.dtype == np.float16
    np.testing.assert_allclose(half.numpy(), full.numpy(), rtol=1e-2, atol=2e-3)

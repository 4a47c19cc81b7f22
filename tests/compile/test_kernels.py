"""Loops in machine code give what NumPy's calls give, to rounding, and treat nan, inf and empty arrays alike."""

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tests.compile.steps import batches, training
from tests.compile.test_step import OPTIMIZERS
from tinygrad_edu import kernels, nn, optim
from tinygrad_edu.optim import formula as formulas

from .equal import units_off

pytest.importorskip("numba")


@pytest.fixture(autouse=True)
def with_kernels(monkeypatch):
    monkeypatch.setattr(kernels, "enabled", True)
    monkeypatch.setattr(formulas, "LARGE", 0)


def agree(function, *arrays, rtol=2e-6):
    """A compiled function and the function itself."""
    tensors = [tg.tensor(a) if isinstance(a, np.ndarray) else a for a in arrays]
    compiled = tg.compile(function)
    with np.errstate(all="ignore"):
        expected = function(*tensors)
        compiled(*tensors), compiled(*tensors)
    got = compiled(*tensors)
    for a, b in zip(
        got if isinstance(got, tuple) else (got,), expected if isinstance(expected, tuple) else (expected,), strict=True
    ):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a.numpy(), b.detach().numpy(), rtol=rtol, atol=1e-6)
    return compiled.source


@pytest.mark.parametrize(("optimizer", "options"), OPTIMIZERS)
def test_a_training_step(optimizer, options):
    net, opt, step = training(optimizer=optimizer, **options)
    other, other_opt, other_step = training(optimizer=optimizer, **options)
    compiled = tg.compile(other_step)
    for i, (x, y) in enumerate(batches(8)):
        if i == 5:
            opt.param_groups[0]["lr"] = other_opt.param_groups[0]["lr"] = 0.003
        np.testing.assert_allclose(compiled(x, y).item(), step(x, y).item(), rtol=1e-5)
    assert "relu_loop(linear0, linear0_bias, relu1, 4, 5)" in compiled.source
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-4, atol=1e-6)


SPECIAL = np.array([[np.nan, np.inf, -np.inf, 0.0], [-0.0, 1.0, -1.0, 90.0], [-104.0, 1e-40, -88.0, 88.8]], np.float32)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x.exp() + 0, x.sigmoid() + 0, x.relu() + 0),
        lambda x: (abs(-x), (x * x).sqrt(), x.sqrt() + 0, 1 / x - x),
        lambda x: (tg.maximum(x, 0.5 * x) + 0, tg.minimum(x, 0.5 * x) + 0, tg.where(x > 0, x, -x)),
        lambda x: ((x <= 0) == (x < 0.0), (x >= 1), (x != x)),
        lambda x: (
            F.log_softmax(x * 0.5, -1),
            (x + 1).sum(0),
            (x + 1).sum(1),
            (x + 1).sum(),
            (x * 2).mean(1, keepdim=True),
        ),
        lambda x: (x * 2 - (x * 2).sum(1, keepdim=True), (x + x).mean()),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_special_numbers(function, dtype):
    agree(function, SPECIAL.astype(dtype))
    agree(function, np.linspace(-3, 3, 12, dtype=dtype).reshape(3, 4))
    agree(function, np.linspace(-3, 3, 12, dtype=dtype).reshape(4, 3).T)


@pytest.mark.parametrize("shape", [(5,), (1, 5), (5, 1), (1, 1), (2, 3, 5), (5, 5)])
def test_shapes(shape):
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    b, s = x.reshape(-1)[: shape[-1]], np.float32(2).reshape(())
    agree(lambda x, b: ((x + b).relu() * 2, (x * 3 - b).sum(), (x * b + x).sum(-1)), x, b)
    agree(lambda x, s: (x * s + s, (x - s).mean(-1, keepdim=True) * s), x, s)
    agree(lambda x, b: ((x.sum(-1, keepdim=True) * 2 + x * b), (x.exp() + b).sum(tuple(range(x.ndim - 1)))), x, b)


def test_a_batch_of_one():
    """Its gradients are outer products."""
    net, _, step = training(optimizer=optim.SGD, lr=0.1)
    other, _, other_step = training(optimizer=optim.SGD, lr=0.1)
    compiled = tg.compile(other_step)
    for x, y in batches(5, size=1):
        np.testing.assert_allclose(compiled(x, y).item(), step(x, y).item(), rtol=1e-5)
    assert "d_linear_weight_loop(d_linear2_add_T, relu1, d_linear2_weight, 3, 5)" in compiled.source
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-5, atol=1e-7)


def test_two_loops_of_one_name():
    agree(lambda x: ((x + 1) * 2 @ x.T + 1) * 3, np.ones((2, 2), np.float32))
    source = agree(lambda x: (((x + 1).exp() @ x - 1).exp() @ x - 1).exp(), np.full((2, 2), 0.1, np.float32))
    assert "_loop_2(" in source


def test_what_the_source_shows_runs_by_itself():
    compiled = tg.compile(lambda x: (x + 1).relu() * 3)
    x = tg.tensor([[1.0, -2.0]])
    compiled(x), compiled(x)
    names = dict(compiled.arrays)
    exec(compiled.source, names)
    np.testing.assert_array_equal(names["step"](x.numpy())[0], [[6, 0]])


def test_empty():
    agree(lambda x: (x + 1).relu() * 2, np.zeros((0, 3), np.float32))
    agree(lambda x: ((x + 1).relu() * 2).sum(), np.zeros((3, 0), np.float32))


def test_exp32():
    x = np.linspace(-104, 89, 200_001, dtype=np.float32)
    (text,) = {"def f(x, y):\n    for i in range(x.size):\n        y[i] = exp32(x[i])\n"}
    y = np.empty_like(x)
    kernels.kernel(text)(x, y)
    with np.errstate(over="ignore"):
        exact = np.exp(x.astype(np.float64))
        unit = np.spacing(exact.astype(np.float32)).astype(np.float64)
    finite = np.isfinite(unit)
    assert np.max((np.abs(y - exact) / unit)[finite]) < 1.25
    assert np.all(np.isinf(y[~finite]))


@pytest.mark.parametrize("options", [{}, {"amsgrad": True, "weight_decay": 0.1, "maximize": True}])
@pytest.mark.parametrize(
    "optimizer",
    [
        *(optim.Adam, optim.AdamW, optim.SGD, optim.RMSprop, optim.Adagrad),
        *(optim.Adadelta, optim.Adamax, optim.NAdam, optim.RAdam, optim.ASGD),
    ],
)
def test_optimisers_give_the_same_bits(optimizer, options, monkeypatch):
    rng = np.random.default_rng(0)
    values, grads = (rng.standard_normal(1000).astype(np.float32) for _ in range(2))
    if optimizer is optim.SGD:
        options = options and {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1, "maximize": True}
    if optimizer not in (optim.Adam, optim.AdamW, optim.SGD):
        options = {key: value for key, value in options.items() if key != "amsgrad"}
    if optimizer is optim.RMSprop and options:
        options |= {"momentum": 0.9, "centered": True}
    found = []
    for enabled in (True, False):
        monkeypatch.setattr(kernels, "enabled", enabled)
        p = tg.tensor(values, requires_grad=True)
        opt = optimizer([p], lr=0.01, **options)
        for _ in range(3):
            p.grad = tg.tensor(grads)
            opt.step()
        found.append(p.detach().numpy())
    np.testing.assert_array_equal(*found)


def test_a_label_that_is_out_of_range():
    """A loop that picks looks by itself, so that it reads no other memory."""
    compiled = tg.compile(lambda x, y: (F.log_softmax(x + 1, 1)[tg.arange(2), y] * 2).sum())
    x = tg.tensor(np.ones((2, 3), np.float32))
    for y in ([0, 2], [-1, 0], [1, 1]):
        compiled(x, tg.tensor(y))
    with pytest.raises(IndexError):
        compiled(x, tg.tensor([0, 3]))


def test_kernels_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    text = "def kept(x):\n    for i in range(x.size):\n        x[i] = x[i] * float32(3)\n"
    kernels.kernel(text)(x := np.ones(3, np.float32))
    np.testing.assert_array_equal(x, [3, 3, 3])
    assert {path.suffix for path in tmp_path.rglob("kept*")} >= {".py", ".nbi", ".nbc"}


def test_no_folder_to_keep_them_in(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    kernels.kernel("def unkept(x):\n    x[0] = 5\n")(x := np.ones(1, np.float32))
    assert x[0] == 5


def test_layers_share_loops():
    tg.manual_seed(0)
    net = nn.Sequential(*[layer for _ in range(4) for layer in (nn.Linear(3, 3), nn.Sigmoid())])
    x = np.ones((2, 3), np.float32)
    assert agree(lambda x: net(x).detach(), x).count("\ndef ") == 2


def test_erf32():
    special = pytest.importorskip("scipy.special")
    assert units_off("erf32", special.erf, np.linspace(-5, 5, 200_001)) < 0.9


def test_functions_of_few_numbers():
    x = np.array([[0.0, 1.0, np.inf, 2.5], [1e-30, 7.0, np.nan, 1e30]], np.float32)
    agree(lambda x: tg.log(x) + tg.rsqrt(x) + tg.erf(x), x)
    agree(lambda x: tg.log(x) + tg.rsqrt(x) + tg.erf(x), x.astype(np.float64))
    agree(lambda x: nn.functional.gelu(x - 3).sum(), x[:, :2])


def test_names_that_loops_have_for_their_own():
    def function(rows, columns):
        return (rows + columns).relu() * 2

    agree(function, np.ones((2, 3), np.float32), np.arange(3, dtype=np.float32))

"""Convolutions as products, poolings as loops, images in tiles and threads: all as the step itself has it."""

import itertools
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import kernels, nn, optim
from tinygrad_edu.compile import bound, columns, pool_text, rowwise, threads, tile_text, tiles
from tinygrad_edu.compile.program import Call, Value
from tinygrad_edu.ops import conv, sliding

from .equal import run_both
from .page import PAGE
from .steps import made

RNG = np.random.default_rng(3)


def plain(text):
    """The loop as Python: many shapes would take Numba minutes."""
    exec(text, space := {"float32": np.float32, "float64": np.float64})
    return next(f for name, f in space.items() if name.endswith("loop"))


@pytest.fixture
def loops_in_python(monkeypatch):
    monkeypatch.setattr(kernels, "available", lambda: True)
    monkeypatch.setattr(kernels, "kernel", plain)


def agree(function, *arrays, rtol=1e-12):
    """Three runs, on other numbers each, of a function and the compiled function; its source."""
    compiled = tg.compile(function)
    for k in range(3):
        given = [tg.tensor(a * (1 + k)) for a in arrays]
        want, got = function(*given), compiled(*given)
        for a, b in zip(got, want, strict=True):
            assert a.shape == b.shape
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=rtol, atol=rtol * abs(b.numpy()).max())
    return compiled.source


def products_of(sizes, kernels_, strides, widths, dilations):
    """A convolution and its slopes in both inputs."""
    options = {"stride": strides, "dilation": dilations, "widths": widths, "groups": 1}
    x, w = RNG.normal(size=(3, 2, *sizes)), RNG.normal(size=(4, 2, *kernels_))
    z = np.empty(conv.conv.forward(x, w, **options).shape)
    z[...] = RNG.normal(size=z.shape)

    def function(x, w, z):
        return (
            conv.conv(x, w, **options),
            conv.conv_weight(x, z, kernel=kernels_, **options),
            conv.conv_transpose(z, w, size=sizes, **options),
        )

    return agree(function, x, w, z)


@pytest.mark.usefixtures("loops_in_python")
@pytest.mark.parametrize("stride", [(1, 1), (2, 1), (1, 3)])
@pytest.mark.parametrize("widths", [((0, 0), (0, 0)), ((1, 0), (2, 1)), ((3, 4), (6, 5)), ((0, 2), (0, 7))])
@pytest.mark.parametrize(
    ("kernel", "dilation"), [((3, 2), (1, 1)), ((2, 3), (2, 1)), ((1, 2), (1, 3)), ((1, 1), (1, 1))]
)
def test_planes(stride, widths, kernel, dilation):
    source = products_of((6, 5), kernel, stride, widths, dilation)
    assert "op_" not in source


@pytest.mark.usefixtures("loops_in_python")
def test_lines_and_volumes():
    for stride, (lo, hi), dilation in itertools.product((1, 2), ((0, 0), (2, 1)), (1, 2)):
        products_of((7,), (3,), (stride,), ((lo, hi),), (dilation,))
        products_of((4, 3, 5), (2, 1, 3), (1, stride, 1), ((0, 1), (lo, hi), (1, 1)), (1, 1, dilation))


@pytest.mark.usefixtures("loops_in_python")
def test_what_stays_as_it_is(monkeypatch):
    """Groups, wide kernels, many columns, other dtypes: the ops themselves."""
    x, w, wide = (RNG.normal(size=size) for size in ((2, 4, 6, 20), (6, 4, 3, 3), (6, 4, 1, 17)))

    def calls_the_op(*arrays, **options):
        def function(x, w):
            return (F.conv2d(x, w, **options),)

        return "op_conv" in agree(function, *arrays)

    assert not calls_the_op(x, w)
    assert calls_the_op(x, w[:, :2], groups=2)
    assert calls_the_op(x, wide)
    monkeypatch.setattr(columns, "MOST_BYTES", 1000)
    assert calls_the_op(x, w)


@pytest.mark.usefixtures("loops_in_python")
def test_the_way_back_has_the_columns_of_the_way_forward():
    net = nn.Conv2d(2, 3, 3)

    def step(x):
        net.zero_grad()
        (net(x) ** 2).sum().backward()
        return net.weight.grad

    compiled = tg.compile(step)
    for k in range(3):
        x = tg.tensor(RNG.normal(size=(2, 2, 5, 5)).astype(np.float32) + k)
        np.testing.assert_allclose(compiled(x).numpy(), step(x).numpy(), rtol=1e-5, atol=1e-5)
    assert compiled.source.count("    x_windows_loop(x, ") == 1


def test_names_that_are_taken():
    """A program may have its own `x_columns`."""
    taken = {"x_columns", "x_columns_"}
    products = columns._Products(taken)
    like = columns.Value("result", (1,), np.dtype("f4"))
    assert [products.value(like, (1,), "x_columns").name for _ in range(2)] == ["x_columns__", "x_columns___"]


SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 1.0, 2.0, -1.0])


@pytest.mark.usefixtures("loops_in_python")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "kernel"),
    [((2, 3, 7), (2,)), ((2, 3, 7), (3,)), ((3, 2, 5, 7), (2, 2)), ((2, 4, 6), (2, 3)), ((2, 1, 4, 4, 5), (2, 2, 2))],
)
def test_largest_elements(shape, kernel, dtype):
    """Ties, nan and infinities: the same element wins. The last row or column may be in no window."""
    sliding_ = {"kernel": kernel, "stride": kernel, "dilation": (1,) * len(kernel), "widths": ((0, 0),) * len(kernel)}
    compiled = tg.compile(lambda v, x: (sliding.max_pool(x, **sliding_), sliding.put_at_max(v, x, **sliding_)))
    for _ in range(30):
        x = RNG.choice(SPECIAL, shape).astype(dtype)
        top = sliding.max_pool.forward(x, **sliding_)
        v = RNG.normal(size=top.shape).astype(dtype)
        v.flat[0] = np.inf
        got = compiled(tg.tensor(v), tg.tensor(x))
        np.testing.assert_array_equal(got[0].numpy(), top)
        np.testing.assert_array_equal(got[1].numpy(), sliding.put_at_max.forward(v, x, **sliding_))
    assert "op_" not in compiled.source


@pytest.mark.usefixtures("loops_in_python")
def test_poolings_that_stay_as_they_are(monkeypatch):
    def calls_the_op(*options, **named):
        def function(x):
            return (F.max_pool2d(x, *options, **named),)

        return "op_max_pool" in agree(function, RNG.normal(size=(2, 3, 8, 8)))

    assert not calls_the_op(2)
    assert calls_the_op(3, 2)
    assert calls_the_op(2, padding=1)
    assert calls_the_op(2, dilation=2)
    monkeypatch.setattr(pool_text, "MOST", 3)
    assert calls_the_op(2)


# --- images in tiles --------------------------------------------------------------------------------------------------


def lenet(pool=None):
    pool = nn.MaxPool2d(2) if pool is None else pool
    return nn.Sequential(
        *(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), pool, nn.Conv2d(2, 3, 2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 3)),
    )


def normalized():
    return nn.Sequential(
        *(nn.Conv2d(1, 2, 3, bias=False), nn.BatchNorm2d(2), nn.ReLU(), nn.AvgPool2d(2), nn.Dropout(0.5)),
        *(
            nn.Conv2d(2, 2, 2, groups=2),
            nn.ConvTranspose2d(2, 3, 2, stride=2),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(108, 3),
        ),
    )


def allow(monkeypatch, count):
    """So many threads, also for little work."""
    for place in (tiles, tile_text, threads):
        monkeypatch.setattr(place, "allowed", lambda: count)
    monkeypatch.setattr(tiles, "CONVOLVED", 1)


def data(n, runs=4):
    rng = np.random.default_rng(5)
    return [
        (tg.tensor(rng.normal(size=(n, 1, 10, 10)).astype(np.float32)), tg.tensor(rng.integers(0, 3, n)))
        for _ in range(runs)
    ]


def sgd(parameters):
    return optim.SGD(parameters, lr=0.1)


@pytest.mark.parametrize("n", [8, 9, 3])
@pytest.mark.parametrize("net", [lenet, normalized, lambda: lenet(nn.MaxPool2d(3, 2, 1))])
@pytest.mark.parametrize("loops", [False, True])
def test_threads(net, n, loops, monkeypatch, request):
    """Also where the images cannot be shared equally."""
    if loops:
        request.getfixturevalue("loops_in_python")
        monkeypatch.setattr(tile_text, "fused", lambda program: program)
        monkeypatch.setattr(bound, "fused", lambda program: program)
    allow(monkeypatch, 2)
    compiled = run_both(made(net, sgd), data(n), rtol=2e-5)
    assert "in_threads(" in compiled.source


@pytest.mark.parametrize(("n", "count"), [(19, 2), (19, 1)])
def test_tiles_as_large_as_their_room(n, count, monkeypatch):
    """By Numba: tiles of 4 images, and what is left over; the same numbers at each run."""
    pytest.importorskip("numba")
    monkeypatch.setattr(kernels, "enabled", True)
    allow(monkeypatch, count)
    monkeypatch.setattr(tiles, "COLUMNS", 6 * 9 * 100 * 4)
    compiled = run_both(made(lenet, sgd), data(n), rtol=2e-5)
    assert ("in_threads(" in compiled.source) is (count > 1)
    assert "x0_rows_windows_loop(x0_rows, " in compiled.source
    losses = []
    for _ in range(2):
        tg.manual_seed(0)
        step, _ = made(lenet, sgd)()
        step = tg.compile(step)
        losses.append([step(x, y).item() for x, y in data(n)])
    assert losses[0] == losses[1]


def test_little_work_and_many_weights_stay_in_one_thread(monkeypatch):
    allow(monkeypatch, 2)
    for limit, number in (("CONVOLVED", 10**6), ("GRADIENTS", 10)):
        with monkeypatch.context() as less:
            less.setattr(tiles, limit, number)
            assert "in_threads" not in run_both(made(lenet, sgd), data(8), rtol=2e-5).source
    assert "in_threads" not in run_both(made(lenet, sgd), data(1), rtol=2e-5).source


def test_windows_over_the_first_dimension_are_no_rows():
    """Pooling of one plane (H, W): row i of the result needs others than row i."""
    sliding_ = {"kernel": (2, 2), "stride": (2, 2), "dilation": (1, 1), "widths": ((0, 0), (0, 0))}
    x_, y_ = (Value("input", shape, np.dtype("f4")) for shape in ((64, 64), (32, 32)))
    call = Call(sliding.max_pool, (x_,), sliding_, (y_,))
    assert rowwise.fit(call, 64, {}) is None
    x_, y_ = (Value("input", shape, np.dtype("f4")) for shape in ((64, 8, 8), (64, 4, 4)))
    assert rowwise.fit(Call(sliding.max_pool, (x_,), sliding_, (y_,)), 64, {}).cut == (True,)


class Net(nn.Module):
    """That of the page."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)

    def forward(self, x):
        return self.conv2(self.conv1(x).relu())


def test_the_page_shows_what_is_written():
    """docs/compile.md: the lines of a convolution."""
    pytest.importorskip("numba")
    block = re.search(r"<!-- conv -->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1]
    wanted = [line.split("  #")[0] for line in block.splitlines() if line]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "enabled", True)
        net = Net()

        def step(x):
            loss = (net(x) * x[:, :, 8:, 8:]).sum()
            net.zero_grad()
            loss.backward()
            return loss

        compiled = tg.compile(step)
        for k in range(3):
            compiled(tg.tensor(RNG.normal(size=(4, 1, 16, 16)).astype(np.float32) + k))
    lines = [line.strip() for line in compiled.source.splitlines()]
    assert [line for line in lines if line in wanted] == wanted


FORKED = """
import os
from tinygrad_edu.compile import threads
threads.allowed = lambda: 2
assert threads.in_threads((int, 1), (int, 2)) == [1, 2]
child = os.fork()
assert threads.in_threads((int, 3), (int, 4)) == [3, 4]
if child:
    assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_threads_in_a_forked_process():
    """Which has none of those that its parent kept; and both end."""
    subprocess.run([sys.executable, "-c", FORKED], check=True, timeout=60)

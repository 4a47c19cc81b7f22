"""A step that goes through its batch in tiles of a few rows computes what the step itself does, to rounding."""

import itertools
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import kernels, nn, optim
from tinygrad_edu.compile import threads as compile_threads
from tinygrad_edu.compile import tile_text, tiles
from tinygrad_edu.memory import owner

from .equal import run_both

SIZES = {name: getattr(tiles, name) for name in ("LARGE", "TILES", "PRODUCT", "MANY")}
ROWS = 22  # in tiles of 4, and the last of 2


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch):
    monkeypatch.setattr(tiles, "LARGE", 0)
    monkeypatch.setattr(tiles, "TILES", 2)
    monkeypatch.setattr(tiles, "PRODUCT", 1)
    monkeypatch.setattr(tiles, "MANY", 4)


@pytest.fixture
def machine_code(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr(kernels, "enabled", True)


def net(*layers):
    return nn.Sequential(*layers).double()


def mlp(*sizes, activation=nn.ReLU):
    layers = [nn.Linear(sizes[0], sizes[1])]
    for a, b in itertools.pairwise(sizes[1:]):
        layers += [activation(), nn.Linear(a, b)]
    return net(*layers)


def batches(count=5, rows=ROWS, features=5, labels=3):
    rng = np.random.default_rng(0)
    return [
        (tg.tensor(rng.standard_normal((rows, features))), tg.tensor(rng.integers(0, labels, rows)))
        for _ in range(count)
    ]


def training(model, loss, optimizer=optim.SGD, more=lambda z, y: ()):
    """A function that makes a training step, and what shows its weights and gradients."""

    def make():
        net = model()
        opt = optimizer(net.parameters(), lr=0.1)

        def step(x, y):
            z = net(x)
            value = loss(z, y)
            opt.zero_grad()
            value.backward()
            opt.step()
            return value, *more(z, y)

        return step, lambda: [(p, p.grad) for p in net.parameters()] + list(net.buffers())

    return make


def check(make, data, functions=2, rtol=1e-12):
    """The same as the step itself; functions: for a tile, and for the rows that are left."""
    compiled = run_both(make, data, rtol)
    assert compiled.source.count("def rows") == functions, compiled.source
    return compiled


WEIGHTS = tg.tensor([0.5, 1.0, 2.0], dtype=tg.float64)


@pytest.mark.parametrize(
    "model",
    [
        lambda: mlp(5, 3),
        lambda: mlp(5, 4, 3),
        lambda: mlp(5, 4, 4, 4, 3, activation=nn.Sigmoid),
        lambda: mlp(5, 40, 3, activation=nn.Tanh),
        lambda: mlp(5, 4, 3, activation=nn.GELU),
        lambda: net(nn.Linear(5, 4), nn.LayerNorm(4), nn.Softmax(1), nn.Linear(4, 3, bias=False)),
        lambda: net(nn.Linear(5, 4), nn.Dropout(0.4), nn.LeakyReLU(), nn.Dropout(0.1), nn.Linear(4, 3)),
        lambda: net(nn.Unflatten(1, (5, 1)), nn.Flatten(), nn.Linear(5, 4), nn.ELU(), nn.Linear(4, 3)),
    ],
)
def test_networks(model):
    check(training(model, F.cross_entropy), batches())


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: F.cross_entropy(z, y, weight=WEIGHTS),
        lambda z, y: F.cross_entropy(z, y, reduction="sum"),
        lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1),
        lambda z, y: F.cross_entropy(z, y, reduction="none").sum() / 7,
        lambda z, y: F.cross_entropy(z, y, ignore_index=2),
        lambda z, y: F.mse_loss(z, F.one_hot(y, 3).double()),
        lambda z, y: F.mse_loss(z, F.one_hot(y, 3).double(), reduction="sum"),
        lambda z, y: F.nll_loss(F.log_softmax(z, 1), y) + 0.1 * (z * z).mean(),
        lambda z, y: F.binary_cross_entropy_with_logits(z[:, 0], (y > 0).double()),
        lambda z, y: F.smooth_l1_loss(z, F.one_hot(y, 3).double()),
        lambda z, y: -(z.softmax(1)[tg.arange(len(y)), y]).log().mean() + z.max(1)[0].sum(),
    ],
)
def test_losses(loss):
    check(training(lambda: mlp(5, 4, 3), loss), batches())


@pytest.mark.parametrize("rows", [8, 9, 21, 24, 25])
def test_numbers_of_rows(rows):
    """24 are tiles of 4, 21 of 3, without a rest."""
    check(training(lambda: mlp(5, 4, 3), F.cross_entropy), batches(rows=rows), 1 if rows in (8, 9, 21, 24) else 2)


def test_too_few_rows():
    check(training(lambda: mlp(5, 4, 3), F.cross_entropy), batches(rows=7), 0)


def test_too_few_data(monkeypatch):
    monkeypatch.setattr(tiles, "LARGE", 1 << 22)
    check(training(lambda: mlp(5, 4, 3), F.cross_entropy), batches(), 0)


@pytest.mark.parametrize(
    ("rows", "sizes", "loop"),
    [
        (4100, (784, 10), "range(start, stop, 100)"),  # 102, were it not for the rest
        (4099, (784, 10), "range(start, stop, 102)"),
        (799, (784, 10), ""),
        (10_240, (64, 100, 50), "range(start, stop, 1024)"),
        (10_240, (100, 64), ""),  # no intermediate result that need not be stored
        (1000, (64, 100, 50), ""),
    ],
)
def test_sizes_of_tiles(rows, sizes, loop, monkeypatch):
    for name, value in SIZES.items():
        monkeypatch.setattr(tiles, name, value)
    layers = [nn.Linear(a, b) for a, b in itertools.pairwise(sizes)]
    net = nn.Sequential(*layers)
    step = tg.compile(tg.no_grad()(lambda x: net(x)))
    for k in (1, 2, 3):
        x = tg.full((rows, sizes[0]), 0.01 * k)
        got = step(x)
    np.testing.assert_allclose(got.numpy(), net(x).detach().numpy(), rtol=1e-5, atol=1e-6)
    assert (loop in step.source) if loop else ("range(" not in step.source)


def test_results_of_all_rows():
    """They are stored whole, and so is what comes after the optimiser's step."""

    def more(z, y):
        hits = z.argmax(1) == y
        return z, z.softmax(1), hits, hits.sum(), hits.double().mean(), z.T, z.max()

    check(training(lambda: mlp(5, 4, 3), F.cross_entropy, more=more), batches())


def test_other_batches_are_compiled_by_themselves():
    data = [x for pair in zip(batches(4), batches(4, rows=13), strict=True) for x in pair]
    compiled = check(training(lambda: mlp(5, 4, 3), F.cross_entropy, optim.Adam), data, 2)
    assert compiled.traces == 4


def test_without_gradients():
    def make():
        net = mlp(5, 4, 3)
        return tg.no_grad()(lambda x, y: (net(x), (net(x).argmax(1) == y).sum(), F.cross_entropy(net(x), y))), list

    check(make, batches())


def test_data_from_outside():
    """The data are not arguments but tensors around the step."""
    ((x, y),) = batches(1)

    def make():
        step, state = training(lambda: mlp(5, 4, 3), F.cross_entropy)()
        return lambda: step(x, y), state

    check(make, [()] * 4)


def test_what_needs_all_rows_at_once():
    """Batch normalisation needs a mean to go on: what comes before it is a loop, what comes after another."""
    model = lambda: net(nn.Linear(5, 4, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))  # noqa: E731
    check(training(model, F.cross_entropy), batches(), 6)
    check(training(lambda: mlp(5, 4, 3), lambda z, y: F.cross_entropy(z.cumsum(0), y)), batches(), 4)
    check(training(lambda: mlp(5, 4, 3), lambda z, y: F.cross_entropy(z.flip(0), y)), batches(), 4)
    check(training(lambda: mlp(5, 4, 3), lambda z, y: (z @ z.T).square().mean()), batches(), 6)


def test_a_sum_that_is_used_further():
    def loss(z, y):
        value = F.cross_entropy(z, y)
        return value * value + z.std()

    check(training(lambda: mlp(5, 4, 3), loss), batches(), 4)


def test_clipping():
    def make():
        net = mlp(5, 4, 3)
        opt = optim.Adam(net.parameters(), lr=0.1)

        def step(x, y):
            loss = F.cross_entropy(net(x), y)
            opt.zero_grad()
            loss.backward()
            norm = nn.utils.clip_grad_norm_(net.parameters(), 0.1)
            opt.step()
            return loss, norm

        return step, lambda: [(p, p.grad) for p in net.parameters()]

    check(make, batches())


def test_gradients_that_are_added_to_others():
    def make():
        net = mlp(5, 4, 3)

        def step(x, y):
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            return loss

        return step, lambda: [p.grad for p in net.parameters()]

    check(make, batches(), rtol=1e-11)


def test_a_gradient_of_the_data():
    def make():
        net = mlp(5, 4, 3)

        def step(x, y):
            x = x.detach().requires_grad_()
            F.cross_entropy(net(x), y).backward()
            return x.grad

        return step, list

    check(make, batches())


def test_an_embedding():
    def make():
        table = nn.Embedding(3, 5).double()
        net = mlp(5, 4, 3)

        def step(x, y):
            table.zero_grad()
            F.mse_loss(net(table(y) * x), x[:, :3]).backward()
            return table.weight.grad

        return step, list

    check(make, batches())


def test_numbers_of_rows_that_are_numbers_of_columns():
    """A weight with as many rows as the batch."""
    check(
        training(lambda: mlp(ROWS, ROWS, ROWS), lambda z, y: F.mse_loss(z, z.detach() * 2 + 1)), batches(features=ROWS)
    )


def test_layouts():
    data = [(tg.tensor(np.asfortranarray(x.numpy())), y) for x, y in batches()]
    check(training(lambda: mlp(5, 4, 3), F.cross_entropy), data)
    data = [(tg.tensor(np.repeat(x.numpy(), 2, 1))[:, ::2], y) for x, y in batches()]
    check(training(lambda: mlp(5, 4, 3), F.cross_entropy), data)


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_parts(parts, monkeypatch):
    """Each part has memory of its own, and the sums are added in one order: the same bits at each run."""
    monkeypatch.setattr(tile_text, "allowed", lambda: parts)
    make = training(lambda: mlp(5, 4, 3), F.cross_entropy)
    compiled = check(make, batches())
    assert ("in_threads(" in compiled.source) is (parts > 1)
    losses = set()
    for threads in (1, parts, parts):
        monkeypatch.setattr(compile_threads, "allowed", lambda threads=threads: threads)
        tg.manual_seed(0)
        step = tg.compile(make()[0])
        losses.add(tuple(float(step(x, y)[0]) for x, y in batches()))
    assert len(losses) == 1


def test_a_label_that_is_out_of_range():
    net = mlp(5, 4, 3)
    ((x, y),) = batches(1)

    def step(x, y):
        net.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        return loss

    compiled = tg.compile(step)
    for k in range(3):
        compiled(x * (k + 1), y)
    before = [p.grad.numpy().copy() for p in net.parameters()]
    wrong = y.numpy().copy()
    wrong[-1] = 3
    with pytest.raises(IndexError) as expected:
        step(x, tg.tensor(wrong))
    with pytest.raises(IndexError) as got:
        compiled(x, tg.tensor(wrong))
    assert str(got.value) == str(expected.value)
    compiled(x * 3, y)
    for p, g in zip(net.parameters(), before, strict=True):
        np.testing.assert_allclose(p.grad.numpy(), g, rtol=1e-12)


def test_the_source_runs_by_itself():
    tg.manual_seed(0)
    net = mlp(5, 4, 3)

    @tg.compile
    def step(start, memory):  # names that the loop has for its own
        net.zero_grad()
        loss = F.cross_entropy(net(start), memory)
        loss.backward()
        return loss

    for x, y in batches():
        value = step(x, y)
    names = dict(step.arrays)
    exec(step.source, names)
    assert names["step"](x.numpy(), y.numpy())[0] == value.item()
    for text in ("for i in range", "# Linear", "linear0", "start_rows = start[i:i + 4]", "d_linear0_weight"):
        assert text in step.source, step.source


def test_arguments_of_the_names_that_the_loop_calls():
    weight = tg.tensor(np.eye(5))

    def function(range, zip):
        return ((range @ weight + zip) ** 2).mean()

    step = tg.compile(function)
    for x, _ in batches():
        np.testing.assert_allclose(step(x, x * 2).item(), function(x, x * 2).item(), rtol=1e-12)
    assert "def rows(range_2, zip_2" in step.source


def test_memory_is_that_of_a_tile(monkeypatch):
    monkeypatch.setattr(tile_text, "allowed", lambda: 1)
    net = mlp(2, 50, 50, 1)
    step = tg.compile(lambda x: net(x).square().sum().backward())
    for k in range(3):
        step(tg.ones(1000, 2, dtype=tg.float64) * (k + 1))
    arrays = [x for value in step.arrays.values() for x in (value if isinstance(value, tuple) else (value,))]
    memory = {id(owner(x)): owner(x).nbytes for x in arrays if isinstance(x, np.ndarray)}
    assert sum(memory.values()) < 1000 * 50 * 8


def test_large_sums(machine_code):
    """In float32, the loss of many rows is as exact as NumPy's pairwise sum."""
    x = np.random.default_rng(0).random((40_000, 2), np.float32)
    net = nn.Linear(2, 1, bias=False)
    nn.init.constant_(net.weight, 0.7)
    step = tg.compile(lambda x: net(x).mean())
    for k in (3, 2, 1):
        got = step(tg.tensor(x * k)).item()
    assert "def rows" in step.source
    np.testing.assert_allclose(got, (x.astype(np.float64) * 0.7).sum() / 40_000, rtol=3e-7)


@pytest.mark.parametrize("optimizer", [optim.SGD, optim.Adam])
def test_with_machine_code(optimizer, machine_code):
    """Loops, and weights that lie the other way round."""
    model = lambda: nn.Sequential(nn.Linear(5, 40), nn.ReLU(), nn.Linear(40, 3))  # noqa: E731
    data = [(x.float(), y) for x, y in batches()]
    more = lambda z, y: (z, (z.argmax(1) == y).float().mean())  # noqa: E731
    check(training(model, F.cross_entropy, optimizer, more), data, rtol=2e-5 if optimizer is optim.Adam else 2e-6)


def test_threads_that_run_at_once(monkeypatch):
    """Each product has one thread meanwhile, and what was allowed is allowed again; also where one fails."""
    both = threading.Barrier(2, timeout=10)

    def threads():
        return [library.num_threads for library in compile_threads.libraries()]

    def meet(x):
        both.wait()
        if x < 0:
            raise ValueError("negative")
        return x, threads()

    monkeypatch.setattr(compile_threads, "allowed", lambda: 2)
    with threadpool_limits(2):
        before, ones = threads(), [1] * len(threads())
        assert compile_threads.in_threads((meet, 1), (meet, 2)) == [(1, ones), (2, ones)]
        for calls in ([(meet, 1), (meet, -2)], [(meet, -1), (meet, 2)]):
            with pytest.raises(ValueError, match="negative"):
                compile_threads.in_threads(*calls)
        assert threads() == before


def test_threads_that_are_not_allowed():
    order = []
    with threadpool_limits(1):
        compile_threads.in_threads((order.append, 1), (order.append, 2))
    assert order == [1, 2]

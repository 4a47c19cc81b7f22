"""`checkpoint`: the same gradients from less memory."""

import gc
import tracemalloc

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.graph import trace
from tinygrad_edu.testing import gradcheck
from tinygrad_edu.utils.checkpoint import checkpoint, checkpoint_sequential


def leaf(data):
    return tg.tensor(data, dtype=tg.float64, requires_grad=True)


def network(depth=4, width=8):
    tg.manual_seed(1)
    return nn.Sequential(*[nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Dropout(0.3)) for _ in range(depth)])


def gradients(model, y):
    model.zero_grad()
    y.square().sum().backward()
    return [p.grad.numpy().copy() for p in model.parameters()]


def test_the_gradients_of_a_network_with_dropout():
    model, x = network(), tg.randn(5, 8, requires_grad=True)
    tg.manual_seed(2)
    expected = gradients(model, model(x))
    by_x, x.grad = x.grad.numpy().copy(), None
    after = tg.get_rng_state()
    for use_reentrant in (None, True, False):
        for segments in (1, 2, 3, 4):
            tg.manual_seed(2)
            y = checkpoint_sequential(model, segments, x, use_reentrant=use_reentrant)
            assert tg.get_rng_state() == after
            found = gradients(model, y)
            assert tg.get_rng_state() == after
            assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
            assert np.array_equal(x.grad.numpy(), by_x)
            x.grad = None


def test_gradients_of_every_order_and_by_grad():
    w = leaf([0.5, -1.0])
    f = lambda x: checkpoint(lambda x, k: (x * w).sin() * k + x.exp(), x, k=3.0)  # noqa: E731
    assert gradcheck(f, [leaf([0.3, 0.7])], order=3)
    x = leaf([0.3, 0.7])
    found = tg.grad(f(x).sum(), [x, w])
    plain = tg.grad(((x * w).sin() * 3.0 + x.exp()).sum(), [x, w])
    assert all(np.array_equal(a.numpy(), b.numpy()) for a, b in zip(found, plain, strict=True))
    assert tg.func.grad(lambda x: f(x).sum())(x).tolist() == plain[0].tolist()


def test_nested_checkpoints():
    calls = []

    def inner(x):
        calls.append("inner")
        return x.sin()

    def outer(x):
        calls.append("outer")
        return checkpoint(inner, x) * checkpoint(inner, x * 2)

    assert gradcheck(lambda x: checkpoint(outer, x), [leaf([0.3, 0.7])], order=2)
    calls.clear()
    x = leaf([0.3])
    checkpoint(outer, x).backward()
    assert calls == ["outer", "inner", "inner"] * 2 + ["inner", "inner"]
    assert np.allclose(x.grad.numpy(), np.cos(0.3) * np.sin(0.6) + 2 * np.sin(0.3) * np.cos(0.6))


def test_any_arguments_and_results():
    def f(pair, *, scale):
        a, b = pair["a"], pair["b"]
        return {"sum": (a + b) * scale, "pair": [a * b, 3], "none": None, "same": a}

    a, b = leaf(2.0), leaf(5.0)
    result = checkpoint(f, {"a": a, "b": b}, scale=tg.tensor(10.0))
    assert result["none"] is None
    assert result["pair"][1] == 3
    assert result["same"] is a
    result["pair"][0].backward()
    assert (a.grad.item(), b.grad.item()) == (5.0, 2.0)


def test_nothing_to_record_is_an_ordinary_call():
    x = tg.tensor([1.0])
    assert checkpoint(lambda x: x * 2, x).tolist() == [2.0]
    with tg.no_grad():
        assert not checkpoint(lambda x: x * 2, leaf([1.0])).requires_grad


def test_it_is_one_node_of_a_picture():
    x = leaf([1.0, 2.0])
    y = checkpoint(lambda x: (x * x).exp(), x).sum()
    y.backward(retain_graph=True)
    graph = trace(y, names={"x": x}, cells=10)
    assert [node.op for node in graph if node.op] == ["checkpoint", "item", "sum"]
    assert graph["x"].gradient.cells == graph["x"].grad.cells


def test_twice_needs_retain_graph():
    x = leaf(2.0)
    y = checkpoint(lambda x: x**3, x)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 24.0
    with pytest.raises(RuntimeError, match="freed by an earlier backward"):
        y.backward()


def test_a_function_that_does_something_else_is_found_out():
    x, w, count = leaf([1.0, 2.0]), leaf([3.0, 4.0]), iter(range(100))
    cases = {
        "computed other numbers": lambda x: x * next(count),
        "returned another shape": lambda x: (x * 2)[: 1 + next(count) % 2],
        "differently nested": lambda x: (x * 2,) * (1 + next(count) % 2),
    }
    for message, f in cases.items():
        count = iter(range(100))
        y = checkpoint(f, x)
        y = y[0] if isinstance(y, tuple) else y
        with pytest.raises(RuntimeError, match=message):
            y.sum().backward()
    rng = np.random.default_rng(0)
    y = checkpoint(lambda x: x * tg.from_numpy(rng.random(2)), x, determinism_check="none")
    y.sum().backward()
    count = iter(range(100))
    y = checkpoint(lambda x: x * 0 if next(count) else x * w * 0, x)
    with pytest.raises(RuntimeError, match="used other tensors"):
        y.sum().backward()
    with pytest.raises(RuntimeError, match="other numbers"):
        checkpoint(lambda x: x * tg.rand(2, dtype=tg.float64), x, preserve_rng_state=False).sum().backward()


def test_what_was_overwritten_is_not_computed_with():
    x = leaf([1.0, 2.0])
    layer = nn.Linear(2, 2).double()
    y = checkpoint(layer, x)
    with tg.no_grad():
        layer.weight.mul_(2)
    with pytest.raises(RuntimeError, match="of checkpoint was overwritten"):
        y.sum().backward()
    constant = tg.ones(2, dtype=tg.float64)
    y = checkpoint(lambda x, c: x * c, x, constant)
    constant.zero_()
    with pytest.raises(RuntimeError, match=r"an argument .* of checkpoint was overwritten"):
        y.sum().backward()


def test_an_argument_that_is_written_to_later_in_the_graph():
    x = leaf([1.0, 2.0])
    inner = x * 1
    y = checkpoint(lambda x: x.exp(), inner)
    y.mul_(2)  # the result may be written to
    y.sum().backward()
    assert np.allclose(x.grad.numpy(), 2 * np.exp([1.0, 2.0]))


def test_hooks_inside_are_called():
    seen, x = [], leaf(2.0)

    def f(x):
        h = x * x
        h.register_hook(lambda g: seen.append(g.item()) or g * 10)
        return h * 3

    checkpoint(f, x).backward()
    assert seen == [3.0]
    assert x.grad.item() == 120.0


def test_errors():
    x = leaf([1.0])
    with pytest.raises(ValueError, match="determinism_check"):
        checkpoint(lambda x: x, x, determinism_check="some")
    with pytest.raises(ValueError, match="segments must be from 1 to 4"):
        checkpoint_sequential(network(), 5, tg.ones(1, 8))
    kept = []
    with pytest.raises(RuntimeError, match="requires grad and lives on"):
        checkpoint(lambda x: x * (kept.append(leaf([2.0])) or kept[0]), x)
    with pytest.raises(ZeroDivisionError):
        checkpoint(lambda x: 1 / 0, x)


def peak(model, x, segments):
    gc.collect()
    tracemalloc.start()
    y = checkpoint_sequential(model, segments, x) if segments else model(x)
    y.sum().backward()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_the_peak_of_memory_falls():
    model = nn.Sequential(*[layer for _ in range(36) for layer in (nn.Linear(4, 4), nn.Tanh())])
    x = tg.randn(20_000, 4)
    model(x[:1]).sum().backward()  # gradients of parameters are there already
    whole, parts = peak(model, x, 0), peak(model, x, 6)
    assert parts < 0.45 * whole

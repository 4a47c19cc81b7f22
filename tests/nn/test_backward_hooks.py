"""Hooks on the gradients of modules: what they see, what they change, and PyTorch as an oracle."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


class Pair(nn.Module):
    def forward(self, a, b, scale=1.0):
        return a * b * scale, a + b


def leaf(data):
    return tg.tensor(data, requires_grad=True)


def test_they_see_and_change_the_gradients():
    layer, seen = Pair(), []
    layer.register_full_backward_pre_hook(lambda m, g: seen.append(("before", [x and x.item() for x in g])))
    layer.register_full_backward_pre_hook(lambda m, g: (g[0] * 10, g[1]))
    layer.register_full_backward_hook(
        lambda m, gi, go: seen.append(("after", m is layer, [x.item() for x in gi], [x and x.item() for x in go]))
    )
    handle = layer.register_full_backward_hook(lambda m, gi, go: (gi[0], gi[1] * 100))
    a, b = leaf(2.0), leaf(5.0)
    y, z = layer(a, b, scale=3.0)
    (y + z).backward()
    assert seen == [("before", [1.0, 1.0]), ("after", True, [151.0, 61.0], [10.0, 1.0])]
    assert (a.grad.item(), b.grad.item()) == (151.0, 6100.0)
    handle.remove()
    b.grad = None
    (layer(a, b)[0]).backward()
    assert b.grad.item() == 20.0


def test_an_output_that_is_not_used_and_an_input_without_gradient():
    layer, seen = Pair(), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    a, b = leaf(2.0), tg.tensor(5.0)
    layer(a, b)[0].backward()
    ((ga, gb), (gy, gz)) = seen[0]
    assert (ga.item(), gb, gy.item(), gz) == (5.0, None, 1.0, None)


def test_no_input_that_requires_a_gradient():
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go[0].tolist())))
    layer(tg.ones(1, 2)).sum().backward()
    assert seen == [((None,), [[1.0]])]
    assert layer.weight.grad.tolist() == [[1.0, 1.0]]
    layer.register_full_backward_hook(lambda m, gi, go: (go[0],))
    with pytest.raises(RuntimeError, match="must return None"):
        layer(tg.ones(1, 2)).sum().backward()


def test_order_prepend_and_removal():
    layer, seen = nn.Tanh(), []
    for register in (layer.register_full_backward_hook, layer.register_full_backward_pre_hook):
        register(lambda *_: seen.append(1))
        last = register(lambda *_: seen.append(2))
        register(lambda *_: seen.append(0), prepend=True)
    x = leaf([1.0])
    layer(x).backward()
    assert seen == [0, 1, 2] * 2
    last.remove()
    layer(x).backward()
    assert seen == [0, 1, 2] * 2 + [0, 1] + [0, 1, 2]


def test_through_a_network_second_derivatives_and_no_grad():
    net, seen = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)), []
    x = tg.randn(4, 2, requires_grad=True)
    (plain,) = tg.grad(net(x).sum(), x, create_graph=True)
    (second,) = tg.grad((plain * plain).sum(), x)
    for module in net:
        module.register_full_backward_hook(lambda m, gi, go: seen.append((type(m).__name__, gi[0].shape, go[0].shape)))
    (hooked,) = tg.grad(net(x).sum(), x, create_graph=True)
    assert seen == [("Linear", (4, 3), (4, 1)), ("Tanh", (4, 3), (4, 3)), ("Linear", (4, 2), (4, 3))]
    assert np.allclose(hooked.detach().numpy(), plain.detach().numpy())
    assert np.allclose(tg.grad((hooked * hooked).sum(), x)[0].numpy(), second.numpy())
    with tg.no_grad():
        assert not net(x).requires_grad


def test_nothing_is_written_in_place_around_such_a_module():
    layer = nn.ReLU(inplace=True)
    layer.register_full_backward_hook(lambda *_: None)
    x = leaf([1.0, -1.0]) * 1
    with pytest.raises(RuntimeError, match="cannot be written to"):
        layer(x)
    layer = nn.Tanh()
    layer.register_full_backward_hook(lambda m, gi, go: gi[0].zero_())
    with pytest.raises(RuntimeError, match="cannot be written to"):
        layer(x).sum().backward()
    assert x.tolist() == [1.0, -1.0]


def test_errors():
    layer, x = nn.Tanh(), leaf([1.0])
    with layer.register_full_backward_hook(lambda m, gi, go: (gi[0], gi[0])):  # noqa: SIM117
        with pytest.raises(RuntimeError, match=r"returned 2 gradients, expected 1"):
            layer(x).backward()
    with layer.register_full_backward_hook(lambda m, gi, go: 3.0):  # noqa: SIM117
        with pytest.raises(TypeError, match="must return Tensors or None, got float as gradient 0"):
            layer(x).backward()
    dicts = type("Dicts", (nn.Module,), {"forward": lambda self, x: {"y": x}})()
    dicts.register_full_backward_hook(lambda *_: None)
    with pytest.raises(TypeError, match="Dicts: a module with backward hooks must return a Tensor"):
        dicts(x)


@pytest.mark.oracle
def test_as_pytorch_does():
    torch = pytest.importorskip("torch")

    def run(lib):
        class Layer(lib.nn.Module):
            def forward(self, x, y):
                return (x * y).sum(), x - y

        layer, seen = Layer(), []
        number = lambda g: None if g is None else g.tolist()  # noqa: E731
        layer.register_full_backward_pre_hook(lambda m, go: seen.append([number(g) for g in go]))
        layer.register_full_backward_pre_hook(lambda m, go: tuple(None if g is None else g * 2 for g in go))
        layer.register_full_backward_hook(lambda m, gi, go: seen.append([number(g) for g in (*gi, *go)]))
        layer.register_full_backward_hook(lambda m, gi, go: tuple(None if g is None else g * 3 for g in gi))
        x = lib.tensor([1.0, 2.0], requires_grad=True)
        y = lib.tensor([3.0, 5.0], requires_grad=True)
        layer(x, y)[0].backward()
        layer(x, y * 0)[1].sum().backward()  # of a tensor that requires no gradient PyTorch says 0, we None
        a, b = layer(x * 2, y)
        (a * a + b.sum()).backward()
        h = x * y
        h.register_hook(lambda g: seen.append(g.tolist()))
        h.register_hook(lambda g: g * 10)
        x.register_hook(lambda g: seen.append(g.tolist()))
        x.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.tolist()))
        (h * h).sum().backward()
        seen.append([x.grad.tolist(), y.grad.tolist()])
        return seen

    assert run(tg) == run(torch)

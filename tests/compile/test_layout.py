"""Where parameters lie: in one memory, weights of linear layers the other way round, and nobody notices."""

import gc
import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import kernels, nn, optim
from tinygrad_edu.nn import functional as F

from .steps import step_of


def network(*sizes):
    tg.manual_seed(0)
    layers = [nn.Linear(*pair) for pair in itertools.pairwise(sizes)]
    return nn.Sequential(*[part for layer in layers for part in (layer, nn.Tanh())][:-1])


def batches(count, size=16, features=20):
    rng = np.random.default_rng(0)
    return [
        (tg.tensor(rng.normal(size=(size, features)), dtype=tg.float32), tg.tensor(rng.integers(0, 10, size)))
        for _ in range(count)
    ]


OPTIMIZERS = {
    "sgd": lambda parameters: optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda parameters: optim.AdamW(parameters, lr=0.01, amsgrad=True),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_parameters_lie_in_one_memory(name):
    net = network(20, 40, 40, 10)
    optimizer = OPTIMIZERS[name](net.parameters())
    step = tg.compile(step_of(net, optimizer))
    gc.collect()
    gc.disable()  # what is traced must let go of the parameters by itself, or they would lie where chance has them
    try:
        kept = [step(x, y) for x, y in batches(4)]  # nor must a result that is kept keep them in their place
    finally:
        gc.enable()
    bases = {id(p._array.base) for p in net.parameters()}
    assert len(bases) == 1
    assert id(None) not in bases
    assert kept[0]._node.arrays is None
    turned = [p._array.flags.f_contiguous and not p._array.flags.c_contiguous for p in net.parameters()]
    wide = kernels.available()
    assert turned == [wide, False, wide, False, False, False]  # ten outputs are too few
    for state in optimizer.state.values():
        assert all(x.flags.c_contiguous or x.flags.f_contiguous for x in state.values() if isinstance(x, np.ndarray))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_numbers_are_the_eager_ones(name, tmp_path):
    plain, compiled = network(20, 40, 40, 10), network(20, 40, 40, 10)
    a, b = OPTIMIZERS[name](plain.parameters()), OPTIMIZERS[name](compiled.parameters())
    eager, step = step_of(plain, a), tg.compile(step_of(compiled, b))
    for x, y in batches(6) + batches(3, size=7):  # the second size is compiled on top of the first
        np.testing.assert_allclose(step(x, y).item(), eager(x, y).item(), rtol=1e-5)
    more = step_of(compiled, b)  # and the network goes on without compile
    for x, y in batches(3):
        np.testing.assert_allclose(more(x, y).item(), eager(x, y).item(), rtol=1e-5)
    for p, q in zip(compiled.parameters(), plain.parameters(), strict=True):
        np.testing.assert_allclose(p.array, q.array, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(p.grad.array, q.grad.array, rtol=1e-3, atol=1e-6)
    tg.save({"net": compiled.state_dict(), "optimizer": b.state_dict()}, tmp_path / "all.safetensors")
    again = network(20, 40, 40, 10)
    again.load_state_dict(tg.load(tmp_path / "all.safetensors")["net"])
    for p, q in zip(again.parameters(), compiled.parameters(), strict=True):
        np.testing.assert_array_equal(p.array, q.array)


def test_a_weight_used_otherwise_stays():
    net = network(20, 40, 10)
    optimizer = optim.SGD(net.parameters(), lr=0.1)

    @tg.compile
    def step(x, y):
        loss = F.cross_entropy(net(x), y) + 0.01 * net[0].weight.square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    losses = [step(x, y).item() for x, y in batches(4)]
    assert net[0].weight._array.flags.c_contiguous
    assert np.isfinite(losses).all()


def test_a_returned_gradient_is_right():
    net = network(20, 40, 10)
    optimizer = optim.SGD(net.parameters(), lr=0.0)

    @tg.compile
    def step(x, y):
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss, net[0].weight.grad

    x, y = batches(1)[0]
    gradients = [step(x, y)[1].array.copy() for _ in range(4)]
    for gradient in gradients[1:]:
        np.testing.assert_allclose(gradient, gradients[0], rtol=1e-5, atol=1e-8)


def test_a_reshape_that_was_no_copy_when_it_was_traced():
    """NumPy's results keep the order of their inputs in memory, planned ones do not: then a reshape has to copy."""

    def step(x):
        y = x.transpose(0, 1).exp()
        return y.transpose(0, 1).reshape(-1) * 2, y.transpose(0, 1).reshape(2, 12).reshape(4, 6).transpose(0, 1)

    compiled = tg.compile(step)
    for seed in range(4):
        x = tg.tensor(np.random.default_rng(seed).standard_normal((2, 3, 4)).astype(np.float32))
        for a, b in zip(compiled(x), step(x), strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)

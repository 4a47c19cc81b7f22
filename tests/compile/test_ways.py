"""What steps do beside forward, backward and step: accumulate, write in place, differentiate inside, draw numbers."""

import copy

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn, optim
from tinygrad_edu.autograd import Function
from tinygrad_edu.utils.checkpoint import checkpoint

from .equal import run_both
from .steps import step_of

RNG = np.random.default_rng(11)
RUNS = 6
BATCHES = [
    (tg.tensor(RNG.standard_normal((4, 6)).astype(np.float32)), tg.tensor(RNG.integers(0, 3, 4))) for _ in range(RUNS)
]


def network():
    return nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))


def state_of(net):
    return lambda: ([p.grad for p in net.parameters()], list(net.parameters()), list(net.buffers()))


def check(make_step, rtol=1e-6, net=network, batches=BATCHES):
    """make_step(net): a step of that network."""

    def make():
        model = net()
        return make_step(model), state_of(model)

    return run_both(make, batches, rtol)


def sgd(net):
    return optim.SGD(net.parameters(), lr=0.1, momentum=0.9)


def test_gradients_accumulated_within_a_step():
    def make(net):
        opt = sgd(net)

        def step(x, y):
            opt.zero_grad()
            for half in (slice(0, 2), slice(2, 4)):
                (F.cross_entropy(net(x[half]), y[half]) / 2).backward()
            opt.step()

        return step

    check(make)


def test_gradients_accumulated_over_steps():
    """What is in .grad before a step counts; whether something is, makes it another program."""

    def make(net):
        def step(x, y):
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            return loss

        return step

    compiled = check(make)
    assert compiled.traces == 3


def test_an_update_of_gradients_that_another_step_left():
    def make(net):
        opt = sgd(net)
        calls = iter(range(100))

        def update(x):
            opt.step()
            opt.zero_grad()
            return x * 2

        compiled = tg.compile(update) if getattr(net, "compiled", False) else update

        def step(x, y):
            F.cross_entropy(net(x), y).backward()
            return compiled(x) if next(calls) % 2 else None

        return step

    plain, other = network(), network()
    other.load_state_dict(copy.deepcopy(plain.state_dict()))
    other.compiled = True
    one, two = make(plain), make(other)
    for x, y in BATCHES * 2:
        one(x, y), two(x, y)
    for p, q in zip(plain.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-6)


@pytest.mark.parametrize("set_to_none", [True, False])
def test_zeroing_gradients_at_the_end(set_to_none):
    def make(net):
        opt = sgd(net)

        def step(x, y):
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            opt.step()
            opt.zero_grad(set_to_none)
            return loss

        return step

    check(make)


def by_hand_with_data(net):
    def step(x, y):
        loss = F.cross_entropy(net(x), y)
        net.zero_grad()
        loss.backward()
        for p in net.parameters():
            p.data = p.data - 0.1 * p.grad
        return loss

    return step


def by_hand_in_place(net):
    def step(x, y):
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        with tg.no_grad():
            for p in net.parameters():
                p -= 0.1 * p.grad
                p.grad.zero_()
        return loss

    return step


def by_grad(net):
    def step(x, y):
        parameters = list(net.parameters())
        loss = F.cross_entropy(net(x), y)
        for p, g in zip(parameters, tg.grad(loss, parameters), strict=True):
            with tg.no_grad():
                p.sub_(g, alpha=0.1)
        return loss

    return step


@pytest.mark.parametrize("make", [by_hand_with_data, by_hand_in_place, by_grad])
def test_updates_written_by_hand(make):
    check(make)


def test_gradients_of_gradients():
    """A penalty on the norm of the gradient, as in a Wasserstein GAN."""

    def make(net):
        opt = sgd(net)

        def step(x, y):
            x = x.detach().requires_grad_()
            loss = F.cross_entropy(net(x), y)
            (g,) = tg.grad(loss, [x], create_graph=True)
            total = loss + (g**2).sum()
            opt.zero_grad()
            total.backward()
            opt.step()
            return total

        return step

    check(make, 1e-5)


def test_operators_of_functions():
    def make(net):
        def loss(p, x, y):
            return F.cross_entropy(tg.func.functional_call(net, p, (x,)), y)

        def step(x, y):
            p = {name: q.detach() for name, q in net.named_parameters()}
            found = tg.func.grad(loss)(p, x, y)
            with tg.no_grad():
                for name, q in net.named_parameters():
                    q.sub_(0.1 * found[name])
            column = tg.func.jvp(lambda x: net(x), (x,), (x * 0.5,))[1]
            return column, tg.func.vmap(lambda a: (a**2).sum())(x), tg.func.jacrev(lambda a: a.sin())(x[0])

        return step

    check(make, 1e-5)


class Clipped(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(-1, 1)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return tg.where(x.abs() > 1, g * 0.1, g)


def test_functions_of_the_user():
    def make(net):
        opt = sgd(net)

        return step_of(lambda x: Clipped.apply(net(x) * 3), opt)

    check(make)


def test_checkpoints():
    """A compiled step plans its memory itself; the random numbers are drawn once, and are those of eager."""

    def make(net):
        opt = sgd(net)

        return step_of(lambda x: checkpoint(net, x, use_reentrant=False), opt)

    check(make, net=lambda: nn.Sequential(nn.Linear(6, 8), nn.Dropout(0.5), nn.Linear(8, 3)))


def test_hooks():
    def make(net):
        opt = sgd(net)
        first = net[0].weight
        first.register_hook(lambda g: g.clamp(-0.01, 0.01))
        net[1].register_forward_hook(lambda module, args, y: y * 2)
        net[2].register_full_backward_hook(lambda module, of_inputs, of_outputs: (of_inputs[0] * 0.5,))
        net[0].bias.register_post_accumulate_grad_hook(lambda p: p.grad.mul_(0.1))

        return step_of(net, opt)

    check(make)


def test_random_numbers():
    own, other = tg.Generator(), tg.Generator()

    def make(net, generators=iter((own, other))):  # noqa: B008
        generator = next(generators).manual_seed(3)

        def step(x, y):
            noise = tg.randn(4, 6, generator=generator) + tg.rand_like(x)
            mask = tg.empty(4, 6).bernoulli_(0.3) * tg.randint(0, 3, (4, 6)).float()
            order = tg.randperm(4)
            z = F.dropout(x[order] + noise, 0.3) * mask + F.gumbel_softmax(x, hard=True)
            return z, F.alpha_dropout(x, 0.2, True), F.dropout1d(x, 0.5), F.rrelu(x, training=True)

        return step

    check(make)


def test_memory_made_in_the_step_is_new_at_each_run():
    def make(net):
        def step(x, y):
            total = tg.zeros(4, 3)
            total += net(x).detach()
            total[1] = 7.0
            total[:, 0].mul_(2)
            again = tg.ones(3)
            for i in range(2):
                again[i] = total[i, i]
            return total, again

        return step

    check(make)


def test_memory_that_outlives_the_step_is_written_to():
    def make(net):
        mean = tg.zeros(6)
        net.register_buffer("mean", mean)
        net.register_buffer("table", tg.zeros(3, 6))

        def step(x, y):
            with tg.no_grad():
                net.mean.mul_(0.9).add_(x.mean(0), alpha=0.1)
                net.table[1] = net.mean * 2
                net.table[:, 2] += 1
                net.table.index_add_(0, y, x)
            return net.mean + 1, net.table.sum()

        return step

    check(make)


def test_indices_and_masks():
    def make(net):
        def step(x, y):
            rows = x[y]
            one = F.one_hot(y, 3).float()
            picked = x.gather(1, y.reshape(-1, 1)) + tg.take_along_dim(x, y.reshape(-1, 1), 1)
            top, at = x.topk(2, 1)
            order = x.argsort(1, stable=True)
            kept = x.masked_fill(x > 0, 0.0) + x.clamp(-1, 1).tril()
            sums = tg.zeros(3, 6).index_add(0, y, x)
            return rows, one, picked, top, at, order, kept, sums, x.max(1), x.sort(1).values, x.cumsum(1), x[:, y[:2]]

        return step

    check(make, 0.0)


def test_a_mask_among_the_arguments():
    """How many elements it chooses is a shape: each number has a program."""
    masks = [tg.tensor(np.array(m)) for m in ([1, 0, 1, 0], [0, 1, 1, 0], [1, 1, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1])]
    batches = [(x, m == 1) for (x, _), m in zip(BATCHES, masks, strict=False)]
    compiled = check(lambda net: lambda x, m: x[m].mean(0) + x.masked_select(m.reshape(-1, 1)).sum(), batches=batches)
    assert compiled.traces == 4


def test_weights_that_are_shared():
    def net():
        first = nn.Linear(6, 6)
        return nn.Sequential(first, nn.Tanh(), first, nn.Linear(6, 3))

    def make(model):
        opt = sgd(model)

        return step_of(model, opt)

    check(make, net=net)


def test_arrays_that_the_user_holds():
    """Reading t.array shares the memory, of which the graph then keeps copies."""

    def make(net):
        for p in net.parameters():
            p.array  # noqa: B018
        opt = sgd(net)

        return step_of(net, opt)

    batches = [(tg.from_numpy(x.array), y) for x, y in BATCHES]
    check(make, batches=batches)


def test_arrays_as_arguments():
    def make(net):
        def step(x, y):
            return F.cross_entropy(net(tg.as_tensor(x)), y).detach()

        return step

    check(make, batches=[(x.array.copy(), y.array.copy()) for x, y in BATCHES])

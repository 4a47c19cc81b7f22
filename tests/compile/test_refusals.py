"""What a compiled step cannot do again is refused in words, at the line of the step; nothing is frozen in silence."""

import warnings

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.compile import CompileError

from .steps import step_of

X = tg.tensor([1.0, 2.0])
W = tg.tensor([1.0, 1.5], requires_grad=True)  # what depends on it is computed by the step


def twice(step, *args):
    compiled = tg.compile(step)
    compiled(*args)
    compiled(*args)
    return compiled


@pytest.mark.parametrize(
    "step",
    [
        lambda x: x * int((x > 0).sum()),
        lambda x: x * float(x.sum()),
        lambda x: x.tolist(),
        lambda x: x * x.detach().numpy().max(),
        lambda x: x[(x * W).exp() > 2],
        lambda x: (x * W).exp().masked_select((x * W).exp() > 2),
        lambda x: (x * W).exp().nonzero(),
        lambda x: (x * W).exp().unique(),
        lambda x: x[(x * W).argmax()],
        lambda x: x.repeat_interleave((x * W).long()),
        lambda x: x * tg.allclose((x * W).exp(), x),
        lambda x: tg.bincount((x * W).exp().long()),
        lambda x: f"{x.sum():.2f}",
        lambda x: (x * 2).narrow(0, (x * W).argmin(), 1),
    ],
)
def test_numbers_that_decide(step):
    with pytest.raises(CompileError, match=r"test_refusals\.py:\d+: .*(depends on|cannot depend on)"):
        twice(step, X)


def test_what_the_step_would_change_outside():
    seen, calls = [], 0

    def appends(x):
        seen.append(x)
        return x * 2

    def counts(x):
        nonlocal calls
        calls += 1
        return x * 2

    with pytest.raises(CompileError, match="the step adds to seen, or takes from it"):
        twice(appends, X)
    with pytest.raises(CompileError, match="the step assigns to calls, a variable from outside"):
        twice(counts, X)


def test_what_it_found_outside_is_looked_at_again():
    scale, weight = 2.0, tg.tensor([1.0, 1.0])

    def step(x):
        return x * scale * weight

    compiled = twice(step, X)
    assert compiled(X).tolist() == [2, 4]
    scale = 3.0
    assert compiled(X).tolist() == [3, 6]
    weight = tg.tensor([1.0, 10.0])
    assert compiled(X).tolist() == [3, 60]
    weight.data = tg.tensor([2.0, 10.0])
    assert compiled(X).tolist() == [6, 60]


def test_a_number_that_is_read_from_a_tensor_outside():
    temperature = tg.tensor(2.0)
    compiled = twice(lambda x: x / temperature.item(), X)
    assert compiled(X).tolist() == [0.5, 1]
    temperature.fill_(4.0)
    assert compiled(X).tolist() == [0.25, 0.5]


def test_freezing_and_thawing():
    net, loss = nn.Linear(2, 1), nn.MSELoss()

    def step(x, y):
        net.zero_grad()
        loss(net(x), y).backward()
        return x.sum()

    compiled = tg.compile(step)
    x, y = tg.ones(3, 2), tg.ones(3, 1)
    for _ in range(3):
        compiled(x, y)
    assert net.weight.grad is not None
    net.weight.requires_grad_(False)
    for _ in range(3):
        compiled(x, y)
        assert net.weight.grad is None


def test_an_optimizer_that_is_loaded_or_grows():
    def made():
        tg.manual_seed(0)
        net = nn.Linear(6, 3)
        opt = optim.Adam(net.parameters(), lr=0.1)

        return net, opt, step_of(net, opt)

    (net, opt, step), (other, other_opt, other_step) = made(), made()
    compiled = tg.compile(other_step)
    x, y = tg.randn(4, 6), tg.tensor([0, 2, 1, 1])
    saved = {}
    for i in range(12):
        if i == 4:
            saved = {o: o.state_dict() for o in (opt, other_opt)}
            saved = {o: {"state": {k: {n: np.array(v) for n, v in s.items()} for k, s in d["state"].items()},
                         "param_groups": d["param_groups"]} for o, d in saved.items()}  # fmt: skip
        if i == 7:
            for o in (opt, other_opt):
                o.load_state_dict(saved[o])
        np.testing.assert_allclose(compiled(x, y).item(), step(x, y).item(), rtol=1e-5)
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-4, atol=1e-6)


def test_results_have_no_graph_and_say_so():
    net = nn.Linear(2, 1)
    compiled = tg.compile(lambda x: (net(x).sum(), net(x).detach()))
    for _ in range(4):  # from the first call on
        y, constant = compiled(tg.ones(3, 2))
        assert y.requires_grad
        assert not constant.requires_grad
        with pytest.raises(RuntimeError, match="computed by a compiled step, which keeps no graph"):
            y.backward()
        with pytest.raises(RuntimeError, match="computed by a compiled step"):
            (y * net.weight.sum()).backward()
        with pytest.raises(RuntimeError, match="computed by a compiled step"):
            tg.grad(y * 2, [net.weight], allow_unused=True)
    with tg.no_grad():
        assert not compiled(tg.ones(3, 2))[0].requires_grad


def test_arguments():
    compiled = tg.compile(lambda x, y: x + 2 * y)
    one, two = tg.tensor([1.0]), tg.tensor([2.0])
    for _ in range(3):
        assert compiled(one, one).item() == 3
    for _ in range(3):
        assert compiled(one, two).item() == 5
    for _ in range(3):
        assert compiled(one, 4).item() == 9
    with pytest.raises(TypeError, match="as arguments, got set, whose contents may change unseen; pass what is in it"):
        compiled(one, {1})


def test_a_step_that_is_traced_again_and_again():
    compiled = tg.compile(lambda x, rate: x * rate)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for i in range(31):
            compiled(X, float(i))
        with pytest.raises(tg.UsageWarning, match=r"has been traced 32 times, for 32 kinds of arguments"):
            compiled(X, 31.0)


def test_views_that_were_written_through():
    def step(x):
        y = x * 2
        first, whole = y[0], y.reshape(2)
        y += 1
        return first + whole

    with pytest.raises(CompileError, match="a view of a tensor that was written to in place is used again"):
        twice(step, X)


def test_lbfgs_is_refused():
    net = nn.Linear(2, 1)
    opt = optim.LBFGS(net.parameters())

    def step(x):
        def closure():
            opt.zero_grad()
            value = net(x).square().sum()
            value.backward()
            return value

        return opt.step(closure)

    with pytest.raises(CompileError, match=r"test_refusals\.py:\d+: LBFGS\.step: how many iterations"):
        twice(step, tg.ones(3, 2))


def test_a_step_in_a_step():
    inner = tg.compile(lambda x: x * 2)
    compiled = twice(lambda x: inner(x) + 1, X)
    assert compiled(X).tolist() == [3, 5]


def test_names_of_the_two_things_that_differ():
    ways = iter([0, 1])
    with pytest.raises(CompileError, match="the step called exp here in one of two runs only"):
        twice(lambda x: x.sin().exp() if next(ways) else x.sin(), X)
    ways = iter([0, 1])
    with pytest.raises(CompileError, match=r"the step returned 1.5 and then 2.5; return a Tensor"):
        twice(lambda x: (x, 1.5 + next(ways)), X)
    ways = iter([X, X + 1])
    with pytest.raises(CompileError, match=r"uses an array of shape \(2,\) that is another one at each run"):
        twice(lambda x: x + next(ways), X)

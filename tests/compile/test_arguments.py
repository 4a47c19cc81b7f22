"""How a step may be called, and what it may be: each way gives what the step itself gives, or is refused."""

import collections
import copy
import functools
import threading

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.compile import CompileError

from .equal import assert_same
from .steps import step_of

X, Y = tg.tensor([1.0, 2.0]), tg.tensor([3.0, 5.0])
Pair = collections.namedtuple("Pair", "a b")


def agrees(step, *calls):
    """Compiled, at each of these calls in turn; a call is positional arguments, or a dict of named ones."""
    compiled = tg.compile(step)
    for call in calls:
        args, kwargs = ((), call) if isinstance(call, dict) else (call, {})
        assert_same(compiled(*args, **kwargs), step(*args, **kwargs))
    return compiled


def first(d):
    return next(iter(d.values())) * 1 if isinstance(d, dict) else (d.b if hasattr(d, "b") else d[0]) * 1


def powers(x, n):
    return x if n == 0 else powers(x * 2, n - 1)


CALLS = {
    "names alone": (
        lambda *, x, y: x - y,
        [{"y": X, "x": Y}, {"x": Y, "y": X}, {"x": X, "y": Y}, {"y": Y, "x": X}] * 3,
    ),
    "any names": (lambda **k: k["a"] - k["b"], [{"a": Y, "b": X}, {"b": X, "a": Y}, {"b": Y, "a": X}] * 3),
    "any number": (lambda *xs: sum(xs), [(X, Y), (X, Y), (X, X, Y), (Y, Y), (X, X, X)] * 3),
    "lists and tuples": (first, [([X, Y],), ((X, Y),), (Pair(X, Y),), ([Y, X],)] * 3),
    "the order in a dict": (first, [({"a": X, "b": Y},), ({"b": Y, "a": X},), ({"a": Y, "b": X},)] * 3),
    "keys of two types": (lambda d: d[1] - d["b"], [({1: X, "b": Y},), ({1: Y, "b": X},)] * 3),
    "numbers of three types": (
        lambda x, n: x * 2 if n is True else x * 3 if type(n) is int else x * 4,
        [(X, 1), (X, True), (X, 1.0)] * 3,
    ),
    "the sign of 0": (lambda x, n: tg.copysign(x, tg.tensor(n)), [(X, 0.0), (X, 0.0), (X, 0.0), (X, -0.0)]),
    "a dtype and a slice": (
        lambda x, d, s: x.to(d)[s],
        [(X, tg.float64, slice(0, 1)), (Y, tg.float64, slice(1, 2))] * 3,
    ),
    "recursion": (powers, [(X, 3), (Y, 3), (X, 2), (X, 3)] * 2),
    "a function": (lambda x, f: f(x), [(X, tg.sin), (Y, tg.sin), (X, tg.cos), (Y, tg.cos), (Y, tg.sin)]),
    "a partial": (functools.partial(lambda a, x: x * a, 3.0), [(X,), (Y,), (X,)]),
    "nothing": (lambda x: None, [(X,)] * 3),
    "an empty batch": (lambda x: (x * 2, x.sum()), [(tg.zeros(0, 6),), (tg.ones(2, 6),)] * 3),
    "nan": (lambda x, n: x.maximum(Y) + n, [(X * float("nan"), float("nan")), (X, 1.0)] * 3),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name):
    step, calls = CALLS[name]
    agrees(step, *calls)


def test_one_text_of_nan():
    compiled = agrees(lambda x, n: x + n, *[(X, float("nan")) for _ in range(5)])
    assert compiled.traces == 2


@pytest.mark.parametrize("step", [lambda x: (t for t in (x, x)), lambda x: iter([x])])
def test_generators_are_refused(step):
    with pytest.raises(CompileError, match=r"expected the step to return Tensors, .* got (generator|list_iterator)"):
        tg.compile(step)(X)


class Scaled:
    def __init__(self, factor):
        self.factor = factor

    @tg.compile
    def step(self, x):
        return x * self.factor


def test_a_method_that_is_compiled_in_its_class():
    one, two = Scaled(2.0), Scaled(3.0)
    for x in (X, Y, X, Y):
        assert_same(one.step(x), x * 2)
        assert_same(two.step(x), x * 3)
    assert one.step is one.step
    assert "multiply" in one.step.source
    one.factor = 5.0
    third = copy.deepcopy(one)
    third.factor = 7.0
    for x in (X, Y, X):
        assert_same(one.step(x), x * 5)
        assert_same(third.step(x), x * 7)
    assert isinstance(Scaled.step, tg.compile(powers).__class__)


def test_an_argument_that_requires_grad():
    compiled = tg.compile(lambda x: x * 2)
    for _ in range(3):
        compiled(X)
    with pytest.raises(CompileError, match="argument x requires grad"):
        compiled(tg.tensor([1.0, 2.0], requires_grad=True))


@pytest.mark.parametrize("call", [lambda f, w: f(X, w), lambda f, w: f(x=X, w=w)])
def test_a_gradient_that_is_left_in_an_argument(call):
    def step(x, w):
        w.grad = None
        (x * w).sum().backward()
        return x * 1

    w, compiled = tg.ones(2, requires_grad=True), tg.compile(step)
    for _ in range(4):
        w.grad = None
        call(compiled, w)
        assert_same(w.grad, X)
    compiled = tg.compile(step)
    call(compiled, tg.ones(2, requires_grad=True))
    with pytest.raises(CompileError, match=r"sets the \.grad of argument w, which is another tensor at each"):
        call(compiled, tg.ones(2, requires_grad=True))


def test_the_default_dtype():
    compiled = tg.compile(lambda x: x + tg.ones(2))
    for _ in range(3):
        assert compiled(X).dtype == np.float32
    tg.set_default_dtype(tg.float64)
    try:
        assert compiled(X).dtype == np.float64
    finally:
        tg.set_default_dtype(tg.float32)


def test_arrays_that_overlap_lie_otherwise_or_cannot_be_written_to():
    base = np.arange(40, dtype=np.float32)
    fixed = base.copy()
    fixed.flags.writeable = False
    compiled = tg.compile(lambda a, b: (a * 2 + b, (a - b).sum(0)))
    for _ in range(4):
        for a, b in [
            (base[:8], base[2:10]), (base[:16:2], base[1:17:2]), (base[8::-1][:8], base[:8]), (fixed[:8], fixed[1:9]),
            (base.reshape(8, 5), base.reshape(5, 8).T), (base[:8], base[:8]),
        ]:  # fmt: skip
            a, b = tg.from_numpy(a), tg.from_numpy(b)
            assert_same(compiled(a, b), (a * 2 + b, (a - b).sum(0)))
        base += 1


def training(optimizer=optim.SGD):
    tg.manual_seed(0)
    net = nn.Linear(4, 3)
    opt = optimizer(net.parameters(), lr=0.1)

    return net, step_of(net, opt)


def batches(count):
    rng = np.random.default_rng(0)
    return [(tg.tensor(rng.standard_normal((5, 4)).astype(np.float32)), tg.tensor(rng.integers(0, 3, 5)))
            for _ in range(count)]  # fmt: skip


class Interrupted(optim.SGD):
    """Ctrl-C comes at its fifth step, when the gradients are there and nothing is updated yet."""

    calls = 0

    def update(self, *args):
        type(self).calls += 1
        if type(self).calls == 5:
            raise KeyboardInterrupt
        super().update(*args)

    elementwise = False


def test_what_is_interrupted_goes_on():
    """Ctrl-C in the middle leaves what eager code leaves: what is updated until then; the next step runs."""
    found = []
    for wrap in (lambda f: f, tg.compile):
        Interrupted.calls = 0
        net, step = training(Interrupted)
        run, losses = wrap(step), []
        for batch in batches(6):
            try:
                losses.append(run(*batch))
            except KeyboardInterrupt:
                losses.append(None)
        found.append((losses, list(net.parameters()), [p.grad for p in net.parameters()]))
    assert found[0][0].count(None) == found[1][0].count(None) == 1
    assert_same(found[1], found[0])


def test_an_error_in_a_step_that_is_noted():
    """As if it had not been called."""
    wrong = [True]

    def step(x):
        y = x * 2
        if wrong[0]:
            raise ZeroDivisionError
        return y

    compiled = tg.compile(step)
    with pytest.raises(ZeroDivisionError):
        compiled(X)
    wrong[0] = False
    for x in (X, Y, X):
        assert_same(compiled(x), x * 2)
    assert compiled.traces == 2


def test_threads():
    net = nn.Linear(20, 20)
    step = tg.compile(lambda x: net(x).detach().tanh() * 2)
    xs = [tg.randn(5, 20) for _ in range(40)]
    found = {}

    def run(k):
        for i in range(k, len(xs), 4):
            found[i] = step(xs[i])

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, x in enumerate(xs):
        assert_same(found[i], net(x).detach().tanh() * 2, 1e-6)

"""The recorded graph: reuse, depth, order, freeing, and the errors of `backward`."""

import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def leaf(value, dtype=tg.float64):
    return tg.tensor(value, dtype=dtype, requires_grad=True)


def test_a_value_used_twice_counts_twice():
    a = leaf(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert a.grad.item() == 4.0
    for use in (lambda x: x * x, lambda x: x**2, lambda x: tg.einsum("ij,jk->ik", x.reshape(1, 1), x.reshape(1, 1))):
        x = leaf(3.0)
        use(x).backward()
        assert x.grad.item() == 6.0
    m = leaf([[1.0, 2.0], [3.0, 4.0]])
    (m @ m).sum().backward()
    ones = np.ones((2, 2))
    assert np.array_equal(m.grad.numpy(), ones @ m.detach().numpy().T + m.detach().numpy().T @ ones)


def test_second_backward_after_zeroing_gives_the_same():
    x = leaf(2.0)
    for _ in range(2):
        x.grad = None
        (x * x * x).backward()
        assert x.grad.item() == 12.0
    y = x * x * x
    x.grad = None
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 24.0  # gradients add up, as in PyTorch


def test_backward_on_a_leaf_gives_one():
    x = leaf(2.0)
    x.backward()
    assert x.grad.item() == 1.0


def test_sixty_doublings_take_one_visit_each():
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()  # 2^60 visits would take for ever
    assert x.grad.item() == 2.0**60


@pytest.mark.slow
def test_100_000_deep():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1.0
    assert "100001" in repr(y)
    y.backward(retain_graph=True)
    assert x.grad.item() == 1.0
    (g,) = tg.grad(y, x, create_graph=True)
    assert g.item() == 1.0
    for refused in (copy.deepcopy, pickle.dumps):
        with pytest.raises(RuntimeError, match="detach"):
            refused(y)
    del y


def test_the_graph_is_freed_by_reference_counting_alone():
    gc.disable()
    try:
        x = leaf([1.0, 2.0])
        y = (x * x).exp()
        loss = y.sum()
        nodes = [weakref.ref(t._array) for t in (y, loss)]
        (g,) = tg.grad(loss, x, create_graph=True)
        loss2 = (g * g).sum()
        loss2.backward(create_graph=True)  # x -> x.grad -> x: the gradient's graph refers to x's node, not to x
        nodes.append(weakref.ref(x._array))
        nodes.append(weakref.ref(x.grad._array))
        del y, loss, g, loss2
        del x
        assert [ref() is None for ref in nodes] == [True] * 4
    finally:
        gc.enable()


def test_outputs_that_are_never_used_cost_nothing():
    x = leaf([3.0, 1.0, 2.0])
    values, indices = x.max(0)
    _unused = x.exp(), tg.split(x, 1)
    values.backward()
    assert indices.item() == 0
    assert x.grad.tolist() == [1.0, 0.0, 0.0]


def test_gradients_share_memory_with_nothing():
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    cotangent = np.array([1.0, 1.0])
    for create_graph in (False, True):
        x.grad = y.grad = None
        (x + y).backward(cotangent, create_graph=create_graph)
        assert x.grad is not y.grad
        for a, b in [(x.grad, y.grad), (x.grad, x), (y.grad, y)]:
            assert not np.may_share_memory(a._array, b._array)
        assert not np.may_share_memory(x.grad._array, cotangent)
        assert not np.may_share_memory(y.grad._array, cotangent)


def test_equal_constants_are_not_merged():
    x = leaf(2.0)
    a, b = tg.tensor(5.0, dtype=tg.float64), tg.tensor(5.0, dtype=tg.float64)
    y = x * a + x * b
    with tg.no_grad():
        y2 = y.clone()
    y.backward()
    assert x.grad.item() == 10.0
    assert y2.item() == 20.0


def test_grad_returns_what_is_asked_and_writes_nothing():
    x, w = leaf(2.0), leaf(3.0)
    h = x * w
    y = h * h
    gx, gh = tg.grad(y, [x, h], retain_graph=True)
    assert (gx.item(), gh.item()) == (36.0, 12.0)
    assert x.grad is None
    assert w.grad is None
    unrelated = leaf(1.0)
    with pytest.raises(RuntimeError, match=r"input 1.*allow_unused"):
        tg.grad(y, [x, unrelated], retain_graph=True)
    assert tg.grad(y, [x, unrelated], allow_unused=True)[1] is None


def test_inputs_and_retain_grad():
    x, w = leaf(2.0), leaf(3.0)
    h = x * w
    h.retain_grad()
    (h * h).backward(inputs=[x])
    assert w.grad is None
    assert x.grad.item() == 36.0
    h = x * w
    h.retain_grad()
    (h * h).backward()
    assert h.grad.item() == 12.0


def test_several_outputs_at_once():
    x = leaf(2.0)
    (g,) = tg.grad([x * x, x * 3.0], x)
    assert g.item() == 7.0


def test_a_failing_rule_leaves_no_gradient_half_written():
    no_rule = tg.op("test_no_rule", lambda x: x * 1.0)
    try:
        x = leaf(1.0)
        y = x * 2.0 + no_rule(x)
        with pytest.raises(NotImplementedError, match="test_no_rule: no derivative rule for input 0"):
            y.backward()
        assert x.grad is None
    finally:
        del tg.OPS["test_no_rule"]


def test_ops_of_the_users_own():
    cube = tg.op("test_cube", lambda x: x**3, lambda g, y, x: g * 3 * x**2)
    try:
        x = leaf(2.0)
        (first,) = tg.grad(cube(x), x, create_graph=True)
        (second,) = tg.grad(first, x, create_graph=True)
        assert (first.item(), second.item()) == (12.0, 12.0)
        with pytest.raises(ValueError, match="exists already"):
            tg.op("test_cube", lambda x: x)
    finally:
        del tg.OPS["test_cube"]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: leaf([1.0, 2.0]).exp().backward(), RuntimeError, r"shape \(2,\).*loss\.sum\(\)"),
        (lambda: tg.ones(3).sum().backward(), RuntimeError, "no graph.*requires_grad=True"),
        (lambda: leaf(1.0).exp().detach().backward(), RuntimeError, "no graph"),
        (lambda: leaf([1.0]).exp().backward(np.ones(3)), ValueError, r"gradient has shape \(3,\).*\(1,\)"),
        (lambda: tg.tensor(3, requires_grad=True), TypeError, r"int64.*t\.float\(\)"),
        (lambda: tg.tensor([True]).requires_grad_(), TypeError, "bool"),
        (lambda: leaf(1.0).exp().requires_grad_(False), RuntimeError, "detach"),
        (lambda: tg.grad(leaf(1.0).exp(), tg.ones(1)), RuntimeError, "requires_grad"),
        (lambda: tg.ones(2).retain_grad(), RuntimeError, "does not require"),
    ],
)
def test_errors_that_teach(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_a_freed_graph_says_so():
    x = leaf(2.0)
    y = x.exp()
    loss = y * y
    loss.backward()
    with pytest.raises(RuntimeError, match=r"freed.*at mul.*retain_graph=True"):
        loss.backward()
    with pytest.raises(RuntimeError, match=r"freed.*at exp"):
        y.backward()


def test_a_decorated_function_may_run_in_several_threads_at_once():
    inside, leave = threading.Barrier(2, timeout=20), threading.Barrier(2, timeout=20)
    after = []

    @tg.no_grad()
    def function(order):
        inside.wait()
        if order:  # the first to enter is the first to leave: one shared list of what was would give it the wrong one
            leave.wait()

    def first():
        function(0)
        after.append(tg.is_grad_enabled())
        leave.wait()

    def second():
        with tg.no_grad():
            function(1)
            after.append(tg.is_grad_enabled())
        after.append(tg.is_grad_enabled())

    threads = [threading.Thread(target=run) for run in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert after == [True, False, True]


def test_a_module_that_keeps_a_result_is_freed_after_backward():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 1)

        def forward(self, x):
            self.kept = self.layer(x)
            return self.kept

    gc.disable()
    try:
        net = Net()
        net(tg.ones(1, 2)).sum().backward()
        gone = weakref.ref(net)
        del net
        assert gone() is None
    finally:
        gc.enable()


def test_no_grad_in_all_its_forms():
    x = leaf(2.0)

    @tg.no_grad()
    def f():
        return x * x

    with tg.no_grad():
        assert not (x * x).requires_grad
        with tg.enable_grad():
            assert (x * x).requires_grad
    assert not f().requires_grad
    assert tg.is_grad_enabled()
    with pytest.raises(ZeroDivisionError), tg.no_grad():
        raise ZeroDivisionError
    assert tg.is_grad_enabled()


def test_einsum_says_what_does_not_fit():
    a = tg.ones(2, 3, 4)
    with pytest.raises(
        ValueError, match=r"\(2, 3, 4\) and \(2, 3, 4\) do not fit the equation: a letter stands for one"
    ):
        tg.einsum("...ij,...jk", a, a)

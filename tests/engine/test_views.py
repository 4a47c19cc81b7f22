"""Writing in place: everything that looks at the same memory follows, in value and in gradient, or it is an error."""

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf():
    return tg.tensor([1.0, 2.0, 3.0], requires_grad=True)


WRITES = [
    lambda t: t.zero_(),
    lambda t: t.fill_(2.0),
    lambda t: t.copy_(tg.ones(3)),
    lambda t: t.add_(1.0),
    lambda t: t.sub_(1.0, alpha=2),
    lambda t: t.mul_(2.0),
    lambda t: t.div_(2.0),
    lambda t: t.pow_(2.0),
    lambda t: t.clamp_(0.0, 1.0),
    lambda t: t.__setitem__(0, 3.0),
    lambda t: t.__iadd__(1.0),
    lambda t: t.__imul__(2.0),
    lambda t: t[:2].zero_(),
    lambda t: t.view(3, 1).add_(1.0),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_leaf_that_requires_grad_is_not_written_to(write):
    x = leaf()
    with pytest.raises(RuntimeError, match="a leaf that requires grad cannot be changed in place"):
        write(x)
    assert x.tolist() == [1.0, 2.0, 3.0]
    with tg.no_grad():
        write(x)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_in_the_graph(write):
    """The gradient through the write is that of the same computation on a new tensor, numerically."""

    def f(x):
        y = x * 2
        write(y)
        return y * y

    assert tg.grad(f(leaf()).sum(), x := leaf(), allow_unused=True)[0] is None
    assert x.grad is None
    from tinygrad_edu.testing import gradcheck

    assert gradcheck(f, [tg.tensor([0.2, 0.7, 1.3], dtype=tg.float64, requires_grad=True)], order=2)


def test_what_was_overwritten_has_no_gradient():
    for write in (lambda t: t.zero_(), lambda t: t.fill_(5.0), lambda t: t.copy_(tg.zeros(3))):
        x = leaf()
        y = x * 2
        write(y)
        assert y.requires_grad
        (y + x).sum().backward()
        assert x.grad.tolist() == [1.0, 1.0, 1.0]
    x = leaf()
    y = x * 2
    y[0].zero_()
    y.sum().backward()
    assert (y.tolist(), x.grad.tolist()) == ([0.0, 4.0, 6.0], [0.0, 2.0, 2.0])


def test_aliases_of_a_buffer_follow():
    x, c = leaf(), tg.zeros(3)
    view, detached, array = c[:1], c.detach(), c.numpy()
    c += x
    assert (view.tolist(), detached.tolist(), array.tolist()) == ([1.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (view.requires_grad, detached.requires_grad) == (True, False)
    view.sum().backward()
    assert x.grad.tolist() == [1.0, 0.0, 0.0]


def row_by_row(b, x):
    b[0][0] = x[0]
    b[1][1:] = x[1:]


def through_copies(b, x):
    b[0].copy_(x * 2)


def through_a_reshape(b, x):
    b.view(-1)[:3] = x
    b.reshape(3, 2)[2] = x[:2]


def through_a_transpose(b, x):
    v = b.t()
    v[0] = x[1]
    v.unsqueeze(0)[0, 1].mul_(x[0] + 1)


def several_times(b, x):
    h = b[0]
    h.add_(x)
    h.mul_(3)
    h[1] *= x[2]
    b *= 2
    h += 1


@pytest.mark.parametrize("write", [row_by_row, through_copies, through_a_reshape, through_a_transpose, several_times])
def test_writes_through_views_are_pytorchs(write):
    torch = pytest.importorskip("torch")
    found = []
    for module in (tg, torch):
        x = module.tensor([1.0, 2.0, 3.0], requires_grad=True)
        b = module.ones(2, 3)
        write(b, x)
        (b * b * module.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).sum().backward()
        found.append((b.tolist(), x.grad.tolist()))
    assert found[0] == found[1]


test_writes_through_views_are_pytorchs = pytest.mark.oracle(test_writes_through_views_are_pytorchs)


def test_a_view_of_a_view_follows_both_ways():
    x = leaf()
    y = x * 1
    outer = y.view(3, 1)
    inner = outer[1:]
    y *= 2
    inner *= 10
    assert (y.tolist(), outer.flatten().tolist()) == ([2.0, 40.0, 60.0], [2.0, 40.0, 60.0])
    for t in (y, outer, inner):
        (g,) = tg.grad(t.sum(), x, retain_graph=True)
        assert g.tolist() == [0.0 if t is inner else 2.0, 20.0, 20.0]


def test_a_number_taken_out_is_a_view():
    y = leaf() * 1
    y[0] += 5
    y[1].mul_(10)
    for element in y:
        element += 1
    assert y.tolist() == [7.0, 21.0, 4.0]


def test_old_numbers_that_the_graph_needs():
    x = leaf()
    y = x * 1
    w = tg.tensor([2.0, 2.0, 2.0], requires_grad=True)
    y *= w  # the gradient of w needs the old y
    y.sum().backward()
    assert w.grad.tolist() == [1.0, 2.0, 3.0]
    y = x.exp()
    y += 1
    with pytest.raises(RuntimeError, match=r"the output .* of exp was overwritten in place"):
        y.sum().backward()


def test_retain_grad_stays_with_the_tensor():
    x = leaf()
    y = x * 2
    y.retain_grad()
    y *= 3
    y.sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([1.0, 1.0, 1.0], [6.0, 6.0, 6.0])


def test_the_dtype_stays():
    y = leaf() * 1
    y += tg.tensor([1.0, 1.0, 1.0], dtype=tg.float64)
    assert y.dtype == np.float32
    with pytest.raises(TypeError, match="int64"):
        tg.arange(3).add_(0.5)


def test_what_shares_memory_with_itself_is_not_written_to():
    wide = tg.ones(3, 1).expand(3, 2)
    with pytest.raises(RuntimeError, match=r"expand\(\).*clone"):
        wide.add_(1)


def test_an_op_that_is_no_view_has_memory_of_its_own():
    x = tg.ones(3)
    same = tg.op("same_for_a_test", lambda x: x, lambda g, y, x: g)
    first = tg.op("first_for_a_test", lambda x: x[:1], lambda g, y, x: np.concatenate([g, np.zeros(len(x) - 1)]))
    try:
        same(x).zero_()
        first(x).zero_()
        assert x.tolist() == [1.0, 1.0, 1.0]
    finally:
        del tg.OPS["same_for_a_test"], tg.OPS["first_for_a_test"]


def test_a_long_chain_of_views():
    x = leaf()
    y = x * 1
    for _ in range(20_000):
        y = y.view(3, 1).view(3)
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_gradients_are_added_in_place():
    x = leaf()
    (x * 2).sum().backward()
    g = x.grad
    (x * 3).sum().backward()
    assert x.grad is g
    assert g.tolist() == [5.0, 5.0, 5.0]


def test_a_freed_node_that_needs_no_array_is_used_again():
    x = leaf()
    y = x.double() - 1
    for _ in range(3):
        (y * y).sum().backward()
    assert x.grad.tolist() == [0.0, 6.0, 12.0]


def test_threads_leave_all_their_gradients():
    from concurrent.futures import ThreadPoolExecutor

    x = leaf()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: [(x * 1).sum().backward() for _ in range(200)], range(8)))
    assert x.grad.tolist() == [1600.0] * 3


def test_set_grad_enabled_as_a_statement():
    x = leaf()
    tg.set_grad_enabled(False)
    try:
        assert not (x * 2).requires_grad
        with tg.set_grad_enabled(True):
            assert (x * 2).requires_grad
        assert not tg.is_grad_enabled()
    finally:
        tg.set_grad_enabled(True)
    with tg.set_grad_enabled(False):
        assert not (x * 2).requires_grad
    assert tg.is_grad_enabled()

    @tg.set_grad_enabled(False)
    def f():
        return tg.is_grad_enabled()

    assert tg.is_grad_enabled()
    assert not f()


def test_values_with_leading_dimensions_of_size_1():
    x = tg.tensor([[5.0]], requires_grad=True)
    y = tg.ones(3)
    y[0:1] = x
    y[y > 4] = x * 2
    y.sum().backward()
    assert (y.tolist(), x.grad.tolist()) == ([10.0, 1.0, 1.0], [[2.0]])
    with pytest.raises(ValueError, match=r"setitem|broadcast"):
        y[:2] = tg.ones(3, 3)


def test_view_does_not_copy():
    x = tg.ones(2, 3)
    assert x.view(6).add_(1).sum() == x.sum()
    with pytest.raises(ValueError, match=r"not contiguous.*use reshape\(\)"):
        x.t().view(6)
    assert x.t().reshape(6).shape == (6,)

"""Hooks of tensors: on leaves and inner nodes, in every kind of backward pass, and in pictures."""

import copy

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.graph import trace


def leaf(data, dtype=tg.float64):
    return tg.tensor(data, dtype=dtype, requires_grad=True)


def test_a_hook_sees_the_whole_gradient_and_may_replace_it():
    x, seen = leaf([1.0, 2.0]), []
    h = x * 3
    h.register_hook(lambda g: seen.append(g.tolist()))
    handle = h.register_hook(lambda g: g * 10)
    h.register_hook(lambda g: seen.append(g.tolist()))
    h.retain_grad()
    (h * h).sum().backward()
    assert seen == [[6.0, 12.0], [60.0, 120.0]]
    assert h.grad.tolist() == [60.0, 120.0]
    assert x.grad.tolist() == [180.0, 360.0]
    handle.remove()
    handle.remove()
    x.grad = None
    h = x * 3
    with h.register_hook(lambda g: g * 0):
        pass
    (h * h).sum().backward()
    assert x.grad.tolist() == [18.0, 36.0]


def test_a_leaf_calls_it_once_with_the_sum_and_before_grad_is_written():
    x, seen = leaf(2.0), []
    x.register_hook(lambda g: seen.append((g.item(), x.grad)) or g + 1)
    (x * x + x * 3).backward()
    assert seen == [(7.0, None)]
    assert x.grad.item() == 8.0
    assert tg.grad(x * 5, x)[0].item() == 6.0
    (x * 5).backward(inputs=[x])
    assert x.grad.item() == 14.0


def test_it_stays_when_a_leaf_is_frozen_or_gets_other_numbers():
    x = leaf(2.0)
    x.register_hook(lambda g: g * 10)
    x.requires_grad_(False)
    x.requires_grad_(True)
    x.data = tg.tensor(3.0, dtype=tg.float64)
    (x * x).backward()
    assert x.grad.item() == 60.0
    assert copy.deepcopy(x).requires_grad


def test_what_a_hook_does_to_its_argument_counts_and_harms_nobody():
    x, y, kept = leaf([1.0, 2.0]), leaf([1.0, 1.0]), []
    total = x + y  # both get the same gradient
    x.register_hook(lambda g: kept.append(g.mul_(5)))
    seed = np.ones(2)
    total.backward(seed)
    assert x.grad.tolist() == [5.0, 5.0]
    assert y.grad.tolist() == [1.0, 1.0]
    assert seed.tolist() == [1.0, 1.0]
    kept[0].zero_()
    assert x.grad.tolist() == [5.0, 5.0]


def test_in_a_recorded_backward_pass_it_is_recorded():
    x = leaf(2.0)
    h = x * x
    h.register_hook(lambda g: g * g)
    (g,) = tg.grad(h * x, x, create_graph=True)  # (x)² · 2x + x² with d(h·x)/dh = x squared by the hook
    assert g.item() == 2.0**2 * 4 + 4
    assert tg.grad(g, x)[0].item() == 6 * 2.0**2 + 2 * 2
    h = x * x
    h.register_hook(lambda g: g.requires_grad)
    with pytest.raises(TypeError, match="must return a Tensor or None, got bool"):
        h.backward()


def test_only_where_a_gradient_flows():
    x, w, seen = leaf(2.0), leaf(3.0), []
    h = x * w
    side = h * 5
    side.register_hook(lambda g: seen.append("side"))
    w.register_hook(lambda g: seen.append("w"))
    tg.grad(h * 2, x)
    assert seen == []


def test_an_inner_target_gets_what_the_hook_returns():
    x = leaf(2.0)
    h = x * 3
    h.register_hook(lambda g: g * 100)
    assert tg.grad(h * h, h, retain_graph=True)[0].item() == 1200.0
    h.backward()
    assert x.grad.item() == 300.0


def test_complex_gradients_are_those_that_users_see():
    z = tg.tensor([1 + 2j], requires_grad=True)
    seen = []
    z.register_hook(lambda g: seen.append(g.tolist()) or g * 1j)
    (z * z.conj()).real.sum().backward()
    assert seen == [[2 + 4j]]
    assert z.grad.tolist() == [(2 + 4j) * 1j]


def test_wrong_hooks():
    x = leaf([1.0, 2.0])
    handle = x.register_hook(lambda g: g.sum())
    with pytest.raises(RuntimeError, match=r"returned float64\[\] for a gradient float64\[2\]"):
        (x * 1).sum().backward()
    assert x.grad is None
    handle.remove()
    x.register_hook(lambda g: g.float())
    with pytest.raises(RuntimeError, match="float32"):
        (x * 1).sum().backward()
    with pytest.raises(RuntimeError, match="does not require a gradient"):
        tg.tensor(1.0).register_hook(print)
    with pytest.raises(TypeError, match="expected a function"):
        x.register_hook(3)
    with pytest.raises(RuntimeError, match="only leaves"):
        (x * 2).register_post_accumulate_grad_hook(print)


def test_after_grad_is_written():
    x, seen = leaf([1.0, 2.0]), []
    handle = x.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.tolist()))
    for _ in range(2):
        (x * x).sum().backward()
    assert seen == [[2.0, 4.0], [4.0, 8.0]]
    tg.grad((x * x).sum(), x)
    assert len(seen) == 2
    handle.remove()
    (x * x).sum().backward()
    assert len(seen) == 2


def test_an_optimiser_s_step_inside_backward():
    """What the hook is for: each parameter is updated, and its gradient dropped, as soon as it is there."""
    x = leaf([1.0, 2.0])

    def step(p):
        with tg.no_grad():
            p -= 0.1 * p.grad
        p.grad = None

    x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    assert np.allclose(x.detach().numpy(), [0.8, 1.6])
    assert x.grad is None


def test_pictures_show_the_gradients_that_hooks_leave():
    x = leaf([1.0, 2.0])
    h = x * 3
    h.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g * 2)
    y = h.sum()
    y.backward(retain_graph=True)
    assert x.grad.tolist() == [60.0, 60.0]
    graph = trace(y, names={"x": x}, cells=100)
    assert graph["x"].gradient.cells == graph["x"].grad.cells
    assert graph["mul_0"].gradient.cells.values == (10.0, 10.0)


def test_views_and_writing_in_place():
    x, seen = leaf([1.0, 2.0]), []
    h = x * 1
    h.register_hook(lambda g: seen.append(g.tolist()))  # of the numbers before they are changed
    h.mul_(3)
    h.sum().backward()
    assert seen == [[3.0, 3.0]]

"""Hooks before and after `forward`."""

import copy
import pickle

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


class Scale(nn.Module):
    def forward(self, x, factor=2.0):
        return x * factor


def test_hooks_see_and_change_what_passes():
    layer, seen = Scale(), []
    first = layer.register_forward_pre_hook(lambda m, inputs: seen.append(("before", m, inputs)))
    second = layer.register_forward_hook(lambda m, inputs, y: seen.append(("after", m, inputs, y)))
    x = tg.tensor(3.0)
    y = layer(x)
    assert seen == [("before", layer, (x,)), ("after", layer, (x,), y)]
    first.remove()
    first.remove()
    second.remove()
    with (
        layer.register_forward_pre_hook(lambda m, inputs: inputs[0] + 1),
        layer.register_forward_hook(lambda m, i, y: -y),
    ):
        assert layer(x).item() == -8
    assert layer(x).item() == 6
    assert len(seen) == 2


def test_order_and_keywords():
    layer, seen = Scale(), []
    layer.register_forward_hook(lambda *_: seen.append("b"))
    layer.register_forward_hook(lambda *_: seen.append("c"))
    layer.register_forward_hook(lambda *_: seen.append("a"), prepend=True)
    layer.register_forward_pre_hook(lambda m, inputs, kwargs: (inputs, kwargs | {"factor": 5.0}), with_kwargs=True)
    layer.register_forward_hook(lambda m, inputs, kwargs, y: seen.append(kwargs), with_kwargs=True)
    assert layer(tg.tensor(1.0)).item() == 5
    assert seen == ["a", "b", "c", {"factor": 5.0}]
    layer.register_forward_pre_hook(lambda m, inputs, kwargs: 3, with_kwargs=True)
    with pytest.raises(TypeError, match=r"must return .inputs, kwargs. or None"):
        layer(tg.tensor(1.0))


def test_a_hook_may_remove_itself():
    layer = Scale()
    handle = layer.register_forward_hook(lambda *_: handle.remove())
    layer(tg.tensor(1.0))
    assert layer(tg.tensor(1.0)).item() == 2


def test_hooks_belong_to_one_module_and_copies_have_their_own():
    a, b = nn.Linear(1, 1), nn.Linear(1, 1)
    a.register_forward_hook(print)
    assert b._hooks is None
    other = copy.deepcopy(a)
    assert pickle.loads(pickle.dumps(a))._hooks.after == a._hooks.after
    other._hooks.after.clear()
    assert a._hooks.after
    assert list(a.state_dict()) == ["weight", "bias"]


def test_a_hook_can_keep_what_flows_through_an_inner_layer():
    net, kept = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)), {}
    net[0].register_forward_hook(lambda m, inputs, y: kept.update(y=y) or y.retain_grad())
    net(tg.ones(4, 2)).sum().backward()
    assert kept["y"].grad.shape == (4, 3)

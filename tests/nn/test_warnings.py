"""Warnings about programs that run and do not do what was meant: the text, the line they name, and that it is once."""

import inspect
import warnings

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.nn import functional as F
from tinygrad_edu.warn import UsageWarning


def line():
    return inspect.currentframe().f_back.f_lineno


def logits():
    return tg.tensor(np.eye(3), requires_grad=True)


LABELS = tg.tensor([0, 1, 2])


@pytest.mark.parametrize("softmax", [nn.Softmax(dim=1), lambda x: F.softmax(x, 1), lambda x: x.softmax(1)])
@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss(), F.cross_entropy])
def test_softmax_before_cross_entropy(softmax, loss):
    p = softmax(logits())
    with pytest.warns(
        UsageWarning, match="cross_entropy expects logits .* made by softmax; leave the softmax out"
    ) as w:
        loss(p, LABELS)
    assert (w[0].filename, w[0].lineno) == (__file__, line() - 1)
    with pytest.warns(UsageWarning, match="nll_loss expects log-probabilities, .* use log_softmax"):
        F.nll_loss(p, LABELS)


def test_sigmoid_before_the_loss_that_takes_logits():
    target = tg.tensor(np.eye(3))
    for loss in (nn.BCEWithLogitsLoss(), F.binary_cross_entropy_with_logits):
        with pytest.warns(UsageWarning, match="expects logits .* made by sigmoid; leave the sigmoid out"):
            loss(logits().sigmoid(), target)


def test_no_warning_where_nothing_is_wrong():
    x = logits()
    F.cross_entropy(x, LABELS)
    F.cross_entropy(F.log_softmax(x, 1), LABELS)  # the softmax of log p is p
    F.nll_loss(F.log_softmax(x, 1), LABELS)
    F.cross_entropy(x.exp(), LABELS)
    F.binary_cross_entropy(x.sigmoid(), tg.tensor(np.eye(3)))
    F.binary_cross_entropy_with_logits(x, tg.tensor(np.eye(3)))
    F.mse_loss(F.softmax(x, 1), tg.tensor(np.eye(3)))


def test_shown_once_for_a_line():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("default")
        for _ in range(3):
            F.cross_entropy(logits().softmax(1), LABELS)
        F.cross_entropy(logits().softmax(1), LABELS)
    assert len(seen) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=UsageWarning)
        F.cross_entropy(logits().softmax(1), LABELS)


def test_shapes_that_broadcast_name_the_users_line():
    for loss in (nn.MSELoss(), F.mse_loss):
        with pytest.warns(UsageWarning, match=r"mse_loss: the input has shape \(3, 1\), the target \(3,\)") as w:
            loss(tg.ones(3, 1), tg.ones(3))
        assert w[0].filename == __file__


class Net(nn.Module):
    def __init__(self, **attributes):
        super().__init__()
        self.head = nn.Linear(2, 1)
        for name, value in attributes.items():
            setattr(self, name, value)


@pytest.mark.parametrize(
    ("value", "kind", "remedy"),
    [
        ([nn.Linear(2, 2)], "list that holds a Linear", "nn.ModuleList"),
        ((nn.ReLU(), nn.Linear(2, 2)), "tuple that holds a ReLU", "nn.ModuleList"),
        ({"a": nn.Linear(2, 2)}, "dict that holds a Linear", "nn.ModuleDict"),
        ([[nn.Sequential(nn.Linear(2, 2))]], "list that holds a Sequential", "nn.ModuleList"),
        ([nn.Parameter(tg.ones(2))], "list that holds a Parameter", "nn.ParameterList"),
    ],
)
def test_layers_in_a_plain_list(value, kind, remedy):
    net = Net(blocks=value)
    with pytest.warns(UsageWarning, match=rf"Net.blocks is a {kind}; .* use {remedy}") as w:
        optim.SGD(net.parameters(), lr=0.1)
    assert (w[0].filename, w[0].lineno) == (__file__, line() - 1)
    list(net.parameters())  # once for each module
    outer = nn.Sequential(Net(blocks=value))
    with pytest.warns(UsageWarning, match=r"Net.blocks"):
        dict(outer.named_parameters())


def test_lists_that_are_fine():
    net = Net(sizes=[1, 2], acts=[nn.ReLU(), nn.Tanh()], names={"a": "b"})
    net.same = [net.head]
    net.shared = [net.head.weight]
    net.listed = nn.ModuleList([nn.Linear(2, 2)])
    assert len(list(net.parameters())) == 4


def test_a_plain_tensor_that_requires_grad():
    with pytest.warns(UsageWarning, match=r"Net.w is a Tensor that requires grad, .* nn.Parameter\(tensor\)") as w:
        net = Net(w=tg.ones(2, requires_grad=True))
    assert w[0].filename == __file__
    assert len(list(net.parameters())) == 2


def test_tensors_that_are_fine():
    class Remembers(nn.Module):
        def forward(self, x):
            self.seen = x
            self.result = x * 2
            return self.result

    model = Remembers()
    x = tg.ones(2, requires_grad=True)
    assert model(x) is model.result
    net = Net(constant=tg.ones(2), computed=x * 2, learned=nn.Parameter(tg.ones(2)))
    net.register_buffer("kept", tg.ones(2, requires_grad=True))
    assert len(list(net.parameters())) == 3


@pytest.mark.parametrize("cls", [optim.SGD, optim.Adam, optim.LBFGS])
def test_step_without_a_gradient(cls):
    p, q = nn.Parameter(tg.ones(2)), nn.Parameter(tg.ones(2))
    optimizer = cls([p, q], lr=0.1)
    closure = (lambda: tg.tensor(1.0),) if cls is optim.LBFGS else ()
    with pytest.warns(
        UsageWarning, match=rf"{cls.__name__}.step\(\): no parameter has a gradient, .*backward\(\)"
    ) as w:
        optimizer.step(*closure)
    assert w[0].filename == __file__
    assert p.tolist() == [1, 1]
    q.grad = tg.ones(2)  # one is enough
    optimizer.step(*closure)
    assert p.tolist() == [1, 1]

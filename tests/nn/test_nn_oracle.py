"""Outputs, gradients, names, text and initial distributions, compared with PyTorch's."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

from .oracle import compare

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle

rng = np.random.default_rng(0)

LABELS = {(5, 4): rng.integers(0, 4, 5), (4,): np.array(2), (2, 4, 3, 2): rng.integers(0, 4, (2, 3, 2))}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ignore", [-100, 2])
@pytest.mark.parametrize("shape", list(LABELS))
def test_cross_entropy_of_labels(shape, ignore, weighted, smoothing, reduction):
    if ignore == 2 and shape == (4,):
        ignore = 0
    weight = np.array([0.5, 1.0, 2.0, 0.1]) if weighted else None
    options = {"ignore_index": ignore, "reduction": reduction, "label_smoothing": smoothing}
    labels = LABELS[shape]
    compare(
        lambda x: F.cross_entropy(x, labels, weight=weight, **options),
        lambda x: torch.nn.functional.cross_entropy(
            x, torch.tensor(labels), weight=None if weight is None else torch.tensor(weight), **options
        ),
        rng.standard_normal(shape) * 3,
    )
    if not smoothing:
        del options["label_smoothing"]
        compare(
            lambda x: F.nll_loss(x, labels, weight=weight, **options),
            lambda x: torch.nn.functional.nll_loss(
                x, torch.tensor(labels), weight=None if weight is None else torch.tensor(weight), **options
            ),
            rng.standard_normal(shape),
        )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(5, 4), (4,), (2, 4, 3)])
def test_cross_entropy_of_probabilities(shape, weighted, smoothing, reduction):
    weight = np.array([0.5, 1.0, 2.0, 0.1]) if weighted else None
    options = {"reduction": reduction, "label_smoothing": smoothing}
    q = rng.random(shape)
    compare(
        lambda x, t: F.cross_entropy(x, t, weight=weight, **options),
        lambda x, t: torch.nn.functional.cross_entropy(
            x, t, weight=None if weight is None else torch.tensor(weight), **options
        ),
        rng.standard_normal(shape) * 3,
        q / q.sum(min(1, len(shape) - 1), keepdims=True),
    )


def test_cross_entropy_of_edges():
    x = np.array([[1e4, -1e4, 0], [1e4, 1e4, 1e4], [-1e4, -1e4, -2e4], [0, -np.inf, 1], [-np.inf, 3, -np.inf]])
    for labels in ([0, 1, 2, 0, 1], [1, 0, 0, 2, 1]):
        compare(
            lambda x, labels=labels: F.cross_entropy(x, labels),
            lambda x, labels=labels: torch.nn.functional.cross_entropy(x, torch.tensor(labels)),
            x,
        )
    x32 = (rng.standard_normal((6, 3)) + 1e4).astype(np.float32)
    compare(
        lambda x: F.cross_entropy(x, [0, 1, 2, 0, 1, 2]),
        lambda x: torch.nn.functional.cross_entropy(x, torch.tensor([0, 1, 2, 0, 1, 2])),
        x32,
        rtol=1e-5,
    )


@pytest.mark.filterwarnings("ignore:mean of empty slice:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_nothing_that_counts_is_nan_as_in_pytorch():
    assert np.isnan(F.cross_entropy(tg.zeros(2, 3), [1, 1], ignore_index=1).item())
    assert np.isnan(torch.nn.functional.cross_entropy(torch.zeros(2, 3), torch.tensor([1, 1]), ignore_index=1).item())
    assert np.isnan(F.cross_entropy(tg.tensor([[np.inf, 0.0]]), [0]).item())
    assert np.isnan(torch.nn.functional.cross_entropy(torch.tensor([[torch.inf, 0.0]]), torch.tensor([0])).item())


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_other_losses(reduction):
    x, t = rng.standard_normal((3, 4)), rng.random((3, 4))
    weight, pos_weight = rng.random(4), rng.random(4) * 3
    for name in ("MSELoss", "L1Loss"):
        compare(getattr(nn, name)(reduction=reduction), getattr(torch.nn, name)(reduction=reduction), x, t)
    compare(
        nn.BCELoss(tg.tensor(weight), reduction),
        torch.nn.BCELoss(torch.tensor(weight), reduction=reduction),
        t,
        t[::-1].copy(),
    )
    compare(
        nn.BCEWithLogitsLoss(tg.tensor(weight), reduction, tg.tensor(pos_weight)),
        torch.nn.BCEWithLogitsLoss(torch.tensor(weight), reduction=reduction, pos_weight=torch.tensor(pos_weight)),
        x * 10,
        t,
    )
    edges = np.array([0.0, 1.0, 0.0, 1.0, 1e-60])
    ours = F.binary_cross_entropy(tg.tensor(edges), edges[::-1].copy(), reduction=reduction)
    theirs = torch.nn.functional.binary_cross_entropy(
        torch.tensor(edges), torch.tensor(edges[::-1].copy()), reduction=reduction
    )
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
@pytest.mark.parametrize("bias", [True, False])
def test_linear(shape, bias):
    arrays = [rng.standard_normal(shape), rng.standard_normal((5, 4))] + [rng.standard_normal(5)] * bias
    compare(F.linear, torch.nn.functional.linear, *arrays)


def test_linear_starts_like_pytorch():
    ours, theirs = nn.Linear(300, 200), torch.nn.Linear(300, 200)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        a, b = mine.detach().numpy(), other.detach().numpy()
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        # the variance of n uniform samples strays by sqrt(0.8 / n) of itself; the two are independent
        assert abs(a.var() / b.var() - 1) < 5 * np.sqrt(2 * 0.8 / a.size)
        assert abs(np.abs(a).max() / np.abs(b).max() - 1) < 0.05


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
def test_gains(name):
    assert nn.init.calculate_gain(name) == torch.nn.init.calculate_gain(name)


def build(lib):
    class Block(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = lib.nn.Linear(4, 4, bias=False)
            self.register_buffer("mean", lib.zeros(4))
            self.layers = lib.nn.ModuleList([lib.nn.Linear(4, 4) for _ in range(3)] + [lib.nn.ReLU()])

    return lib.nn.Sequential(
        Block(), lib.nn.ReLU(inplace=True), lib.nn.Flatten(), lib.nn.Sequential(lib.nn.Linear(4, 2), lib.nn.Sigmoid())
    )


def test_keys_names_and_text():
    ours, theirs = build(tg), build(torch)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for walk in ("named_parameters", "named_modules", "named_buffers", "named_children"):
        assert [n for n, _ in getattr(ours, walk)()] == [n for n, _ in getattr(theirs, walk)()]
    assert repr(ours) == repr(theirs)
    assert repr(ours[3][1:]) == repr(theirs[3][1:])


def test_a_pytorch_state_dict_loads():
    ours, theirs = build(tg), build(torch)
    ours.load_state_dict(theirs.state_dict())
    for key, value in theirs.state_dict().items():
        np.testing.assert_array_equal(ours.state_dict()[key].array, value.numpy())

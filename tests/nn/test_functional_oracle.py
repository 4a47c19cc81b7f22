"""Functions without a module of their own to be tested by: against PyTorch."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing import gradcheck

torch = pytest.importorskip("torch")
from .oracle import compare  # noqa: E402

pytestmark = pytest.mark.oracle
rng = np.random.default_rng(2)
X, Y = rng.standard_normal((3, 4, 5)), rng.standard_normal((3, 4, 5))


@pytest.mark.parametrize(
    ("name", "options", "count"),
    [
        ("normalize", {}, 1),
        ("normalize", {"p": 1.0, "dim": 0}, 1),
        ("normalize", {"p": 3.0, "dim": -1, "eps": 100.0}, 1),
        ("cosine_similarity", {}, 2),
        ("cosine_similarity", {"dim": -1}, 2),
        ("pairwise_distance", {}, 2),
        ("pairwise_distance", {"p": 1.0, "keepdim": True}, 2),
        ("pairwise_distance", {"p": np.inf}, 2),
        ("layer_norm", {"normalized_shape": (4, 5)}, 1),
        ("rms_norm", {"normalized_shape": (5,)}, 1),
        ("group_norm", {"num_groups": 2}, 1),
        ("pad", {"pad": (1, 2)}, 1),
        ("pad", {"pad": (1, 0, 2, 3, 0, 1), "value": 2.5}, 1),
        ("pad", {"pad": (-1, 2, 0, -2)}, 1),
        ("pad", {"pad": (3, 4), "mode": "reflect"}, 1),
        ("pad", {"pad": (3, 9), "mode": "replicate"}, 1),
        ("pad", {"pad": (3, 5), "mode": "circular"}, 1),
    ],
)
def test_functions(name, options, count):
    arrays = [X, Y][:count]
    compare(
        lambda *x: getattr(F, name)(*x, **options),
        lambda *x: getattr(torch.nn.functional, name)(*x, **options),
        *arrays,
        rtol=1e-11,
    )
    gradcheck(lambda *x: getattr(F, name)(*x, **options), [tg.tensor(a, requires_grad=True) for a in arrays], order=2)


def test_pad_in_two_dimensions():
    x = rng.standard_normal((2, 3, 4, 5))
    for mode in ("reflect", "replicate", "circular"):
        compare(
            lambda x, m=mode: F.pad(x, (1, 2, 2, 0), m),
            lambda x, m=mode: torch.nn.functional.pad(x, (1, 2, 2, 0), m),
            x,
        )
    with pytest.raises(
        ValueError,
        match="expected an input of shape large enough along dim 1 for widths 5 and 0 in mode",
    ):
        F.pad(tg.ones(2, 5), (5, 0), "reflect")
    with pytest.raises(ValueError, match="mode must be one of"):
        F.pad(tg.ones(2), (1, 1), "mirror")
    with pytest.raises(ValueError, match="two widths for each"):
        F.pad(tg.ones(2), (1, 1, 1))


def test_distances_as_modules():
    for name, options in (("CosineSimilarity", {"dim": 0}), ("PairwiseDistance", {"p": 1.0})):
        ours, theirs = getattr(nn, name)(**options), getattr(torch.nn, name)(**options)
        assert repr(ours) == repr(theirs)
        compare(ours, theirs, X, Y)


def test_vectors_shorter_than_eps():
    """The gradient is that of the formula; PyTorch's differentiates the length that it has replaced."""
    want = torch.cosine_similarity(torch.tensor(X), torch.tensor(Y), 2, 3.0)
    np.testing.assert_allclose(F.cosine_similarity(tg.tensor(X), Y, 2, 3.0).numpy(), want.numpy(), rtol=1e-12)
    gradcheck(lambda x: F.cosine_similarity(x, Y, 2, 3.0), tg.tensor(X, requires_grad=True), order=2)


def test_zero_vectors_have_finite_gradients():
    for name in ("cosine_similarity", "pairwise_distance"):
        x = tg.zeros(2, 3, requires_grad=True)
        getattr(F, name)(x, tg.zeros(2, 3)).sum().backward()
        assert np.isfinite(x.grad.array).all()


def test_one_hot():
    for labels, classes in (([[0, 2], [1, 1]], -1), ([1, 0], 4), (2, 3)):
        ours, theirs = F.one_hot(tg.tensor(labels), classes), torch.nn.functional.one_hot(torch.tensor(labels), classes)
        assert ours.tolist() == theirs.tolist()
        assert ours.dtype == theirs.numpy().dtype
    with pytest.raises(IndexError, match="expected labels from 0 to 2, got 0 to 3"):
        F.one_hot(tg.tensor([0, 3]), 3)
    with pytest.raises(TypeError, match="expected integers, got float32"):
        F.one_hot(tg.tensor([0.5]))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("x", [X, X[:, :, 0].copy()])
def test_batch_norm_with_gradients_of_everything(x, training):
    mean, var = rng.standard_normal(4), rng.random(4) + 0.5
    ours, theirs = ((lib.tensor(mean), lib.tensor(var)) for lib in (tg, torch))
    compare(
        lambda x, w, b: F.batch_norm(x, *ours, w, b, training, 0.3),
        lambda x, w, b: torch.nn.functional.batch_norm(x, *theirs, w, b, training, 0.3),
        x,
        rng.standard_normal(4),
        rng.standard_normal(4),
        rtol=1e-11,
    )
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)

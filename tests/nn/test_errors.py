"""Errors that say what was given, what is expected and what to do."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

X = tg.tensor(np.eye(3), requires_grad=True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("m.safetensors", r"got the path 'm.safetensors'; .* load_state_dict\(safetensors.numpy.load_file\('m.saf"),
        (Path("m.safetensors"), r"got the path 'm.safetensors'; read the file first"),
        ("m.npz", r"load_state_dict\(dict\(numpy.load\('m.npz'\)\)\)"),
        (nn.Linear(1, 1), r"got Linear; pass its state_dict\(\)"),
        ([1, 2], "expected a dict of name to Tensor, got list"),
        (None, "got NoneType"),
    ],
)
def test_states_that_are_none(given, message):
    with pytest.raises(TypeError, match=message):
        nn.Linear(1, 1).load_state_dict(given)


def test_the_advice_works(tmp_path):
    model, other = nn.Linear(2, 2), nn.Linear(2, 2)
    path = tmp_path / "model.safetensors"
    save_file({name: t.numpy() for name, t in model.state_dict().items()}, path)
    other.load_state_dict(load_file(path))
    assert other.weight.tolist() == model.weight.tolist()
    np.savez(tmp_path / "model.npz", **{name: t.numpy() for name, t in model.state_dict().items()})
    other.load_state_dict(dict(np.load(tmp_path / "model.npz")))


class Forgetful(nn.Module):
    def forward(self, x):
        x * 2  # no return


def test_none_is_not_passed_on():
    with pytest.raises(
        TypeError, match=r"module '1', got None from module '0', a Forgetful; does its forward\(\) return"
    ):
        nn.Sequential(Forgetful(), nn.Linear(3, 3))(X)
    assert nn.Sequential(nn.Identity(), Forgetful())(X) is None  # as in PyTorch, until it is used


LAYERS = [
    nn.Linear(3, 3), nn.Flatten(), nn.Unflatten(1, (3, 1)), nn.BatchNorm1d(3), nn.LayerNorm(3), nn.RMSNorm(3),
    nn.GroupNorm(1, 3), nn.Dropout(), nn.PReLU(), nn.ReLU(), nn.Softmax(1), nn.Embedding(3, 3), nn.CosineSimilarity(),
]  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_none_given_to_a_layer(layer):
    with pytest.raises(
        TypeError, match=rf"^{type(layer).__name__}\(.*expected a Tensor, got None; does the forward\(\)"
    ):
        layer(None, *[X] * isinstance(layer, nn.CosineSimilarity))
    with pytest.raises(
        TypeError, match=r"expected a Tensor, got list; convert it first, as in tinygrad_edu.tensor\(x\)"
    ):
        layer([[1.0]], *[X] * isinstance(layer, nn.CosineSimilarity))


LOSSES = {
    "cross_entropy": ([0, 1, 2],), "nll_loss": ([0, 1, 2],), "mse_loss": (X,), "l1_loss": (X,), "huber_loss": (X,),
    "smooth_l1_loss": (X,), "binary_cross_entropy": (X,), "binary_cross_entropy_with_logits": (X,), "kl_div": (X,),
    "poisson_nll_loss": (X,), "gaussian_nll_loss": (X, 1.0), "hinge_embedding_loss": (X,), "soft_margin_loss": (X,),
    "margin_ranking_loss": (X, X), "cosine_embedding_loss": (X, [1, 1, 1]), "triplet_margin_loss": (X, X),
    "multilabel_soft_margin_loss": (X,), "multi_margin_loss": ([0, 1, 2],),
    "multilabel_margin_loss": (np.eye(3, dtype=int),), "triplet_margin_with_distance_loss": (X, X),
    "ctc_loss": ([1], [3], [1]), "linear_cross_entropy": (X, [0, 1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_losses_of_what_is_no_tensor(name):
    loss, others = getattr(F, name), LOSSES[name]
    with pytest.raises(TypeError, match=f"^{name}: expected a Tensor, got None; does the forward"):
        loss(None, *others)
    with pytest.raises(TypeError, match=f"^{name}: expected a Tensor, got ndarray; convert it first"):
        loss(np.eye(3), *others)


def test_every_loss_is_among_these():
    named = {name for name in F.__all__ if name.endswith("_loss") or "entropy" in name or name == "kl_div"}
    assert named == set(LOSSES)


@pytest.mark.parametrize(
    "one_hot", [np.eye(3, dtype=int), tg.tensor(np.eye(3)).long(), np.eye(3)[[2, 2, 1]].astype(np.uint8)]
)
def test_one_hot_labels_of_integers(one_hot):
    with pytest.raises(
        ValueError, match=r"They look one-hot; pass class indices, as in labels.argmax\(1\), or .*float\(\)"
    ):
        F.cross_entropy(X, one_hot)
    with pytest.raises(ValueError, match=r"They look one-hot; pass class indices, as in labels.argmax\(1\)$"):
        F.nll_loss(X, one_hot)
    labels = tg.tensor(np.asarray(one_hot))
    by_index = F.cross_entropy(X, labels.argmax(1))
    np.testing.assert_allclose(F.cross_entropy(X, labels.float()).item(), by_index.item(), rtol=1e-6)


def test_other_integers_of_the_inputs_shape():
    with pytest.raises(ValueError, match=r"expected labels of shape \(3,\) .*, got \(3, 3\)$"):
        F.cross_entropy(X, np.ones((3, 3), int))

"""CTC, adaptive softmax, bags, and other small pieces against PyTorch."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing import gradcheck

torch = pytest.importorskip("torch")
from .oracle import compare, compare_parameters  # noqa: E402

pytestmark = pytest.mark.oracle
rng = np.random.default_rng(4)
T, N, C, S = 7, 3, 4, 3


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("blank", [0, 2])
@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_ctc_loss(reduction, blank, joined, dtype):
    classes = [c for c in range(C) if c != blank]
    targets = rng.choice(classes, (N, S))
    targets[0] = classes[0]  # the same label three times
    steps, sizes = np.array([7, 6, 5]), np.array([3, 0, 2])
    if joined:
        targets = np.concatenate([row[:n] for row, n in zip(targets, sizes, strict=True)])
    x = rng.standard_normal((T, N, C)).astype(dtype)
    ours, theirs = (lib.nn.CTCLoss(blank, reduction) for lib in (tg, torch))
    assert repr(ours) == repr(theirs)
    tolerance = {"rtol": 1e-10, "atol": 1e-11} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-5}
    compare(
        lambda x: ours(F.log_softmax(x, 2), tg.tensor(targets), tg.tensor(steps), sizes.tolist()),
        lambda x: theirs(x.log_softmax(2), torch.tensor(targets), torch.tensor(steps), torch.tensor(sizes)),
        x,
        **tolerance,
    )
    label = classes[1:2]
    compare(
        lambda x: ours(F.log_softmax(x, 1), label, [6], [1]),
        lambda x: theirs(x.log_softmax(1), torch.tensor(label), torch.tensor([6]), torch.tensor([1])),
        x[:, 0].copy(),
        **tolerance,
    )


@pytest.mark.parametrize("zero", [False, True])
def test_ctc_loss_of_too_few_frames(zero):
    targets = np.array([[1, 1, 1], [1, 2, 3]])
    compare(
        lambda x: F.ctc_loss(F.log_softmax(x, 2), targets, [4, 4], [3, 3], reduction="none", zero_infinity=zero),
        lambda x: torch.nn.functional.ctc_loss(
            x.log_softmax(2), torch.tensor(targets), torch.tensor([4, 4]), torch.tensor([3, 3]), reduction="none",
            zero_infinity=zero,
        ),
        rng.standard_normal((4, 2, 4)),
    )  # fmt: skip


def test_ctc_loss_to_the_second_order():
    x = tg.tensor(rng.standard_normal((5, 2, 3)), requires_grad=True)
    targets = np.array([[1, 1], [2, 1]])
    gradcheck(lambda x: F.ctc_loss(F.log_softmax(x, 2), targets, [5, 4], [2, 2], reduction="none"), [x], order=2)


def test_ctc_loss_says_what_it_wanted():
    x = tg.zeros(4, 2, 3)
    for wrong, message in (
        (lambda: F.ctc_loss(x, [[1], [1]], [4], [1, 1]), r"expected 2 input_lengths from 0 to 4, got \[4\]"),
        (lambda: F.ctc_loss(x, [[1], [1]], [4, 5], [1, 1]), r"expected 2 input_lengths from 0 to 4, got \[4, 5\]"),
        (lambda: F.ctc_loss(x, [1, 1, 2], [4, 4], [1, 1]), "as the target_lengths add up to, 2, got 3"),
        (lambda: F.ctc_loss(x, [[1], [1]], [4, 4], [1, 1], blank=3), "blank must be one of 3 classes, got 3"),
        (lambda: F.ctc_loss(x, [[1], [1]], [4, 4], [1, 1], reduction="x"), "'mean', 'sum' or 'none'"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
    with pytest.raises(IndexError, match="label 3 is out of range for 3 classes"):
        F.ctc_loss(x, [[1], [3]], [4, 4], [1, 1])
    with pytest.raises(TypeError, match="expected targets of integers, got float64"):
        F.ctc_loss(x, [[1.0], [1.0]], [4, 4], [1, 1])


@pytest.mark.parametrize("options", [{}, {"div_value": 2.0, "head_bias": True}])
@pytest.mark.parametrize("batch", [(6,), ()])
def test_adaptive_log_softmax(options, batch):
    ours, theirs = (lib.nn.AdaptiveLogSoftmaxWithLoss(64, 12, [3, 5, 9], **options).double() for lib in (tg, torch))
    ours.load_state_dict(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    target = np.array([0, 4, 11, 8, 2, 3]) if batch else np.array(7)
    x = rng.standard_normal((*batch, 64))
    for part in ("output", "loss"):
        ours.zero_grad()
        theirs.zero_grad()
        compare(
            lambda x, part=part: getattr(ours(x, tg.tensor(target)), part),
            lambda x, part=part: getattr(theirs(x, torch.tensor(target)), part),
            x,
        )
        for name, p in theirs.named_parameters():
            mine = dict(ours.named_parameters())[name].grad
            zeros = np.zeros(tuple(p.shape))
            np.testing.assert_allclose(
                zeros if mine is None else mine.numpy(), zeros if p.grad is None else p.grad.numpy(), atol=1e-12
            )
    if batch:
        compare(ours.log_prob, theirs.log_prob, x)
        assert ours.predict(tg.tensor(x)).tolist() == theirs.predict(torch.tensor(x)).tolist()
    for cutoffs in ([], [0, 3], [3, 3], [5, 3], [12]):
        with pytest.raises(ValueError, match="ascending cutoffs from 1 to 11"):
            nn.AdaptiveLogSoftmaxWithLoss(8, 12, cutoffs)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": True, "label_smoothing": 0.1, "reduction": "sum"},
        {"bias": True, "out_features": (2, 3), "ignore_index": 1, "reduction": "none"},
    ],
)
def test_linear_cross_entropy_loss(options):
    ours, theirs = (lib.nn.LinearCrossEntropyLoss(5, 4, **options).double() for lib in (tg, torch))
    ours.load_state_dict(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    target = rng.integers(0, 4, (6, *options.get("out_features", ())))
    compare(
        lambda x: ours(x, tg.tensor(target)), lambda x: theirs(x, torch.tensor(target)), rng.standard_normal((6, 5))
    )
    compare_parameters(ours, theirs)


@pytest.mark.parametrize("mode", ["mean", "sum", "max"])
def test_bags_of_a_vector(mode):
    ours, theirs = (
        lib.nn.EmbeddingBag(6, 3, mode=mode, padding_idx=2, include_last_offset=True).double() for lib in (tg, torch)
    )
    ours.load_state_dict(theirs.state_dict())
    index, offsets = np.array([0, 2, 5, 5, 1, 3]), np.array([0, 3, 3, 4, 6])
    y, want = ours(tg.tensor(index), tg.tensor(offsets)), theirs(torch.tensor(index), torch.tensor(offsets))
    np.testing.assert_allclose(y.detach().numpy(), want.detach().numpy(), rtol=1e-12)
    y.square().sum().backward()
    want.square().sum().backward()
    np.testing.assert_allclose(ours.weight.grad.numpy(), theirs.weight.grad.numpy(), rtol=1e-12)
    with pytest.raises(ValueError, match="with offsets"):
        ours(tg.tensor(index))


@pytest.mark.parametrize("inplace", [False, True])
def test_rrelu_draws_its_slopes(inplace):
    layer = nn.RReLU(0.2, 0.6, inplace)
    x = tg.full((10_000,), -1.0, requires_grad=True)
    y = layer(x.clone())
    y.sum().backward()
    slopes = x.grad.numpy()
    np.testing.assert_allclose(y.detach().numpy(), -slopes, rtol=1e-6)
    assert 0.2 <= slopes.min() < 0.21 < 0.59 < slopes.max() <= 0.6
    assert abs(slopes.mean() - 0.4) < 0.01
    assert y.dtype == np.float32
    assert F.rrelu(tg.tensor([-1.0, 2.0])).tolist() == pytest.approx([-11 / 48, 2.0])
    with pytest.raises(ValueError, match="lower must not be greater"):
        F.rrelu(x, 0.5, 0.1)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_gumbel_softmax(dim):
    tg.manual_seed(0)
    logits = tg.tensor(np.log([[0.1, 0.2, 0.7]] * 5000), requires_grad=True)
    logits = logits if dim else logits.transpose(0, 1)
    y = F.gumbel_softmax(logits, 0.5, dim=dim)
    np.testing.assert_allclose(y.detach().numpy().sum(dim), 1, rtol=1e-12)
    tg.manual_seed(0)
    hard = F.gumbel_softmax(logits, 0.5, hard=True, dim=dim)
    chosen = hard.detach().numpy()
    np.testing.assert_allclose(np.sort(np.unique(chosen.round(12))), [0, 1])
    np.testing.assert_array_equal(chosen.argmax(dim), y.detach().numpy().argmax(dim))
    np.testing.assert_allclose(chosen.mean(1 if dim == 0 else 0), [0.1, 0.2, 0.7], atol=0.03)
    weights = rng.standard_normal(y.shape)
    of_hard, of_soft = (tg.grad((t * weights).sum(), [logits])[0].numpy() for t in (hard, y))
    np.testing.assert_allclose(of_hard, of_soft, rtol=1e-12)

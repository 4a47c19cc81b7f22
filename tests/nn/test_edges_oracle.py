"""Shapes without elements, without dimensions, without a batch: as PyTorch, where PyTorch has an answer."""

import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import functional as F

from .losses import LOSSES
from .oracle import as_theirs

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.oracle
rng = np.random.default_rng(4)

MORE = [
    ("CrossEntropyLoss", {"label_smoothing": 0.1}, [np.zeros((3, 4))], [np.array([0, 3, 1])]),
    ("CrossEntropyLoss", {"label_smoothing": 0.1}, [np.zeros((3, 4)), np.zeros((3, 4))], []),
    ("CrossEntropyLoss", {}, [np.zeros((3, 4, 2))], [np.zeros((3, 2), int)]),
    ("CrossEntropyLoss", {"ignore_index": 1}, [np.zeros((3, 4))], [np.array([1, 1, 1])]),
    ("NLLLoss", {"ignore_index": 1}, [np.zeros((3, 4))], [np.array([1, 1, 1])]),
    ("NLLLoss", {}, [np.zeros((3, 4, 2))], [np.zeros((3, 2), int)]),
    ("NLLLoss", {}, [np.zeros((3, 4, 0))], [np.zeros((3, 0), int)]),
]


def outcome(lib, function, arrays):
    """What a function gives: shape, dtype, value, gradients of the float arrays; or None if it refuses."""
    given = [lib.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    try:
        y = function(*given)
        y.sum().backward()
    except (ValueError, TypeError, RuntimeError, IndexError, NotImplementedError, AssertionError):
        return None
    grads = [
        np.zeros(a.shape) if x.grad is None else x.grad.detach().numpy()
        for x, a in zip(given, arrays, strict=True)
        if a.dtype.kind == "f"
    ]
    return tuple(y.shape), str(y.dtype).removeprefix("torch."), y.detach().numpy(), grads


def agree(ours, theirs, arrays, refuses=True):
    """The two agree; where PyTorch refuses so do we, unless `refuses` is false."""
    want = outcome(torch, theirs, arrays)
    got = outcome(tg, ours, arrays)
    if want is None:
        assert got is None or not refuses
        return
    assert got is not None
    assert got[:2] == want[:2]
    np.testing.assert_allclose(got[2], want[2], rtol=1e-10, atol=1e-13)
    for a, b in zip(got[3], want[3], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11)


@pytest.mark.filterwarnings("ignore:.*batchmean:UserWarning")
@pytest.mark.parametrize("reduction", ["mean", "sum", "none", "batchmean"])
@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize(("name", "options", "inputs", "targets"), LOSSES + MORE)
def test_losses_of_no_examples_and_of_one(name, options, inputs, targets, count, reduction):
    if reduction == "batchmean" and name != "KLDivLoss":
        return
    ours = getattr(tg.nn, name)(**options, reduction=reduction)
    theirs = getattr(torch.nn, name)(**{key: as_theirs(v) for key, v in options.items()}, reduction=reduction)
    if any(not a.ndim for a in targets):
        return  # without a batch
    arrays = [a[:count] for a in inputs]
    t = [a[:count] for a in targets]
    if name == "MultiLabelMarginLoss" and not count and inputs[0].ndim == 1:
        return  # no classes: an error in both
    if name in ("MultiMarginLoss", "MultiLabelMarginLoss") and not count and reduction != "none":
        value = ours(*map(tg.tensor, arrays), *map(tg.tensor, t)).item()  # PyTorch's is what lies in memory
        assert np.isnan(value) if reduction == "mean" else value == 0
        return
    agree(
        lambda *x: ours(*x, *map(tg.tensor, t)),
        lambda *x: theirs(*x, *map(torch.tensor, t)),
        arrays,
    )


def test_the_mean_of_no_losses_is_nan():
    assert np.isnan(F.cross_entropy(tg.zeros(0, 3), np.zeros(0, int)).item())
    assert np.isnan(F.nll_loss(tg.zeros(2, 3), [-100, -100]).item())
    assert F.cross_entropy(tg.zeros(0, 3), np.zeros(0, int), reduction="sum").item() == 0


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@pytest.mark.parametrize(
    "shape", [(), (3,), (2, 3), (1, 2, 3), (2, 0, 3), (0, 2, 3), (0, 3), (2, 1), (1, 2, 4, 3), (2, 3, 0)]
)
def test_pad(shape, mode):
    x = rng.standard_normal(shape)
    widths = [
        (),
        (0, 0),
        (-1, 1),
        (1, -1),
        (-1, -1),
        (-2, -2),
        (-3, 0),
        (2, -2),
        (-3, 4),
        (0, 3),
        (3, -3),
        (1, 2, -1, 1),
    ]
    for pad in [*widths, (0, 1, -1, -1), (0,)]:
        if mode == "circular" and len(pad) > 1 and x.ndim > 1 and _wraps_what_it_cuts(pad, x.shape[-1]):
            with pytest.raises(ValueError, match="large enough"):  # PyTorch's result is what lies in memory
                F.pad(tg.tensor(x), pad, mode)
            continue
        # PyTorch knows the other modes for some numbers of dimensions only
        agree(
            lambda x, pad=pad: F.pad(x, pad, mode),
            lambda x, pad=pad: torch.nn.functional.pad(x, pad, mode),
            [x],
            refuses=mode == "constant",
        )


def _wraps_what_it_cuts(pad, size):
    left = size - max(-pad[0], 0) - max(-pad[1], 0)
    return min(pad[:2]) < 0 and max(pad[:2]) > left


SHAPES = [(), (0,), (1,), (3,), (0, 3), (2, 3), (2, 0), (1, 3), (2, 3, 1), (2, 3, 0), (0, 3, 2), (2, 3, 2, 2)]


@pytest.mark.parametrize("shape", SHAPES)
def test_prelu(shape):
    for slopes in ((), (0,), (1,), (2,), (3,), (1, 1)):
        arrays = [rng.standard_normal(shape), rng.standard_normal(slopes)]
        agree(F.prelu, torch.nn.functional.prelu, arrays, refuses=slopes not in ((0,), (1, 1)))


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2,), (2, 0), (2, 3), (1, 1, 1)])
def test_embedding(shape):
    tables = [(4, 3), (1, 3), (4, 0), (4, 1), (0, 3), (4,), (4, 3, 2)]
    options = [{}, *({"padding_idx": i} for i in (0, -1, 3)), {"max_norm": 1.0}, {"max_norm": 0.5, "norm_type": 1.0}]
    for table, option in itertools.product(tables, options):
        index, weight = rng.integers(0, max(table[0], 1), shape), rng.standard_normal(table)
        agree(
            lambda i, w, option=option: F.embedding(i, w, **option),
            lambda i, w, option=option: torch.nn.functional.embedding(i, w, **option),
            [index, weight],
            refuses=bool(index.size) or len(table) != 2,
        )


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("tracked", [True, False])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("shape", [*(s for s in SHAPES if s != (0,)), (1, 3, 1), (1, 3, 2), (1, 1), (2, 1, 2)])
def test_batch_norm(shape, affine, tracked, training):
    """(0,), which has no dimension of channels, is refused here; PyTorch returns anything without elements as it is."""
    channels = shape[1] if len(shape) > 1 else 3
    mean, var = rng.standard_normal(channels), rng.random(channels) + 0.5
    ours, theirs = ([lib.tensor(mean), lib.tensor(var)] if tracked else [None, None] for lib in (tg, torch))
    weights = [rng.standard_normal(channels) for _ in range(2)] if affine else []
    agree(
        lambda x, *wb: F.batch_norm(x, *ours, *wb, training=training),
        lambda x, *wb: torch.nn.functional.batch_norm(x, *theirs, *wb, training=training),
        [rng.standard_normal(shape), *weights],
        refuses=0 not in shape,
    )
    if tracked and len(shape) > 1:
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-10)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (4,), (0, 4), (1, 4), (3, 4), (3, 1), (3, 0), (2, 3, 4)])
def test_multi_margin_loss(shape, reduction):
    classes = shape[-1] if shape else 1
    for labels, options in itertools.product([(), (0,), (1,), (3,), (3, 1)], [{}, {"p": 2}, {"weight": 1}]):
        if shape == (0, 4) and reduction != "none":
            continue  # see above
        target, weight = rng.integers(0, max(classes, 1), labels), rng.random(classes)

        def loss(lib, x, target=target, weight=weight, options=options):
            given = options | {"weight": lib.tensor(weight)} if "weight" in options else options
            return lib.nn.functional.multi_margin_loss(x, lib.tensor(target), reduction=reduction, **given)

        agree(lambda x, f=loss: f(tg, x), lambda x, f=loss: f(torch, x), [rng.standard_normal(shape)])

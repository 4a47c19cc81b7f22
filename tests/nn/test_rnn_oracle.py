"""Recurrent layers and cells against PyTorch: outputs, states, gradients of everything, also of packed sequences."""

import itertools

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn.utils import rnn

torch = pytest.importorskip("torch")
from torch.nn.utils import rnn as torch_rnn  # noqa: E402

from .oracle import compare_parameters  # noqa: E402

pytestmark = pytest.mark.oracle

KINDS = {"RNN": {}, "relu": {"nonlinearity": "relu"}, "LSTM": {}, "GRU": {}, "proj": {"proj_size": 2}}
SIZES = (3, 4)
LENGTHS = [2, 5, 1, 4]


def pair(kind, **options):
    """A layer of ours and one of PyTorch's with the same weights."""
    name = {"relu": "RNN", "proj": "LSTM"}.get(kind, kind)
    ours, theirs = (getattr(lib.nn, name)(*SIZES, **KINDS[kind], **options).double() for lib in (tg, torch))
    with torch.no_grad():
        for p in theirs.parameters():
            p.add_(torch.tensor(np.random.default_rng(p.numel()).standard_normal(tuple(p.shape)) * 0.5))
    ours.load_state_dict(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    return ours, theirs


def leaves(rng, *shape):
    a = rng.standard_normal(shape)
    return tg.tensor(a, requires_grad=True), torch.tensor(a, requires_grad=True)


def flat(found, library):
    for part in found if isinstance(found, (tuple, list)) else [found]:
        if isinstance(part, library.Tensor):
            yield part
        elif part is not None:
            yield from flat(part, library)


def agree(found, expected, pairs, ours, theirs):
    """Everything returned agrees, and so do the gradients of the inputs and the parameters under random cotangents."""
    rng = np.random.default_rng(7)
    total = expected_total = 0
    found, expected = list(flat(found, tg)), list(flat(expected, torch))
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-11, atol=1e-12)
        if b.requires_grad:
            w = rng.standard_normal(tuple(b.shape))
            total, expected_total = total + (a * w).sum(), expected_total + (b * torch.tensor(w)).sum()
    total.backward()
    expected_total.backward()
    for a, b in pairs:
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-10, atol=1e-11)
    compare_parameters(ours, theirs)


def states(rng, kind, *shape):
    """States to start from, of each library, and the leaves among them."""
    if kind not in ("LSTM", "proj"):
        h = leaves(rng, *shape, 4)
        return h[0], h[1], [h]
    h, c = leaves(rng, *shape, 2 if kind == "proj" else 4), leaves(rng, *shape, 4)
    return (h[0], c[0]), (h[1], c[1]), [h, c]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("layers", "bias", "both", "batch_first", "started"),
    [c for c in itertools.product((1, 2), *[(False, True)] * 4) if sum(c[1:]) != 2],
)
def test_layers(kind, layers, bias, both, batch_first, started):
    ours, theirs = pair(kind, num_layers=layers, bias=bias, bidirectional=both, batch_first=batch_first)
    rng = np.random.default_rng(0)
    x = leaves(rng, 2, 5, 3)
    mine, other, pairs = states(rng, kind, layers * (1 + both), 5 if not batch_first else 2)
    args = ([mine], [other]) if started else ([], [])
    agree(ours(x[0], *args[0]), theirs(x[1], *args[1]), [x, *(pairs if started else [])], ours, theirs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("started", [False, True])
def test_without_a_batch(kind, started):
    ours, theirs = pair(kind, num_layers=2, bidirectional=True)
    rng = np.random.default_rng(0)
    x = leaves(rng, 5, 3)
    mine, other, pairs = states(rng, kind, 4)
    args = ([mine], [other]) if started else ([], [])
    agree(ours(x[0], *args[0]), theirs(x[1], *args[1]), [x, *(pairs if started else [])], ours, theirs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("ordered", [False, True])
def test_packed(kind, both, started, ordered):
    ours, theirs = pair(kind, num_layers=2, bidirectional=both)
    rng = np.random.default_rng(0)
    lengths = sorted(LENGTHS, reverse=True) if ordered else LENGTHS
    x = leaves(rng, 5, 4, 3)
    mine, other, pairs = states(rng, kind, 2 * (1 + both), 4)
    args = ([mine], [other]) if started else ([], [])
    packed = rnn.pack_padded_sequence(x[0], lengths, enforce_sorted=ordered)
    expected = torch_rnn.pack_padded_sequence(x[1], lengths, enforce_sorted=ordered)
    found, final = ours(packed, *args[0])
    wanted, wanted_final = theirs(expected, *args[1])
    np.testing.assert_array_equal(found.batch_sizes.numpy(), wanted.batch_sizes.numpy())
    padded, expected_padded = rnn.pad_packed_sequence(found), torch_rnn.pad_packed_sequence(wanted)
    agree(
        [found.data, padded, final],
        [wanted.data, expected_padded, wanted_final],
        [x, *(pairs if started else [])],
        ours,
        theirs,
    )


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"nonlinearity": "relu"}])
@pytest.mark.parametrize("batch", [(5,), ()])
@pytest.mark.parametrize("started", [False, True])
def test_cells(name, options, batch, started):
    if "nonlinearity" in options and name != "RNNCell":
        return
    ours, theirs = (getattr(lib.nn, name)(*SIZES, **options).double() for lib in (tg, torch))
    ours.load_state_dict(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    rng = np.random.default_rng(0)
    x = leaves(rng, *batch, 3)
    mine, other, pairs = states(rng, "LSTM" if name == "LSTMCell" else "GRU", *batch)
    args = ([mine], [other]) if started else ([], [])
    agree(ours(x[0], *args[0]), theirs(x[1], *args[1]), [x, *(pairs if started else [])], ours, theirs)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"])
def test_starts_as_in_pytorch(name):
    ours, theirs = (getattr(lib.nn, name)(30, 50) for lib in (tg, torch))
    for (key, a), b in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
        a, b = a.numpy(), b.numpy()
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        assert np.abs(a).max() <= 1 / np.sqrt(50)
        assert abs(a.std() / b.std() - 1) < 0.25, key


@pytest.mark.parametrize("batch_first", [False, True])
def test_padding_and_packing(batch_first):
    rng = np.random.default_rng(0)
    parts = [rng.standard_normal((n, 2, 3)) for n in LENGTHS]
    mine, other = ([lib.tensor(p) for p in parts] for lib in (tg, torch))

    def equal(a, b):
        np.testing.assert_array_equal(a.numpy(), b.numpy())

    for side in ("right", "left"):
        equal(rnn.pad_sequence(mine, batch_first, 7.0, side), torch_rnn.pad_sequence(other, batch_first, 7.0, side))
    padded, expected = rnn.pad_sequence(mine, batch_first), torch_rnn.pad_sequence(other, batch_first)
    for a, b in zip(
        rnn.unpad_sequence(padded, tg.tensor(LENGTHS), batch_first),
        torch_rnn.unpad_sequence(expected, torch.tensor(LENGTHS), batch_first),
        strict=True,
    ):
        equal(a, b)
    packed = rnn.pack_sequence(mine, enforce_sorted=False)
    wanted = torch_rnn.pack_sequence(other, enforce_sorted=False)
    for a, b in zip(packed, wanted, strict=True):
        equal(a, b)
    for a, b in zip(
        rnn.pad_packed_sequence(packed, batch_first, -1.0, 7),
        torch_rnn.pad_packed_sequence(wanted, batch_first, -1.0, 7),
        strict=True,
    ):
        equal(a, b)
    for a, b in zip(rnn.unpack_sequence(packed), other, strict=True):
        equal(a, b)


def test_dropout_between_layers():
    """With p = 1 the second layer sees zeros only, as in PyTorch; the last layer's output is not dropped."""
    ours, theirs = pair("GRU", num_layers=2, dropout=1.0)
    x = leaves(np.random.default_rng(0), 5, 2, 3)
    np.testing.assert_allclose(ours(x[0])[0].detach().numpy(), theirs(x[1])[0].detach().numpy(), rtol=1e-12)
    ours.eval()
    theirs.eval()
    np.testing.assert_allclose(ours(x[0])[0].detach().numpy(), theirs(x[1])[0].detach().numpy(), rtol=1e-12)

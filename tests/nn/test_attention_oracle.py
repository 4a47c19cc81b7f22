"""Attention and transformers against PyTorch: outputs, weights, gradients of inputs and parameters, masks, text."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing import gradcheck

torch = pytest.importorskip("torch")
from .oracle import compare  # noqa: E402
from .test_rnn_oracle import agree, leaves  # noqa: E402

pytestmark = pytest.mark.oracle
L, S, N, E, HEADS = 3, 4, 2, 6, 2
rng = np.random.default_rng(1)

FORBIDDEN = np.array([[0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]], bool)
PADDING = np.array([[0, 0, 0, 1], [0, 1, 0, 0]], bool)
CLOSED = np.array([[1, 1, 0, 1], [0, 0, 0, 0], [1, 0, 0, 1]], bool)


def both(x):
    return tg.tensor(x), torch.tensor(x)


@pytest.mark.parametrize("lead", [(), (5,), (2, 3)])
@pytest.mark.parametrize("mask", [None, "causal", CLOSED, np.where(CLOSED, 0.5, -np.inf), rng.standard_normal((L, S))])
@pytest.mark.parametrize("scale", [None, 0.3])
def test_scaled_dot_product_attention(lead, mask, scale):
    arrays = [rng.standard_normal((*lead, n, m)) for n, m in ((L, E), (S, E), (S, 5))]
    options = {"scale": scale}
    mine, other = (dict(options), dict(options))
    if isinstance(mask, str):
        mine["is_causal"] = other["is_causal"] = True
    elif mask is not None:
        mine["attn_mask"], other["attn_mask"] = both(mask)
    compare(
        lambda *x: F.scaled_dot_product_attention(*x, **mine),
        lambda *x: torch.nn.functional.scaled_dot_product_attention(*x, **other),
        *arrays,
    )
    if lead == (5,) and scale is None:
        gradcheck(
            lambda *x: F.scaled_dot_product_attention(*x, **mine),
            [tg.tensor(x[:2], requires_grad=True) for x in arrays],
            order=2,
        )


def test_a_mask_that_is_learned():
    arrays = [rng.standard_normal((2, n, E)) for n in (L, S, S)] + [rng.standard_normal((L, S))]
    compare(F.scaled_dot_product_attention, torch.nn.functional.scaled_dot_product_attention, *arrays)


def test_large_scores_do_not_overflow():
    arrays = [rng.standard_normal((2, n, E)).astype(np.float32) * 1e3 for n in (L, S, S)]
    compare(F.scaled_dot_product_attention, torch.nn.functional.scaled_dot_product_attention, *arrays, rtol=1e-4)


def test_groups_of_queries():
    arrays = [rng.standard_normal((N, heads, n, E)) for heads, n in ((6, L), (3, S), (3, S))]
    compare(
        lambda *x: F.scaled_dot_product_attention(*x, enable_gqa=True),
        lambda *x: torch.nn.functional.scaled_dot_product_attention(*x, enable_gqa=True),
        *arrays,
    )


def test_dropout_of_weights():
    x = tg.ones(1, 50, 4)
    assert F.scaled_dot_product_attention(x, x, x, dropout_p=1.0).tolist() == np.zeros((1, 50, 4)).tolist()
    y = F.scaled_dot_product_attention(x, x, x, dropout_p=0.5).numpy()
    assert 0.8 < y.mean() < 1.2
    assert y.std() > 0


def attention_pair(**options):
    ours, theirs = (lib.nn.MultiheadAttention(E, HEADS, **options).double() for lib in (tg, torch))
    with torch.no_grad():
        for p in theirs.parameters():
            p.add_(torch.tensor(rng.standard_normal(tuple(p.shape)) * 0.3))
    ours.load_state_dict(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    return ours, theirs


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": False},
        {"add_bias_kv": True},
        {"add_zero_attn": True},
        {"add_bias_kv": True, "add_zero_attn": True, "batch_first": True},
        {"kdim": 3, "vdim": 5},
        {"kdim": 3, "bias": False, "add_bias_kv": True},
    ],
)
@pytest.mark.parametrize("need", [True, False])
@pytest.mark.parametrize("average", [True, False])
@pytest.mark.parametrize("masks", ["none", "bool", "float", "heads", "padding", "both"])
def test_multihead_attention(options, need, average, masks):
    ours, theirs = attention_pair(**options)
    q = leaves(rng, L, N, E)
    k, v = leaves(rng, S, N, ours.kdim), leaves(rng, S, N, ours.vdim)
    given, wanted = {}, {}
    if masks in ("bool", "both"):
        given["attn_mask"], wanted["attn_mask"] = both(FORBIDDEN)
    if masks == "float":
        given["attn_mask"], wanted["attn_mask"] = both(rng.standard_normal((L, S)))
    if masks == "heads":
        given["attn_mask"], wanted["attn_mask"] = both(rng.standard_normal((N * HEADS, L, S)))
    if masks in ("padding", "both"):
        given["key_padding_mask"], wanted["key_padding_mask"] = both(PADDING)
    kind = {"need_weights": need, "average_attn_weights": average}
    inputs = [[x[i] for x in (q, k, v)] for i in (0, 1)]
    if ours.batch_first:
        inputs = [[x.transpose(0, 1) for x in xs] for xs in inputs]
    agree(ours(*inputs[0], **kind, **given), theirs(*inputs[1], **kind, **wanted), [q, k, v], ours, theirs)


@pytest.mark.parametrize("need", [True, False])
def test_without_a_batch(need):
    ours, theirs = attention_pair(batch_first=True)
    q, k = leaves(rng, L, E), leaves(rng, S, E)
    mask, padding = both(FORBIDDEN), both(PADDING[0])
    results = [
        module(q[i], k[i], k[i], padding[i], need_weights=need, attn_mask=mask[i])
        for i, module in enumerate((ours, theirs))
    ]
    agree(*results, [q, k], ours, theirs)


def test_is_causal_is_a_hint():
    ours, theirs = attention_pair()
    x = leaves(rng, S, N, E)
    masks = [lib.nn.Transformer.generate_square_subsequent_mask(S, dtype=lib.float64) for lib in (tg, torch)]
    np.testing.assert_array_equal(masks[0].numpy(), masks[1].numpy())
    for need in (True, False):
        results = [
            module(x[i], x[i], x[i], attn_mask=masks[i], is_causal=True, need_weights=need)
            for i, module in enumerate((ours, theirs))
        ]
        ours.zero_grad()
        theirs.zero_grad()
        x[0].grad = x[1].grad = None
        agree(*results, [x], ours, theirs)


def test_starts_as_in_pytorch():
    for options in ({}, {"kdim": 40, "add_bias_kv": True}):
        ours, theirs = (lib.nn.MultiheadAttention(60, 3, **options) for lib in (tg, torch))
        for (key, a), b in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
            assert a.shape == tuple(b.shape)
            if b.any():
                assert abs(a.numpy().std() / b.numpy().std() - 1) < 0.35, key
            else:
                assert not a.numpy().any()


LAYERS = [
    {},
    {"norm_first": True, "activation": "gelu"},
    {"bias": False, "layer_norm_eps": 0.1, "batch_first": True},
]


def stack_pair(name, *args, **options):
    ours, theirs = (getattr(lib.nn, name)(*args, **options).double() for lib in (tg, torch))
    with torch.no_grad():
        for p in theirs.parameters():
            p.add_(torch.tensor(rng.standard_normal(tuple(p.shape)) * 0.2))
    ours.load_state_dict(theirs.state_dict())
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    return ours, theirs


@pytest.mark.parametrize("options", LAYERS)
@pytest.mark.parametrize("masked", [False, True])
def test_encoder_layer(options, masked):
    ours, theirs = stack_pair("TransformerEncoderLayer", E, HEADS, 7, 0.0, **options)
    x = leaves(rng, S, S, E)
    given = ({}, {})
    if masked:
        mask, padding = both(rng.standard_normal((S, S))), both(np.where(np.tri(S, k=-1), -np.inf, 0.0))
        given = tuple({"src_mask": mask[i], "src_key_padding_mask": padding[i]} for i in (0, 1))
    agree(ours(x[0], **given[0]), theirs(x[1], **given[1]), [x], ours, theirs)


@pytest.mark.parametrize("options", LAYERS)
@pytest.mark.parametrize("masked", [False, True])
def test_decoder_layer(options, masked):
    ours, theirs = stack_pair("TransformerDecoderLayer", E, HEADS, 7, 0.0, **options)
    x, memory = leaves(rng, L, L, E), leaves(rng, L, L, E)
    given = ({}, {})
    if masked:
        masks = [both(rng.standard_normal((L, L))) for _ in range(2)]
        padding = [both(rng.standard_normal((L, L))) for _ in range(2)]
        given = tuple(
            {
                "tgt_mask": masks[0][i],
                "memory_mask": masks[1][i],
                "tgt_key_padding_mask": padding[0][i],
                "memory_key_padding_mask": padding[1][i],
            }
            for i in (0, 1)
        )
    agree(ours(x[0], memory[0], **given[0]), theirs(x[1], memory[1], **given[1]), [x, memory], ours, theirs)


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True:UserWarning")
def test_transformer(batch_first, norm_first):
    ours, theirs = stack_pair("Transformer", E, HEADS, 2, 2, 8, 0.0, batch_first=batch_first, norm_first=norm_first)
    shape = (lambda n: (N, n, E)) if batch_first else (lambda n: (n, N, E))
    src, tgt = leaves(rng, *shape(S)), leaves(rng, *shape(L))
    mask = [lib.nn.Transformer.generate_square_subsequent_mask(L, dtype=lib.float64) for lib in (tg, torch)]
    agree(ours(src[0], tgt[0], tgt_mask=mask[0]), theirs(src[1], tgt[1], tgt_mask=mask[1]), [src, tgt], ours, theirs)


def test_transformer_starts_as_in_pytorch():
    ours, theirs = (
        lib.nn.Transformer(32, 2, 1, 1, 40, custom_encoder=lib.nn.Identity(), dropout=0.2) for lib in (tg, torch)
    )
    for (key, a), b in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
        assert a.shape == tuple(b.shape)
        if b.numpy().std() > 0:
            assert abs(a.numpy().std() / b.numpy().std() - 1) < 0.4, key
        else:
            np.testing.assert_array_equal(a.numpy(), b.numpy())

"""The GPT of lesson 16: beside PyTorch's, and what the network itself must be: causal, with the library's attention."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.families import both, lesson_here
from tinygrad_edu import data

STEPS = 20


@pytest.mark.oracle
def test_what_is_learned_is_what_pytorch_learns():
    pytest.importorskip("torch")
    results = both("16_gpt", data.text()[:3_000], epochs=1)
    ours, theirs = (results[who]["test_loss"] for who in ("tinygrad_edu", "PyTorch"))
    assert ours == pytest.approx(theirs, rel=1e-3)
    assert ours < np.log(40)


def small():
    tg.manual_seed(0)
    lesson = lesson_here("16_gpt")
    return lesson, lesson.GPT(11, width=8, heads=2, blocks=2)


def test_a_character_does_not_see_those_after_it():
    _, model = small()
    tokens = tg.arange(10)[None]
    changed = tokens.clone()
    changed[0, 6:] = 0
    before, after = model(tokens), model(changed)
    np.testing.assert_array_equal(before[0, :6].detach().numpy(), after[0, :6].detach().numpy())
    assert not np.allclose(before[0, 6:].detach(), after[0, 6:].detach())
    weights = model.blocks[1].attention.weights
    assert weights.shape == (1, 2, 10, 10)
    assert (weights.numpy()[0] * np.triu(np.ones((10, 10)), 1) == 0).all()
    np.testing.assert_allclose(weights.sum(3), 1, rtol=1e-6)


def test_attention_is_that_of_the_library():
    """What the lesson writes out is `scaled_dot_product_attention` between the same four layers."""
    layer = small()[0].Attention(8, 2)
    x = tg.randn(3, 5, 8)
    q, k, v = (f(x).view(3, 5, 2, 4).transpose(1, 2) for f in (layer.query, layer.key, layer.value))
    mixed = tg.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    expected = layer.out(mixed.transpose(1, 2).reshape(3, 5, 8))
    np.testing.assert_allclose(layer(x).detach(), expected.detach(), rtol=1e-5, atol=1e-6)


def test_the_loss_is_the_mean_over_all_characters_but_the_first():
    _, model = small()
    windows = tg.randint(0, 11, (4, 7))
    log_p = model(windows[:, :-1]).log_softmax(2).detach().numpy()
    rows, times = np.ogrid[:4, :6]
    expected = -log_p[rows, times, windows[:, 1:].numpy()].mean()
    assert model.loss(windows).item() == pytest.approx(expected, rel=1e-6)


def test_it_writes_one_of_the_likeliest_characters():
    lesson, model = small()
    start = tg.arange(11)
    written = model.write(start, 100, top=3)  # more than the context holds
    assert written.shape == (111,)
    np.testing.assert_array_equal(written[:11], start)
    for end in (11, 60, 110):
        with tg.no_grad():
            likeliest = model(written[None, max(0, end - lesson.CONTEXT) : end])[0, -1].topk(3)[1]
        assert written[end].item() in likeliest.tolist()
    with tg.no_grad():
        greedy = model(start[None])[0, -1].argmax().item()
    assert model.write(start, 1, top=1)[-1].item() == greedy
    assert model.write(start, 1, temperature=1e-4)[-1].item() == greedy

"""The variational autoencoder of lesson 14: its bound is one, and it learns."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.families import Starts, lesson_here
from tinygrad_edu.data import load_digits


@pytest.mark.slow
def test_it_learns_and_draws():
    tg.manual_seed(0)
    lesson = lesson_here("14_vae")
    loops = Starts(epochs=8)
    facts, pictures = lesson.lesson(load_digits(), loops)
    assert facts["test_elbo"] > -loops.made[0].history["loss"][0] + 10
    assert list(pictures) == ["rebuilt", "plane", "codes", "ways", "loss", "step"]


def test_the_elbo_is_below_the_log_probability():
    """log p(x) by importance sampling with many samples is above the mean ELBO, and not far above in training."""
    tg.manual_seed(0)
    model = lesson_here("14_vae").VAE(6, hidden=5)
    x = (tg.rand(1, 6) > 0.5).float()
    with tg.no_grad():
        elbo = model(x.expand(20_000, 6)).mean().item()
        z = tg.randn(20_000, 2)
        bits = -tg.nn.functional.binary_cross_entropy_with_logits(
            model.decode(z), x.expand(20_000, 6), reduction="none"
        ).sum(1)
        log_probability = (tg.logsumexp(bits, 0) - np.log(20_000)).item()
    assert elbo < log_probability
    assert log_probability - elbo < 1


def test_the_divergence_is_that_of_two_gaussians():
    """KL(N(μ, σ²) ‖ N(0, 1)) by its integral, for a decoder that says nothing: 6 pixels of logit 0 cost 6 ln 2."""
    tg.manual_seed(0)
    model = lesson_here("14_vae").VAE(6, hidden=5, latent=1)
    with tg.no_grad():
        for p in model.decode.parameters():
            p.zero_()
        x = tg.rand(1, 6)
        mean, log_variance = (t.item() for t in model.encode(x))
        elbo = model(x).item()
    z = np.linspace(-12, 12, 200_001)
    q = np.exp(-((z - mean) ** 2) / (2 * np.exp(log_variance))) / np.sqrt(2 * np.pi * np.exp(log_variance))
    ratio = z**2 / 2 - (z - mean) ** 2 / (2 * np.exp(log_variance)) - log_variance / 2
    assert -elbo - 6 * np.log(2) == pytest.approx(np.trapezoid(q * ratio, z), abs=1e-5)


def test_the_way_between_two_codes_starts_and_ends_at_them():
    way = lesson_here("14_vae").between(tg.tensor([0.0, 1.0]), tg.tensor([2.0, -1.0]), 5)
    np.testing.assert_allclose(way, [[0, 1], [0.5, 0.5], [1, 0], [1.5, -0.5], [2, -1]])

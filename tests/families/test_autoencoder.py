"""The denoising autoencoder of lesson 13: it removes noise."""

import pytest

import tinygrad_edu as tg
from tests.families import lesson_here
from tinygrad_edu.data import load_digits


@pytest.mark.slow
def test_it_removes_noise_from_images_that_it_has_not_seen():
    tg.manual_seed(0)
    lesson = lesson_here("13_autoencoder")
    facts, pictures = lesson.lesson(load_digits())
    assert facts["test_loss"] < 0.5 * facts["noisy_error"]
    assert list(pictures) == ["denoised", "loss", "step"]


def test_noise_stays_within_what_a_pixel_can_have():
    tg.manual_seed(0)
    images = tg.rand(200, 64)
    noisy = lesson_here("13_autoencoder").add_noise(images)
    assert (noisy.min().item(), noisy.max().item()) == (0, 1)
    assert 0.2 < (noisy - images).abs().mean().item() < 0.4

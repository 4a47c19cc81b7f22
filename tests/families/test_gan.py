"""The generative adversarial networks of lesson 15: both learn."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.families import Starts, lesson_here
from tinygrad_edu.data import load_digits
from tinygrad_edu.examples import judge


@pytest.mark.slow
def test_a_few_steps_already_draw_more_than_noise():
    tg.manual_seed(0)
    lesson = lesson_here("15_gan")
    lesson.judge = lambda samples, asked, digits: judge.judge(samples, asked, digits, judge.classifier(digits, 500))
    facts, pictures = lesson.lesson(load_digits(), Starts(epochs=5))
    assert facts["judge_accuracy"] > 0.85
    assert facts["as_asked"] > 0.5  # by chance 0.1
    assert 0.2 < facts["spread"] / facts["spread_of_real"] < 1.2
    assert list(pictures) == ["samples", "asked", "epochs", "losses", "step"]


def test_the_average_follows_the_weights_and_counts_as_the_model_does():
    lesson = lesson_here("15_gan")
    tg.manual_seed(0)
    average, model = lesson.Generator(4), lesson.Generator(4)
    before = {name: value.numpy().copy() for name, value in average.state_dict().items()}
    model(tg.randn(5, lesson.NOISE), tg.arange(5))
    lesson.follow(average, model, rate=0.25)
    after = model.state_dict()
    for name, value in average.state_dict().items():
        expected = after[name] if "num_batches" in name else 0.75 * before[name] + 0.25 * after[name].numpy()
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-7, err_msg=name)
    assert average.state_dict()["layers.1.num_batches_tracked"].item() == 1


def test_the_judge_notices_a_collapse():
    digits = load_digits()
    (images, labels), _ = digits.scaled()
    tg.manual_seed(0)
    model = judge.classifier(digits, 600)
    honest = judge.judge(images[:500], labels[:500], digits, model)
    assert honest["recognised"] > 0.8
    assert honest["as_asked"] > 0.95
    assert honest["rarest_digit"] > 0.05
    assert honest["spread"] == pytest.approx(honest["spread_of_real"], rel=0.1)
    first = np.array([np.flatnonzero(labels == digit)[0] for digit in range(10)])
    one_of_each = np.tile(first, 20)
    collapsed = judge.judge(images[one_of_each], labels[one_of_each], digits, model)
    assert collapsed["as_asked"] > 0.8
    assert collapsed["spread"] < 0.01
    one_digit = judge.judge(images[labels == 3][:100], np.arange(100) % 10, digits, model)
    assert one_digit["rarest_digit"] == 0
    assert one_digit["as_asked"] < 0.2


def test_the_spread_is_the_mean_distance_within_a_digit():
    images = np.zeros((20, 4), dtype=np.float32)
    images[10:, 0] = 3
    assert judge.spread(images, np.arange(20) % 10) == pytest.approx(3)

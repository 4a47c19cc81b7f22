"""Loss and accuracy curves, and several runs in one picture."""

import numpy as np
import pytest

from tinygrad_edu.viz import plots
from tinygrad_edu.viz.plots.direct import apart
from tinygrad_edu.viz.plots.values import read_history, running_mean

from .plotting import history, words


def test_loss_curves_say_what_the_lines_are():
    ax = plots.loss_curves(history()).axes[0]
    labels = [line.get_label() for line in ax.lines]
    assert labels == ["training, each batch", "training, mean of 2 batches", "test, after each epoch"]
    assert ax.get_xlabel() == "training (epochs)"
    assert "nats per image" in ax.get_ylabel()
    assert list(ax.lines[2].get_xdata()) == [1, 2, 3]
    assert "0.3 at the end" in words(ax.figure)


@pytest.mark.parametrize(
    "odd",
    [
        history(1, 1),
        history(1, 40),
        history(0),
        [],
        [0.5],
        [1.0, float("nan"), 0.5, float("inf")],
        history(2) | {"step_losses": [float("nan")] * 80},
        history(2)["epochs"],
        {"epochs": 2, "history": history(2)["epochs"]},
        {"history": [{"epoch": 1, "test_loss": None, "test_accuracy": None}]},
        history(2, diverged_at=(81, float("nan"))),
        [0.0] * 5,
    ],
    ids=range(12),
)
def test_curves_of_odd_histories(odd):
    for draw in (plots.loss_curves, plots.accuracy_curves, lambda h: plots.compare_runs({"a": h})):
        assert words(draw(odd))


def test_a_divergence_is_marked():
    assert "loss nan at step 81" in words(plots.loss_curves(history(2, diverged_at=(81, float("nan")))))


def test_what_is_no_history_is_refused():
    with pytest.raises(TypeError, match="expected a training history"):
        plots.loss_curves({"losses": [1]})


def test_runs_differ_in_more_than_colour():
    lines = plots.compare_runs({str(i): history() for i in range(6)}, measure="test_accuracy").axes[0].lines
    for what in ("get_color", "get_marker"):
        assert len({getattr(line, what)() for line in lines}) == 6
    with pytest.raises(ValueError, match="1 to 6"):
        plots.compare_runs({})
    with pytest.raises(ValueError, match="measure"):
        plots.compare_runs({"a": history()}, measure="beauty")


def test_what_runs_are_compared_by_can_be_named():
    labels = [plots.compare_runs({"a": history()}, **more).axes[0].get_ylabel() for more in ({}, {"ylabel": "bits"})]
    assert labels == ["loss (nats per image)", "bits"]


def test_the_smoothing_skips_what_is_not_finite():
    assert running_mean(np.array([1, np.nan, 3, 5]), 2).tolist() == [1, 1, 3, 4]
    assert read_history([1.0, 2.0]).unit == "steps"


def test_labels_do_not_cover_each_other():
    places = sorted(apart([0.5, 0.51, 0.1, 0.52], [0.1] * 4))
    assert min(np.diff(places)) > 0.0999
    assert apart([0.2, 0.8], [0.1, 0.1]) == [0.2, 0.8]

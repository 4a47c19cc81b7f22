"""The plots: what is in the Figures, at the edges too; the same bytes for the same data; no warning."""

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

import tinygrad_edu as tg
from tinygrad_edu.viz import plots

from .plotting import R, history, mlp, softmax, words

PICTURES = {
    "loss": lambda: plots.loss_curves(history()),
    "accuracy": lambda: plots.accuracy_curves(history()),
    "compare": lambda: plots.compare_runs({"Adam": history(), "SGD": history(2)}),
    "weights": lambda: plots.weight_images(np.linspace(-1, 1, 5 * 16).reshape(5, 16)),
    "activations": lambda: plots.activations(mlp(64, 30, 10), np.linspace(0, 1, 64, dtype="float32")),
    "confusion": lambda: plots.confusion_matrix([0, 1, 2, 2], [0, 1, 1, 2]),
    "mistakes": lambda: plots.confident_mistakes(np.eye(8)[None].repeat(3, 0), np.eye(3), [0, 0, 0]),
    "predictions": lambda: plots.predictions(np.ones((3, 64)), np.eye(3)),
    "percentiles": lambda: plots.percentile_bands([1, 2, 3], [plots.percentiles(np.arange(-i, 50)) for i in (1, 2, 3)]),
    "boundary": lambda: plots.decision_boundary(lambda p: p[:, 0] - p[:, 1], [[0, 1], [1, 0]], [0, 1]),
    "attention": lambda: plots.attention_maps(np.eye(3)[None].repeat(2, 0), "a b"),
    "passage": lambda: plots.passage("a passage\nof text", np.arange(17)),
    "before_after": lambda: plots.before_after(np.eye(8)[None], np.eye(8)[None, ::-1]),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_same_data_same_svg_and_no_setting_is_left_behind(draw):
    before = dict(matplotlib.rcParams)
    figure = draw()
    assert isinstance(figure, Figure)
    first = plots.svg(figure)
    assert first == plots.svg(figure) == plots.svg(draw())
    assert first.startswith("<svg")
    assert "<metadata" not in first
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("name", ["loss", "weights", "confusion", "predictions", "boundary"])
def test_an_axes_can_be_given(name):
    figure = Figure(figsize=(8, 5), layout="constrained")
    ax = figure.subplots(1, 2)[0]
    calls = {
        "loss": lambda: plots.loss_curves(history(), ax),
        "weights": lambda: plots.weight_images(np.eye(4), ax),
        "confusion": lambda: plots.confusion_matrix([0, 1], [0, 0], ax),
        "predictions": lambda: plots.predictions(np.ones((3, 4, 4)), np.eye(3), None, ax),
        "boundary": lambda: plots.decision_boundary(lambda p: p[:, 0], [[0, 1], [1, 0]], [0, 1], ax),
    }
    assert calls[name]() is figure
    assert words(figure)


def test_several_panels_fit_into_an_axes():
    figure = Figure(figsize=(10, 4), layout="constrained")
    ax = figure.subplots(1, 2)[1]
    assert plots.activations(mlp(9, 4), np.ones(9, "float32"), ax) is figure
    assert "One image" in words(figure)
    with pytest.raises(ValueError, match="several panels"):
        plots.activations(mlp(9, 4), np.ones(9, "float32"), Figure().add_axes((0, 0, 1, 1)))


# --- weights and layers ---------------------------------------------------------------------------------------------


def test_weights_are_capped_and_say_so():
    text = words(plots.weight_images(mlp(12, 1000, 3)))
    assert "the first 64 of 1,000 units, 3 × 4 weights each" in text


@pytest.mark.parametrize(
    "weights",
    [np.zeros((4, 9)), np.ones((1, 7)), np.full((2, 4), np.nan), np.eye(6)[:, :5], R.random((3, 2, 3, 3))],
    ids=["zero", "one unit, prime", "nan", "not square", "kernels"],
)
def test_odd_weights(weights):
    assert "weights each" in words(plots.weight_images(weights))


def test_zero_is_white():
    image = plots.weight_images(np.array([[-2.0, 0, 0, 1]])).axes[0].images[0]
    assert image.norm.vmin == -image.norm.vmax
    assert image.cmap(image.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.02)


def test_layer_outputs_are_those_of_the_layers():
    model = mlp(6, 5, 4)
    model.train()
    x = R.random((2, 6)).astype("float32")
    made = plots.layer_outputs(model, x)
    assert [name for name, _ in made] == ["0 Linear", "1 ReLU", "2 Linear"]
    np.testing.assert_array_equal(made[-1][1], model(tg.tensor(x)).array)
    assert model.training
    assert model[1].training


class Opaque:
    def named_children(self):
        return [("a", object())]

    def children(self):
        return [object()]


def test_a_model_that_cannot_be_looked_into_is_refused():
    with pytest.raises(TypeError, match="Opaque"):
        plots.layer_outputs(Opaque(), np.ones((1, 2)))


def test_activations_name_the_layers_and_the_winner():
    figure = plots.activations(mlp(784, 1000, 10), R.random(784).astype("float32"), classes="abcdefghij")
    text = words(figure)
    for expected in ("28 × 28 pixels", "0 Linear", "1,000 units", "10 units", "are 0"):
        assert expected in text
    assert sum(label.get_fontweight() == "bold" for label in figure.axes[-1].get_yticklabels()) == 1


@pytest.mark.parametrize("sizes", [(6, 5), (7, 5000, 2), (4, *[3] * 9, 2)], ids=["few", "many units", "many layers"])
def test_activations_of_odd_networks(sizes):
    text = words(plots.activations(mlp(*sizes), np.zeros(sizes[0], "float32")))
    assert ("layers after this are left out" in text) == (len(sizes) > 5)


# --- predictions ----------------------------------------------------------------------------------------------------


def test_the_diagonal_has_no_colour():
    figure = plots.confusion_matrix([0, 0, 1, 3], [0, 1, 1, 3], classes=list("abcd"))
    mesh = figure.axes[0].collections[0].get_array()
    assert np.ma.getmaskarray(mesh).reshape(4, 4).diagonal().all()
    text = words(figure)
    for expected in ("3 of 4 right (75.00 %)", "50.0 %", "no image", "is really", "read as"):
        assert expected in text


@pytest.mark.parametrize(("true", "read"), [([], []), ([0], [0]), ([5], [0]), (np.arange(60), np.arange(60)[::-1])])
def test_odd_confusions(true, read):
    assert words(plots.confusion_matrix(true, read))


def test_the_surest_mistakes_come_first():
    table = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    text = words(plots.confident_mistakes(np.ones((3, 5, 4)), table, [1, 1, 1]))
    assert "2 of 2" in text
    assert text.index("90.0 %") < text.index("60.0 %")
    assert "0 ✗ is 1" in text
    assert "there is no mistake" in words(plots.confident_mistakes(np.ones((1, 5, 4)), table[:1], [0]))


def test_predictions_with_and_without_labels():
    table = softmax(30)
    text = words(plots.predictions(R.random((30, 3, 8, 8)), table, table.argmax(1)))
    assert text.count("✓") == 24
    assert "the first 24 of 30" in text
    assert "✓" not in words(plots.predictions(R.random((2, 8, 6)), softmax(2)))
    with pytest.raises(ValueError, match="expected equal numbers"):
        plots.predictions(np.ones((2, 4)), softmax(3))
    assert words(plots.predictions(np.full((1, 4), np.nan), np.full((1, 3), np.nan), [7]))


def test_hostile_names_are_only_text():
    names = ["$\\frac{", "<b>&", "\x00\u202e\n", "数字😀", "\\$x$", "a" * 500, "", "%s{}", "7", "8"]
    table = softmax(20)
    words(plots.predictions(np.ones((20, 9)), table, np.arange(20) % 10, classes=names))
    words(plots.confusion_matrix(np.arange(10), table[:10].argmax(1), classes=names))
    words(plots.compare_runs({name: history(1) for name in names[:6]}, title="$"))


# --- percentiles ----------------------------------------------------------------------------------------------------


def test_statistics_record_values_and_gradients():
    model, statistics = mlp(6, 5, 2), plots.Statistics()
    statistics.record(model, 0)
    model(tg.ones(3, 6)).sum().backward()
    statistics.record(model, 1)
    assert statistics.steps == [0, 1]
    grads = statistics.grads["0.weight"]
    assert np.isnan(grads[0]).all()
    assert grads[1][-1] == model[0].weight.grad.array.max()
    for of in ("grads", "values"):
        figure = plots.parameter_percentiles(statistics, of=of)
        assert "0.weight" in words(figure)
        assert "median" in words(figure)


def test_percentiles_of_odd_numbers():
    assert np.isnan(plots.percentiles([np.nan, np.inf])).all()
    assert plots.percentiles(np.arange(100_001))[[0, 4, 8]].tolist() == pytest.approx([0, 50_000, 100_000], rel=1e-3)
    for rows in ([np.zeros(9)], [np.full(9, np.nan)] * 2, [np.full(9, 3.0)] * 2, [np.arange(9) * 1e-30] * 2):
        assert words(plots.percentile_bands(np.arange(len(rows)), rows))
    assert "nothing was recorded" in words(plots.parameter_percentiles(plots.Statistics()))


# --- the plane, and transforms --------------------------------------------------------------------------------------


def test_decision_boundaries():
    points, labels = R.standard_normal((30, 2)), np.arange(30) % 3
    figure = plots.decision_boundary(mlp(2, 8, 3), points, labels, classes=["red", "green", "blue"])
    assert [t.get_text() for t in figure.axes[0].get_legend().get_texts()] == ["red", "green", "blue"]
    assert words(figure)
    assert words(plots.decision_boundary(mlp(2, 3, 1), points[:1], [0], level=0.5))
    assert words(plots.decision_boundary(lambda p: np.full(len(p), np.nan), points, labels))


def test_before_and_after_may_differ_in_size():
    text = words(plots.before_after(R.random((12, 28, 28)), R.random((12, 14, 20)), names=("$raw", "small")))
    assert "the first 10 of 12 images" in text
    assert words(plots.before_after(np.zeros((1, 3, 8, 8)), np.ones((1, 3, 8, 8))))
    with pytest.raises(ValueError, match="as many"):
        plots.before_after(np.ones((2, 4)), np.ones((1, 4)))


def test_saving(tmp_path):
    figure = plots.before_after(np.eye(4)[None], np.eye(4)[None])
    for suffix, start in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        assert plots.save(figure, tmp_path / f"a.{suffix}").read_bytes().startswith(start)
    with pytest.raises(ValueError, match="suffix"):
        plots.save(figure, tmp_path / "a.bmp")


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_a_figure_shows_itself_in_a_notebook(draw):
    """IPython asks an object that is no class for `_repr_svg_`, unless it claims to have every attribute."""
    figure = draw()
    assert not isinstance(figure, type)
    assert not callable(getattr(figure, "_ipython_canary_method_should_not_exist_", None))
    shown = figure._repr_svg_()
    assert shown.startswith("<svg")
    assert shown == plots.svg(draw())
    assert figure._repr_svg_() == shown
    assert isinstance(figure, Figure)


def test_a_figure_can_be_drawn_on_after_it_was_shown():
    figure = plots.loss_curves([3, 2, 1])
    figure._repr_svg_()
    engine = figure.get_layout_engine()
    assert engine is not None
    figure.axes[0].set_title("a title\nof two lines")
    assert plots.svg(figure).count("<path") > 10

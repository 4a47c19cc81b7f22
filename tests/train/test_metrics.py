"""Metrics, against cases worked out by hand."""

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.train.problem import LOSS, batches, network
from tinygrad_edu import optim
from tinygrad_edu.train import (
    Accuracy,
    ConfusionMatrix,
    F1Score,
    Learner,
    Mean,
    MeanAbsoluteError,
    Precision,
    Recall,
    accuracy,
    confusion_matrix,
    evaluate,
    f1_score,
    mean_absolute_error,
    precision,
    recall,
    top_k_accuracy,
)

# class 0 comes 3 times, once taken for 1; class 1 comes twice, right; class 2 once, taken for 0; class 3 never
TARGETS = np.array([0, 0, 0, 1, 1, 2])
LABELS = np.array([0, 0, 1, 1, 1, 0])
SCORES = np.eye(4)[LABELS]
MATRIX = [[2, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
PRECISION, RECALL, F1 = [2 / 3, 2 / 3, 0, 0], [2 / 3, 1, 0, 0], [2 / 3, 4 / 5, 0, 0]


@pytest.mark.parametrize("outputs", [LABELS, SCORES, tg.tensor(LABELS), tg.tensor(SCORES, requires_grad=True)])
def test_by_hand(outputs):
    assert accuracy(outputs, TARGETS) == 4 / 6
    assert confusion_matrix(outputs, TARGETS, 4).tolist() == MATRIX
    for function, each in ((precision, PRECISION), (recall, RECALL), (f1_score, F1)):
        np.testing.assert_allclose(function(outputs, TARGETS, None, 4), each)
        assert function(outputs, TARGETS, "micro") == pytest.approx(4 / 6)
        assert function(outputs, TARGETS, "macro") == pytest.approx(sum(each) / 3)  # class 3 does not occur
        with pytest.raises(ValueError, match="average"):
            function(outputs, TARGETS, "weighted")


def test_how_many_classes():
    assert confusion_matrix(LABELS, TARGETS).shape == (3, 3)
    assert confusion_matrix(SCORES, TARGETS).shape == (4, 4)
    for bad in (np.array([0, 3]), np.array([-1, 0])):
        with pytest.raises(ValueError, match="expected classes from 0 to 2, got"):
            confusion_matrix(bad, np.array([0, 1]), 3)
    with pytest.raises(ValueError, match="expected integer classes, got float"):
        confusion_matrix(np.array([0.5]), np.array([0]))


def test_top_k():
    scores = np.array([[0.1, 0.5, 0.4], [0.3, 0.3, 0.3], [0.0, 0.2, 0.9], [np.nan, 0.1, 0.2]])
    targets = np.array([2, 1, 0, 1])
    assert [top_k_accuracy(scores, targets, k) for k in (1, 2, 3)] == [0.0, 0.5, 1.0]
    assert top_k_accuracy(scores, targets, 1) == accuracy(scores, targets)
    for k in (0, 4):
        with pytest.raises(ValueError, match="from 1 to"):
            top_k_accuracy(scores, targets, k)


def test_one_score_for_each_pixel():
    scores, targets = np.zeros((2, 3, 4, 5)), np.ones((2, 4, 5), int)
    scores[0, 1] = scores[1, 2] = 1
    assert accuracy(scores, targets) == top_k_accuracy(scores, targets, 1) == 0.5
    assert top_k_accuracy(scores, targets, 3) == 1
    metric = Accuracy()
    metric.update(scores, targets)
    assert metric.compute() == 0.5


def test_absolute_error():
    assert mean_absolute_error([1.0, -2.0, 3.0], [1.0, 2.0, 4.5]) == 5.5 / 3
    assert mean_absolute_error(np.array([0, 255], np.uint8), np.array([1, 254], np.uint8)) == 1
    with pytest.raises(ValueError, match="expected outputs and targets of one shape"):
        mean_absolute_error(np.zeros((3, 1)), np.zeros(3))


@pytest.mark.parametrize("function", [accuracy, confusion_matrix, top_k_accuracy])
@pytest.mark.parametrize("shape", [(2,), (2, 3, 1), ()])
def test_shapes_that_do_not_go_together(function, shape):
    with pytest.raises(ValueError, match="do not match"):
        function(np.zeros(shape, int), np.zeros(3, int))


@pytest.mark.parametrize("size", [1, 2, 4, 6])
@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Accuracy(), 4 / 6),
        (Accuracy(top_k=2), 5 / 6),
        (ConfusionMatrix(4), MATRIX),
        (Precision(4), 4 / 9),
        (Recall(4, None), RECALL),
        (F1Score(4, "micro"), 4 / 6),
        (MeanAbsoluteError(), 4 / 24),
        (Mean(lambda outputs, targets: targets.mean(), "mean"), 4 / 6),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_batches_of_any_size_give_the_same(metric, expected, size):
    wanted = np.eye(4)[TARGETS] if isinstance(metric, MeanAbsoluteError) else TARGETS
    scores = SCORES - np.arange(4) * 0.01 if metric.name == "top_2_accuracy" else SCORES
    for _ in range(2):
        metric.reset()
        with pytest.raises(ValueError, match="no batch"):
            metric.compute()
        for i in range(0, 6, size):
            metric.update(scores[i : i + size], wanted[i : i + size])
        np.testing.assert_allclose(metric.compute(), expected)


def half(outputs, targets):
    return 0.5


def test_in_a_learner():
    data, model = (batches(), batches()), network()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    learner = Learner(model, data, LOSS, optimizer, [accuracy, F1Score(3), ConfusionMatrix(3), half])
    row = learner.fit(1).epochs[0]
    assert row.valid.keys() == {"loss", "accuracy", "f1_score", "half"}  # a matrix is no number to follow
    score = learner.evaluate()
    assert score["confusion_matrix"].sum() == 40
    assert score["half"] == 0.5


@pytest.mark.parametrize("function", [precision, recall, f1_score, confusion_matrix])
def test_what_batches_cannot_average_is_refused(function):
    with pytest.raises(ValueError, match=r"use \w+\(num_classes\)"):
        evaluate(network(), LOSS, batches(), [function])

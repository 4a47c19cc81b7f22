"""The feed-forward network trained here and in PyTorch, and the table of both."""

import pytest

from tests.families import both, table
from tinygrad_edu.data import load_digits


@pytest.mark.oracle
def test_both_are_trained_and_shown_side_by_side():
    pytest.importorskip("torch")
    results = both("09_best_mlp", load_digits(), epochs=2)
    assert list(results) == ["tinygrad_edu", "PyTorch"]
    ours, theirs = (facts["test_accuracy"] for facts in results.values())
    assert 0.2 < ours < 1
    assert abs(ours - theirs) < 0.15  # dropout draws other numbers
    assert f"| test accuracy | {ours:.4f} | {theirs:.4f} |" in table("mlp", results)


def test_a_table_of_results():
    results = {"here": {"accuracy": 0.5, "steps": 1200, "name": "x"}, "there": {"accuracy": 12.5, "steps": 3}}
    assert table("net", results).splitlines() == [
        "| net | here | there |",
        "| --- | ---: | ---: |",
        "| accuracy | 0.5000 | 12.5 |",
        "| steps | 1200 | 3 |",
    ]

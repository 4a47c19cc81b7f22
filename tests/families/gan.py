"""Lesson 15, judged in both by the same kind of classifier, trained fully here and in PyTorch."""

from . import twice


def compare() -> None:
    """Print what both measured on MNIST: the same first weights, batches and noise."""
    twice.compare("gan")

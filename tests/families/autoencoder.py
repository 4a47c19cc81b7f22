"""Lesson 13, trained fully here and in PyTorch."""

from . import twice


def compare() -> None:
    """Print what both measured on MNIST: the same first weights, batches and noise."""
    twice.compare("autoencoder")

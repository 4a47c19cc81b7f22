"""Random draws that take their probabilities from a tensor: `p.bernoulli()`, `weights.multinomial(2)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .op import Variable, wrap
from .random import drawn_from
from .tracing import drawn


class Draws(Variable):
    """What `Tensor` inherits of random draws that make another tensor."""

    __slots__ = ()

    def bernoulli(self, p: Any = None, *, generator: Any = None) -> Any:
        """1 with the probability that stands here, else 0; or with the probability p, in this shape.

        ValueError: a probability outside [0, 1].
        """
        shape, dtype, draws = self._array.shape, self._array.dtype, drawn_from(generator)

        def chosen(chance: Any) -> np.ndarray:
            chance = np.asarray(chance)
            if not np.all((chance >= 0) & (chance <= 1)):
                raise ValueError("bernoulli: expected probabilities between 0 and 1")
            return np.asarray(draws.random(shape) < np.broadcast_to(chance, shape), dtype)

        chance = self if p is None else p
        return wrap(drawn(chosen, chance._array if isinstance(chance, Variable) else chance))

    def multinomial(self, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Any:
        """Indices drawn with these weights, >= 0, which need not add up to 1: of a vector, or of each row of a matrix.

        Without replacement no index comes twice: the largest of log w + Gumbel noise are that draw.
        ValueError: weights that are negative or not finite, or too few of them above 0.
        """
        draws = drawn_from(generator)
        found: Any = drawn(lambda weights: _indices(weights, num_samples, replacement, draws), self._array)
        return wrap(found)


def _indices(given: np.ndarray, num_samples: int, replacement: bool, draws: np.random.Generator) -> np.ndarray:
    weights = np.asarray(given, np.float64)
    if weights.ndim not in (1, 2):
        raise ValueError(f"multinomial: expected a vector or a matrix of weights, got shape {weights.shape}")
    total = weights.sum(-1, keepdims=True)
    if not (np.isfinite(weights).all() and (weights >= 0).all() and (total > 0).all()):
        raise ValueError("multinomial: expected finite weights >= 0, and one above 0 in each row")
    if num_samples < 1:
        raise ValueError(f"multinomial: expected num_samples >= 1, got {num_samples}")
    if replacement:
        edges = np.cumsum(weights / total, -1)
        edges /= edges[..., -1:]
        found = (draws.random((*weights.shape[:-1], num_samples, 1)) >= edges[..., None, :]).sum(-1)
        return np.asarray(found)
    if num_samples > int((weights > 0).sum(-1).min()):
        raise ValueError(f"multinomial: {num_samples} draws without replacement need as many weights above 0")
    with np.errstate(divide="ignore"):
        scores = np.log(weights) + draws.gumbel(size=weights.shape)
    return np.argsort(-scores, -1)[..., :num_samples].copy()

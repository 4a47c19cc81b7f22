"""Random draws with parameters: `normal(mean, std)`, `bernoulli(p)`, `poisson(rate)`, `multinomial(weights, n)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..devices import placed
from ..random import default_generator
from ..tensor import Tensor, wrap

__all__ = ["bernoulli", "multinomial", "normal", "poisson"]


def _array(x: Any) -> np.ndarray:
    return x._array if isinstance(x, Tensor) else np.asarray(x, np.float32)


@placed
def normal(mean: Any = 0.0, std: Any = 1.0, size: Any = None, generator: Any = None, dtype: Any = None) -> Tensor:
    """Normal with this mean and standard deviation, which may be tensors; of this size where both are numbers."""
    m, s = _array(mean), _array(std)
    if (s < 0).any():
        raise ValueError(f"normal: expected std >= 0, got {s.min()}")
    draws = generator or default_generator()
    noise = draws.standard_normal(np.broadcast_shapes(m.shape, s.shape) if size is None else size)
    found = m if isinstance(mean, Tensor) else s
    return wrap(np.asarray(m + s * noise, dtype or (found.dtype if found.dtype.kind == "f" else np.float32)))


def bernoulli(input: Tensor, p: Any = None, *, generator: Any = None) -> Tensor:
    """1 with the probability that stands in `input`, else 0; or with the probability p, in its shape."""
    chance = input._array if p is None else np.broadcast_to(_array(p), input.shape)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("bernoulli: expected probabilities between 0 and 1")
    return wrap(((generator or default_generator()).random(chance.shape) < chance).astype(input.dtype))


def poisson(input: Tensor, generator: Any = None) -> Tensor:
    """How many events happen where `input` are expected."""
    if (input._array < 0).any():
        raise ValueError("poisson: expected rates >= 0")
    return wrap(np.asarray((generator or default_generator()).poisson(input._array), input.dtype))


def multinomial(input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    """Indices drawn with these weights, >= 0, which need not add up to 1: of a vector, or of each row of a matrix.

    Without replacement no index comes twice: the largest of log w + Gumbel noise are that draw.
    """
    weights = np.asarray(input._array, np.float64)
    if weights.ndim not in (1, 2):
        raise ValueError(f"multinomial: expected a vector or a matrix of weights, got shape {weights.shape}")
    total = weights.sum(-1, keepdims=True)
    if not (np.isfinite(weights).all() and (weights >= 0).all() and (total > 0).all()):
        raise ValueError("multinomial: expected finite weights >= 0, and one above 0 in each row")
    if num_samples < 1:
        raise ValueError(f"multinomial: expected num_samples >= 1, got {num_samples}")
    draws = generator or default_generator()
    if replacement:
        edges = np.cumsum(weights / total, -1)
        edges /= edges[..., -1:]
        found = (draws.random((*weights.shape[:-1], num_samples, 1)) >= edges[..., None, :]).sum(-1)
        return wrap(found)
    if num_samples > int((weights > 0).sum(-1).min()):
        raise ValueError(f"multinomial: {num_samples} draws without replacement need as many weights above 0")
    with np.errstate(divide="ignore"):
        scores = np.log(weights) + draws.gumbel(size=weights.shape)
    return wrap(np.argsort(-scores, -1)[..., :num_samples].copy())

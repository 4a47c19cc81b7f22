"""Random draws with parameters: `normal(mean, std)`, `bernoulli(p)`, `poisson(rate)`, `multinomial(weights, n)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..devices import placed
from ..literals import default
from ..random import default_generator
from ..tensor import Tensor, wrap
from ..tracing import drawn

__all__ = ["bernoulli", "multinomial", "normal", "poisson"]


def _array(x: Any) -> np.ndarray:
    return x._array if isinstance(x, Tensor) else np.asarray(x, default.real)


@placed
def normal(mean: Any = 0.0, std: Any = 1.0, size: Any = None, generator: Any = None, dtype: Any = None) -> Tensor:
    """Normal with this mean and standard deviation, which may be tensors; of this size where both are numbers."""
    m, s = _array(mean), _array(std)
    draws = generator or default_generator()
    found = m if isinstance(mean, Tensor) else s
    dtype = dtype or (found.dtype if found.dtype.kind == "f" else default.real)

    def noisy(m: np.ndarray, s: np.ndarray) -> np.ndarray:
        if (s < 0).any():
            raise ValueError(f"normal: expected std >= 0, got {s.min()}")
        noise = draws.standard_normal(np.broadcast_shapes(m.shape, s.shape) if size is None else size)
        return np.asarray(m + s * noise, dtype)

    return wrap(drawn(noisy, m, s))


def bernoulli(input: Tensor, p: Any = None, *, generator: Any = None) -> Tensor:
    """1 with the probability that stands in `input`, else 0; or with the probability p, in its shape."""
    found: Tensor = input.bernoulli(p, generator=generator)
    return found


def poisson(input: Tensor, generator: Any = None) -> Tensor:
    """How many events happen where `input` are expected."""
    draws = generator or default_generator()

    def counted(rates: np.ndarray) -> np.ndarray:
        if (rates < 0).any():
            raise ValueError("poisson: expected rates >= 0")
        return np.asarray(draws.poisson(rates), rates.dtype)

    return wrap(drawn(counted, input._array))


def multinomial(input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    """Indices drawn with these weights: of a vector, or of each row of a matrix; `Tensor.multinomial` says how."""
    found: Tensor = input.multinomial(num_samples, replacement, generator=generator)
    return found

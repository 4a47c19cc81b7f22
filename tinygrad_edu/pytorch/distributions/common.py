"""What policy gradients and variational autoencoders draw from, with differentiable log-probabilities.

`Normal`, `Uniform`, `Bernoulli`, `Categorical`, and `Independent`, and the base class of all.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...devices import Size
from ...literals import default
from ...nn.functional import binary_cross_entropy_with_logits
from ...random import default_generator
from ...recording import no_grad
from ...tensor import Tensor, wrap
from ...tracing import again, drawn

__all__ = ["Bernoulli", "Categorical", "Distribution", "Independent", "Normal", "Uniform"]


class Distribution:
    """What all have: the shapes, and `sample`."""

    _batch: tuple[int, ...] = ()
    _event: tuple[int, ...] = ()
    _parameters: tuple[str, ...] = ()  # which make another one of this kind
    has_rsample = False

    def __init__(self, batch_shape: Any = (), event_shape: Any = (), validate_args: Any = None) -> None:
        self._batch, self._event = tuple(batch_shape), tuple(event_shape)

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Nothing: parameters are checked, unless `validate_args=False`."""

    @property
    def batch_shape(self) -> Size:
        """The shape of the parameters: one distribution for each."""
        return Size(self._batch)

    @property
    def event_shape(self) -> Size:
        """The shape of one draw."""
        return Size(self._event)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient."""
        with no_grad():
            return self.rsample(sample_shape)

    def sample_n(self, n: int) -> Any:
        """`sample((n,))`."""
        return self.sample((n,))

    @property
    def stddev(self) -> Any:
        """The root of the variance."""
        return self.variance.sqrt()  # type: ignore[attr-defined]

    def perplexity(self) -> Any:
        """exp(entropy)."""
        return self.entropy().exp()

    def expand(self, batch_shape: Any) -> Any:
        """The same distribution for each place of a larger batch. NotImplementedError: not of this kind."""
        if not self._parameters:
            raise NotImplementedError(f"{type(self).__name__}.expand: make one with parameters of that shape")
        parameters = {name: getattr(self, name) for name in self._parameters}
        wide = {name: p.expand(*tuple(batch_shape), *p.shape[len(self._batch) :]) for name, p in parameters.items()}
        return type(self)(**wide)

    def __repr__(self) -> str:
        shown = (f"{name}: {_shown(getattr(self, name))}" for name in self._parameters)
        return f"{type(self).__name__}({', '.join(shown)})"

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Draws, as a differentiable function of the parameters. NotImplementedError: there is none."""
        raise NotImplementedError(
            f"{type(self).__name__}.rsample: draws are not differentiable; use sample and log_prob"
        )

    def _shape(self, sample_shape: Any) -> tuple[int, ...]:
        return (*tuple(sample_shape), *self._batch, *self._event)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the probability, or of its density, of each value."""
        raise NotImplementedError

    def entropy(self) -> Any:
        """Minus the expected log_prob."""
        raise NotImplementedError


def _shown(p: Any) -> str:
    return str(p.item()) if p.numel() == 1 and not p.ndim else f"torch.Size({list(p.shape)})"


def _together(name: str, *parameters: Any) -> list[Any]:
    """Parameters as Tensors of one shape."""
    tensors = [x if isinstance(x, Tensor) else wrap(np.asarray(x, default.real)) for x in parameters]
    shape = np.broadcast_shapes(*(x.shape for x in tensors))
    return [x if x.shape == shape else x.expand(shape) for x in tensors]


def _require(name: str, holds: Any, what: str) -> None:
    def check(holds: Any) -> None:
        if not np.all(holds):
            raise ValueError(f"{name}: expected {what}")

    again(check, holds._array if isinstance(holds, Tensor) else holds)


def draws(dtype: Any, function: Any, *parameters: Any) -> Any:
    """function(generator, *arrays of the parameters) as a Tensor of this dtype; a compiled step draws at each run."""
    generator = default_generator()
    arrays = [p._array for p in parameters]
    return wrap(drawn(lambda *arrays: np.asarray(function(generator, *arrays), dtype), *arrays))


class Normal(Distribution):
    """The normal distribution: log p(x) = -((x - loc) / scale)² / 2 - ln scale - ln √2π."""

    has_rsample = True
    _parameters = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self.loc, self.scale = _together("Normal", loc, scale)
        self._batch = tuple(self.loc.shape)
        if validate_args is not False:
            _require("Normal", self.scale > 0, "scale > 0")
            _require("Normal", self.loc == self.loc, "a loc that is not nan")

    mean = mode = property(lambda self: self.loc)
    stddev = property(lambda self: self.scale)
    variance = property(lambda self: self.scale**2)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """loc + scale ε, with ε standard normal."""
        shape = self._shape(sample_shape)
        return self.loc + self.scale * draws(self.loc.dtype, lambda generator: generator.standard_normal(shape))

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        return -((value - self.loc) ** 2) / (2 * self.scale**2) - self.scale.log() - math.log(math.sqrt(2 * math.pi))

    def entropy(self) -> Any:
        """(1 + ln 2π) / 2 + ln scale."""
        return 0.5 + 0.5 * math.log(2 * math.pi) + self.scale.log()

    def cdf(self, value: Any) -> Any:
        """The probability of a smaller value."""
        return 0.5 * (1 + ops.erf((value - self.loc) / (self.scale * math.sqrt(2))))

    def icdf(self, value: Any) -> Any:
        """The value below which a draw lies with this probability."""
        return self.loc + self.scale * math.sqrt(2) * ops.erfinv(2 * value - 1)


class Uniform(Distribution):
    """Uniform on [low, high)."""

    has_rsample = True
    _parameters = ("low", "high")

    def __init__(self, low: Any, high: Any, validate_args: Any = None) -> None:
        self.low, self.high = _together("Uniform", low, high)
        self._batch = tuple(self.low.shape)
        if validate_args is not False:
            _require("Uniform", self.low < self.high, "low < high")

    mean = property(lambda self: (self.high + self.low) / 2)
    variance = property(lambda self: (self.high - self.low) ** 2 / 12)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """low + (high - low) u, with u uniform on [0, 1)."""
        shape = self._shape(sample_shape)
        return self.low + (self.high - self.low) * draws(self.low.dtype, lambda generator: generator.random(shape))

    def log_prob(self, value: Any) -> Any:
        """-ln(high - low) inside, -inf outside."""
        inside = (self.low <= value) & (self.high > value)
        return ops.where(inside, -(self.high - self.low).log(), -math.inf)

    def entropy(self) -> Any:
        """ln(high - low)."""
        return (self.high - self.low).log()

    def cdf(self, value: Any) -> Any:
        """The probability of a smaller value."""
        return ((value - self.low) / (self.high - self.low)).clamp(0, 1)


class _Discrete(Distribution):
    """A distribution that is given by probabilities or by their logits, one of the two."""

    def _given(self, probs: Any, logits: Any) -> tuple[bool, Any]:
        if (probs is None) == (logits is None):
            raise ValueError(f"{type(self).__name__}: give either probs or logits, not both or neither")
        (given,) = _together(type(self).__name__, logits if probs is None else probs)
        self._parameters = ("logits",) if probs is None else ("probs",)
        return probs is None, given


class Bernoulli(_Discrete):
    """1 with probability p, else 0."""

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        by_logits, given = self._given(probs, logits)
        self._batch = tuple(given.shape)
        if by_logits:
            self.logits, self.probs = given, given.sigmoid()
        else:
            _require("Bernoulli", (given >= 0) & (given <= 1), "probs between 0 and 1")
            eps = float(np.finfo(given.dtype).eps)
            inside = given.clamp(eps, 1 - eps)
            self.probs, self.logits = given, inside.log() - (-inside).log1p()

    mean = property(lambda self: self.probs)
    variance = property(lambda self: self.probs * (1 - self.probs))

    def sample(self, sample_shape: Any = ()) -> Any:
        """0 or 1."""
        shape = self._shape(sample_shape)
        return draws(self.probs.dtype, lambda generator, p: generator.random(shape) < p, self.probs)

    def log_prob(self, value: Any) -> Any:
        """value ln p + (1 - value) ln(1 - p)."""
        logits, value = _together("Bernoulli", self.logits, value)
        return -binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self) -> Any:
        """-p ln p - (1 - p) ln(1 - p)."""
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")


class Categorical(_Discrete):
    """One of n classes, with probabilities along the last dimension, which are divided by their sum."""

    mode = property(lambda self: self.probs.argmax(-1))
    mean = variance = property(lambda self: self.probs[..., 0] * math.nan)  # classes are no numbers
    param_shape = property(lambda self: self.probs.shape)

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        by_logits, given = self._given(probs, logits)
        if not given.ndim:
            raise ValueError("Categorical: expected at least one dimension, of the classes")
        self._batch = tuple(given.shape[:-1])
        if by_logits:
            _require("Categorical", ops.isfinite(given) | ops.isneginf(given), "logits that are numbers")
            self.logits = given - given.logsumexp(-1, keepdim=True)
            self.probs = self.logits.softmax(-1)
        else:
            _require("Categorical", given >= 0, "probs >= 0")
            self.probs = given / given.sum(-1, keepdim=True)
            eps = float(np.finfo(given.dtype).eps)
            self.logits = self.probs.clamp(eps, 1 - eps).log()

    def sample(self, sample_shape: Any = ()) -> Any:
        """The number of a class, int64."""
        shape = self._shape(sample_shape)

        def chosen(generator: np.random.Generator, probs: np.ndarray) -> Any:
            chance = np.cumsum(probs, -1, dtype=np.float64)
            return (generator.random(shape)[..., None] * chance[..., -1:] >= chance).sum(-1)

        return draws(np.int64, chosen, self.probs)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the probability of this class."""
        value = value if isinstance(value, Tensor) else wrap(np.asarray(value))
        shape = np.broadcast_shapes(value.shape, self._batch)
        index = value.long().expand(shape).unsqueeze(-1)
        return self.logits.expand(*shape, self.logits.shape[-1]).gather(-1, index).squeeze(-1)

    def entropy(self) -> Any:
        """-Σ p ln p."""
        lowest = float(np.finfo(self.logits.dtype).min)
        return -(self.logits.clamp(min=lowest) * self.probs).sum(-1)


class Independent(Distribution):
    """The last dimensions of a batch as one event: log-probabilities are added over them."""

    def __init__(self, base_distribution: Any, reinterpreted_batch_ndims: int, validate_args: Any = None) -> None:
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, reinterpreted_batch_ndims
        shape = tuple(base_distribution.batch_shape)
        if reinterpreted_batch_ndims > len(shape):
            raise ValueError(f"Independent: {reinterpreted_batch_ndims} dimensions of a batch of shape {shape}")
        cut = len(shape) - reinterpreted_batch_ndims
        self._batch, self._event = shape[:cut], (*shape[cut:], *base_distribution.event_shape)
        self.has_rsample = base_distribution.has_rsample

    mean = property(lambda self: self.base_dist.mean)
    variance = property(lambda self: self.base_dist.variance)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws of the base."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Draws of the base, differentiable."""
        return self.base_dist.rsample(sample_shape)

    def _added(self, x: Any) -> Any:
        return x.sum(tuple(range(-self.reinterpreted_batch_ndims, 0))) if self.reinterpreted_batch_ndims else x

    def log_prob(self, value: Any) -> Any:
        """The sum over the event."""
        return self._added(self.base_dist.log_prob(value))

    def entropy(self) -> Any:
        """The sum over the event."""
        return self._added(self.base_dist.entropy())

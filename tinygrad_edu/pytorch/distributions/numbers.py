"""Distributions of numbers. Those of which draws are not differentiable here have `sample` only, and say so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...nn.functional import softplus
from ...recording import no_grad
from ...tensor import wrap
from .common import Distribution, _Discrete, _require, _together, draws

__all__ = [
    "Beta",
    "Binomial",
    "Cauchy",
    "Chi2",
    "Exponential",
    "Gamma",
    "Geometric",
    "HalfNormal",
    "Laplace",
    "Poisson",
    "StudentT",
]


class _OfNumbers(Distribution):
    """Parameters by name: `_parameters`; those in `_positive` must be above 0."""

    _positive: tuple[str, ...] = ()
    loc: Any
    scale: Any
    rate: Any
    df: Any
    concentration: Any
    concentration0: Any
    concentration1: Any

    def _take(self, validate_args: Any, **given: Any) -> None:
        name = type(self).__name__
        for key, value in zip(given, _together(name, *given.values()), strict=True):
            setattr(self, key, value)
            if validate_args is not False and key in self._positive:
                _require(name, value > 0, f"{key} > 0")
        self._batch = tuple(value.shape)

    def _uniform(self, sample_shape: Any) -> Any:
        """Numbers in (0, 1), as a Tensor in the dtype of the parameters."""
        p = getattr(self, self._parameters[0])
        tiny, shape = np.finfo(p.dtype).tiny, self._shape(sample_shape)
        return draws(p.dtype, lambda generator: np.maximum(generator.random(shape), tiny))

    def _drawn(self, numbers: Any, *parameters: Any) -> Any:
        """Numbers, or what a function draws with these parameters, in the dtype of the first parameter."""
        dtype = getattr(self, self._parameters[0]).dtype
        return draws(dtype, numbers, *parameters) if callable(numbers) else wrap(np.asarray(numbers, dtype))


def _counts(value: Any) -> Any:
    return (value >= 0) & (value == ops.floor(value))


class Exponential(_OfNumbers):
    """log p(x) = ln rate - rate x, for x >= 0."""

    has_rsample = True
    _parameters = _positive = ("rate",)

    def __init__(self, rate: Any, validate_args: Any = None) -> None:
        self._take(validate_args, rate=rate)

    mean = property(lambda self: 1 / self.rate)
    mode = property(lambda self: self.rate * 0)
    variance = property(lambda self: 1 / self.rate**2)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """-ln u / rate."""
        return -self._uniform(sample_shape).log() / self.rate

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density. ValueError: a value below 0."""
        _require("Exponential.log_prob", value >= 0, "values >= 0")
        return self.rate.log() - self.rate * value

    def cdf(self, value: Any) -> Any:
        """1 - exp(-rate x)."""
        return 1 - ops.exp(-self.rate * value)

    def entropy(self) -> Any:
        """1 - ln rate."""
        return 1 - self.rate.log()


class Laplace(_OfNumbers):
    """log p(x) = -|x - loc| / scale - ln 2 scale."""

    has_rsample = True
    _parameters, _positive = ("loc", "scale"), ("scale",)

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self._take(validate_args, loc=loc, scale=scale)

    mean = mode = property(lambda self: self.loc)
    variance = property(lambda self: 2 * self.scale**2)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """loc - scale sign(u) ln(1 - |u|), with u uniform on (-1, 1)."""
        u = 2 * self._uniform(sample_shape) - 1
        return self.loc - self.scale * u.sign() * (-u.abs()).log1p()

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        return -(2 * self.scale).log() - ops.abs(value - self.loc) / self.scale

    def entropy(self) -> Any:
        """1 + ln 2 scale."""
        return 1 + (2 * self.scale).log()


class Cauchy(_OfNumbers):
    """p(x) = 1 / (π scale (1 + ((x - loc) / scale)²))."""

    has_rsample = True
    _parameters, _positive = ("loc", "scale"), ("scale",)

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self._take(validate_args, loc=loc, scale=scale)

    mode = property(lambda self: self.loc)
    mean = property(lambda self: self.loc * math.nan)
    variance = property(lambda self: self.loc * math.inf)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """loc + scale tan(π (u - 1/2))."""
        return self.loc + self.scale * (math.pi * (self._uniform(sample_shape) - 0.5)).tan()

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        return -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()

    def entropy(self) -> Any:
        """ln 4π scale."""
        return math.log(4 * math.pi) + self.scale.log()


class HalfNormal(_OfNumbers):
    """|x| of a normal x with mean 0."""

    has_rsample = True
    _parameters = _positive = ("scale",)

    def __init__(self, scale: Any, validate_args: Any = None) -> None:
        self._take(validate_args, scale=scale)

    mean = property(lambda self: self.scale * math.sqrt(2 / math.pi))
    variance = property(lambda self: self.scale**2 * (1 - 2 / math.pi))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """scale |ε|."""
        shape = self._shape(sample_shape)
        return self.scale * self._drawn(lambda generator: generator.standard_normal(shape)).abs()

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        value = value if hasattr(value, "dtype") else self._drawn(value)
        density = -(value**2) / (2 * self.scale**2) - self.scale.log() + math.log(2 / math.sqrt(2 * math.pi))
        return ops.where(value >= 0, density, -math.inf)

    def entropy(self) -> Any:
        """That of the normal, less ln 2."""
        return 0.5 * math.log(math.pi / 2) + 0.5 + self.scale.log()


class Gamma(_OfNumbers):
    """log p(x) = a ln b + (a - 1) ln x - b x - ln Γ(a), with a = concentration and b = rate."""

    _parameters: tuple[str, ...] = ("concentration", "rate")
    _positive: tuple[str, ...] = ("concentration", "rate")

    def __init__(self, concentration: Any, rate: Any, validate_args: Any = None) -> None:
        self._take(validate_args, concentration=concentration, rate=rate)

    mean = property(lambda self: self.concentration / self.rate)
    mode = property(lambda self: ((self.concentration - 1) / self.rate).clamp(min=0))
    variance = property(lambda self: self.concentration / self.rate**2)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient."""
        shape = self._shape(sample_shape)
        return self._drawn(lambda g, a, rate: g.standard_gamma(a, shape) / rate, self.concentration, self.rate)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        a, b = self.concentration, self.rate
        value = value if hasattr(value, "dtype") else self._drawn(value)
        return ops.xlogy(a, b) + ops.xlogy(a - 1, value) - b * value - a.lgamma()

    def entropy(self) -> Any:
        """a - ln b + ln Γ(a) + (1 - a) ψ(a)."""
        a = self.concentration
        return a - self.rate.log() + a.lgamma() + (1 - a) * a.digamma()


class Chi2(Gamma):
    """The sum of df squares of standard normal numbers."""

    _parameters = _positive = ("df",)

    def __init__(self, df: Any, validate_args: Any = None) -> None:
        self._take(validate_args, df=df)
        self.concentration, self.rate = 0.5 * self.df, self.df * 0 + 0.5


class Beta(_OfNumbers):
    """p(x) ∝ xᵃ⁻¹ (1 - x)ᵇ⁻¹ on (0, 1), with a = concentration1 and b = concentration0."""

    _parameters = _positive = ("concentration1", "concentration0")

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: Any = None) -> None:
        self._take(validate_args, concentration1=concentration1, concentration0=concentration0)

    @property
    def _total(self) -> Any:
        return self.concentration1 + self.concentration0

    mean = property(lambda self: self.concentration1 / self._total)
    variance = property(lambda self: self.concentration1 * self.concentration0 / (self._total**2 * (self._total + 1)))

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient, inside of (0, 1)."""
        a, b, shape = self.concentration1, self.concentration0, self._shape(sample_shape)
        limits = np.finfo(a.dtype)
        return self._drawn(lambda g, a, b: np.clip(g.beta(a, b, shape), limits.tiny, 1 - limits.eps), a, b)

    def _log_normaliser(self) -> Any:
        return self.concentration1.lgamma() + self.concentration0.lgamma() - self._total.lgamma()

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        value = value if hasattr(value, "dtype") else self._drawn(value)
        return (
            ops.xlogy(self.concentration1 - 1, value)
            + ops.xlogy(self.concentration0 - 1, 1 - value)
            - self._log_normaliser()
        )

    def entropy(self) -> Any:
        """ln B(a, b) - (a - 1) ψ(a) - (b - 1) ψ(b) + (a + b - 2) ψ(a + b)."""
        a, b, total = self.concentration1, self.concentration0, self._total
        inner = (a - 1) * a.digamma() + (b - 1) * b.digamma() - (total - 2) * total.digamma()
        return self._log_normaliser() - inner


class StudentT(_OfNumbers):
    """loc + scale t, with Student's t of df degrees of freedom."""

    _parameters, _positive = ("df", "loc", "scale"), ("df", "scale")

    def __init__(self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: Any = None) -> None:
        self._take(validate_args, df=df, loc=loc, scale=scale)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient."""
        shape, parameters = self._shape(sample_shape), (self.df, self.loc, self.scale)
        return self._drawn(lambda g, df, loc, scale: loc + scale * g.standard_t(df, shape), *parameters)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density."""
        y, half = (value - self.loc) / self.scale, 0.5 * self.df
        z = self.scale.log() + 0.5 * self.df.log() + 0.5 * math.log(math.pi) + half.lgamma() - (half + 0.5).lgamma()
        return -(half + 0.5) * (y**2 / self.df).log1p() - z


class Poisson(_OfNumbers):
    """P(k) = rateᵏ exp(-rate) / k!."""

    _parameters = ("rate",)

    def __init__(self, rate: Any, validate_args: Any = None) -> None:
        self._take(validate_args, rate=rate)
        if validate_args is not False:
            _require("Poisson", self.rate >= 0, "rate >= 0")

    mean = variance = property(lambda self: self.rate)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Counts, as floats."""
        shape = self._shape(sample_shape)
        return self._drawn(lambda generator, rate: generator.poisson(rate, shape), self.rate)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the probability. ValueError: a value that is not a count."""
        value = value if hasattr(value, "dtype") else self._drawn(value)
        _require("Poisson.log_prob", _counts(value), "counts")
        return ops.xlogy(value, self.rate) - self.rate - ops.lgamma(value + 1)


class Geometric(_Discrete):
    """P(k) = (1 - p)ᵏ p: how often it fails before it succeeds."""

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        by_logits, given = self._given(probs, logits)
        self._batch = tuple(given.shape)
        self.probs = given.sigmoid() if by_logits else given
        _require("Geometric", (self.probs > 0) & (self.probs <= 1), "probs in (0, 1]")
        self.logits = given if by_logits else self.probs.log() - (-self.probs).log1p()

    mean = property(lambda self: 1 / self.probs - 1)
    variance = property(lambda self: (1 / self.probs - 1) / self.probs)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Counts, as floats."""
        shape = self._shape(sample_shape)
        return draws(self.probs.dtype, lambda generator, p: generator.geometric(p, shape) - 1, self.probs)

    def log_prob(self, value: Any) -> Any:
        """k ln(1 - p) + ln p. ValueError: a value that is not a count."""
        value = value if hasattr(value, "dtype") else wrap(np.asarray(value, self.probs.dtype))
        _require("Geometric.log_prob", _counts(value), "counts")
        failures = ops.where((self.probs == 1) & (value == 0), 0.0, self.probs)
        return value * (-failures).log1p() + self.probs.log()

    def entropy(self) -> Any:
        """That of one try, divided by p."""
        p = self.probs
        return (p * softplus(-self.logits) + (1 - p) * softplus(self.logits)) / p


class Binomial(_Discrete):
    """How many of `total_count` tries succeed, each with probability p."""

    def __init__(self, total_count: Any = 1, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        by_logits, given = self._given(probs, logits)
        self.total_count, given = _together("Binomial", total_count, given)
        self._parameters = ("total_count", *self._parameters)
        self._batch = tuple(given.shape)
        if by_logits:
            self.logits, self.probs = given, given.sigmoid()
        else:
            _require("Binomial", (given >= 0) & (given <= 1), "probs between 0 and 1")
            eps = float(np.finfo(given.dtype).eps)
            inside = given.clamp(eps, 1 - eps)
            self.probs, self.logits = given, inside.log() - (-inside).log1p()

    mean = property(lambda self: self.total_count * self.probs)
    variance = property(lambda self: self.total_count * self.probs * (1 - self.probs))

    def sample(self, sample_shape: Any = ()) -> Any:
        """Counts, as floats."""
        with no_grad():
            shape, parameters = self._shape(sample_shape), (self.total_count, self.probs)
            return draws(self.probs.dtype, lambda g, n, p: g.binomial(n.astype(np.int64), p, shape), *parameters)

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the probability. ValueError: a value that is not a count up to total_count."""
        n = self.total_count
        value = value if hasattr(value, "dtype") else wrap(np.asarray(value, self.probs.dtype))
        _require("Binomial.log_prob", _counts(value) & (value <= n), "counts up to total_count")
        ways = (n + 1).lgamma() - ops.lgamma(value + 1) - ops.lgamma(n - value + 1)
        return ways + value * self.logits - n * softplus(self.logits)

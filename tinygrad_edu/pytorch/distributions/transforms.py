"""`distributions.transforms`: invertible functions, and distributions of what they give.

log p_Y(y) = log p_X(x) - ln |dy/dx| at x = f⁻¹(y).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ... import ops
from ...nn.functional import logsigmoid, softplus
from ...recording import no_grad
from .common import Distribution, Normal, Uniform, _together

__all__ = [
    "AffineTransform",
    "ComposeTransform",
    "ExpTransform",
    "Gumbel",
    "LogNormal",
    "PowerTransform",
    "SigmoidTransform",
    "SoftplusTransform",
    "TanhTransform",
    "Transform",
    "TransformedDistribution",
]


class Transform:
    """y = f(x), element by element; `inv` is f⁻¹."""

    sign = 1

    def __init__(self, cache_size: int = 0) -> None:
        self._last: Any = (None, None) if cache_size else None

    def __call__(self, x: Any) -> Any:
        y = self._call(x)
        if getattr(self, "_last", None) is not None:
            self._last = x, y
        return y

    def _inverted(self, y: Any) -> Any:
        """f⁻¹(y); with `cache_size=1`, the very x from which y came."""
        last = getattr(self, "_last", None)
        return last[0] if last is not None and last[1] is y else self._inverse(y)

    def _call(self, x: Any) -> Any:
        raise NotImplementedError

    def _inverse(self, y: Any) -> Any:
        raise NotImplementedError

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """ln |dy/dx|."""
        raise NotImplementedError

    @property
    def inv(self) -> Transform:
        """The inverse."""
        return _Inverse(self)


class _Inverse(Transform):
    def __init__(self, of: Transform) -> None:
        super().__init__()
        self._of = of

    def _call(self, x: Any) -> Any:
        return self._of._inverted(x)

    def _inverse(self, y: Any) -> Any:
        return self._of(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """Minus that of the function."""
        return -self._of.log_abs_det_jacobian(y, x)

    @property
    def inv(self) -> Transform:
        """The function."""
        return self._of


class ExpTransform(Transform):
    """y = exp(x)."""

    def _call(self, x: Any) -> Any:
        return x.exp()

    def _inverse(self, y: Any) -> Any:
        return y.log()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """x."""
        return x


class AffineTransform(Transform):
    """y = loc + scale x."""

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        if event_dim:
            raise NotImplementedError("AffineTransform: event_dim must be 0; wrap the distribution in Independent")
        self.loc, self.scale = loc, scale

    def _call(self, x: Any) -> Any:
        return self.loc + self.scale * x

    def _inverse(self, y: Any) -> Any:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """ln |scale|."""
        scale = self.scale
        size = ops.abs(scale).log() if hasattr(scale, "log") else math.log(abs(scale))
        return size + x * 0


class SigmoidTransform(Transform):
    """y = 1 / (1 + exp(-x))."""

    def _call(self, x: Any) -> Any:
        return x.sigmoid()

    def _inverse(self, y: Any) -> Any:
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """ln y (1 - y)."""
        return -softplus(-x) - softplus(x)


class TanhTransform(Transform):
    """y = tanh(x)."""

    def _call(self, x: Any) -> Any:
        return x.tanh()

    def _inverse(self, y: Any) -> Any:
        return ops.atanh(y)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """2 (ln 2 - x - softplus(-2x)), which is ln(1 - tanh² x), also where tanh x is nearly 1."""
        return 2 * (math.log(2) - x - softplus(-2 * x))


class SoftplusTransform(Transform):
    """y = ln(1 + exp(x))."""

    def _call(self, x: Any) -> Any:
        return softplus(x)

    def _inverse(self, y: Any) -> Any:
        return (-(-y).expm1()).log() + y

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """ln sigmoid(x)."""
        return logsigmoid(x)


class PowerTransform(Transform):
    """y = x ** exponent, of x > 0."""

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        (self.exponent,) = _together("PowerTransform", exponent)

    def _call(self, x: Any) -> Any:
        return x**self.exponent

    def _inverse(self, y: Any) -> Any:
        return y ** (1 / self.exponent)

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """ln |exponent y / x|."""
        return (self.exponent * y / x).abs().log()


class ComposeTransform(Transform):
    """One after the other."""

    def __init__(self, parts: Sequence[Transform], cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = list(parts)

    def _call(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x)
        return x

    def _inverse(self, y: Any) -> Any:
        for part in reversed(self.parts):
            y = part._inverted(y)
        return y

    def log_abs_det_jacobian(self, x: Any, y: Any) -> Any:
        """The sum over all parts."""
        total: Any = 0
        for part in self.parts:
            after = part(x)
            total, x = total + part.log_abs_det_jacobian(x, after), after
        return total


class TransformedDistribution(Distribution):
    """What one or several transforms give of the draws of a base distribution."""

    def __init__(self, base_distribution: Any, transforms: Any, validate_args: Any = None) -> None:
        self.base_dist = base_distribution
        self.transforms = [transforms] if isinstance(transforms, Transform) else list(transforms)
        self._batch, self._event = base_distribution._batch, base_distribution._event
        self.has_rsample = base_distribution.has_rsample

    def _through(self, x: Any) -> Any:
        for transform in self.transforms:
            x = transform(x)
        return x

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draws, without a gradient."""
        with no_grad():
            return self._through(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Draws, as a differentiable function of the parameters."""
        return self._through(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        """log p(x) - Σ ln |dy/dx|; over the dimensions of an event it is added."""
        slopes: Any = 0
        for transform in reversed(self.transforms):
            x = transform._inverted(value)
            slope = transform.log_abs_det_jacobian(x, value)
            slopes, value = slopes + (slope.sum(tuple(range(-len(self._event), 0))) if self._event else slope), x
        return self.base_dist.log_prob(value) - slopes


class LogNormal(TransformedDistribution):
    """exp of a normal number."""

    _parameters = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        super().__init__(Normal(loc, scale, validate_args), ExpTransform())

    loc = property(lambda self: self.base_dist.loc)
    scale = property(lambda self: self.base_dist.scale)
    mean = property(lambda self: (self.loc + self.scale**2 / 2).exp())
    variance = property(lambda self: (self.scale**2).expm1() * (2 * self.loc + self.scale**2).exp())

    def entropy(self) -> Any:
        """That of the normal, and loc."""
        return self.base_dist.entropy() + self.loc


class Gumbel(Distribution):
    """loc - scale ln(-ln u), with u uniform on (0, 1): what the largest of many draws tends to."""

    has_rsample = True
    _parameters = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self.loc, self.scale = _together("Gumbel", loc, scale)
        self._batch = tuple(self.loc.shape)

    mean = property(lambda self: self.loc + self.scale * 0.57721566490153286)
    variance = property(lambda self: (math.pi * self.scale) ** 2 / 6)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Draws, as a differentiable function of the parameters."""
        u = Uniform(self.loc.detach() * 0 + 1e-7, 1.0).sample(sample_shape)
        return self.loc - self.scale * (-u.log()).log()

    def log_prob(self, value: Any) -> Any:
        """-z - exp(-z) - ln scale, with z = (x - loc) / scale."""
        z = (value - self.loc) / self.scale
        return -z - (-z).exp() - self.scale.log()

    def entropy(self) -> Any:
        """ln scale + 1 + γ, with Euler's γ."""
        return self.scale.log() + 1 + 0.57721566490153286

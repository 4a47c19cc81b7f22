"""KL(p ‖ q), the expected log p(x) - log q(x) under p. `register_kl` adds a pair of kinds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ... import linalg, ops
from ...nn.functional import softplus
from .common import Bernoulli, Categorical, Distribution, Independent, Normal, Uniform
from .numbers import Beta, Exponential, Gamma, Laplace, Poisson
from .transforms import LogNormal
from .vectors import Dirichlet, MultivariateNormal, OneHotCategorical

__all__ = ["kl_divergence", "register_kl"]

_KNOWN: dict[tuple[type, type], Callable[[Any, Any], Any]] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[Callable[[Any, Any], Any]], Callable[[Any, Any], Any]]:
    """Decorates the function that gives KL(p ‖ q) of two distributions of these kinds."""

    def known(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        _KNOWN[type_p, type_q] = function
        return function

    return known


def kl_divergence(p: Distribution, q: Distribution) -> Any:
    """KL(p ‖ q), the expected log p(x) - log q(x) under p, of two of one kind. NotImplementedError: of other pairs."""
    for a in type(p).__mro__:
        for b in type(q).__mro__:
            if (a, b) in _KNOWN:
                return _KNOWN[a, b](p, q)
    raise NotImplementedError(f"kl_divergence: not known of {type(p).__name__} and {type(q).__name__}")


@register_kl(Normal, Normal)
def _normal(p: Normal, q: Normal) -> Any:
    ratio = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - ratio.log())


@register_kl(LogNormal, LogNormal)
def _log_normal(p: Any, q: Any) -> Any:
    return _normal(p.base_dist, q.base_dist)


@register_kl(Categorical, Categorical)
def _categorical(p: Categorical, q: Categorical) -> Any:
    t = p.probs * (p.logits - q.logits)
    t = ops.where(q.probs == 0, math.inf, t)
    return ops.where(p.probs == 0, 0.0, t).sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p: Any, q: Any) -> Any:
    return _categorical(p._categorical, q._categorical)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Bernoulli, q: Bernoulli) -> Any:
    one = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    zero = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    return one + zero


@register_kl(Uniform, Uniform)
def _uniform(p: Uniform, q: Uniform) -> Any:
    result = ((q.high - q.low) / (p.high - p.low)).log()
    return ops.where((q.low > p.low) | (q.high < p.high), math.inf, result)


@register_kl(Independent, Independent)
def _independent(p: Independent, q: Independent) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError("kl_divergence: of two Independent, both must have as many dimensions of an event")
    return p._added(kl_divergence(p.base_dist, q.base_dist))


@register_kl(Exponential, Exponential)
def _exponential(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return ratio - ratio.log() - 1


@register_kl(Laplace, Laplace)
def _laplace(p: Any, q: Any) -> Any:
    ratio, apart = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + apart / q.scale + ratio * (-apart / p.scale).exp() - 1


@register_kl(Poisson, Poisson)
def _poisson(p: Any, q: Any) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Gamma, Gamma)
def _gamma(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    same = b * (p.rate / q.rate).log() + b.lgamma() - a.lgamma()
    return same + (a - b) * a.digamma() + (q.rate - p.rate) * (a / p.rate)


@register_kl(Beta, Beta)
def _beta(p: Any, q: Any) -> Any:
    a, b, c, d = p.concentration1, p.concentration0, q.concentration1, q.concentration0
    known = q._log_normaliser() - p._log_normaliser()
    return known + (a - c) * a.digamma() + (b - d) * b.digamma() + (c + d - a - b) * (a + b).digamma()


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    total = a.sum(-1)
    known = total.lgamma() - b.sum(-1).lgamma() - (a.lgamma() - b.lgamma()).sum(-1)
    return known + ((a - b) * (a.digamma() - total.digamma().unsqueeze(-1))).sum(-1)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p: Any, q: Any) -> Any:
    apart = linalg.solve_triangular(q.scale_tril, (q.loc - p.loc).unsqueeze(-1), upper=False)
    ratio = linalg.solve_triangular(q.scale_tril, p.scale_tril, upper=False)
    squares = (ratio**2).sum((-2, -1)) + (apart**2).sum((-2, -1))
    return q._half_log_det() - p._half_log_det() + 0.5 * (squares - p._event[0])

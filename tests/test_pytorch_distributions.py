"""Distributions: densities, moments, divergences and their gradients as in PyTorch; draws that have these moments."""

import numpy as np
import pytest

import tinygrad_edu as tg

WHERE = [0.1, 0.5, 0.9]
COUNTS = [0.0, 1.0, 5.0]
POINT = [0.2, 0.3, 0.5]


def parameters(lib, *shape, at):
    """Numbers in (0.3, 2), which require a gradient."""
    return lib.tensor(np.random.default_rng(at).uniform(0.3, 2, shape).astype(np.float32)).requires_grad_()


def of(name, *scales, many=False):
    """A distribution by name, with a parameter for each scale; the second of two has other numbers."""

    def make(lib, start):
        shape = (2, 3) if many else (3,)
        given = [parameters(lib, *shape, at=start + i) * scale for i, scale in enumerate(scales)]
        return getattr(lib.distributions, name)(*given)

    return make


def normal(lib, start, *shape):
    return lib.distributions.Normal(*(parameters(lib, *shape, at=start + i) for i in range(2)))


def by_logits(name, **fixed):
    return lambda lib, start: getattr(lib.distributions, name)(logits=parameters(lib, 3, at=start), **fixed)


def with_covariance(lib, start):
    a = parameters(lib, 2, 3, 3, at=start)
    return lib.distributions.MultivariateNormal(parameters(lib, 2, 3, at=start + 1), a @ a.transpose(1, 2) + lib.eye(3))


def with_scale(lib, start):
    a = parameters(lib, 3, 3, at=start)
    return lib.distributions.MultivariateNormal(parameters(lib, 3, at=start + 1), scale_tril=lib.tril(a))


def mixture(lib, start):
    weights = lib.distributions.Categorical(logits=parameters(lib, 3, at=start))
    return lib.distributions.MixtureSameFamily(weights, normal(lib, start + 1, 3))


def mixture_of_vectors(lib, start):
    parts = lib.distributions.Independent(normal(lib, start + 1, 3, 2), 1)
    return lib.distributions.MixtureSameFamily(lib.distributions.Categorical(parameters(lib, 3, at=start)), parts)


def squashed(lib, start):
    d = lib.distributions
    steps = [d.transforms.AffineTransform(0.1, 2.0), d.TanhTransform(cache_size=1)]
    return d.TransformedDistribution(normal(lib, start, 3), steps)


def of_a_vector(lib, start):
    d = lib.distributions
    steps = d.ComposeTransform([d.SigmoidTransform(), d.transforms.PowerTransform(lib.tensor(2.0)).inv])
    return d.TransformedDistribution(d.Independent(normal(lib, start, 3), 1), steps)


def relaxed(name, scale):
    return lambda lib, start: getattr(lib.distributions, name)(lib.tensor(0.5), parameters(lib, 3, at=start) * scale)


CASES = {
    "Bernoulli": (of("Bernoulli", 0.4), [0.0, 1.0, 0.0]),
    "Beta": (of("Beta", 1, 1), WHERE),
    "Binomial": (lambda lib, at: lib.distributions.Binomial(5, parameters(lib, 3, at=at) / 3), COUNTS),
    "Binomial of logits": (by_logits("Binomial", total_count=5), COUNTS),
    "Categorical": (of("Categorical", 1), [0, 2]),
    "Cauchy": (of("Cauchy", 1, 1), WHERE),
    "Chi2": (of("Chi2", 1), WHERE),
    "Dirichlet": (of("Dirichlet", 1, many=True), POINT),
    "Exponential": (of("Exponential", 1), WHERE),
    "Gamma": (of("Gamma", 1, 1), WHERE),
    "Geometric": (of("Geometric", 0.4), COUNTS),
    "Gumbel": (of("Gumbel", 1, 1), WHERE),
    "HalfNormal": (of("HalfNormal", 1), WHERE),
    "Laplace": (of("Laplace", 1, 1), WHERE),
    "LogNormal": (of("LogNormal", 1, 0.3), WHERE),
    "MixtureSameFamily": (mixture, [0.2, 0.3]),
    "MixtureSameFamily of vectors": (mixture_of_vectors, [0.2, 0.3]),
    "Multinomial": (lambda lib, at: lib.distributions.Multinomial(4, parameters(lib, 3, at=at)), [1.0, 1.0, 2.0]),
    "MultivariateNormal": (with_covariance, [POINT]),
    "MultivariateNormal of a triangle": (with_scale, [POINT, [1.0, 2.0, 3.0]]),
    "Normal": (of("Normal", 1, 1), WHERE),
    "OneHotCategorical": (of("OneHotCategorical", 1, many=True), [0.0, 1.0, 0.0]),
    "Poisson": (of("Poisson", 1), COUNTS),
    "RelaxedBernoulli": (relaxed("RelaxedBernoulli", 0.4), WHERE),
    "RelaxedOneHotCategorical": (relaxed("RelaxedOneHotCategorical", 1), POINT),
    "StudentT": (of("StudentT", 2, 1, 1), WHERE),
    "TransformedDistribution": (squashed, [0.2, -0.3, 0.9]),
    "TransformedDistribution of a vector": (of_a_vector, WHERE),
}
QUESTIONS = {
    "log_prob": lambda lib, make, value: make(lib, 0).log_prob(lib.tensor(value)),
    "entropy": lambda lib, make, value: make(lib, 0).entropy(),
    "mean": lambda lib, make, value: make(lib, 0).mean,
    "variance": lambda lib, make, value: make(lib, 0).variance,
    "stddev": lambda lib, make, value: make(lib, 0).stddev,
    "kl_divergence": lambda lib, make, value: lib.distributions.kl_divergence(make(lib, 0), make(lib, 9)),
}
NOT_HERE = {
    ("StudentT", "entropy"), ("StudentT", "mean"), ("StudentT", "variance"), ("StudentT", "stddev"),
    ("Binomial", "entropy"), ("Binomial of logits", "entropy"), ("Multinomial", "entropy"),
    *((name, "kl_divergence") for name in ("Cauchy", "HalfNormal", "Gumbel", "Geometric", "Binomial")),
    ("Binomial of logits", "kl_divergence"),
    ("TransformedDistribution", "kl_divergence"), ("TransformedDistribution of a vector", "kl_divergence"),
}  # fmt: skip


@pytest.mark.oracle
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", CASES)
def test_as_in_pytorch(name, question):
    torch = pytest.importorskip("torch")
    (make, value), ask = CASES[name], QUESTIONS[question]
    try:
        theirs = ask(torch, make, value)
    except (NotImplementedError, AttributeError):
        return
    if (name, question) in NOT_HERE:
        with pytest.raises((NotImplementedError, AttributeError)):
            ask(tg, make, value)
        return
    ours = ask(tg, make, value)
    assert tuple(ours.shape) == tuple(theirs.shape)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=3e-5, atol=2e-6)


@pytest.mark.oracle
@pytest.mark.parametrize("name", CASES)
def test_gradients_of_the_density_as_in_pytorch(name):
    torch = pytest.importorskip("torch")
    make, value = CASES[name]
    found = []
    for lib in (tg, torch):
        kept = []

        def remember(lib, *shape, at, kept=kept):
            kept.append(
                lib.tensor(np.random.default_rng(at).uniform(0.3, 2, shape).astype(np.float32)).requires_grad_()
            )
            return kept[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(globals(), "parameters", remember)
            make(lib, 0).log_prob(lib.tensor(value)).sum().backward()
        found.append([p.grad.numpy() for p in kept])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_draws_have_the_mean(name):
    tg.manual_seed(0)
    one = CASES[name][0](tg, 0)
    drawn = one.sample((4000,))
    assert drawn.shape == (4000, *one.batch_shape, *one.event_shape)
    assert not drawn.requires_grad
    try:
        mean, deviation = one.mean.detach().numpy(), one.stddev.detach().numpy()
    except (AttributeError, NotImplementedError):
        return
    if np.isfinite(mean).all():
        assert np.all(np.abs(drawn.numpy().mean(0) - mean) <= 5 * deviation / np.sqrt(4000))


@pytest.mark.parametrize("name", CASES)
def test_differentiable_draws(name):
    one = CASES[name][0](tg, 0)
    if one.has_rsample:
        assert one.rsample((2,)).requires_grad
    else:
        with pytest.raises(NotImplementedError, match="use sample and log_prob"):
            one.rsample()


def test_what_has_no_probability_is_refused():
    d = tg.distributions
    for one, value in (
        (d.Exponential(1.0), tg.tensor([-1.0])),
        (d.Poisson(1.0), tg.tensor([0.5])),
        (d.Geometric(0.5), tg.tensor([-1.0])),
        (d.Binomial(3, tg.tensor([0.5])), tg.tensor([4.0])),
        (d.Multinomial(3, tg.ones(2)), tg.tensor([1.0, 1.0])),
        (d.Dirichlet(tg.ones(2)), tg.tensor([0.5, 0.6])),
        (d.OneHotCategorical(tg.ones(2)), tg.tensor([1.0, 1.0])),
    ):
        with pytest.raises(ValueError, match="expected"):
            one.log_prob(value)
    with pytest.raises(ValueError, match="rate > 0"):
        d.Exponential(tg.tensor([0.0]))
    with pytest.raises(ValueError, match="one of covariance_matrix"):
        d.MultivariateNormal(tg.zeros(2))


def test_a_larger_batch_and_text():
    d = tg.distributions
    assert d.Normal(0.0, 1.0).expand((3,)).batch_shape == (3,)
    assert d.Categorical(logits=tg.ones(4)).expand((2,)).probs.shape == (2, 4)
    assert str(d.Normal(0.0, 1.0)) == "Normal(loc: 0.0, scale: 1.0)"
    with pytest.raises(NotImplementedError, match="parameters of that shape"):
        d.RelaxedBernoulli(0.5, 0.5).expand((3,))


def test_a_divergence_of_ones_own():
    d = tg.distributions

    class Mine(d.Distribution):
        """Of one kind."""

    @d.register_kl(Mine, d.Normal)
    def known(p, q):
        return q.loc

    assert d.kl_divergence(Mine(), d.Normal(3.0, 1.0)).item() == 3
    with pytest.raises(NotImplementedError, match="not known of Normal and Mine"):
        d.kl_divergence(d.Normal(3.0, 1.0), Mine())

"""`distributions`: what policy gradients and variational autoencoders draw from, with differentiable log-probabilities.

common      Normal, Uniform, Bernoulli, Categorical, Independent
numbers     Exponential, Laplace, Gamma, Beta, Poisson ...: of numbers
vectors     Dirichlet, MultivariateNormal, Multinomial, OneHotCategorical, MixtureSameFamily
relaxed     RelaxedBernoulli, RelaxedOneHotCategorical: differentiable draws of nearly one class
transforms  invertible functions, TransformedDistribution, LogNormal, Gumbel
kl          kl_divergence of two of one kind

log_prob, entropy and kl_divergence are compositions of ops, so gradients flow to the parameters; rsample draws as a
function of the parameters (Kingma and Welling, 2014, https://arxiv.org/abs/1312.6114), sample as a constant. A sample
has the shape `sample_shape + batch_shape + event_shape`.
"""

from . import common, kl, numbers, relaxed, transforms, vectors
from .common import *
from .kl import *
from .numbers import *
from .relaxed import *
from .transforms import *
from .vectors import *

__all__: list[str] = []
__all__ += common.__all__
__all__ += kl.__all__
__all__ += numbers.__all__
__all__ += relaxed.__all__
__all__ += transforms.__all__
__all__ += vectors.__all__

"""Layers as functions, with PyTorch's names: `F.linear`, `F.relu`, `F.cross_entropy` ... By family:

activation     relu, gelu, softmax ... and those that write in place, relu_ ...
stochastic     rrelu, gumbel_softmax
attention      scaled_dot_product_attention, multi_head_attention_forward
bag            embedding_bag
layer          linear, embedding, dropout, pad ...
normalization  batch_norm, layer_norm ...
distance       normalize, cosine_similarity ...
loss           cross_entropy, mse_loss and other common losses
regression     losses of numbers and distributions
margin         losses with a margin
ctc            ctc_loss

Everything is composed of ops and has no derivative rules of its own: the gradients follow.
"""

from . import activation, attention, bag, ctc, distance, layer, loss, margin, normalization, regression, stochastic
from .activation import *
from .attention import *
from .bag import *
from .ctc import *
from .distance import *
from .layer import *
from .loss import *
from .margin import *
from .normalization import *
from .regression import *
from .stochastic import *

__all__: list[str] = []
__all__ += activation.__all__
__all__ += attention.__all__
__all__ += bag.__all__
__all__ += ctc.__all__
__all__ += distance.__all__
__all__ += layer.__all__
__all__ += loss.__all__
__all__ += margin.__all__
__all__ += normalization.__all__
__all__ += regression.__all__
__all__ += stochastic.__all__

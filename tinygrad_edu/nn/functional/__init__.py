"""Layers as functions, with PyTorch's names: `F.linear`, `F.relu`, `F.cross_entropy` ... By family:

activation     relu, gelu, softmax ... and those that write in place, relu_ ...
layer          linear, embedding, one_hot ...
conv           convolutions, unfold, fold
pooling        max_pool2d, avg_pool2d, max_unpool2d ...
adaptive       pooling to a given size
padding        pad
dropouts       dropout, dropout2d, alpha_dropout ...
resize         interpolate, pixel_shuffle ...
grid           grid_sample, affine_grid
stochastic     rrelu, gumbel_softmax
attention      scaled_dot_product_attention, multi_head_attention_forward
bag            embedding_bag
normalization  batch_norm, layer_norm ...
distance       normalize, cosine_similarity ...
loss           cross_entropy, mse_loss and other common losses
regression     losses of numbers and distributions
margin         losses with a margin
ctc            ctc_loss

Everything is composed of ops and has no derivative rules of its own: the gradients follow.
"""

from . import (
    activation,
    adaptive,
    attention,
    bag,
    conv,
    ctc,
    distance,
    dropouts,
    grid,
    layer,
    loss,
    margin,
    normalization,
    padding,
    pooling,
    regression,
    resize,
    stochastic,
)
from .activation import *
from .adaptive import *
from .attention import *
from .bag import *
from .conv import *
from .ctc import *
from .distance import *
from .dropouts import *
from .grid import *
from .layer import *
from .loss import *
from .margin import *
from .normalization import *
from .padding import *
from .pooling import *
from .reduction import with_older_names
from .regression import *
from .resize import *
from .stochastic import *

__all__: list[str] = []
__all__ += activation.__all__
__all__ += adaptive.__all__
__all__ += attention.__all__
__all__ += bag.__all__
__all__ += conv.__all__
__all__ += ctc.__all__
__all__ += distance.__all__
__all__ += dropouts.__all__
__all__ += grid.__all__
__all__ += layer.__all__
__all__ += loss.__all__
__all__ += margin.__all__
__all__ += normalization.__all__
__all__ += padding.__all__
__all__ += pooling.__all__
__all__ += regression.__all__
__all__ += resize.__all__
__all__ += stochastic.__all__

for _name in (*loss.__all__, *margin.__all__, *regression.__all__, *ctc.__all__):
    globals()[_name] = with_older_names(globals()[_name])

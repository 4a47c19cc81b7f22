"""Layers as functions, with PyTorch's names: `F.linear`, `F.relu`, `F.cross_entropy` ... By family:

activation     relu, gelu, softmax ... and those that write in place, relu_ ...
layer          linear, embedding, one_hot ...
bag            embedding_bag
conv           convolutions, unfold, fold
pooling        max_pool2d, avg_pool2d, max_unpool2d ...
adaptive       pooling to a given size
padding        pad
dropouts       dropout, dropout2d, alpha_dropout ...
resize         interpolate, pixel_shuffle ...
grid           grid_sample, affine_grid
normalization  batch_norm, layer_norm ...
distance       normalize, cosine_similarity ...
loss           cross_entropy, mse_loss and other common losses
regression     losses of numbers and distributions
margin         losses with a margin

Everything is composed of ops and has no derivative rules of its own: the gradients follow.
"""

from . import (
    activation,
    adaptive,
    bag,
    conv,
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
)
from .activation import *
from .adaptive import *
from .bag import *
from .conv import *
from .distance import *
from .dropouts import *
from .grid import *
from .layer import *
from .loss import *
from .margin import *
from .normalization import *
from .padding import *
from .pooling import *
from .regression import *
from .resize import *

__all__: list[str] = []
__all__ += activation.__all__
__all__ += adaptive.__all__
__all__ += bag.__all__
__all__ += conv.__all__
__all__ += distance.__all__
__all__ += layer.__all__
__all__ += loss.__all__
__all__ += margin.__all__
__all__ += normalization.__all__
__all__ += dropouts.__all__
__all__ += grid.__all__
__all__ += padding.__all__
__all__ += pooling.__all__
__all__ += resize.__all__
__all__ += regression.__all__

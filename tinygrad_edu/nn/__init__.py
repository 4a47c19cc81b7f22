"""Modules: layers, activations, losses, containers, and how their parameters start.

module      `Module`: registration, `parameters()`, `state_dict()`, hooks
parameter   `Parameter`
functional  the same computations as functions
init        initial values
utils       clipping gradients, parameters as one vector; sequences of different lengths
"""

from . import (
    activation,
    adaptive,
    attention,
    batchnorm,
    container,
    conv,
    distance,
    dropout,
    embedding,
    functional,
    init,
    linear,
    loss,
    module,
    normalization,
    padding,
    parameter,
    parameter_container,
    pooling,
    resize,
    rnn,
    rnn_base,
    rnn_cell,
    transformer,
    transformer_layer,
    utils,
)
from .activation import *
from .adaptive import *
from .attention import *
from .batchnorm import *
from .container import *
from .conv import *
from .distance import *
from .dropout import *
from .embedding import *
from .linear import *
from .loss import *
from .module import *
from .normalization import *
from .padding import *
from .parameter import *
from .parameter_container import *
from .pooling import *
from .resize import *
from .rnn import *
from .rnn_base import *
from .rnn_cell import *
from .transformer import *
from .transformer_layer import *

__all__ = [
    "functional",
    "init",
    "utils",
]
__all__ += activation.__all__
__all__ += adaptive.__all__
__all__ += attention.__all__
__all__ += batchnorm.__all__
__all__ += container.__all__
__all__ += conv.__all__
__all__ += distance.__all__
__all__ += dropout.__all__
__all__ += embedding.__all__
__all__ += linear.__all__
__all__ += loss.__all__
__all__ += module.__all__
__all__ += normalization.__all__
__all__ += padding.__all__
__all__ += parameter.__all__
__all__ += parameter_container.__all__
__all__ += pooling.__all__
__all__ += resize.__all__
__all__ += rnn.__all__
__all__ += rnn_base.__all__
__all__ += rnn_cell.__all__
__all__ += transformer.__all__
__all__ += transformer_layer.__all__

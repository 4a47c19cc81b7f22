"""Modules: layers, activations, losses, containers, and how their parameters start.

module      `Module`: registration, `parameters()`, `state_dict()`, hooks
parameter   `Parameter`
functional  the same computations as functions
init        initial values
utils       clipping gradients, parameters as one vector
"""

from . import (
    activation,
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
    utils,
)
from .activation import *
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

__all__ = [
    "functional",
    "init",
    "utils",
]
__all__ += activation.__all__
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

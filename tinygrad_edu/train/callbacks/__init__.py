"""Callbacks: objects whose methods are called at events of the training, and may change its course.

callback.py has the base class and the events; stopping.py the rules that end a training, saver.py the checkpoints,
tuning.py learning rate schedules and gradient clipping, loggers.py logs in files.
"""

from . import callback, loggers, saver, stopping, tuning
from .callback import *
from .loggers import *
from .saver import *
from .stopping import *
from .tuning import *

__all__: list[str] = []
__all__ += callback.__all__
__all__ += loggers.__all__
__all__ += saver.__all__
__all__ += stopping.__all__
__all__ += tuning.__all__

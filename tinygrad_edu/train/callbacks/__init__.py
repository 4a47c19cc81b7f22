"""Callbacks: what is told of the events of a training, and may change its course.

callback.py has the base class and the events; stopping.py the rules that end a training, saver.py the checkpoints,
tuning.py learning rate schedules and gradient clipping, loggers.py logs in files.
"""

from .callback import EVENTS, Callback
from .loggers import CSV, JSONLines, Logger, TensorBoard
from .saver import BEST, LAST, Checkpoint
from .stopping import (
    EarlyStopping,
    StopAfterSteps,
    StopAfterTime,
    StopAtLoss,
    StopWhenNoImprovement,
    StopWhenNotFinite,
)
from .tuning import GradientClipping, Schedule

__all__ = [
    "BEST",
    "CSV",
    "EVENTS",
    "LAST",
    "Callback",
    "Checkpoint",
    "EarlyStopping",
    "GradientClipping",
    "JSONLines",
    "Logger",
    "Schedule",
    "StopAfterSteps",
    "StopAfterTime",
    "StopAtLoss",
    "StopWhenNoImprovement",
    "StopWhenNotFinite",
    "TensorBoard",
]

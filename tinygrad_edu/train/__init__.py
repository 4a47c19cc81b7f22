"""Training: the loop with its callbacks, metrics and checkpoints.

    learner = Learner(model, (train_batches, test_batches), loss, optimizer, metrics=[accuracy],
                      callbacks=[EarlyStopping("valid_loss"), Checkpoint("run")])
    history = learner.fit(epochs=6)
    history.epochs[-1].valid["accuracy"]

Reading order: learner.py (the loop), loop.py (for a step that is written out), callbacks/ (everything else that happens
in them), checkpoint.py.
"""

from . import callbacks, history, loop, lr_finder, metrics, streaming
from .callbacks.callback import *
from .callbacks.loggers import *
from .callbacks.saver import *
from .callbacks.stopping import *
from .callbacks.tuning import *
from .checkpoint import CheckpointError
from .divergence import DivergenceError
from .evaluate import evaluate
from .history import *
from .learner import Learner
from .loop import *
from .lr_finder import *
from .metrics import *
from .streaming import *

__all__ = [
    "CheckpointError",
    "DivergenceError",
    "Learner",
    "evaluate",
]
__all__ += callbacks.__all__
__all__ += history.__all__
__all__ += loop.__all__
__all__ += lr_finder.__all__
__all__ += metrics.__all__
__all__ += streaming.__all__

"""Training: the loop with its callbacks, metrics, checkpoints, and the folder that a run leaves behind.

    learner = Learner(model, (train_batches, test_batches), loss, optimizer, metrics=[accuracy],
                      callbacks=[EarlyStopping("valid_loss"), Checkpoint("run")])
    history = learner.fit(epochs=6)
    history.epochs[-1].valid["accuracy"]

Reading order: learner.py (the loop), callback.py (its events), stopping.py and its like, checkpoint.py.
"""

from tinygrad_edu.files import write_whole
from tinygrad_edu.train.callback import Callback
from tinygrad_edu.train.checkpoint import CheckpointError
from tinygrad_edu.train.checkpointing import BEST, LAST, Checkpoint
from tinygrad_edu.train.evaluate import evaluate
from tinygrad_edu.train.history import Epoch, History
from tinygrad_edu.train.learner import Learner
from tinygrad_edu.train.loggers import CSV, JSONLines, TensorBoard
from tinygrad_edu.train.lr_finder import LRRange, find_lr
from tinygrad_edu.train.metrics import (
    accuracy,
    confusion_matrix,
    f1_score,
    mean_absolute_error,
    precision,
    recall,
    top_k_accuracy,
)
from tinygrad_edu.train.network import ACTIVATIONS, Network
from tinygrad_edu.train.run import RunError, check_new, new_folder, write_run
from tinygrad_edu.train.stopping import (
    EarlyStopping,
    StopAfterSteps,
    StopAfterTime,
    StopAtLoss,
    StopWhenNoImprovement,
    StopWhenNotFinite,
)
from tinygrad_edu.train.streaming import (
    Accuracy,
    ConfusionMatrix,
    F1Score,
    Mean,
    MeanAbsoluteError,
    Metric,
    Precision,
    Recall,
)
from tinygrad_edu.train.tuning import GradientClipping, Schedule
from tinygrad_edu.train.weights import WeightsError, load_weights, save_weights

__all__ = [
    "ACTIVATIONS",
    "BEST",
    "CSV",
    "LAST",
    "Accuracy",
    "Callback",
    "Checkpoint",
    "CheckpointError",
    "ConfusionMatrix",
    "EarlyStopping",
    "Epoch",
    "F1Score",
    "GradientClipping",
    "History",
    "JSONLines",
    "LRRange",
    "Learner",
    "Mean",
    "MeanAbsoluteError",
    "Metric",
    "Network",
    "Precision",
    "Recall",
    "RunError",
    "Schedule",
    "StopAfterSteps",
    "StopAfterTime",
    "StopAtLoss",
    "StopWhenNoImprovement",
    "StopWhenNotFinite",
    "TensorBoard",
    "WeightsError",
    "accuracy",
    "check_new",
    "confusion_matrix",
    "evaluate",
    "f1_score",
    "find_lr",
    "load_weights",
    "mean_absolute_error",
    "new_folder",
    "precision",
    "recall",
    "save_weights",
    "top_k_accuracy",
    "write_run",
    "write_whole",
]

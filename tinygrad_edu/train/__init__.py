"""Training: the loop with its callbacks, metrics and checkpoints.

    learner = Learner(model, (train_batches, test_batches), loss, optimizer, metrics=[accuracy],
                      callbacks=[EarlyStopping("valid_loss"), Checkpoint("run")])
    history = learner.fit(epochs=6)
    history.epochs[-1].valid["accuracy"]

Reading order: learner.py (the loop), callbacks/ (everything else that happens in it), checkpoint.py.
"""

from .callbacks import (
    BEST,
    CSV,
    LAST,
    Callback,
    Checkpoint,
    EarlyStopping,
    GradientClipping,
    JSONLines,
    Schedule,
    StopAfterSteps,
    StopAfterTime,
    StopAtLoss,
    StopWhenNoImprovement,
    StopWhenNotFinite,
    TensorBoard,
)
from .checkpoint import CheckpointError
from .divergence import DivergenceError
from .evaluate import evaluate
from .history import Epoch, History
from .learner import Learner
from .lr_finder import LRRange, find_lr
from .metrics import (
    accuracy,
    confusion_matrix,
    f1_score,
    mean_absolute_error,
    precision,
    recall,
    top_k_accuracy,
)
from .streaming import (
    Accuracy,
    ConfusionMatrix,
    F1Score,
    Mean,
    MeanAbsoluteError,
    Metric,
    Precision,
    Recall,
)

__all__ = [
    "BEST",
    "CSV",
    "LAST",
    "Accuracy",
    "Callback",
    "Checkpoint",
    "CheckpointError",
    "ConfusionMatrix",
    "DivergenceError",
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
    "Precision",
    "Recall",
    "Schedule",
    "StopAfterSteps",
    "StopAfterTime",
    "StopAtLoss",
    "StopWhenNoImprovement",
    "StopWhenNotFinite",
    "TensorBoard",
    "accuracy",
    "confusion_matrix",
    "evaluate",
    "f1_score",
    "find_lr",
    "mean_absolute_error",
    "precision",
    "recall",
    "top_k_accuracy",
]

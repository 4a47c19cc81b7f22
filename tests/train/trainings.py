"""A training with all that has a state, for the tests of checkpoints."""

from tests.train.problem import LOSS, batches, network
from tinygrad_edu import nn, optim
from tinygrad_edu.optim import lr_scheduler
from tinygrad_edu.train import EarlyStopping, Learner, Schedule


def everything(*callbacks, optimizer="SGD", scheduler="OneCycleLR"):
    """A training with all that has a state: dropout, batch norm, momentum, schedules, shuffling."""
    model = network(nn.Tanh, nn.BatchNorm1d(8), nn.Dropout(0.3))
    options = {"SGD": {"lr": 0.1, "momentum": 0.9}}.get(optimizer, {"lr": 0.01})
    optimizer = getattr(optim, optimizer)(model.parameters(), **options)
    made = {
        "OneCycleLR": lambda: lr_scheduler.OneCycleLR(optimizer, max_lr=0.2, total_steps=20),
        "ReduceLROnPlateau": lambda: lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, threshold=0.5),
        "StepLR": lambda: lr_scheduler.StepLR(optimizer, 3),
        "MultiStepLR": lambda: lr_scheduler.MultiStepLR(optimizer, [2, 5, 9], gamma=0.5),
        "CosineAnnealingWarmRestarts": lambda: lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 4),
    }[scheduler]()
    stopping = EarlyStopping(patience=50, restore_best=True)
    return Learner(
        model, (batches(), batches()), LOSS, optimizer, callbacks=[Schedule(made, "batch"), stopping, *callbacks]
    )


def deeds(history):
    """All of a history but the times."""
    return history.step_losses, [(row.epoch, row.fraction, row.train_loss, row.valid) for row in history.epochs]

"""A training that `test_kill.py` runs in processes of their own, and kills: python -m tests.train.killed FOLDER"""

import sys

from threadpoolctl import threadpool_limits

import tinygrad_edu as tg
from tinygrad_edu import data, nn, optim
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.optim import lr_scheduler
from tinygrad_edu.train import Callback, Checkpoint, EarlyStopping, JSONLines, Learner, Schedule, accuracy

EPOCHS, BATCH = 5, 48


class Announce(Callback):
    """Says when training begins."""

    def on_fit_begin(self, learner):
        print("begins", flush=True)


def training(folder, *callbacks):
    """A small net on the built-in digits: dropout, batch norm, momentum, a schedule, shuffling."""
    tg.manual_seed(7)
    train, test = (TensorDataset(*map(tg.tensor, pair)) for pair in data.load("digits").scaled())
    model = nn.Sequential(nn.Linear(64, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Dropout(0.2), nn.Linear(24, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    batches = DataLoader(train, BATCH, shuffle=True), DataLoader(test, 1000)
    schedule = lr_scheduler.OneCycleLR(optimizer, max_lr=0.2, total_steps=EPOCHS * len(batches[0]))
    kept = [Schedule(schedule, "batch"), EarlyStopping(patience=50), JSONLines(folder / "log.jsonl", "batch")]
    keeper = Checkpoint(folder, every_steps=3, best="valid_loss")
    return Learner(model, batches, nn.CrossEntropyLoss(), optimizer, [accuracy], [*kept, keeper, *callbacks])


if __name__ == "__main__":
    from pathlib import Path

    with threadpool_limits(1):
        training(Path(sys.argv[1]), Announce()).fit(EPOCHS)

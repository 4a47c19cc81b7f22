"""Lesson 9: how far do layers alone go? Ninety-nine percent, without a convolution.

Three things beyond lesson 8. Every epoch shows each digit slightly rotated, scaled, sheared and bent, so that the
network never sees the same image twice (Simard, Steinkraus and Platt 2003). Dropout keeps units from relying on each
other (Srivastava et al. 2014). The learning rate rises and falls once, in one long cycle (Smith and Topin 2018).

    python examples/09_best_mlp.py          # or: tinygrad-edu train --preset best-mlp      (some minutes)
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.data import transforms as T
from tinygrad_edu.train import Callback, Learner, Schedule, accuracy
from tinygrad_edu.viz import plots

EPOCHS, BATCH_SIZE, RATE = 40, 256, 2e-3


class Report(Callback):
    def on_epoch_end(self, learner):
        row = learner.history.epochs[-1]
        print(f"epoch {row.epoch:>2}  loss {row.train_loss:.4f}  test accuracy {row.valid['accuracy']:.2%}", flush=True)


def network(side):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(side * side, 800), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(800, 400), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(400, 10),
    )  # fmt: skip


def step(digits):
    """One step, on four images as they are."""
    images, labels = (tg.tensor(part[:4]) for part in digits.scaled(flat=False)[0])
    model = network(images.shape[-1])
    loss = nn.functional.cross_entropy(model(images), labels)
    return loss, {"images": images, "labels": labels, "loss": loss}, model


def lesson(digits):
    train, test = (TensorDataset(*map(tg.tensor, pair)) for pair in digits.scaled(flat=False))
    bent = T.Compose([T.RandomAffine(12, scale=(0.85, 1.15), shear=12, translate=(0.05, 0.05)), T.ElasticDistortion()])
    batches = DataLoader(train, BATCH_SIZE, shuffle=True, transform=bent, num_workers=1)

    model = network(train.tensors[0].shape[-1])
    optimizer = optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    cycle = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=EPOCHS * len(batches))
    learner = Learner(
        model,
        (batches, DataLoader(test, batch_size=1000)),
        nn.CrossEntropyLoss(),
        optimizer,
        metrics=[accuracy],
        callbacks=[Schedule(cycle, every="batch"), Report()],
    )
    history = learner.fit(EPOCHS)

    images, labels = test.tensors
    probabilities = tg.softmax(learner.predict(images), 1)
    sample = train.tensors[0][:12]
    facts = {"test_accuracy": history.epochs[-1].valid["accuracy"], "epochs": EPOCHS}
    return facts, {
        "accuracy": plots.accuracy_curves(history),
        "distorted": plots.before_after(sample, bent(sample.numpy())),
        "mistakes": plots.confident_mistakes(images, probabilities, labels, title="What it still misreads"),
    }


if __name__ == "__main__":
    run(lesson)

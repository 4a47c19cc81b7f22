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
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import plots

EPOCHS, BATCH_SIZE, RATE = 40, 256, 2e-3


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


def scores_of(model, images):
    model.eval()
    with tg.no_grad():
        scores = model(images)
    model.train()
    return scores


def lesson(digits, loop=Loop):
    train, (test_x, test_y) = (list(map(tg.tensor, pair)) for pair in digits.scaled(flat=False))
    bent = T.Compose([T.RandomAffine(12, scale=(0.85, 1.15), shear=12, translate=(0.05, 0.05)), T.ElasticDistortion()])
    batches = DataLoader(TensorDataset(*train), BATCH_SIZE, shuffle=True, transform=bent, num_workers=1)

    model = network(test_x.shape[-1])
    optimizer = optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    cycle = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=EPOCHS * len(batches))
    loop = loop(batches, EPOCHS, model=model, optimizer=optimizer, cycle=cycle)
    for x, y in loop:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        cycle.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            loop.log(test_accuracy=(scores_of(model, test_x).argmax(1) == test_y).float().mean().item())

    scores = scores_of(model, test_x)
    facts = {"test_accuracy": (scores.argmax(1) == test_y).float().mean().item()}
    return facts, {
        "accuracy": plots.accuracy_curves([{"test_accuracy": a} for a in loop.history["test_accuracy"]]),
        "distorted": plots.before_after(train[0][:12], bent(train[0][:12].numpy())),
        "mistakes": plots.confident_mistakes(test_x, tg.softmax(scores, 1), test_y, title="What it still misreads"),
    }


if __name__ == "__main__":
    run(lesson)

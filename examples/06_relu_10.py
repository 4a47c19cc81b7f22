"""Lesson 6: gradient descent, and what Adam adds.

A small network, 784-10-10 with a ReLU and a softmax, sees all 41,000 training images in every step. Plain gradient
descent works, slowly: every weight gets the same learning rate. Adam gives each its own, and needs a tenth as many.

The data is a table as Kaggle gives it, 42,000 rows of which 1,000 are held out; from MNIST's own files the first 42,000
images are taken.

    python examples/06_relu_10.py           # or: tinygrad-edu train --preset relu-10
"""

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.viz import plots

ROWS, STEPS = 42000, 500


def network(pixels):
    return nn.Sequential(nn.Linear(pixels, 10), nn.ReLU(), nn.Linear(10, 10))


def step(digits):
    """One step, on four images."""
    x, y = (tg.tensor(part[:4]) for part in digits.scaled()[0])
    model = network(x.shape[1])
    loss = nn.functional.cross_entropy(model(x), y)
    return loss, {"images": x, "labels": y, "loss": loss}, model


def accuracy(model, x, y):
    with tg.no_grad():
        return (model(x).argmax(1) == y).float().mean().item()


def descend(model, optimizer, x, y, steps):
    """Full-batch training; the training accuracy every 10 steps."""
    print(type(optimizer).__name__)
    losses, accuracies = [], []
    for step in range(1, steps + 1):
        scores = model(x)
        loss = nn.functional.cross_entropy(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % 10 == 0:
            accuracies.append((scores.argmax(1) == y).float().mean().item())
            print(f"  step {step:>3}  loss {losses[-1]:.4f}  accuracy {accuracies[-1]:.2%}")
    return losses, accuracies


def lesson(digits):
    images, labels = (tg.tensor(np.concatenate(part)[:ROWS]) for part in zip(*digits.scaled(), strict=True))
    held_out = min(1000, len(images) // 10)
    x, y, dev_x, dev_y = images[held_out:], labels[held_out:], images[:held_out], labels[:held_out]

    plain, adaptive = network(x.shape[1]), network(x.shape[1])
    adaptive.load_state_dict(plain.state_dict())  # both start from the same weights

    losses, slow = descend(plain, optim.SGD(plain.parameters(), lr=0.1), x, y, STEPS)
    adam_losses, fast = descend(adaptive, optim.Adam(adaptive.parameters(), lr=0.03), x, y, STEPS // 5)

    reached = 10 * (1 + next((i for i, a in enumerate(fast) if a >= slow[-1]), len(fast)))
    print(f"Adam is as good after {reached} steps as gradient descent after {STEPS}")
    found = {"test_accuracy": accuracy(plain, dev_x, dev_y), "adam_test_accuracy": accuracy(adaptive, dev_x, dev_y)}
    facts = {"train_accuracy": slow[-1], **found, "adam_steps_to_the_same": reached}
    probabilities = tg.softmax(plain(dev_x[:4]), 1).detach()
    return facts, {
        "descent_and_adam": plots.compare_runs({"gradient descent": losses, "Adam": adam_losses}, measure="step_loss"),
        "samples": plots.predictions(dev_x[:4], probabilities, dev_y[:4]),
    }


if __name__ == "__main__":
    run(lesson)

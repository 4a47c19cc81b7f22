"""Lesson 7: a network of the old school, and what forty years have changed.

784-500-500-10, a sigmoid after every layer, one image a step, learning rate 0.001. Weights and biases are drawn from
N(0, sqrt(2 / (inputs + outputs))). The loss is the binary cross-entropy summed over the ten outputs, because its slope
at an output is then prediction - truth, nothing else. It learns, slowly. The same layers with cross-entropy, Adam and
batches of 128, in steps that fade away, leave it behind in the first epoch.

    python examples/07_sigmoid_500.py       # or: tinygrad-edu train --preset sigmoid-500      (some minutes)
"""

import itertools
import math

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Learner, Schedule, accuracy
from tinygrad_edu.viz import plots

HIDDEN = [500, 500]  # any number of layers
EPOCHS = 4


def old_school(sizes):
    """Layers with a sigmoid between them; the last sigmoid is part of the loss."""
    layers = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layer = nn.Linear(fan_in, fan_out)
        for parameter in (layer.weight, layer.bias):  # the bias counts as one more row of weights
            nn.init.normal_(parameter, std=math.sqrt(2 / (fan_in + fan_out)))
        layers += [layer, nn.Sigmoid()]
    return nn.Sequential(*layers[:-1])


def summed_binary_cross_entropy(logits, labels):
    truth = nn.functional.one_hot(labels, 10).float()
    return nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="sum")


def step(digits):
    """One step of the old school, on one image."""
    images, labels = digits.scaled()[0]
    model, image = old_school([images.shape[1], *HIDDEN, 10]), tg.tensor(images[:1])
    loss = summed_binary_cross_entropy(model(image), labels[:1])
    return loss, {"image": image, "loss": loss}, model


def lesson(digits):
    train, test = (TensorDataset(*map(tg.tensor, pair)) for pair in digits.scaled())
    sizes = [train.tensors[0].shape[1], *HIDDEN, 10]
    test_batches = DataLoader(test, batch_size=1000)

    def learn(model, loss, optimizer, batch_size, epochs, *callbacks):
        batches = DataLoader(train, batch_size=batch_size, shuffle=True)
        learner = Learner(model, (batches, test_batches), loss, optimizer, [accuracy], callbacks)
        history = learner.fit(epochs)
        found = [row.valid["accuracy"] for row in history.epochs]
        print("test accuracy by epoch:", "  ".join(f"{a:.2%}" for a in found))
        return history, found

    old = old_school(sizes)
    slow, old_found = learn(old, summed_binary_cross_entropy, optim.SGD(old.parameters(), lr=0.001), 1, EPOCHS)
    new = nn.Sequential(*(layer for a, b in itertools.pairwise(sizes) for layer in (nn.Linear(a, b), nn.ReLU())))[:-1]
    adam = optim.Adam(new.parameters(), lr=1e-3)
    fading = Schedule(optim.lr_scheduler.CosineAnnealingLR(adam, T_max=10))  # ever smaller steps
    quick, new_found = learn(new, nn.CrossEntropyLoss(), adam, 128, 10, fading)

    return {"test_accuracy": new_found[-1], "old_school": old_found, "modern": new_found}, {
        "old_school": plots.accuracy_curves(slow, title="Sigmoids, one image a step"),
        "modern": plots.accuracy_curves(quick, title="ReLU, cross-entropy, Adam, batches of 128"),
        "weights": plots.weight_images(old, title="First layer of the old school"),
    }


if __name__ == "__main__":
    run(lesson)

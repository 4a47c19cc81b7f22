"""Lesson 8: a network as a Module.

784-50-10, the way it is written in PyTorch: layers are attributes, `forward` says how they follow each other, and
`parameters()` finds them all. Cross-entropy, Adam, and the loss of every batch as a curve.

    python examples/08_mnist_nn.py          # or: tinygrad-edu train --preset mnist-nn
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.viz import draw, plots

EPOCHS = 5


class Net(nn.Module):
    def __init__(self, pixels):
        super().__init__()
        self.hidden = nn.Linear(pixels, 50)
        self.output = nn.Linear(50, 10)

    def forward(self, x):
        return self.output(self.hidden(x).relu())


def step(digits, model=None):
    """One step, on four images."""
    images, labels = (tg.tensor(part[:4]) for part in digits.scaled()[0])
    model = model or Net(images.shape[1])
    loss = nn.functional.cross_entropy(model(images), labels)
    return loss, {"images": images, "labels": labels, "loss": loss}, model


def training(model):
    """What is done with each batch, and the optimiser."""
    optimizer = optim.Adam(model.parameters(), lr=1e-3)

    def learn(images, labels):
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return learn, optimizer


def lesson(digits):
    (images, labels), (test_x, test_y) = (map(tg.tensor, pair) for pair in digits.scaled())
    train = TensorDataset(images, labels)

    print(model := Net(images.shape[1]))
    learn, optimizer = training(model)
    losses, accuracies = [], []
    for epoch in range(1, EPOCHS + 1):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            losses.append(learn(x, y).item())
        with tg.no_grad():
            accuracies.append((model(test_x).argmax(1) == test_y).float().mean().item())
        print(f"epoch {epoch}: loss of the last batch {losses[-1]:.3f}, test accuracy {accuracies[-1]:.2%}")

    enough = next((i for i, a in enumerate(accuracies, start=1) if a >= 0.961), None)
    facts = {"test_accuracy": accuracies[-1], "accuracy_by_epoch": accuracies, "epochs_to_96.1": enough}
    with tg.no_grad():
        scores = model(test_x)
    loss, names, _ = step(digits, model)
    optimizer.zero_grad()
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    return facts, {
        "batch_losses": plots.loss_curves(losses, title="Loss of every batch"),
        "mistakes": plots.confident_mistakes(test_x, tg.softmax(scores, 1), test_y),
        "confusion": plots.confusion_matrix(test_y, scores.argmax(1)),
        "step": draw(loss, module=model, names=names, direction="TB"),
    }


if __name__ == "__main__":
    run(lesson)

"""Lesson 11: a network with a memory reads a digit row by row.

An LSTM sees one row of pixels after the other and carries a state h from row to row (Hochreiter and Schmidhuber 1997).
From h one linear layer answers after every row, so that we can watch the network make up its mind: after five rows it
cannot know, after twenty it is mostly sure. The loss is the mean over all rows, so each answer learns to be as good as
what was seen so far allows.

    python examples/11_rows_lstm.py          # or: tinygrad-edu train --preset rows-lstm      (some minutes)
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Loop
from tinygrad_edu.viz import draw, plots

EPOCHS, BATCH_SIZE, RATE = 8, 64, 2e-3


class Reader(nn.Module):
    def __init__(self, columns, hidden=128):
        super().__init__()
        self.lstm = nn.LSTM(columns, hidden, batch_first=True)
        self.output = nn.Linear(hidden, 10)

    def forward(self, images):
        """Images (N, rows, columns); scores of the ten digits after each row, (N, rows, 10)."""
        h, _ = self.lstm(images)
        return self.output(h)


def loss_of(scores, labels):
    """The cross-entropy of the answers after each row, in the mean."""
    return nn.functional.cross_entropy(scores.flatten(0, 1), labels.repeat_interleave(scores.shape[1]))


def train(digits, loop=Loop):
    """The trained network, and the loop, which knows the losses."""
    (images, labels), (test_images, test_labels) = digits.scaled(flat=False)
    training = TensorDataset(tg.from_numpy(images[:, 0]), tg.from_numpy(labels))
    test_x, test_y = tg.from_numpy(test_images[:, 0]), tg.from_numpy(test_labels)

    model = Reader(columns=images.shape[-1])
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    batches = DataLoader(training, batch_size=BATCH_SIZE, shuffle=True)
    falling = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * len(batches))
    loop = loop(batches, EPOCHS, model=model, optimizer=optimizer, falling=falling)
    for x, y in loop:
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        falling.step()
        loop.log(loss=loss.item())
        if loop.end_of_epoch:
            with tg.no_grad():
                right = model(test_x)[:, -1].argmax(1) == test_y
            loop.log(test_accuracy=right.float().mean().item())
    return model, loop


def step(digits, model=None):
    """One step, on four images."""
    images, labels = (tg.tensor(part[:4]) for part in digits.scaled(flat=False)[0])
    images = images[:, 0]
    model = model or Reader(images.shape[-1])
    loss = loss_of(model(images), labels)
    return loss, {"images": images, "labels": labels, "loss": loss}, model


def lesson(digits, loop=Loop):
    model, loop = train(digits, loop)
    _, (images, labels) = digits.scaled(flat=False)
    images = tg.tensor(images[:, 0])
    with tg.no_grad():
        states, _ = model.lstm(images)
        probabilities = tg.softmax(model.output(states), -1)
    right = (probabilities.argmax(-1).numpy() == labels[:, None]).mean(0)  # the share, after each row
    first = [int((labels == digit).argmax()) for digit in range(10)]  # an image of each digit

    facts = {
        "test_accuracy": float(right[-1]),
        "accuracy_after_half_the_rows": float(right[len(right) // 2 - 1]),
        "accuracy_by_epoch": loop.history.get("test_accuracy", []),
    }
    loss, names, _ = step(digits, model)
    model.zero_grad()
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    return facts, {
        "losses": plots.loss_curves(loop.history["loss"], title="Loss of every batch, mean over all rows"),
        "reading": plots.sequences(
            probabilities[first], images[first], title="What it takes each digit for, row by row"
        ),
        "states": plots.sequences(states[first[2:4]], images[first[2:4]], title="The state h after each row"),
        "mistakes": plots.confident_mistakes(images, probabilities[:, -1], labels),
        "step": draw(loss, module=model, names=names, direction="TB"),
    }


if __name__ == "__main__":
    run(lesson)

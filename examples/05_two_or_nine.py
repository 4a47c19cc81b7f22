"""Lesson 5: a two or a nine? From one line to two layers.

Only the digits 2 and 9. A linear model gives a score, the sigmoid makes it a probability p that it is a 9, and the
loss is simply how far p is from the truth: 1 - p for a nine, p for a two. First gradient descent on all images at once
beside stochastic gradient descent on 64 at a time; then two layers with a ReLU, which see what a line cannot.

    python examples/05_two_or_nine.py       # or: tinygrad-edu train --preset two-or-nine
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.data import DataLoader, TensorDataset
from tinygrad_edu.train import Learner
from tinygrad_edu.viz import plots


def twos_and_nines(images, labels):
    chosen = (labels == 2) | (labels == 9)
    return TensorDataset(tg.tensor(images[chosen]), tg.tensor((labels[chosen] == 9)[:, None].astype("float32")))


def distance(scores, y):
    """How far the probability is from the truth, on average."""
    p = scores.sigmoid()
    return tg.where(y == 1, 1 - p, p).mean()


def two_layers(pixels):
    return nn.Sequential(nn.Linear(pixels, 100), nn.ReLU(), nn.Linear(100, 1))


def step(digits):
    """One step of the two layers, on four images."""
    images, y = (tensor[:4] for tensor in twos_and_nines(*digits.scaled()[0]).tensors)
    model = two_layers(images.shape[1])
    loss = distance(model(images), y)
    return loss, {"images": images, "nine": y, "loss": loss}, model


def accuracy(scores, y):
    return ((scores > 0) == (y == 1)).float().mean()


def lesson(digits):
    train, test = (twos_and_nines(*pair) for pair in digits.scaled())
    pixels = train.tensors[0].shape[1]
    test_batches = DataLoader(test, batch_size=len(test))

    def learn(model, epochs, batch_size, **options):
        batches = DataLoader(train, batch_size=batch_size, shuffle=True)
        optimizer = optim.SGD(model.parameters(), **options)
        learner = Learner(model, (batches, test_batches), distance, optimizer, metrics=[accuracy])
        history = learner.fit(epochs)
        return history, learner.evaluate()["accuracy"]

    line, same_line = nn.Linear(pixels, 1), nn.Linear(pixels, 1)
    same_line.load_state_dict(line.state_dict())
    deep = two_layers(pixels)

    full_batch, descent = learn(line, 20, batch_size=len(train), lr=1.0)  # one step an epoch
    mini_batch, stochastic = learn(same_line, 20, batch_size=64, lr=1.0)  # 187 steps an epoch
    deeper, two = learn(deep, 60, batch_size=64, lr=0.1, momentum=0.9)

    print(f"20 epochs of gradient descent             {descent:.2%}")
    print(f"20 epochs of stochastic gradient descent  {stochastic:.2%}")
    print(f"two layers, 60 epochs                     {two:.2%}")
    facts = {"linear_accuracy": stochastic, "full_batch_accuracy": descent, "test_accuracy": two}
    image = test.tensors[0][0]
    return facts, {
        "descent": plots.compare_runs({"all at once": full_batch, "64 at a time": mini_batch}, measure="test_loss"),
        "line_weights": plots.weight_images(same_line, title="Ink that speaks for a 9 (orange), for a 2 (blue)"),
        "accuracy": plots.accuracy_curves(deeper),
        "layers": plots.activations(deep, image, title="What each layer makes of an image"),
    }


if __name__ == "__main__":
    run(lesson)

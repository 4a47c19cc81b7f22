"""Lesson 4: is it a nine? One unit, and the whole of learning is there.

Logistic regression: p = sigmoid(w . x + b) is the probability that image x shows a 9. The log loss is the surprise at
the answer; its slope says which way each weight should go; gradient descent goes there, all images at once, again and
again, until a rule says stop. Four such rules are shown, each ending a run.

    python examples/04_is_it_nine.py        # or: tinygrad-edu train --preset is-it-nine
"""

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.cli.lesson import run
from tinygrad_edu.train import Learner, StopAfterSteps, StopAfterTime, StopAtLoss, StopWhenNoImprovement
from tinygrad_edu.viz import draw, plots


def nines(images, labels):
    return tg.tensor(images), tg.tensor((labels == 9)[:, None].astype("float32"))


def fitted(x, y, lr, rule):
    """A unit trained by gradient descent on all images at once, until `rule` says stop."""
    unit = nn.Linear(x.shape[1], 1)
    nn.init.zeros_(unit.weight), nn.init.zeros_(unit.bias)
    batches = [(x, y)]  # a single batch with all the images
    learner = Learner(
        unit, (batches, None), nn.BCEWithLogitsLoss(), optim.SGD(unit.parameters(), lr=lr), callbacks=[rule]
    )
    history = learner.fit(epochs=1000)  # an epoch is one step here
    print(f"{type(rule).__name__:<22} {len(history.step_losses):>4} steps, {history.reason}")
    return unit, history


def step(digits):
    """One step, small enough to read: two pixels of one image."""
    images, labels = nines(*digits.scaled()[0])
    x1, x2 = images[0][images[0] > 0][:2]  # with ink on them
    y = labels[0, 0]
    w1, w2, b = (tg.tensor(value, requires_grad=True) for value in (1.2, -0.3, 0.2))
    z = x1 * w1 + x2 * w2 + b
    p = z.sigmoid()
    loss = -(y * p.log() + (1.0 - y) * (1.0 - p).log())
    return loss, {"x1": x1, "x2": x2, "y": y, "w1": w1, "w2": w2, "b": b, "z": z, "p": p, "loss": loss}, None


def lesson(digits):
    (images, labels), (test_images, test_labels) = digits.scaled()
    x, y = nines(images, labels)
    test_x, test_y = nines(test_images, test_labels)

    rules = [StopAfterTime(1.0), StopAtLoss(0.15), StopWhenNoImprovement(steps=5), StopAfterSteps(300)]
    rates = [1.0, 1.0, 4.0, 1.0]  # a rate of 4 is too high: the loss jumps about and stops improving
    for rule, lr in zip(rules, rates, strict=True):
        unit, history = fitted(x, y, lr, rule)

    accuracy = ((unit(test_x) > 0) == (test_y > 0)).float().mean().item()
    loss, names, _ = step(digits)
    loss.backward(retain_graph=True)  # keep the graph: it is drawn below
    facts = {"test_accuracy": accuracy, "steps": len(history.step_losses), "loss": history.step_losses[-1]}
    return facts, {
        "one_step": draw(loss, names=names),
        "loss": plots.loss_curves(history, title="Log loss, all images in every step"),
        "weights": plots.weight_images(unit, title="Ink that speaks for a 9 (orange) and against (blue)"),
    }


if __name__ == "__main__":
    run(lesson)

"""A training step on MNIST: matrices instead of numbers.

784-50-10 with a ReLU, eight images of handwritten digits, cross-entropy. The same chain rule as in one neuron, but an
edge of a matrix product has no single number: it has a rule, dX = dY W and dW = dYᵀ X. Follow the shapes: a gradient
always has the shape of what it is the gradient of. The ReLU lets through what was positive and stops the rest.

The images are the first eight of the training set that is handed in. With the 8x8 digits that come with the library
the first layer has 64 inputs instead of 784.
"""

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.data.images import Digits

from .scene import Scene

IMAGES = 8


def build(digits: Digits) -> Scene:
    """The graph of the loss of eight images, before the backward pass."""
    tg.manual_seed(0)
    (images, labels), _ = digits.scaled()
    x, y = tg.tensor(images[:IMAGES]), tg.tensor(labels[:IMAGES])

    pixels = x.shape[1]
    model = nn.Sequential(nn.Linear(pixels, 50), nn.ReLU(), nn.Linear(50, len(digits.classes)))
    scores = model(x)
    loss = nn.CrossEntropyLoss()(scores, y)

    title = f"The loss of a {pixels}-50-{len(digits.classes)} network on {IMAGES} images of {digits.name}"
    names = {"images": x, "scores": scores, "loss": loss}
    return Scene("mlp_step", title, (loss,), names, model, direction="TB")

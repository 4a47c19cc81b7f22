"""One neuron: what a gradient is made of, number by number.

    o = tanh(x1 w1 + x2 w2 + b)

Every edge carries one local derivative. A sum has 1 on both edges and passes a gradient on; a product has the other
factor; tanh has 1 - o². The gradient of an input is the product of the numbers on the way back to it: x1 gets
1 · 0.5 · 1 · 1 · (-3) = -1.5. And w2 gets exactly 0, because x2 is 0: a silent input teaches its weight nothing.

The numbers are those of A. Karpathy's lecture on micrograd (2022): b is chosen so that 1 - o² = 0.5.
"""

import tinygrad_edu as tg

from .scene import Scene


def build() -> Scene:
    """The neuron's graph; its output is o, about 0.7071."""
    x1, x2 = tg.tensor(2.0, requires_grad=True), tg.tensor(0.0, requires_grad=True)
    w1, w2 = tg.tensor(-3.0, requires_grad=True), tg.tensor(1.0, requires_grad=True)
    b = tg.tensor(6.8813735870195432, requires_grad=True)

    x1w1, x2w2 = x1 * w1, x2 * w2
    n = x1w1 + x2w2 + b
    o = n.tanh()

    names = {"x1": x1, "w1": w1, "x2": x2, "w2": w2, "b": b, "x1w1": x1w1, "x2w2": x2w2, "n": n, "o": o}
    return Scene("neuron", "One neuron: o = tanh(x1 w1 + x2 w2 + b)", (o,), names)

"""The derivative of a derivative: the backward pass is a computation like any other.

    y = x³,    yʹ = 3 x²,    yʺ = 6 x

With `create_graph=True` the backward pass is recorded, so its result yʹ has a graph of its own, and that is what is
drawn here: not y, but how yʹ comes from x. Written as x · x · x, y has the product rule's three terms in it, which
are added up. A backward pass through this picture gives x the gradient yʺ.
"""

import tinygrad_edu as tg

from .scene import Scene

AT = 0.5


def derivatives(at: float = AT) -> tuple[float, float, float]:
    """y, yʹ and yʺ at a point: (1/8, 3/4, 3) at 1/2."""
    x = tg.tensor(at, requires_grad=True)
    y = x * x * x
    (first,) = tg.grad(y, x, create_graph=True)
    (second,) = tg.grad(first, x)
    return y.item(), first.item(), second.item()


def build() -> Scene:
    """The graph of yʹ."""
    x = tg.tensor(AT, requires_grad=True)
    y = x * x * x
    (first,) = tg.grad(y, x, create_graph=True)

    value, slope, curvature = derivatives()
    title = f"The gradient of y = x³ as a graph: at x = {AT} y is {value}, yʹ is {slope}, yʺ is {curvature}"
    return Scene("second_derivative", title, (first,), {"x": x, "dy/dx": first})

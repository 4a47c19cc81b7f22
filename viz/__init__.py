"""Everything drawn: a computation as a picture.

from tinygrad_edu import viz

viz.draw(loss, "loss.svg", names={"x": x}, module=model)
"""

from .drawing import Drawing, draw

__all__ = ["Drawing", "draw"]

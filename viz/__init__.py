"""Drawing: a computation as a picture, and as a page to step through.

from tinygrad_edu import viz

viz.draw(loss, "loss.svg", names={"x": x}, module=model)
viz.explore(loss, "loss.html", names={"x": x}, module=model)
"""

from .drawing import Drawing, draw
from .explorer import Explorer, explore

__all__ = ["Drawing", "Explorer", "draw", "explore"]

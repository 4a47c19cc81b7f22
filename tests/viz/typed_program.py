"""A user's program for mypy: what `draw` and `explore` take and return is known, and not `Any`."""

from pathlib import Path
from typing import assert_type

import tinygrad_edu as tg
from tinygrad_edu.viz import Drawing, Explorer, draw, explore


def shown(folder: Path) -> tuple[Drawing, Explorer]:
    x = tg.tensor(2.0, requires_grad=True)
    y = x * x
    assert_type(draw(y), Drawing)
    assert_type(explore([y]), Explorer)
    assert_type(draw(y, folder / "y.svg", names={"x": x}, direction="LR").svg, str)
    draw(y, direction="up")  # type: ignore[arg-type]
    draw(3.0)  # type: ignore[arg-type]
    explore(y, depth=1)  # type: ignore[call-arg]
    return draw(y), explore(y)

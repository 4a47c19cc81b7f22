"""A digit and ten probabilities, as the terminal can show them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from .console import is_live, say

RAMP = " .:-=+*#%@"
EIGHTHS = " ▏▎▍▌▋▊▉"
BAR = 24  # characters for 100 %


def show(console: Console, image: np.ndarray, probabilities: Sequence[float]) -> None:
    """Print an image (H, W) in [0, 1] and how likely each digit is: side by side in colour, or below each other."""
    best = int(np.argmax(probabilities))
    if is_live(console) and console.color_system and not console.no_color and _can_encode(console, EIGHTHS + "▀█"):
        grid = Table.grid(padding=(0, 3))
        grid.add_row(half_blocks(image), _coloured_bars(probabilities, best))
        console.print(grid)
        return
    say(console, ascii_art(image))
    for digit, p in enumerate(probabilities):
        say(console, f"{digit} {100 * p:6.2f} % {'#' * round(p * BAR)}".rstrip())


def ascii_art(image: np.ndarray) -> str:
    """Two characters a pixel, because characters are about twice as high as wide; the more ink, the darker."""
    levels = np.clip(image * len(RAMP), 0, len(RAMP) - 1).astype(int)
    return "\n".join("".join(RAMP[level] * 2 for level in row).rstrip() for row in levels)


def half_blocks(image: np.ndarray) -> Text:
    """Two pixels a character, one above the other, in shades of grey; small images are shown at twice their size."""
    if image.shape[0] < 16:
        image = image.repeat(2, axis=0).repeat(2, axis=1)
    if len(image) % 2:
        image = np.vstack([image, np.zeros_like(image[:1])])
    text = Text()
    for upper, lower in zip(image[::2], image[1::2], strict=True):
        for above, below in zip(upper, lower, strict=True):
            text.append("▀", Style(color=_grey(above), bgcolor=_grey(below)))
        text.append("\n")
    text.right_crop(1)
    return text


def _coloured_bars(probabilities: Sequence[float], best: int) -> Text:
    text = Text("\n")
    for digit, p in enumerate(probabilities):
        style = "bold green" if digit == best else "default"
        whole, eighths = divmod(round(p * BAR * 8), 8)
        bar = "█" * whole + (EIGHTHS[eighths] if eighths else "")
        text.append(f"{digit} {100 * p:6.2f} % {bar}\n", style)
    return text


def _grey(ink: float) -> str:
    level = round(255 * min(max(float(ink), 0.0), 1.0))
    return f"#{level:02x}{level:02x}{level:02x}"


def _can_encode(console: Console, characters: str) -> bool:
    try:
        characters.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True

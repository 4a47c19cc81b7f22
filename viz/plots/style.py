"""How plots look: colours that colour-blind readers and grey printers tell apart, sizes for page and slide.

The colours of series differ in lightness as well as in hue, and a series has its own dash and marker besides.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox

from ..text import clean

P = ParamSpec("P")
R = TypeVar("R")

INK, SOFT, LINE, GRID, PAPER = "#1c2230", "#5b6373", "#9aa1ad", "#e6e8ec", "#ffffff"
SERIES = ("#1d4f91", "#e07b00", "#00876c", "#a83e8c", "#4aa3df", "#5a5a5a")
TINTS = ("#c9d9ee", "#fbe2c0", "#c9e8df", "#ecd0e3", "#d8edfa", "#dedede")  # the same, as areas behind points
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (5, 1.5, 1, 1.5)), (0, (1, 1.2)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
ALARM = "#b3002d"
UNKNOWN = "#b9bec7"  # nan
WIDTH = 6.8  # inches: as wide as a page's text

SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "tinygrad_edu",  # ids come from this, not from chance
    "svg.fonttype": "path",  # looks the same on every machine
    "font.family": ["DejaVu Sans"],  # comes with matplotlib
    "font.size": 10.5,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.labelsize": 10.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": LINE,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.solid_capstyle": "round",
    "figure.facecolor": PAPER,
    "savefig.facecolor": "auto",
}


def settings() -> Any:
    """A context in which matplotlib has its defaults and ours, whatever the user's matplotlibrc says."""
    defaults: Any = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith("backend")}
    return matplotlib.rc_context(defaults | SETTINGS)


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Draw in our style, and leave matplotlib's settings as they were."""

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        with settings():
            return function(*args, **kwargs)

    return inner


class Plot(Figure):
    """A Figure that shows itself in a notebook, as SVG, without `%matplotlib inline`."""

    def _repr_svg_(self) -> str:
        from .svg import svg  # here, because svg.py needs this module

        engine = self.get_layout_engine()
        places = [(ax, ax.get_position(original=True), ax.get_position()) for ax in self.axes]
        try:
            return svg(self)
        finally:  # as before, so that it can be drawn on after it was shown
            self.set_layout_engine(engine)
            for ax, original, active in places:
                place(ax, original, active)


def place(ax: Axes, original: Bbox, active: Bbox | None = None) -> None:
    """Put an Axes there, given to its layout and shown, and let a layout move it as before."""
    inside = ax.get_in_layout()  # which set_position changes
    ax.set_position(original, which="original")
    ax.set_position(active or original, which="active")
    ax.set_in_layout(inside)


def canvas(ax: Axes | None, width: float = WIDTH, height: float = 4.0) -> tuple[Figure, Axes]:
    """The Axes to draw on and its Figure; without an Axes, a new Figure with one."""
    if ax is not None:
        figure = ax.get_figure(root=True)
        assert figure is not None
        return figure, ax
    figure = Plot(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))
    return figure, figure.add_subplot()


def panels(ax: Axes | None, rows: int, columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """A Figure with rows times columns Axes, row by row; or the place of `ax` divided so."""
    figure, host = canvas(ax, width, height)
    place = host.get_subplotspec()
    if place is None:
        raise ValueError("ax: this picture has several panels, so it needs an Axes made by subplots or add_subplot")
    host.set_axis_off()
    grid = place.subgridspec(rows, columns)
    return figure, [figure.add_subplot(grid[i // columns, i % columns]) for i in range(rows * columns)]


def plain(text: object, length: int = 60) -> str:
    """Any text as text, for matplotlib: no formulas, and no character that the font does not have."""
    known = _characters()
    safe = "".join(c if ord(c) in known else "\N{REPLACEMENT CHARACTER}" for c in clean(str(text), length))
    return safe.replace("\\", "\N{SET MINUS}").replace("$", r"\$")


def titled(title: str, detail: str) -> str:
    """What a picture shows, and how much of it; without a title the detail alone."""
    return f"{title}: {detail}" if title else detail


@cache
def _characters() -> frozenset[int]:
    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return frozenset(font.get_charmap())


def diverging() -> Colormap:
    """Blue below zero, white at zero, orange-red above; blue ends darker, so that the signs differ in a grey print."""
    stops = ["#0c2c58", "#2f6db3", "#9cc3e6", "#ffffff", "#fbc79b", "#ee8438", "#cf4a10"]
    return LinearSegmentedColormap.from_list("below_above", stops).with_extremes(bad=UNKNOWN)


def increasing() -> Colormap:
    """White for none, through orange to dark red: lightness alone tells the order."""
    stops = ["#ffffff", "#fde0c0", "#f9a55f", "#dd5a1b", "#8f2a06"]
    return LinearSegmentedColormap.from_list("more", stops).with_extremes(bad=UNKNOWN)


def bare(ax: Axes) -> None:
    """An Axes for an image: no ticks, no frame."""
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)

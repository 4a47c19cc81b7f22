"""What each layer makes of one image: bars for a few units, a grid for many, tiles for channels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .layers import layer_outputs
from .style import LINE, SERIES, SOFT, WIDTH, bare, panels, plain, styled
from .tiles import cells, compact, gaps, grid_shape, mosaic, show, square_images
from .values import array
from .weights import scale

BARS = 24  # up to so many units are bars
CELLS = 4096
CHANNELS = 36
PANELS = 12
COLUMNS = 4


@styled
def activations(
    model: Any,
    image: Any,
    ax: Axes | None = None,
    *,
    shape: tuple[int, int] | None = None,
    classes: Sequence[Any] | None = None,
    title: str = "One image on its way through the layers",
) -> Figure:
    """The image, then the output of each layer for it, with its range.

    image: one input of the model, without the batch's dimension.
    shape: height and width of the image, if it is flat; by default the most square there is.
    classes: names for the last layer's bars.
    """
    pixels = array(image)
    made = layer_outputs(model, image[None] if hasattr(image, "__getitem__") and pixels.ndim else pixels[None])
    layers = [(name, output[0]) for name, output in made if output.ndim and len(output)]
    hidden = max(0, len(layers) - (PANELS - 1))
    if hidden:  # the first ones and the last one
        layers = [*layers[: PANELS - 2], layers[-1]]
    count = len(layers) + 1
    columns = min(COLUMNS, count)
    rows = math.ceil(count / columns)
    figure, places = panels(
        ax, rows, columns, WIDTH * max(0.5, columns / COLUMNS), 2.2 * rows + (0.35 if title else 0.1)
    )
    _image(places[0], pixels, shape)
    for i, (panel, (name, output)) in enumerate(zip(places[1:], layers, strict=False)):
        names = classes if i == len(layers) - 1 and classes is not None and len(classes) == output.size else None
        _layer(panel, name, np.asarray(output, float), names)
    for panel in places[:count]:
        panel.set_anchor("N")
    for panel in places[count:]:
        panel.set_axis_off()
    if hidden:
        places[count - 2].set_xlabel(f"({hidden} layers after this are left out)", fontsize=8.5, color=SOFT)
    if ax is None and title:
        figure.suptitle(plain(title), fontsize=11, fontweight="bold", x=0.01, ha="left")
    elif ax is not None:
        ax.set_title(plain(title), pad=22)
    return figure


def _image(panel: Axes, pixels: np.ndarray, shape: tuple[int, int] | None) -> None:
    image = square_images(pixels[None] if pixels.ndim != 3 or pixels.shape[0] in (1, 3) else pixels[None, ...], shape)[
        0
    ]
    finite = image[np.isfinite(image)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    show(panel, image, cmap="gray_r", vmin=min(low, 0.0), vmax=high if high > min(low, 0.0) else 1.0)
    for spine in panel.spines.values():
        spine.set(visible=True, color=LINE, linewidth=0.8)
    panel.set_title("the image", fontsize=9.5)
    panel.set_xlabel(" × ".join(map(str, image.shape[:2])) + " pixels", fontsize=8.5, color=SOFT)


def _layer(panel: Axes, name: str, output: np.ndarray, classes: Sequence[Any] | None) -> None:
    panel.set_title(plain(name, 22), fontsize=9.5)
    channels = output.ndim == 3
    if channels:
        tiles = output[:CHANNELS]
        columns = grid_shape(len(tiles), 6)[1]
        _cells(panel, mosaic(tiles, columns), gaps(tiles.shape, columns))
        what = (
            f"{len(output)} channels" if len(output) <= CHANNELS else f"the first {CHANNELS} of {len(output)} channels"
        )
        what += f" of {output.shape[1]} × {output.shape[2]}"
    else:
        units = output.reshape(-1)
        what = f"{units.size:,} units"
        if units.size <= BARS:
            _bars(panel, units, classes)
        else:
            if units.size > CELLS:
                what, units = f"the first {CELLS:,} of {units.size:,} units", units[:CELLS]
            height, width = compact(units.size)
            padded = np.full(height * width, np.nan)
            padded[: units.size] = units
            _cells(panel, padded.reshape(height, width), np.arange(height * width).reshape(height, width) >= units.size)
    panel.set_xlabel(f"{what}\n{_range(output)}", fontsize=8.5, color=SOFT)


def _cells(panel: Axes, values: np.ndarray, blank: np.ndarray) -> None:
    cells(panel, values, scale(values)[0], blank)
    for spine in panel.spines.values():
        spine.set(visible=True, color=LINE, linewidth=0.8)


def _bars(panel: Axes, units: np.ndarray, classes: Sequence[Any] | None) -> None:
    bare(panel)
    places = np.arange(units.size)
    lengths = np.where(np.isfinite(units), units, 0.0)
    best = int(np.argmax(lengths)) if classes is not None else -1
    colours = [SERIES[1] if i == best else SERIES[0] for i in places]
    panel.barh(places, lengths, height=0.75, color=colours)
    panel.axvline(0, color=LINE, linewidth=0.8)
    panel.set_ylim(units.size - 0.4, -0.6)
    panel.set_box_aspect(1)
    if classes is not None:
        panel.set_yticks(places, [plain(name, 10) for name in classes], fontsize=8.5)
        panel.tick_params(left=False)
        panel.get_yticklabels()[best].set_fontweight("bold")


def _range(output: np.ndarray) -> str:
    finite = output[np.isfinite(output)]
    if not finite.size:
        return "nothing finite"
    zero = float((finite == 0).mean())
    text = f"{finite.min():.2g} … {finite.max():.2g}".replace("-", "−")
    bad = output.size - finite.size
    return text + (f", {100 * zero:.0f} % are 0" if zero else "") + (f", {bad} not finite" if bad else "")

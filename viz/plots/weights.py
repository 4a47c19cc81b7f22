"""What the units of a first layer look for: their weights as images."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .style import LINE, SOFT, WIDTH, canvas, diverging, plain, styled
from .tiles import cells, frame, gaps, grid_shape, mosaic, place, square_images
from .values import array

MOST = 64


@styled
def weight_images(
    weights: Any,
    ax: Axes | None = None,
    *,
    shape: tuple[int, int] | None = None,
    most: int = MOST,
    title: str = "Weights of the first layer",
) -> Figure:
    """Each unit's weights as an image: white is 0, orange above, blue below, one scale for all.

    weights: (units, inputs), convolution kernels (out, in, height, width), or a model, of which the first are taken.
    shape: height and width of the input; by default the most square there is.
    most: how many units are drawn; the picture says so if there are more.
    """
    kernels = array(first_weights(weights) if hasattr(weights, "named_parameters") else weights).astype(float)
    if kernels.ndim == 4:
        kernels = kernels.reshape(-1, *kernels.shape[2:])
    if kernels.ndim not in (2, 3) or not kernels.size:
        raise ValueError(f"weight_images: expected weights of shape (units, inputs), got {kernels.shape}")
    count = len(kernels)
    images = square_images(kernels[:most], shape)
    _, height, width = images.shape
    rows, columns = grid_shape(len(images), 10)
    size = WIDTH - 0.9
    figure, ax = canvas(ax, WIDTH, max(1.6, min(9.0, size * rows * height / (columns * width)) + 0.5))
    limit, clipped = scale(images)
    cells(ax, mosaic(images, columns), limit, gaps(images.shape, columns))
    for i in range(len(images)):
        frame(ax, *place(i, columns, height, width), height, width, color=LINE)
    bar = figure.colorbar(
        ScalarMappable(Normalize(-limit, limit), diverging()),
        ax=ax,
        fraction=0.04,
        pad=0.02,
        aspect=25,
        extend="both" if clipped else "neither",
    )
    bar.set_label("weight")
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    ax.set_title(plain(title))
    units = f"{count:,} units" if count != 1 else "1 unit"
    text = f"the first {len(images)} of {units}" if count > len(images) else units
    ax.set_xlabel(f"{text}, {height} × {width} weights each", color=SOFT, fontsize=9.5)
    return figure


def first_weights(model: Any) -> Any:
    """The first parameter of a model that is a matrix or a stack of kernels."""
    for _, parameter in model.named_parameters():
        if len(parameter.shape) in (2, 4):
            return parameter
    raise ValueError("weight_images: the model has no parameter of the shape (units, inputs)")


def scale(values: np.ndarray) -> tuple[float, bool]:
    """Where the colours end, the same on both sides of 0, and whether a few values lie beyond."""
    sizes = np.abs(values[np.isfinite(values)])
    if not sizes.size or not sizes.max():
        return 1.0, False
    limit = float(np.quantile(sizes, 0.998)) or float(sizes.max())
    return limit, bool(sizes.max() > limit * 1.05)

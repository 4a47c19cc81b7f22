"""What attention looks at: each head's weights as a map, rows for the tokens that look, columns for those looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .style import LINE, WIDTH, increasing, panels, plain, styled, titled
from .tiles import grid_shape, show
from .values import array

MAPS = 64
TOKENS = 64
SMALLEST = 3.2  # points; smaller names are left out
SHOWN = {" ": "\N{OPEN BOX}", "\n": "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}", "\t": "\N{RIGHTWARDS ARROW TO BAR}"}


@styled
def attention_maps(
    weights: Any,
    tokens: Sequence[Any],
    keys: Sequence[Any] | None = None,
    ax: Axes | None = None,
    *,
    title: str = "What each head looks at",
) -> Figure:
    """A map for each head: the darker a cell, the more the token of its row takes from the token of its column.

    weights: (L, S), (heads, L, S) or (layers, heads, L, S), numbers from 0 to 1. With layers each has a row of maps.
    tokens: the names of the L tokens that look: a string, whose characters they are, or a list. keys: those of the S
        tokens looked at; by default the same. Spaces and line ends among them are drawn as signs.
    Of more than 64 tokens the first 64 are drawn, of more than 64 maps the first; the picture says so.

    ValueError: another shape, other numbers of tokens, weights below 0 or above 1.
    """
    maps = array(weights).astype(float)
    names = [list(tokens), list(tokens if keys is None else keys)]
    if maps.ndim not in (2, 3, 4) or not maps.size:
        raise ValueError(
            "attention_maps: expected weights of shape (L, S), (heads, L, S) or (layers, heads, L, S), got "
            f"{maps.shape}; of a batch choose one, as in weights[0]"
        )
    if maps.shape[-2:] != (len(names[0]), len(names[1])):
        raise ValueError(
            f"attention_maps: expected weights (..., {len(names[0])}, {len(names[1])}) for {len(names[0])} tokens that "
            f"look at {len(names[1])}, got {maps.shape}"
        )
    known = maps[np.isfinite(maps)]
    if known.size and not -1e-6 <= known.min() <= known.max() <= 1 + 1e-6:
        raise ValueError(
            f"attention_maps: expected weights from 0 to 1, got {known.min():.4g} to {known.max():.4g}; scores become "
            "weights by a softmax over the last dimension"
        )
    layered = maps.ndim == 4
    rows, columns = maps.shape[:2] if layered else grid_shape(len(maps) if maps.ndim == 3 else 1, 4)
    left_out = [f"the first {TOKENS} of {n:,} tokens" for n in maps.shape[-2:] if n > TOKENS][:1]
    if layered and (rows * columns > MAPS or columns > 8):
        left_out.append(f"{min(rows, max(1, MAPS // 8))} of {rows} layers, {min(columns, 8)} of {columns} heads")
        maps, rows, columns = maps[: max(1, MAPS // 8), :8], min(rows, MAPS // 8), min(columns, 8)
    elif not layered and rows * columns > MAPS:
        left_out.append(f"the first {MAPS} of {len(maps):,} heads")
        rows = MAPS // columns
    shown = [[SHOWN.get(str(name), plain(name, 14)) for name in part[:TOKENS]] for part in names]
    heads = maps.reshape(-1, *maps.shape[-2:])[: rows * columns, :TOKENS, :TOKENS]
    return _drawn(heads, shown, rows, columns, layered, ax, title, left_out)


def _drawn(
    heads: np.ndarray,
    names: list[list[str]],
    rows: int,
    columns: int,
    layered: bool,
    ax: Axes | None,
    title: str,
    left_out: list[str],
) -> Figure:
    side = (WIDTH + 1.2) / columns if columns > 2 else 3.4
    aspect = heads.shape[1] / heads.shape[2]
    size = min(8.5, 52 * side / max(heads.shape[1:]))
    figure, places = panels(ax, rows, columns, side * columns + 0.9, side * min(2.5, aspect) * rows + 0.9)
    for i, panel in enumerate(places):
        if i >= len(heads):
            panel.set_axis_off()
            continue
        show(panel, heads[i], cmap=increasing(), vmin=0, vmax=1, aspect="equal" if 0.4 < aspect < 2.5 else "auto")
        for spine in panel.spines.values():
            spine.set(visible=True, color=LINE, linewidth=0.8)
        named = size > SMALLEST
        panel.set_xticks(range(heads.shape[2]) if named else [], names[1] if named else [], fontsize=size)
        panel.set_yticks(range(heads.shape[1]) if named else [], names[0] if named else [], fontsize=size)
        panel.tick_params(axis="x", labelrotation=90 if max(map(len, names[1])) > 2 else 0)
        panel.tick_params(length=0, pad=1.5)
        if len(heads) > 1 and (i < columns or not layered):
            panel.set_title(f"head {i + 1}", fontsize=9.5, fontweight="normal")
        if layered and i % columns == 0:
            panel.set_ylabel(f"layer {i // columns + 1}", fontsize=9.5, labelpad=6)
    bar = figure.colorbar(ScalarMappable(Normalize(0, 1), increasing()), ax=places, fraction=0.025, pad=0.02, aspect=40)
    bar.set_label("weight (those of a row add up to 1)")
    bar.outline.set_visible(False)
    title = titled(title, "; ".join(left_out)) if left_out else title
    if ax is not None:
        ax.set_title(plain(title, 120), pad=22)
    elif title:
        figure.suptitle(plain(title, 120), fontsize=11, fontweight="bold", x=0.01, ha="left")
    return figure

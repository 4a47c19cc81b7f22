"""A small drawing of a function of one variable and its derivative."""

from __future__ import annotations

from html import escape

import numpy as np

WIDTH, HEIGHT = 240, 150
LEFT, RIGHT = -3.0, 3.0
LOW, HIGH = -2.5, 2.5
STYLE = (
    "text{font:11px sans-serif;fill:#57606a;paint-order:stroke;stroke:#fff;stroke-width:3px}"
    ".axis{stroke:#8c959f;stroke-width:1}.f,.d{fill:none;stroke-width:2}"
    ".f{stroke:#0969da}.d{stroke:#bc4c00;stroke-dasharray:4 3}.name{fill:#0969da}.slope{fill:#bc4c00}"
    "@media(prefers-color-scheme:dark){text{fill:#9198a1;stroke:#0d1117}"
    ".f{stroke:#4493f8}.d{stroke:#f0883e}.name{fill:#4493f8}.slope{fill:#f0883e}}"
)


def curve(name: str, x: np.ndarray, y: np.ndarray, slope: np.ndarray | None) -> str:
    """An SVG: `y` and, dashed, `slope` over `x`, clipped to the axes shown. Gaps where they are not finite."""
    lines = [_polyline(x, y, "f")]
    if slope is not None:
        lines.append(_polyline(x, np.where(np.isfinite(y), slope, np.nan), "d"))
    what = f"{name}(x)" + (" and, dashed, its derivative" if slope is not None else "")
    keys = f'<text x="6" y="14" class="name">{escape(name)}</text>'
    if slope is not None:
        keys += f'<text x="6" y="28" class="slope">{escape(name)}′</text>'
    x0, y0 = _x(0), _y(0)
    ticks = "".join(
        f'<path class="axis" d="M{_x(i):.1f} {y0 - 2:.1f}v4"/><path class="axis" d="M{x0 - 2:.1f} {_y(i):.1f}h4"/>'
        for i in (-2, -1, 1, 2)
    )
    numbers = (
        f'<text x="{_x(1):.1f}" y="{y0 + 14:.1f}" text-anchor="middle">1</text>'
        f'<text x="{x0 - 5:.1f}" y="{_y(1) + 4:.1f}" text-anchor="end">1</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img"><title>{escape(what)}, x from −3 to 3</title><style>{STYLE}</style>'
        f'<path class="axis" d="M0 {y0:.1f}H{WIDTH}M{x0:.1f} 0V{HEIGHT}"/>'
        f"{ticks}{numbers}{''.join(lines)}{keys}</svg>\n"
    )


def _x(x: float) -> float:
    return (x - LEFT) / (RIGHT - LEFT) * WIDTH


def _y(y: float) -> float:
    return (HIGH - y) / (HIGH - LOW) * HEIGHT


def _polyline(x: np.ndarray, y: np.ndarray, kind: str) -> str:
    """One path, broken where the function is not finite, leaves the picture, or jumps."""
    shown = np.isfinite(y) & (np.abs(y) < 2 * HIGH)
    jumps = np.abs(np.diff(np.where(shown, y, 0), prepend=0)) > HIGH / 4
    path: list[str] = []
    pen = False
    for at, value, visible, jump in zip(x, y, shown, jumps, strict=True):
        if visible:
            path.append(f"{'L' if pen and not jump else 'M'}{_x(float(at)):.1f} {_y(float(value)):.1f}")
        pen = bool(visible)
    return f'<path class="{kind}" d="{"".join(path)}"/>' if path else ""


def grid(count: int = 481) -> np.ndarray:
    """Where a function is drawn: a little beside round numbers, where some have poles."""
    return np.linspace(LEFT, RIGHT, count) + 1e-9

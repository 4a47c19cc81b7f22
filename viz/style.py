"""Shapes, colours and the font, for light and for dark pages.

A picture has its own background: on a white page, with a dark system, a transparent one would be light on white.
"""

from __future__ import annotations

FONT = "Helvetica"  # one exact name: Graphviz measures this font, so no list of alternatives
PAPER = "#ffffff"
GREY = "#757a84"  # lines
INK = "#1c2230"
FAINT = "#5b6373"
ALARM = "#b3002d"
FOLD = "#6a6f3c"
BOXES = ("#f4f6fa", "#e9edf4")  # open boxes, one in the other

GRAPH = {
    "bgcolor": PAPER,
    "fontname": FONT,
    "nodesep": "0.22",
    "ranksep": "0.32",
    "pad": "0.15",
    "ordering": "in",  # arguments arrive in their order
    "splines": "spline",
}
BIG_GRAPH = {"nslimit": "0.5", "nslimit1": "0.5", "mclimit": "0.1"}  # arranged in fewer rounds
NODE = {
    "fontname": FONT,
    "fontsize": "12",
    "fontcolor": INK,
    "style": "filled",
    "penwidth": "1.3",
    "margin": "0.08,0.045",
}
EDGE = {"fontname": FONT, "fontsize": "10", "fontcolor": FAINT, "color": GREY, "arrowsize": "0.6", "penwidth": "1.2"}
BOX = {"style": "filled,rounded", "pencolor": GREY, "penwidth": "1", "labeljust": "l", "labelloc": "t", "margin": "8"}

# what tells the kinds apart: the shape, then the colour
KINDS: dict[str, dict[str, str]] = {
    "op": {
        "shape": "ellipse",
        "margin": "0.02,0.01",
        "width": "0.62",
        "height": "0.5",
        "fillcolor": "#f3f4f8",
        "color": FAINT,
    },
    "input": {"shape": "box", "fillcolor": "#dcebfb", "color": "#2f6db3"},
    "number": {"shape": "box", "fillcolor": "#dcebfb", "color": "#2f6db3", "width": "0.3", "height": "0.3"},
    "leaf": {"shape": "box", "style": "filled,rounded", "fillcolor": "#fdf0cf", "color": "#a8740a"},
    "parameter": {"shape": "tab", "penwidth": "1.8", "fillcolor": "#fde3d3", "color": "#b3541e"},
    "output": {
        "shape": "box",
        "style": "filled,rounded",
        "peripheries": "2",
        "fillcolor": "#dcf3df",
        "color": "#2b7a3d",
    },
    "module": {"shape": "folder", "fillcolor": "#e8e4f7", "color": "#6247aa", "margin": "0.1,0.06"},
    "fold": {
        "shape": "box",
        "style": "filled,dashed",
        "peripheries": "3",
        "fillcolor": "#eff0dc",
        "color": FOLD,
        "margin": "0.1,0.06",
    },
}

# a node whose gradient is wrong has another outline as well: thick, or dashed where next to nothing arrives
OUTLINES: dict[str, dict[str, str]] = {
    "nan": {"penwidth": "3", "color": ALARM},
    "inf": {"penwidth": "3", "color": ALARM},
    "exploding": {"penwidth": "3", "color": ALARM},
    "vanishing": {"style": "dashed", "color": ALARM},
    "zero": {"style": "dashed", "color": ALARM},
}

# every colour above, in the dark
DARK: dict[str, str] = {
    PAPER: "#12151c",
    GREY: "#8d94a3",
    INK: "#eef1f7",
    FAINT: "#b3bac8",
    ALARM: "#ff9aaa",
    FOLD: "#b9bf7c",
    "#f4f6fa": "#191d26",
    "#e9edf4": "#212632",
    "#f3f4f8": "#2c323f",
    "#dcebfb": "#17344f",
    "#2f6db3": "#6aa9ec",
    "#fdf0cf": "#453510",
    "#a8740a": "#d9a441",
    "#fde3d3": "#4d2a15",
    "#b3541e": "#e8935e",
    "#dcf3df": "#183c20",
    "#2b7a3d": "#63b877",
    "#e8e4f7": "#2f2850",
    "#6247aa": "#a48fe6",
    "#eff0dc": "#31331c",
}


def dark(name: str) -> str:
    """CSS that makes the picture with this id dark where the reader's system is."""
    rules = "".join(
        f"#{name} [fill='{light}']{{fill:{other}}}#{name} [stroke='{light}']{{stroke:{other}}}"
        for light, other in DARK.items()
    )
    return f"@media (prefers-color-scheme: dark){{{rules}}}"

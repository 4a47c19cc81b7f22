"""How things look: shapes, colours, the font. Nodes are dark on light; the grey of edges reads on white and black."""

from __future__ import annotations

FONT = "Helvetica"  # one exact name: Graphviz measures this font, so no list of alternatives
GREY = "#757a84"  # 4.3 : 1 or more against white and against black
INK = "#1c2230"
FAINT = "#5b6373"
ALARM = "#b3002d"

GRAPH = {
    "bgcolor": "transparent",
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
    "margin": "0.06,0.03",
}
EDGE = {"fontname": FONT, "fontsize": "10", "fontcolor": GREY, "color": GREY, "arrowsize": "0.6", "penwidth": "1.2"}

# what tells the kinds apart: the shape, then the colour
KINDS: dict[str, dict[str, str]] = {
    "op": {
        "shape": "ellipse",
        "margin": "0.02,0.01",
        "width": "0.62",
        "height": "0.5",
        "fillcolor": "#f3f4f8",
        "color": "#5b6373",
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
}

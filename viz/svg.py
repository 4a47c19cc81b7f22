"""Graphviz's SVG for use in a page: title, description, tooltips that browsers show, colours for light and dark."""

from __future__ import annotations

import re
from typing import Any
from xml.dom import minidom

from .style import BOXES

GAP = "\N{ZERO WIDTH SPACE}"  # in texts for Graphviz alone; names cannot have it, see `clean`
SPACER = 4  # size of the blank line under the label of an edge
BLANK = 0.278 * SPACER  # how wide a space of that size is
AROUND = {"paint-order": "stroke", "stroke": BOXES[0], "stroke-width": "3", "stroke-linejoin": "round"}  # letters
STYLES = ("font-size", "font-weight", "font-style", "fill")  # of a piece of text


def finish(svg: bytes, name: str, title: str, description: str, style: str = "") -> str:
    """The `<svg>` element alone, ready to be saved or put into HTML. style: rules for its own `<style>` element."""
    document: Any = minidom.parseString(svg)
    root = document.documentElement
    for group in root.getElementsByTagName("g"):
        kinds = group.getAttribute("class").split()
        if kinds:
            _explain(group)
        if "node" in kinds:
            _join(group, document, _middle(group))
        elif "edge" in kinds:
            _centre(group)
        elif "cluster" in kinds or "graph" in kinds:
            _join(group, document, None)
    _drop_links(root)
    parts = [("title", title), ("desc", description), *([("style", style)] if style else [])]
    for i, (tag, text) in enumerate(parts):
        element = document.createElement(tag)
        element.setAttribute("id", f"{name}-{tag}")
        element.appendChild(document.createTextNode(text))
        root.insertBefore(element, root.childNodes[i])
    root.setAttribute("role", "img")
    root.setAttribute("aria-labelledby", f"{name}-title {name}-desc")
    return str(root.toxml()).replace(GAP, "") + "\n"


def _explain(group: Any) -> None:
    """Browsers show a group's `<title>` as its tooltip. Graphviz has an internal name there, the tooltip in a link."""
    for heading in [child for child in group.childNodes if child.nodeName == "title"]:
        group.removeChild(heading)
    links = group.getElementsByTagName("a")
    if links and "graph" not in group.getAttribute("class").split():
        tip = links[0].getAttribute("xlink:title").replace("\N{NO-BREAK SPACE}", " ")  # Graphviz's for a second space
        heading = links[0].ownerDocument.createElement("title")
        heading.appendChild(links[0].ownerDocument.createTextNode(tip))
        group.insertBefore(heading, group.firstChild)


def _drop_links(root: Any) -> None:
    """Leave out the links, which only carried the tooltips, and the groups that Graphviz wraps them in."""
    for link in list(root.getElementsByTagName("a")):
        wrapper = link.parentNode
        for child in list(link.childNodes):
            wrapper.parentNode.insertBefore(child, wrapper)
        wrapper.parentNode.removeChild(wrapper)


def _join(group: Any, document: Any, middle: str | None) -> None:
    """Make one text of the pieces of a line, so that they stay together, and anchor it in the middle of a node.

    The reader's font is not as wide as the font that Graphviz measured.
    """
    inside = group.getElementsByTagName("text")
    if "graph" in group.getAttribute("class").split():  # the caption: all other texts are in groups of their own
        inside = [text for text in inside if text.parentNode is group]
    lines: dict[str, list[Any]] = {}
    for text in inside:
        lines.setdefault(text.getAttribute("y"), []).append(text)
    for first, *others in lines.values():
        if middle is not None:
            first.setAttribute("text-anchor", "middle")
            first.setAttribute("x", middle)
        if others:
            for piece in [first, *others]:
                span = document.createElement("tspan")
                for style in STYLES:
                    if piece.hasAttribute(style):
                        span.setAttribute(style, piece.getAttribute(style))
                span.appendChild(piece.firstChild)
                first.appendChild(span)
                if piece is not first:
                    piece.parentNode.removeChild(piece)


def _centre(group: Any) -> None:
    """Anchor the lines of an edge's label in their middle, where the blank line stands; no frame crosses the text."""
    *lines, spacer = group.getElementsByTagName("text") or [None]
    for text in lines:
        for name, value in AROUND.items():
            text.setAttribute(name, value)
        text.setAttribute("text-anchor", "middle")
        text.setAttribute("x", f"{float(spacer.getAttribute('x')) + BLANK / 2:.2f}")
    if spacer is not None:
        spacer.parentNode.removeChild(spacer)


def _middle(group: Any) -> str:
    """The x in the middle of a node's shape."""
    for ellipse in group.getElementsByTagName("ellipse"):
        return str(ellipse.getAttribute("cx"))
    outline = [shape.getAttribute("points") for shape in group.getElementsByTagName("polygon")]
    outline += [shape.getAttribute("d") for shape in group.getElementsByTagName("path")]
    xs = [float(x) for points in outline for x in re.findall(r"(-?[\d.]+),-?[\d.]+", points)]
    return f"{(min(xs) + max(xs)) / 2:.2f}"

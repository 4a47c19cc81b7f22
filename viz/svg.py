"""Graphviz's SVG made fit for a page: a title and a description, tooltips that browsers show, lines of text centred."""

from __future__ import annotations

import re
from typing import Any
from xml.dom import minidom


def finish(svg: bytes, name: str, title: str, description: str) -> str:
    """The `<svg>` element alone, ready to be saved or put into HTML."""
    document: Any = minidom.parseString(svg)
    root = document.documentElement
    for group in root.getElementsByTagName("g"):
        kinds = group.getAttribute("class").split()
        if kinds:
            _explain(group)
        if "node" in kinds:
            _centre(group, document)
    _drop_links(root)
    for i, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = document.createElement(tag)
        element.setAttribute("id", f"{name}-{tag}")
        element.appendChild(document.createTextNode(text))
        root.insertBefore(element, root.childNodes[i])
    root.setAttribute("role", "img")
    root.setAttribute("aria-labelledby", f"{name}-title {name}-desc")
    return str(root.toxml()) + "\n"


def _explain(group: Any) -> None:
    """Browsers show a group's `<title>` as its tooltip. Graphviz's is its own name for it; ours is in a link."""
    for heading in [child for child in group.childNodes if child.nodeName == "title"]:
        group.removeChild(heading)
    links = group.getElementsByTagName("a")
    if links and "graph" not in group.getAttribute("class").split():
        heading = links[0].ownerDocument.createElement("title")
        heading.appendChild(links[0].ownerDocument.createTextNode(links[0].getAttribute("xlink:title")))
        group.insertBefore(heading, group.firstChild)


def _drop_links(root: Any) -> None:
    """Leave out the links, which only carried the tooltips, and the groups that Graphviz wraps them in."""
    for link in list(root.getElementsByTagName("a")):
        wrapper = link.parentNode
        for child in list(link.childNodes):
            wrapper.parentNode.insertBefore(child, wrapper)
        wrapper.parentNode.removeChild(wrapper)


def _centre(group: Any, document: Any) -> None:
    """Anchor each line of text in its middle: the reader's font is not as wide as the font that Graphviz measured."""
    middle = _middle(group)
    lines: dict[str, list[Any]] = {}
    for text in group.getElementsByTagName("text"):
        lines.setdefault(text.getAttribute("y"), []).append(text)
    for first, *others in lines.values():
        first.setAttribute("text-anchor", "middle")
        first.setAttribute("x", middle)
        if others:  # pieces of one line in several styles: one text, so that they stay together
            for piece in [first, *others]:
                span = document.createElement("tspan")
                for style in ("font-size", "font-weight", "font-style", "fill"):
                    if piece.hasAttribute(style):
                        span.setAttribute(style, piece.getAttribute(style))
                span.appendChild(piece.firstChild)
                first.appendChild(span)
                if piece is not first:
                    piece.parentNode.removeChild(piece)


def _middle(group: Any) -> str:
    """The x in the middle of a node's shape."""
    for ellipse in group.getElementsByTagName("ellipse"):
        return str(ellipse.getAttribute("cx"))
    outline = [shape.getAttribute("points") for shape in group.getElementsByTagName("polygon")]
    outline += [shape.getAttribute("d") for shape in group.getElementsByTagName("path")]
    xs = [float(x) for points in outline for x in re.findall(r"(-?[\d.]+),-?[\d.]+", points)]
    return f"{(min(xs) + max(xs)) / 2:.2f}"

"""An SVG made fit to share a page with others: its ids prefixed, its styles kept to itself, nothing from outside."""

from __future__ import annotations

import re
from typing import Any
from xml.dom import minidom

from matplotlib.figure import Figure

from ..plots.svg import svg
from ..text import clean

FORBIDDEN = ("script", "style", "metadata", "foreignObject", "iframe", "a", "animate", "set")
LINKS = ("href", "xlink:href", "src")
URL = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)")


def embedded(image: Any, prefix: str, title: str, description: str) -> str:
    """The `<svg>` element of a Figure, a `Drawing` or SVG text, for the middle of an HTML page."""
    source = svg(image) if isinstance(image, Figure) else str(getattr(image, "svg", image))
    start = source.find("<svg")
    if start < 0:
        raise ValueError(f"picture {title!r}: neither a Figure, nor a Drawing, nor the text of an SVG")
    document: Any = minidom.parseString(source[start:].encode())
    root = document.documentElement
    _clean_up(root)
    for element in [root, *root.getElementsByTagName("*")]:
        _prefix_ids(element, prefix)
    _describe(document, root, prefix, title, description)
    return str(root.toxml())


def _clean_up(root: Any) -> None:
    """No scripts, no styles that would reach the rest of the page, no handlers."""
    for tag in FORBIDDEN:
        for element in list(root.getElementsByTagName(tag)):
            if tag == "style" and "stroke-linejoin: round" in element.toxml():  # matplotlib's only rule, for all in it
                root.setAttribute("stroke-linejoin", "round")
            if tag == "a":
                while element.firstChild:
                    element.parentNode.insertBefore(element.firstChild, element)
            element.parentNode.removeChild(element)
    for element in [root, *root.getElementsByTagName("*")]:
        for name, value in list(element.attributes.items()):
            outside = name in LINKS and not value.startswith(("#", "data:image/png;base64,"))
            if name.startswith("on") or outside or "url(" in URL.sub("", value):
                element.removeAttribute(name)
    for node in list(root.childNodes):
        if node.nodeType == node.COMMENT_NODE:
            root.removeChild(node)


def _prefix_ids(element: Any, prefix: str) -> None:
    for name, value in list(element.attributes.items()):
        if name == "id":
            element.setAttribute("id", f"{prefix}-{value}")
        elif name in ("href", "xlink:href"):
            element.removeAttribute(name)
            element.setAttribute("href", f"#{prefix}-{value[1:]}" if value.startswith("#") else value)
        elif name in ("aria-labelledby", "aria-describedby"):
            element.setAttribute(name, " ".join(f"{prefix}-{part}" for part in value.split()))
        elif name.startswith("xmlns:"):
            element.removeAttribute(name)
        elif "url(" in value:
            element.setAttribute(name, URL.sub(lambda match: f"url(#{prefix}-{match[1]})", value))


def _describe(document: Any, root: Any, prefix: str, title: str, description: str) -> None:
    """A title and a description of its own, unless the picture brings them along."""
    if not root.hasAttribute("aria-labelledby"):
        for i, (tag, text) in enumerate((("title", title), ("desc", description or title))):
            element = document.createElement(tag)
            element.setAttribute("id", f"{prefix}-{tag}")
            element.appendChild(document.createTextNode(clean(text, 600)))
            root.insertBefore(element, root.childNodes[i] if i < len(root.childNodes) else None)
        root.setAttribute("aria-labelledby", f"{prefix}-title {prefix}-desc")
    root.setAttribute("role", "img")

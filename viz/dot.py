"""A `View` as DOT, the language of Graphviz."""

from __future__ import annotations

import math

import graphviz

from tinygrad_edu.graph import GraphNode

from . import style
from .descriptions import about_closed, about_link, about_node, about_scope
from .graph_formulas import GraphFormulas
from .labels import closed_label, data_label, escape, link_label, number_label, op_label, open_label, several_lines
from .layout_cost import READABLE, length
from .marks import mark, root_mean_square, worst
from .view import Closed, Link, Open, Shown, View

THINNEST, THICKEST = 0.8, 4.0  # lines; the largest contribution of a picture has the thickest
DECADES = 3.0  # so many powers of ten smaller, and a line is as thin as can be


def dot(view: View, name: str, direction: str = "LR", note: str = "") -> str:
    """The source text. Nodes are called `n0 n1 ...`, in the SVG `name-n0 ...`: two pictures can share a page."""
    return _Writer(view, name, direction).write(note)


class _Writer:
    """Writes one picture."""

    def __init__(self, view: View, name: str, direction: str) -> None:
        self.view, self.name, self.direction = view, name, direction
        self.formulas = GraphFormulas(view.graph)
        self.followed = bool(view.graph.backward)
        self.big = length(view) > READABLE
        sizes = filter(None, (_size(link) for link in view.links))
        self.largest = max(filter(math.isfinite, sizes), default=0.0)

    def write(self, note: str) -> str:
        look = style.GRAPH | (style.BIG_GRAPH if self.big else {})
        if note:
            small = f'<FONT POINT-SIZE="11" COLOR="{style.FAINT}">{escape(note)}</FONT>'
            look |= {"label": f"<{small}>", "labelloc": "b", "labeljust": "l"}
        picture = graphviz.Digraph(
            graph_attr={"id": self.name, "rankdir": self.direction, **look},
            node_attr=style.NODE,
            edge_attr=style.EDGE,
        )
        self._fill(picture, self.view.root, 0)
        gap = (2 if self.direction == "TB" else 1) * "\N{NO-BREAK SPACE}"  # keeps a label off the line beside it
        for link in self.view.links:
            self._link(picture, link, gap)
        for i, node in enumerate(self.view.graph.outputs):
            title = (node.kind == "op" and node.name) or "output"
            self._box(picture, f"out{i}", data_label(node, title, self.followed), "output", node)
            picture.edge(self.view.home[node.id], f"out{i}", id=f"{self.name}-out{i}-edge", **{"class": "output"})
        return str(picture.source)

    def _fill(self, picture: graphviz.Digraph, box: Open, level: int) -> None:
        """Write the members of an open box."""
        for member in box.members:
            if isinstance(member, Shown):
                self._node(picture, member)
            elif isinstance(member, Closed):
                self._closed(picture, member)
            elif member.scope is not None:
                inner = graphviz.Digraph(
                    f"cluster_{member.key}",
                    graph_attr={
                        **style.BOX,
                        "id": f"{self.name}-{member.key}",
                        "class": f"open {member.scope.kind}",
                        "label": open_label(member.scope, self.direction == "TB"),
                        "tooltip": graphviz.escape(about_scope(member.scope)),
                        "fillcolor": style.BOXES[level % len(style.BOXES)],
                        **({"style": "filled,rounded,dashed"} if member.scope.kind == "fold" else {}),
                    },
                )
                self._fill(inner, member, level + 1)
                picture.subgraph(inner)

    def _node(self, picture: graphviz.Digraph, shown: Shown) -> None:
        node = shown.node
        if node.kind == "op":
            self._box(picture, shown.key, op_label(node, self.formulas, self.followed), "op", node)
        elif node.kind == "input" and node.name is None and not node.output and not node.shape:
            self._box(picture, shown.key, number_label(node), "number", node)
        else:
            self._box(picture, shown.key, data_label(node, node.id, self.followed), node.kind, node)

    def _box(self, picture: graphviz.Digraph, key: str, label: str, kind: str, node: GraphNode) -> None:
        found = mark(node.gradient if self.followed else node.grad)
        classes = [node.kind if kind == "number" else kind, *([f"mark-{found.name}"] if found else [])]
        look = style.KINDS[kind] | _outline(style.KINDS[kind], found.name if found else "")
        tip = graphviz.escape(about_node(node, self.formulas))
        named = {"id": f"{self.name}-{key}", "class": " ".join(classes)}
        picture.node(key, label=label, tooltip=tip, **named, **look)

    def _closed(self, picture: graphviz.Digraph, box: Closed) -> None:
        found = worst((box.mark, box.trouble))
        classes = ["closed", box.scope.kind, *([f"mark-{found.name}"] if found else [])]
        look = style.KINDS[box.scope.kind] | _outline(style.KINDS[box.scope.kind], found.name if found else "")
        tip = graphviz.escape(about_closed(box))
        named = {"id": f"{self.name}-{box.key}", "class": " ".join(classes)}
        picture.node(box.key, label=closed_label(box), tooltip=tip, **named, **look)

    def _link(self, picture: graphviz.Digraph, link: Link, gap: str) -> None:
        at_box = link.source.startswith("s") or link.target.startswith("s")
        text = "" if self.big else link_label(link, self.formulas, at_box)
        lines = [gap + line + gap for line in text.split("\n")] if text else []
        carries = link.edge.differentiable
        picture.edge(
            link.source,
            link.target,
            label=several_lines(lines),
            id=f"{self.name}-e{link.number}",
            style="solid" if carries else "dashed",
            tooltip=graphviz.escape(about_link(link, self.formulas)),
            **({"penwidth": f"{self._thickness(link):.2g}"} if link.edge.contribution is not None else {}),
            **{"class": "differentiable" if carries else "constant"},
        )

    def _thickness(self, link: Link) -> float:
        """The line's width: the logarithm of the contribution's root mean square, relative to the picture's largest."""
        size = _size(link)
        if size is None or math.isinf(size):
            return THICKEST
        if not size or not self.largest:
            return THINNEST
        share = 1 + math.log10(size / self.largest) / DECADES
        return THINNEST + (THICKEST - THINNEST) * min(max(share, 0.0), 1.0)


def _size(link: Link) -> float | None:
    """The root mean square of a contribution; infinite if an element is nan or infinite."""
    share = link.edge.contribution
    if share is None:
        return None
    return math.inf if share.nan or share.inf else root_mean_square(share)


def _outline(look: dict[str, str], mark_name: str) -> dict[str, str]:
    """How a mark changes a node's outline; dashes are added to the style that it has."""
    change = dict(style.OUTLINES.get(mark_name, {}))
    if "style" in change:
        change["style"] = ",".join(dict.fromkeys([*look.get("style", "filled").split(","), change["style"]]))
    return change

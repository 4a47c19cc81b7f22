"""What is visible of a graph: open and closed boxes, edges between visible ends, large graphs made small."""

import itertools
from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, viz
from tinygrad_edu.graph import fold, trace
from tinygrad_edu.viz.layout_cost import length
from tinygrad_edu.viz.view import COMFORTABLE, Closed, Open, Shown, gathered, view

SVG = "{http://www.w3.org/2000/svg}"


def leaf(data):
    return tg.tensor(data, requires_grad=True)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.body(x))


@pytest.fixture
def net():
    tg.manual_seed(0)
    model, x = Net(), tg.tensor(np.ones((5, 3), "float32"))
    loss = (model(x) ** 2).mean()
    loss.backward(retain_graph=True)
    return trace(loss, names={"x": x, "loss": loss}, module=model)


def tree(box):
    """Names, nested as the boxes are; a closed box in brackets."""
    return [
        member.node.id
        if isinstance(member, Shown)
        else [member.scope.path]
        if isinstance(member, Closed)
        else (member.scope.path, *tree(member))
        for member in box.members
    ]


def test_depth_0_closes_the_outermost_modules(net):
    seen = view(net, 0)
    assert tree(seen.root) == [["model"], "x", "x_0", "pow_0", "mean_0"]
    (box,) = [member for member in seen.root.members if isinstance(member, Closed)]
    assert (box.counts["op"], box.counts["parameter"], box.numbers) == (5, 4, 3 * 4 + 4 + 4 * 2 + 2)
    assert box.results == {"add_1": (5, 2)}
    assert (seen.shown, seen.hidden) == (5, 9)
    ends = [(link.edge.source, link.edge.target) for link in seen.links]
    assert ends == [("x", "linear_0"), ("add_1", "pow_0"), ("x_0", "pow_0"), ("pow_0", "mean_0")]


def test_each_depth_opens_one_level_more(net):
    assert tree(view(net, 1).root)[0] == ("model", ["model.body"], ["model.head"])
    body = ("model.body", ["model.body.0"], ["model.body.1"])
    inside = tree(view(net, 2).root)[0]
    assert inside[1] == body
    assert inside[2] == ("model.head", "head.weight", "head.bias", "linear_1", "add_1")
    assert view(net, 3).hidden == view(net, 99).hidden == view(net).hidden == 0
    assert len(view(net).links) == len(net.edges)


def test_every_node_is_visible_somewhere_and_links_join_what_is_visible(net):
    for depth in range(4):
        seen = view(net, depth)
        keys = set()
        boxes = [seen.root]
        while boxes:
            for member in boxes.pop().members:
                if isinstance(member, Open):
                    boxes.append(member)
                else:
                    keys.add(member.key)
        assert set(seen.home.values()) == keys
        assert len(keys) == seen.shown
        assert seen.home.keys() == {node.id for node in net}
        assert all({link.source, link.target} <= keys and link.source != link.target for link in seen.links)


def test_edges_of_a_closed_box_to_one_neighbour_are_one_with_the_largest_contribution():
    class Both(nn.Module):
        def forward(self, x):
            return x * 2 + x * 300

    x = leaf(1.0)
    both = Both()
    y = both(x)
    y.backward(retain_graph=True)
    graph = trace(y, names={"x": x}, module=both)
    (link,) = view(graph, 0).links
    assert (link.count, link.edge.contribution.number) == (2, 300)
    assert len(view(trace(x * x), 0).links) == 2  # between nodes each argument has its own
    drawing = viz.draw(graph, depth=0)
    assert "2 edges" in drawing.dot
    assert "the largest contribution is that of this one" in drawing.dot


def test_a_closed_box_says_what_is_inside(net):
    drawing = viz.draw(net, depth=1)
    (box,) = [g for g in groups(drawing.svg, "closed") if "head" in words(g)[0]]
    assert words(box)[:4] == [
        "model.head \N{NO-BREAK SPACE}Linear",
        "2 operations,",
        "2 parameters with 10 numbers",
        "→ (5, 2)",
    ]
    tip = box.find(f"{SVG}title").text
    assert "model.head: Linear(in_features=4, out_features=2" in tip
    assert "out: (5, 2)" in tip
    assert drawing.note == "13 nodes; 6 shown, the rest is in closed boxes"
    assert drawing.note in ElementTree.fromstring(drawing.svg).find(f"{SVG}desc").text
    assert drawing.note in words(ElementTree.fromstring(drawing.svg))
    assert viz.draw(net).note == ""


def test_the_worst_gradient_inside_is_marked_outside():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    for parameter in model.parameters():
        parameter.data = -tg.ones(parameter.shape)
    y = model(tg.tensor([[1.0, 1.0]])).sum()
    y.backward(retain_graph=True)
    (box,) = groups(viz.draw(y, module=model, depth=0).svg, "closed")
    assert "mark-zero" in box.get("class")
    assert "grad 0 all zero: 0.weight" in words(box)


def groups(svg, name):
    return [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if name in g.get("class", "").split()]


def words(element):
    return [text.strip() for t in element.iter(f"{SVG}text") if (text := "".join(t.itertext()))]


def chain(n):
    y = leaf(1.0)
    for _ in range(n):
        y = y * 0.999 + 0.001
    return y


def deep():
    tg.manual_seed(0)
    model = nn.Sequential(*[layer for _ in range(400) for layer in (nn.Linear(4, 4), nn.ReLU())])
    return model(tg.tensor(np.ones((2, 4), "float32"))).sum()


def recurrent():
    class Cell(nn.Module):
        def __init__(self):
            super().__init__()
            self.x2h, self.h2h = nn.Linear(2, 4), nn.Linear(4, 4)

        def forward(self, x, h):
            return (self.x2h(x) + self.h2h(h)).tanh()

    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = Cell()

        def forward(self, x):
            h = tg.zeros(1, 4)
            for t in range(300):
                h = self.cell(x[t], h)
            return h

    tg.manual_seed(0)
    return Recurrent()(tg.tensor(np.ones((300, 1, 2), "float32"))).sum()


@pytest.mark.parametrize("program", [lambda: chain(2500), deep, recurrent], ids=["chain", "deep", "recurrent"])
def test_a_large_graph_is_folded_and_says_so(program):
    y = program()
    drawing = viz.draw(y, backward=True)
    svg = drawing.svg
    assert 5 < drawing.view.shown <= COMFORTABLE
    assert drawing.note.startswith(f"{len(drawing.graph):,} nodes; {drawing.view.shown} shown")
    folds = groups(svg, "fold")
    assert len(folds) >= 5
    for box in folds:  # a dashed, threefold outline
        outlines = [p for p in box.iter() if p.get("stroke-dasharray")]
        assert len(outlines) >= 3
    assert any("×" in words(box)[0] or "Cell" in words(box)[0] or "inputs" in words(box)[0] for box in folds)
    assert words(ElementTree.fromstring(svg)).count(drawing.note) == 1


def test_the_folds_of_a_chain():
    seen = view(trace(chain(2500)))
    boxes = [member for member in seen.root.members if isinstance(member, Closed)]
    assert boxes[0].scope.title.endswith("× (mul, add)")
    assert sum(box.counts["op"] for box in boxes) == 5000
    between = [(link.source, link.target) for link in seen.links if link.source.startswith("s")]
    assert between == [(a.key, b.key) for a, b in itertools.pairwise(boxes)]
    assert length(seen) == len(boxes) - 1  # the leaf is in the first


def test_many_leaves_side_by_side_go_into_one_box():
    leaves = [leaf(float(i)) for i in range(1600)]
    y = tg.stack(leaves).sum()
    small, shut = gathered(trace(y))
    assert {scope.title for scope in small.scopes} == {"1,600 inputs"}
    assert shut == {"inputs"}
    drawing = viz.draw(y)
    assert drawing.view.shown <= COMFORTABLE
    assert drawing.view.depth >= 0
    assert gathered(trace(leaves[0].exp()))[1] == set()


def test_edges_all_across_a_graph_are_folded_too():
    y, w = leaf(1.0), leaf(-1.0)
    for _ in range(500):
        y = y * w
    drawing = viz.draw(y)
    assert drawing.view.shown <= COMFORTABLE
    with pytest.raises(ValueError, match=r"cross .* ranks.*smaller depth"):
        viz.draw(trace(y), depth=0)


def test_a_depth_that_shows_too_much_is_refused():
    with pytest.raises(ValueError, match=r"5,001 nodes would be visible, more than 1,500.*smaller depth, or none"):
        viz.draw(chain(1250), depth=0)
    graph = fold(trace(chain(1250)))
    assert viz.draw(graph, depth=0).view.shown < 60
    with pytest.raises(ValueError, match="5,001 nodes"):
        viz.draw(graph, depth=9)
    for depth in (-1, True, 1.5, "1"):
        with pytest.raises(ValueError, match="draw: expected depth to be 0"):
            viz.draw(leaf(1.0).exp(), depth=depth)
    with pytest.raises(ValueError, match="got -1"):
        view(graph, -1)


@pytest.mark.slow
def test_a_very_deep_graph_is_folded_and_the_deepest_are_refused():
    y = chain(25_000)
    drawing = viz.draw(y, backward=True)
    assert "100,001 nodes" in drawing.svg
    with pytest.raises(ValueError, match=r"200,001 nodes.*Trace a part of it"):
        viz.draw(chain(50_000))

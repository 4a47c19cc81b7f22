"""Light and dark: every text of a picture can be read on what is behind it, in both colour schemes."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, viz
from tinygrad_edu.viz import style
from tinygrad_edu.viz.report.embed import embedded

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawings():
    """Between them every kind of node, box, edge and mark."""
    tg.manual_seed(0)
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.ReLU()), nn.Linear(4, 2))
    x = tg.tensor(np.ones((2, 3), "float32"))
    loss = (model(x) * 1e-9).sum()
    leaf = tg.tensor(2.0, requires_grad=True)
    long = leaf
    for _ in range(2000):
        long = long * 1.01
    with np.errstate(all="ignore"):
        sick = (leaf * 0).log() * 1e9
        return [
            viz.draw(loss, names={"x": x}, module=model, backward=True),
            viz.draw(loss, names={"x": x}, module=model, backward=True, depth=1),
            viz.draw(long),
            viz.draw(sick, backward=True, name="sick"),
        ]


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


def pairs(svg):
    """Every text's colour with every colour that may be behind it."""
    groups = list(ElementTree.fromstring(svg).iter(f"{SVG}g"))
    frames = [f.get("fill") for g in groups if "cluster" in g.get("class", "").split() for f in g.iter(f"{SVG}path")]
    for group in groups:
        kinds = group.get("class", "").split()
        texts = [piece for piece in group.iter() if piece.tag in (f"{SVG}text", f"{SVG}tspan")]
        if "graph" in kinds:
            texts, behind = group.findall(f"{SVG}text"), [style.PAPER]
        elif "edge" in kinds:
            behind = [style.PAPER, *frames]
        else:
            shapes = [e for e in group.iter() if e.get("stroke") and e.get("fill", "none") != "none"]
            behind = [shapes[0].get("fill")]
        for text in texts:
            if text.get("fill"):
                yield from ((text.get("fill"), other) for other in behind)


def test_every_text_can_be_read_in_light_and_dark(drawings):
    seen = {pair for drawing in drawings for pair in pairs(drawing.svg)}
    assert len(seen) > 15
    for text, behind in seen:
        assert contrast(text, behind) >= 4.5, (text, behind)
        assert contrast(style.DARK[text], style.DARK[behind]) >= 4.5, (text, behind)


def test_lines_and_outlines_stand_out(drawings):
    for drawing in drawings:
        lines = [e for e in ElementTree.fromstring(drawing.svg).iter() if e.tag != f"{SVG}text"]  # theirs is no line
        for colour in {stroke for e in lines if (stroke := e.get("stroke", "none")).startswith("#")}:
            for behind in (style.PAPER, *style.BOXES):
                assert contrast(colour, behind) >= 3
                assert contrast(style.DARK[colour], style.DARK[behind]) >= 3


def test_every_colour_has_a_dark_one_and_the_rules_concern_one_picture(drawings):
    for drawing in drawings:
        root = ElementTree.fromstring(drawing.svg)
        for element in root.iter():
            for name in ("fill", "stroke"):
                assert element.get(name) in (None, "none", "transparent", *style.DARK), element.attrib
        (rules,) = root.findall(f"{SVG}style")
        inside = rules.text.removeprefix("@media (prefers-color-scheme: dark){").removesuffix("}")
        selectors = re.findall(r"([^{}]+)\{", inside)
        assert len(selectors) == 2 * len(style.DARK)
        assert all(selector.startswith(f"#{drawing.name} [") for selector in selectors)


def test_the_background_is_the_pictures_own(drawings):
    for drawing in drawings:
        (graph,) = [g for g in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g") if g.get("class") == "graph"]
        assert graph.find(f"{SVG}polygon").get("fill") == style.PAPER


def test_a_report_shows_it_in_light_colours_on_its_white_paper(drawings):
    shown = embedded(drawings[0], "p0", "a", "b")
    assert "<style" not in shown
    assert style.INK in shown


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_fits_its_box_in_a_browser_and_colours_follow_the_system(drawings, page, scheme):
    page.emulate_media(color_scheme=scheme)
    for drawing in drawings:
        page.set_content(drawing.svg)
        outside = page.evaluate(
            """() => [...document.querySelectorAll("g.node")].flatMap(node => {
                const shape = node.querySelector("ellipse, polygon, path").getBoundingClientRect();
                return [...node.querySelectorAll("text")].filter(text => {
                    const box = text.getBoundingClientRect();
                    return box.left < shape.left || box.right > shape.right || box.top < shape.top - 1
                        || box.bottom > shape.bottom + 1;
                }).map(text => text.textContent);
            })"""
        )
        assert outside == []
        paper = page.evaluate("getComputedStyle(document.querySelector('g.graph > polygon')).fill")
        expected = style.PAPER if scheme == "light" else style.DARK[style.PAPER]
        assert paper == f"rgb({', '.join(str(int(expected[i : i + 2], 16)) for i in (1, 3, 5))})"

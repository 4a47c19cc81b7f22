"""The report: one page, well formed, complete, and with nothing from outside."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, viz
from tinygrad_edu.viz import plots
from tinygrad_edu.viz.report import Picture, Table, run_report, write_report
from tinygrad_edu.viz.report.parting import parting

VOID = {"meta", "link", "br", "img", "input", "hr"}
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\x00\u202e'


class Page(HTMLParser):
    """Every element with its attributes; complains when one is not closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


def check(path, links=()):
    text = path.read_text()
    page = Page(text)
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in page.elements:
        assert tag not in ("script", "link", "iframe", "object", "img")
        for name, value in attrs.items():
            assert not name.startswith("on")
            if name in ("href", "xlink:href", "src"):
                assert value in links or value.startswith(("#", "data:image/png;base64,"))
                assert not value.startswith("#") or value[1:] in ids
            if name in ("aria-labelledby", "aria-describedby"):
                assert set(value.split()) <= set(ids)
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#{name}" for name in ids}
    assert "@import" not in text
    assert all(attrs.get("role") == "img" and attrs.get("aria-labelledby") for attrs in page.all("svg"))
    assert len(page.all("h1")) == 1
    return page


@pytest.fixture(scope="module")
def run():
    tg.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 12), nn.Tanh(), nn.Linear(12, 10))
    images = np.random.default_rng(0).random((50, 8, 8)).astype("float32")
    x = tg.tensor(images[:4].reshape(4, -1))
    loss = nn.CrossEntropyLoss()(model(x), tg.tensor([1, 2, 3, 4]))
    loss.backward(retain_graph=True)
    statistics = plots.Statistics()
    statistics.record(model, 1)
    rows = [{"epoch": 1, "fraction": 0.5, "train_loss": 2.0, "test_loss": float("nan"), "test_accuracy": 0.1}]
    return {
        "settings": {"lr": 0.1, "batch_size": 32, "hidden": [12], "source": EVIL},
        "history": {"epochs": rows, "step_losses": [2.3, 2.2], "steps_per_epoch": 4},
        "model": model,
        "images": images,
        "labels": np.arange(50) % 9,  # no image of a nine
        "graph": viz.draw(loss, module=model),
        "statistics": statistics,
        "title": EVIL,
    }


def test_the_report_of_a_run(run, tmp_path):
    path = run_report(tmp_path / "report.html", **run)
    page = check(path)
    assert path.stat().st_size < 3_000_000
    assert len(page.all("svg")) == 9
    assert len(page.all("figcaption")) == 9
    assert len(page.all("details")) == 1
    text = " ".join(page.text)
    for expected in ("Confusion matrix", "Results by class", "Results by epoch", "batch size", "0.weight", "Recall"):
        assert expected in text
    assert "Not drawn" not in text
    assert {attrs["scope"] for attrs in page.all("th")} == {"col", "row"}
    assert run_report(tmp_path / "again.html", **run).read_bytes() == path.read_bytes()


def test_a_picture_that_cannot_be_drawn_does_not_stop_the_others(run, tmp_path):
    class Odd(nn.Module):
        def forward(self, x):
            return x[:, :10]

    page = check(run_report(tmp_path / "r.html", **run | {"model": Odd(), "graph": None, "statistics": None}))
    assert "the model has no parameter of the shape (units, inputs)" in " ".join(page.text)
    assert "Confusion matrix" in " ".join(page.text)


def test_an_empty_report_and_hostile_text(tmp_path):
    check(write_report(tmp_path / "a.html", title=""))
    svg = (
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>1</script>'
        '<style>@import "http://a.b/c"; * { color: red }</style><a href="http://a.b"><text id="t">hello</text></a>'
        '<rect fill="url(http://a.b/c#d)" clip-path="url(#t)"/><use href="http://a.b/c.svg#d"/></svg>'
    )
    page = check(
        write_report(
            tmp_path / "b.html",
            title=EVIL,
            facts={EVIL: EVIL, "none": None, "nan": float("nan"), "big": 10**9, "list": [1, 2.5], "yes": True},
            figures=[Picture(EVIL, svg, EVIL, EVIL), Picture("two", svg, scroll=True)],
            tables=[Table(EVIL, (EVIL, "n"), [(EVIL, 1), ("x", None), ()], EVIL), Table("empty", (), [])],
        )
    )
    text = " ".join(page.text)
    assert "alert(1)" in text
    assert "hello" in text
    assert "1,000,000,000" in text
    with pytest.raises(ValueError, match="SVG"):
        write_report(tmp_path / "c.html", title="c", figures=[Picture("p", "no picture")])


def test_links_to_files_beside_the_page(tmp_path):
    path = write_report(tmp_path / "a.html", title="t", links={"step through it": "a step.html", EVIL: "b.html"})
    page = check(path, ("a%20step.html", "b.html"))
    assert [attrs["href"] for attrs in page.all("a")][-2:] == ["a%20step.html", "b.html"]
    for name in ("", "..", "../x.html", "/etc/passwd", "javascript:alert(1)//x", "http://a.b/c.html"):
        with pytest.raises(ValueError, match="expected a link to a file beside the report"):
            write_report(tmp_path / "b.html", title="t", links={"x": name})


def rows(train, test):
    return [{"epoch": i, "train_loss": a, "test_loss": b} for i, (a, b) in enumerate(zip(train, test, strict=True), 1)]


@pytest.mark.parametrize(
    ("train", "test", "words"),
    [
        (
            [1, 0.5, 0.2, 0.1],
            [1, 0.6, 0.7, 0.9],
            "After epoch 2 the test loss rose from 0.6 to 0.9 while the training ",
        ),
        ([1, 0.5, 0.1], [1, 0.6, 0.5], "is 5.0 times the training loss, 0.1: the network fits the training images"),
        ([1, 0.5, 0.3], [1, 0.6, 0.4], None),
        ([0.03, 0.02, 0.01], [0.04, 0.035, 0.03], None),
        ([1, 0.5, 0.6], [1, 0.6, 0.7], None),  # both rise: not overfitting
        ([1.0], [9.0], None),
        ([1, float("nan")], [1, float("nan")], None),
        ([], [], None),
    ],
)
def test_a_word_when_training_and_test_loss_part(run, tmp_path, train, test, words):
    found = parting(rows(train, test))
    assert found == "" if words is None else words in found
    if words is not None:
        history = {"epochs": rows(train, test), "step_losses": [], "steps_per_epoch": 4}
        page = run_report(tmp_path / "r.html", **run | {"history": history, "graph": None, "statistics": None})
        assert words in " ".join(check(page).text)

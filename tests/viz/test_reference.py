"""The reference: up to date, its domains true, its names real."""

import re
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.op import OPS
from tinygrad_edu.viz.reference.domain import domain
from tinygrad_edu.viz.reference.entries import evaluated, families, slope
from tinygrad_edu.viz.reference.write import pages, write_reference

DOCS = Path(__file__).parents[2] / "docs" / "reference"
ENTRIES = {entry.name: entry for family in families() for entry in family.entries}
NUMBER = re.compile(r"-?\d+\.\d+")


def test_it_is_up_to_date():
    stale = []
    for name, text in pages():
        path = DOCS / name
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if name.endswith(".svg"):  # other machines round the last digit otherwise
            same = NUMBER.sub("", kept) == NUMBER.sub("", text) and np.allclose(
                [float(x) for x in NUMBER.findall(kept)], [float(x) for x in NUMBER.findall(text)], atol=0.15
            )
        else:
            same = kept == text
        stale += [] if same else [name]
    stale += sorted({path.name for path in DOCS.iterdir()} - {name for name, _ in pages()})
    assert not stale, f"run `tinygrad-edu reference docs/reference` (and delete what is gone): {stale}"


def test_every_op_is_in_it():
    shown = ENTRIES.keys() | {name for entry in ENTRIES.values() for name in entry.others}
    missing = OPS.keys() - shown - {"item", "top"}
    assert {name for name in missing if OPS[name].__module__.startswith("tinygrad_edu.")} == set()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (np.sin, "all real numbers"),
        (np.log, "x > 0"),
        (np.sqrt, "x ≥ 0"),
        (np.log1p, "x > −1"),
        (np.arcsin, "−1 ≤ x ≤ 1"),
        (np.arctanh, "−1 < x < 1"),
        (lambda x: np.sqrt(-x), "x ≤ 0"),
        (np.reciprocal, "x ≠ 0"),
        (lambda x: 1 / (x * x - 1), "x ≠ −1, 1"),
        (lambda x: np.where((x <= 0) & (x == np.round(x)), np.inf, x), "x ≠ 0, −1, −2, …"),
        (lambda x: np.log(x * x - 4), "see its formula"),
    ],
)
def test_domain(function, expected):
    assert domain(function) == expected


@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if entry.domain is not None])
def test_the_derivative_drawn_is_the_slope(name):
    """Where the function is smooth: at most of a few odd points, by central differences."""
    x = np.array([0.137, 0.531, 0.717, 1.371, 2.113, -0.313, -1.517])
    row = ENTRIES[name].function
    drawn = slope(row, x)
    if drawn is None:
        return
    step = 1e-6
    with np.errstate(invalid="ignore"):
        expected = (evaluated(row, x + step) - evaluated(row, x - step)) / (2 * step)
    inside = np.isfinite(expected)
    assert inside.any()
    np.testing.assert_allclose(drawn[inside], expected[inside], rtol=1e-6, atol=1e-6)


@pytest.mark.oracle
def test_pytorch_has_these_names():
    torch = pytest.importorskip("torch")
    claimed = [name for entry in ENTRIES.values() for name in entry.names if not name.startswith("np.")]
    wrong = [name for name in claimed if not _exists(name, {"torch": torch, "Tensor": torch.Tensor})]
    assert wrong == []


def test_numpy_has_these_names_and_they_record():
    claimed = {name: entry for entry in ENTRIES.values() for name in entry.names if name.startswith("np.")}
    assert all(_exists(name, {"np": np}) for name in claimed)
    assert {"np.exp", "np.sum", "np.linalg.norm"} <= claimed.keys()


def test_links_lead_somewhere(tmp_path):
    write_reference(tmp_path)
    index = (tmp_path / "README.md").read_text(encoding="utf-8")
    for page, anchor in re.findall(r"\((\w+\.md)#(\w+)\)", index):
        headings = re.findall(r"^## (.+)$", (tmp_path / page).read_text(encoding="utf-8"), re.M)
        assert anchor in [heading.lower().replace(".", "") for heading in headings]
    for page in tmp_path.glob("*.md"):
        for picture in re.findall(r'src="(.+?)"', page.read_text(encoding="utf-8")):
            assert (tmp_path / picture).exists()


def _exists(name, roots):
    first, *rest = name.split(".")
    found = roots[first]
    for part in rest:
        found = getattr(found, part, None)
    return found is not None


def test_tg_is_what_the_names_are_of():
    assert ENTRIES["exp"].names == ("torch.exp", "Tensor.exp", "np.exp")
    assert ENTRIES["softmax"].function is tg.softmax

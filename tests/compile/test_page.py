"""docs/compile.md shows the programs as they are, explains lines that are in them, and its own lines run."""

import re

import pytest

from tinygrad_edu import kernels

from .page import BLOCK, PAGE, source, written

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("loops", [False, True])
def test_its_programs_are_up_to_date(monkeypatch, loops):
    if loops:
        pytest.importorskip("numba")
    monkeypatch.setattr(kernels, "enabled", loops)
    assert len(BLOCK.findall(TEXT)) == 3
    assert written(TEXT) == TEXT, "run `python -m tests.compile.page`"


def test_the_lines_that_it_explains_are_there():
    program = source("compile --preset mnist-nn --show")
    explained = re.findall(r"^\| `(.*?)` \|", TEXT[TEXT.index("| line |") : TEXT.index("## What makes it fast")], re.M)
    assert len(explained) >= 15
    places = [program.find(line) for line in explained]
    assert -1 not in places, explained[places.index(-1)]
    assert places == sorted(places)


def test_its_own_lines_run(capsys):
    names = {}
    for block in re.findall(r"(?<!-->\n)^```python\n(.*?)^```", TEXT, re.M | re.S):
        exec(compile(block, str(PAGE), "exec"), names)
    printed = capsys.readouterr().out
    assert "dot(d_linear2_add_T, relu1, out=d_linear2_weight)" in printed
    assert re.search(r"^ +[\d.]+ µs  dot$", printed, re.M)
    assert re.search(r"^ +[\d.]+ µs  add.reduce$", printed, re.M)

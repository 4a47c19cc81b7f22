"""The README's code runs, and its commands are the ones CI runs."""

import re
from pathlib import Path

import pytest

import tinygrad_edu as tg

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)


@pytest.mark.parametrize("block", BLOCKS, ids=[f"block {i}" for i in range(len(BLOCKS))])
def test_code_blocks_run(block, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    before = dict(tg.OPS)
    try:
        exec(compile(block, "README.md", "exec"), {})
    finally:
        for name in tg.OPS.keys() - before.keys():
            del tg.OPS[name]
    printed = capsys.readouterr().out.split("\n")
    promised = [line.split("# ")[1].strip() for line in block.split("\n") if line.startswith("print(") and "# " in line]
    assert printed[: len(promised)] == promised


def test_the_files_it_names_exist():
    named = set(re.findall(r"`((?:tinygrad_edu|tests|viz|examples)/[\w/.]*)`", README))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_what_it_links_to_exists():
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(linked) > 5
    assert [path for path in linked if "://" not in path and not (ROOT / path).exists()] == []


def test_ci_runs_the_test_command_as_written():
    (command,) = (line for line in README.split("\n") if line.endswith("/pytest"))
    assert command in (ROOT / ".ci" / "run").read_text()

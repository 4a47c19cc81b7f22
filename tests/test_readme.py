"""The README is run as a reader runs it: in the root of a clone, block after block in one session; its commands too."""

import os
import re
import shutil
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from .checkout import ROOT, copy_to, install, run
from .data.digit_files import mnist_files, random_mnist

PAGES = ["README.md", "docs/CONTRIBUTING.md", "docs/CHANGELOG.md", "docs/comparison.md", "docs/compile.md"]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)
COMMANDS = [
    line for block in re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S) for line in block.splitlines() if line
]
FIRST, TESTS = (line for line in COMMANDS if line.startswith("python3 -m venv"))
QUICK = [line for line in COMMANDS if not line.startswith("python3") and not re.search("tests.benchmarks|preset", line)]


def paste(python: Path | str, clone: Path) -> None:
    """All blocks into one interactive session in the clone's root; they print what their comments promise."""
    session = "\n".join(BLOCKS) + "\n"
    done = run([str(python), "-i", "-q"], clone, input=session, timeout=300, env={"PYTHON_COLORS": "0"})
    assert done.returncode == 0
    assert not re.search("Traceback|Error|Warning:", done.stderr), done.stderr
    promised = re.findall(r"^print\(.*\) +# (.*)$", session, re.M)
    assert len(promised) >= 2
    assert [line for line in done.stdout.splitlines() if line in promised] == promised


def test_code_blocks_run_in_a_bare_checkout(tmp_path):
    clone = copy_to(tmp_path / "clone")
    paste(sys.executable, clone)
    for name in ("neuron.svg", "cube.svg"):
        assert (clone / name).read_text().startswith("<svg")


def test_the_first_block_has_ten_lines_and_comes_before_the_commands():
    assert len([line for line in BLOCKS[0].splitlines() if line]) <= 10
    assert README.index("![") < README.index("```python") < README.index(FIRST)


@pytest.mark.slow
def test_the_first_command_then_the_blocks_and_the_other_commands(tmp_path):
    clone, data = copy_to(tmp_path / "clone"), tmp_path / "mnist"
    data.mkdir()  # few images, so that training takes a second
    for name, content in mnist_files(random_mnist(np.random.default_rng(0))).items():
        (data / name).write_bytes(content)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # whose python3 is this one
    env = {"PATH": path, "TINYGRAD_EDU_DATA": str(data)}

    install(FIRST, clone, env=env)
    (made,) = (clone / "runs").iterdir()
    files = {path.name for path in made.iterdir()}
    assert files == set(re.findall(r"\(`([\w.]+)`\)", README[README.index("The first leaves") : README.index("Then:")]))
    assert len(files) == 7

    paste(clone / ".venv" / "bin" / "python", clone)

    assert len(QUICK) >= 5
    assert [line for line in QUICK if not line.startswith(".venv/bin/")] == []
    for line in QUICK:
        done = run(line.replace("runs/<date-time>", f"runs/{made.name}"), clone, env=env, timeout=300)
        assert done.returncode == 0, line + "\n" + done.stdout + done.stderr
    assert (clone / "graph.svg").read_text().startswith("<svg")
    assert (clone / "explore.html").exists()
    for line in re.findall(r"`(\.venv/bin/(?:tinygrad-edu|python examples)[^`]*)`", README):
        done = run(line, clone, env=env, timeout=300)
        assert done.returncode == 0, line + "\n" + done.stdout + done.stderr
    shutil.rmtree(clone)


def test_commands_name_programs_by_paths_that_work():
    inline = re.findall(r"`([^`\n]*(?:tinygrad-edu|pytest|tests\.benchmarks)[^`\n]*)`", README)
    commands = [line for line in inline if " " in line or line.endswith("pytest")]
    assert commands
    assert [line for line in commands if not line.startswith(".venv/bin/")] == []


def test_the_benchmarks_it_names_exist():
    named = set(re.findall(r"-m (tests\.benchmarks\.\w+)", README))
    assert len(named) == 4
    assert [name for name in named if find_spec(name) is None] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_the_files_it_names_exist(page):
    text = (ROOT / page).read_text()
    named = re.findall(r"`((?:tinygrad_edu|tests|viz|examples)/[\w/.]*)`", text)
    for first, others in re.findall(r"^\| `([\w/.]+/[\w.]*)`((?:, `[\w/.]+`)+) \|", text, re.M):  # beside the first
        named += [f"{Path(first).parent}/{other}" for other in re.findall(r"`([\w/.]+)`", others)]
    assert len(named) > 15 or page not in PAGES[:2]
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_it_links_to_exists(page):
    missing = []
    for link in re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text()):
        if "://" not in link:
            name, _, anchor = link.partition("#")
            target = (ROOT / page).parent / name if name else ROOT / page
            if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
                missing.append(link)
    assert missing == []


def anchors(text):
    """What a link to a heading of the page says after its #."""
    return [re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^##+ (.*)", text, re.M)]


def test_the_table_of_what_is_installed_is_what_is_installed():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    table = README.partition("### What is installed, and why")[2].partition("\n## ")[0]
    told = [name for cell in re.findall(r"^\| ([^|]+) \|", table, re.M)[2:] for name in cell.lower().split(", ")]
    assert sorted(told) == sorted(re.split(r"[<>=]", line)[0] for line in wanted)


def test_ci_runs_the_test_command_as_written():
    assert TESTS in (ROOT / ".ci" / "run").read_text()

"""`tinygrad-edu draw` and `explore`: runs, lessons and expressions, the files they write, and all that can be wrong."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tests.cli.commands import COMMAND, run
from tinygrad_edu.cli.finished_run import digits_of, load_run, training_step
from tinygrad_edu.cli.lesson import PRESETS
from tinygrad_edu.cli.subject import subject

NEURON = ["tanh(x1*w1 + x2*w2 + b)", "x1=2", "x2=0", "w1=-3", "w2=1", "b=6.8813735870195432"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def texts(path):
    return " ".join("".join(t.itertext()) for t in ET.parse(path).iter("{http://www.w3.org/2000/svg}text"))


def one_line(result, code, *parts):
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("tinygrad-edu: ")
    assert [part for part in parts if part not in result.stderr] == []


# --- expressions ------------------------------------------------------------------------------------------------------


def test_an_expression_is_drawn_with_its_gradients(tmp_path):
    result = run("draw", *NEURON)
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    assert re.fullmatch(r"Wrote graph\.svg: tanh\(x1\*w1 \+ x2\*w2 \+ b\), \d+ nodes, \d+ edges", first)
    assert second.split("   ") == [
        "out = 0.7071", "d out / d x1 = -1.5", "d out / d x2 = 0.5", "d out / d w1 = 1", "d out / d w2 = 0",
        "d out / d b = 0.5",
    ]  # fmt: skip
    drawn = texts(tmp_path / "graph.svg")
    for part in ("x1", "w2", "0.7071", "−1.5", "0.5", "out"):
        assert part in drawn


def test_inner_results_have_their_names_in_the_picture(tmp_path):
    assert run("draw", "n = x*w; tanh(n)", "x=2", "w=0.25").exit_code == 0
    assert "n =" in texts(tmp_path / "graph.svg")


def test_the_smallest_graphs_are_counted():
    assert "Wrote graph.svg: (-x), 2 nodes, 1 edge\n" in run("draw", "(-x)", "x=1").stdout
    assert "Wrote graph.svg: x, 1 node, 0 edges\n" in run("draw", "x", "x=1").stdout


def test_a_long_expression_has_a_short_title():
    first = run("draw", "+".join(["x"] * 200), "x=1").stdout.splitlines()[0]
    assert re.fullmatch(r"Wrote graph\.svg: [x+]{77}\.\.\., \d+ nodes, \d+ edges", first)


def test_arrays(tmp_path):
    result = run("draw", "(x @ w).sum()", "x=[[1,2],[3,4]]", "w=[[1,0],[0,1]]")
    second = result.stdout.splitlines()[1]
    assert second.split("   ") == ["out = 10", "d out / d x = [[1, 1], [1, 1]]", "d out / d w = [[4, 4], [6, 6]]"]
    result = run("draw", "(x*x).sum()", f"x={list(range(100))}")
    assert result.stdout.splitlines()[1] == "out = 3.284e+05   d out / d x = [100] from 0 to 198"


def test_a_result_of_many_elements_is_drawn_forwards(tmp_path):
    result = run("draw", "x*2", "x=[1,2,3]")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == ["out has the shape (3,): add .sum() or .mean() to it, to see gradients"]
    assert (tmp_path / "graph.svg").exists()


def test_nan_and_infinity_are_drawn_without_a_word_on_stderr():
    result = run("draw", "log(x) + 1/(x + 1)", "x=-1")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1] == "out = nan   d out / d x = -inf"


STARTS = {".png": b"\x89PNG", ".pdf": b"%PDF", ".dot": b"digraph", ".svg": b"<svg", ".txt": b"", ".json": b"{"}


@pytest.mark.parametrize("suffix", STARTS)
def test_the_suffix_decides_the_format(tmp_path, suffix):
    result = run("draw", "x*2", "x=1", "--out", f"picture{suffix}")
    assert result.exit_code == 0, result.stderr
    content = (tmp_path / f"picture{suffix}").read_bytes()
    assert content.startswith(STARTS[suffix])
    if suffix == ".json":
        json.loads(content)
    elif suffix == ".txt":
        assert "x" in content.decode()


def test_the_direction(tmp_path):
    for way in ("LR", "tb"):
        assert run("draw", "x*2", "x=1", "--direction", way, "--out", f"{way}.dot").exit_code == 0
    assert "rankdir=LR" in (tmp_path / "LR.dot").read_text()
    assert "rankdir=TB" in (tmp_path / "tb.dot").read_text()


def test_the_same_command_gives_the_same_file(tmp_path):
    for name in ("a.dot", "b.dot"):
        assert run("draw", "mnist-nn", "--seed", "3", "--out", name).exit_code == 0
    assert (tmp_path / "a.dot").read_bytes() == (tmp_path / "b.dot").read_bytes()


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_named_by_hand_is_kept(tmp_path):
    (tmp_path / "mine.svg").write_text("mine")
    one_line(run("draw", "x*2", "x=1", "--out", "mine.svg"), 2, "--out mine.svg", "exists already", "--force")
    assert (tmp_path / "mine.svg").read_text() == "mine"
    assert run("draw", "x*2", "x=1", "--out", "mine.svg", "--force").exit_code == 0
    assert "<svg" in (tmp_path / "mine.svg").read_text()


def test_the_usual_file_is_written_again(tmp_path):
    for _ in range(2):
        assert run("draw", "x*2", "x=1").exit_code == 0


@pytest.mark.parametrize(
    ("command", "out", "parts"),
    [
        ("draw", "picture.jpg", ["--out picture.jpg", ".svg .png .pdf .dot .txt .json"]),
        ("draw", "picture", ["suffix"]),
        ("draw", "folder.svg", ["is a folder", "folder.svg/graph.svg"]),
        ("draw", "nowhere/picture.svg", ["there is no folder nowhere", "make it first"]),
        ("explore", "page.svg", ["--out page.svg", ".html"]),
    ],
)
def test_a_file_that_cannot_be(tmp_path, command, out, parts):
    (tmp_path / "folder.svg").mkdir()
    one_line(run(command, "x*2", "x=1", "--out", out), 2, *parts)


def test_a_file_that_the_system_refuses():
    one_line(run("draw", "x*2", "x=1", "--out", "n" * 300 + ".svg"), 2, "longer than 200 bytes", "choose a shorter one")


# --- runs and lessons -------------------------------------------------------------------------------------------------


def test_a_run_is_drawn(digits_run, tmp_path):
    result = run("draw", digits_run)
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    assert first.startswith("Wrote graph.svg: One training step of digits: 64-64-10, relu, on 8 images, ")
    network, model = load_run(digits_run)
    loss, _ = training_step(model, digits_of(network, None))
    assert second == f"loss = {loss.item():.4g}"
    drawn = texts(tmp_path / "graph.svg")
    for part in ("0.weight", "2.bias", "images", "(8, 64)", "loss"):
        assert part in drawn


def test_the_batch_of_a_run(digits_run, tmp_path):
    assert "on 1 image," in run("draw", digits_run, "--batch", "1").stdout
    assert "(1, 64)" in texts(tmp_path / "graph.svg")
    for bad in ("0", "1438", "x"):
        one_line(run("draw", digits_run, "--batch", bad), 2, f"--batch '{bad}'", "from 1 to 1437")


def test_a_run_is_as_it_was_trained(digits_run):
    shown = subject(str(digits_run))
    _, model = load_run(digits_run)
    for (name, mine), (_, its) in zip(shown.module.named_parameters(), model.named_parameters(), strict=True):
        np.testing.assert_array_equal(mine.detach().numpy(), its.detach().numpy(), err_msg=name)


@pytest.mark.parametrize("name", PRESETS)
def test_a_lesson_is_drawn(name, tmp_path):
    result = run("draw", name)
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    assert first.startswith(f"Wrote graph.svg: One step of the lesson {name}, ")
    assert re.match(r"loss = \d", second)
    assert "loss" in texts(tmp_path / "graph.svg")


@pytest.mark.parametrize("name", PRESETS)
def test_every_parameter_of_a_lesson_gets_a_gradient(name):
    shown = subject(name)
    shown.output.backward(retain_graph=True)
    parameters = dict(shown.module.named_parameters()) if shown.module is not None else shown.leaves
    assert len(parameters) >= 2
    assert [key for key, parameter in parameters.items() if parameter.grad is None] == []


def test_the_seed_of_a_lesson():
    losses = [subject("mnist-nn", seed=seed).output.item() for seed in (None, "0", "1", "1")]
    assert losses[0] == losses[1] != losses[2] == losses[3]


def test_modules_are_shown_open_to_a_depth(tmp_path):
    for depth in ("0", "1"):
        result = run("draw", "mnist-nn", "--depth", depth, "--out", f"{depth}.svg")
        assert result.exit_code == 0, result.stderr
    closed, opened = (texts(tmp_path / f"{depth}.svg") for depth in ("0", "1"))
    assert len(closed) < len(opened)
    assert "hidden.weight" not in closed


# --- explore ----------------------------------------------------------------------------------------------------------


def test_explore_writes_a_page(tmp_path):
    result = run("explore", *NEURON)
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    assert first == "Wrote explore.html: tanh(x1*w1 + x2*w2 + b); open it in a browser"
    assert second.startswith("out = 0.7071   d out / d x1 = -1.5")
    page = (tmp_path / "explore.html").read_text()
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert re.search(r"(src|href)=[\"']?(https?:)?//", page) is None


def test_explore_a_run_and_a_lesson(digits_run, tmp_path):
    for what, out in ((digits_run, "run.html"), ("is-it-nine", "lesson.html")):
        result = run("explore", what, "--out", out)
        assert result.exit_code == 0, result.stderr
        assert "<html" in (tmp_path / out).read_text()


# --- errors -----------------------------------------------------------------------------------------------------------

WRONG = [
    (["draw"], ["WHAT"]),
    (["draw", ""], ["empty"]),
    (["draw", "x*"], ["at character 3"]),
    (["draw", "x*w", "x=1"], ["w has no value", "w=1"]),
    (["draw", "x*w", "x=1", "w=[1"], ["'w=[1'", "give a number"]),
    (["draw", "x", "*", "w"], ["'*'", "quotes"]),
    (["draw", "tnh(x)", "x=1"], ["did you mean tanh?"]),
    (["draw", "runs/2026-05-04_10-00-00"], ["runs/2026-05-04_10-00-00", "no such folder", "tinygrad-edu train", "x=2"]),
    (["draw", "./run"], ["no such folder"]),
    (["draw", "model.safetensors"], ["no such folder"]),
    (["draw", "x/w"], ["no such folder", "add its values after it"]),
    (["draw", "mnist_nn"], ["no such lesson", "did you mean mnist-nn?", "best-mlp"]),
    (["draw", "mnist-nn", "x=1"], ["mnist-nn is a lesson", "'x=1'"]),
    (["draw", "mnist-nn", "--batch", "2"], ["--batch 2", "applies to a run only"]),
    (["draw", "mnist-nn", "--data", "/nowhere"], ["--data", "/nowhere"]),
    (["draw", "mnist-nn", "--seed", "x"], ["--seed 'x'"]),
    (["draw", "x*2", "x=1", "--seed", "1"], ["--seed 1", "an expression needs none"]),
    (["draw", "x*2", "x=1", "--data", "/"], ["--data /", "an expression needs none"]),
    (["draw", "x*2", "x=1", "--depth", "-1"], ["--depth '-1'", "0 or more"]),
    (["draw", "x*2", "x=1", "--direction", "up"], ["--direction 'up'", "lr, tb"]),
    (["draw", __file__], ["test_draw.py", "is a file, not the folder of a run"]),
    (["draw", "(" * 10_000], ["nested too deep"]),
    (["draw", "x" * 200_000, "x=1"], ["200,000 characters"]),
    (["explore", "x*"], ["at character 3"]),
    (["explore", "x*2", "x=1", "--depth", "1"], ["--depth"]),
]


@pytest.mark.parametrize(("arguments", "parts"), WRONG, ids=lambda x: " ".join(x)[:40])
def test_what_is_wrong_is_one_line(arguments, parts, tmp_path):
    one_line(run(*arguments), 2, *parts)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_none(digits_run, tmp_path):
    (tmp_path / "empty").mkdir()
    one_line(run("draw", "empty"), 1, "no model.safetensors", "train again")
    one_line(run("draw", digits_run, "x=1"), 2, "folder of a run", "takes no values")
    one_line(run("draw", digits_run, "--seed", "1"), 2, "--seed 1", "applies to a lesson only")
    one_line(run("draw", digits_run, "--data", "/"), 2, "--data /", "read from no folder")


def test_a_file_of_the_same_name_is_no_hindrance(tmp_path):
    (tmp_path / "x").write_text("")
    assert run("draw", "x", "x=1").exit_code == 0


def test_a_graph_too_large_to_read(tmp_path):
    text = "; ".join(["n0 = x*1", *(f"n{i} = n{i - 1}*x" for i in range(1, 800)), "n799*1"])
    result = run("draw", text, "x=1")
    if result.exit_code:
        one_line(result, 1, "graph.svg could not be written", "nodes")
    else:  # folded
        assert (tmp_path / "graph.svg").exists()


@pytest.mark.parametrize("command", ["draw", "explore"])
def test_help_fits_80_columns(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Exit codes" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_commands_can_be_run_as_processes(tmp_path):
    done = subprocess.run([*COMMAND, "draw", *NEURON], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "out = 0.7071" in done.stdout


def test_the_command_line_does_not_wait_for_pictures():
    code = (
        "import sys, tinygrad_edu.cli.app; sys.exit('matplotlib' in sys.modules or 'tinygrad_edu.viz' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

"""`tinygrad-edu compile`, and `train --compile`, which gives the same figures as `train`."""

import json
import re
import shutil
import signal
import sys

import pytest

from tests.cli.commands import QUICK, run, start
from tests.cli.test_interrupt import wait_for
from tests.cli.test_resume import metrics
from tinygrad_edu import kernels


def test_the_lesson_is_shown():
    result = run("compile", "--preset", "mnist-nn", "--show")
    assert result.exit_code == 0
    assert "def step(images, labels):" in result.stdout
    assert "# loss = nn.functional.cross_entropy(model(images), labels)" in result.stdout
    backward = result.stdout[result.stdout.index("# loss.backward()") :]
    # the two products of a linear layer's backward pass, and the sum for its bias
    for line in (
        "dot(d_output_add, output_weight, out=d_net_relu)",
        "dot(d_output_add_T, net_relu, out=d_output_weight)",
        "add.reduce(d_output_add, axis=0, out=d_output_bias)",
        "dot(d_hidden_add_T, images, out=d_hidden_weight)",
    ):
        assert line in backward, line
    assert "# optimizer.step()" in backward
    assert "numba" not in result.stdout
    compile(result.stdout, "step.py", "exec")


@pytest.mark.skipif(not kernels.available(), reason="without Numba there are no loops")
def test_the_loops_are_shown():
    assert re.search(r"@numba\.njit.*\ndef net_relu_loop", run("compile", "--loops").stdout)


def test_it_is_written_to_a_file(tmp_path):
    path = tmp_path / "step.py"
    result = run("compile", "--out", path)
    assert result.exit_code == 0
    assert f"Wrote {path}: {len(path.read_text().splitlines())} lines" in result.stdout.replace("\n", "")
    assert path.read_text() == run("compile", "--show").stdout
    again = run("compile", "--out", path)
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert run("compile", "--out", path, "--force").exit_code == 0
    assert "is a folder" in run("compile", "--out", tmp_path).stderr


def test_a_lesson_that_has_no_step_of_its_own():
    result = run("compile", "--preset", "relu-10")
    assert result.exit_code == 2
    assert "this lesson leaves its step to the Learner; try --preset mnist-nn" in result.stderr
    assert "mnist-nn" in run("compile", "--preset", "nonsense").stderr


OPTIONS = [*QUICK, "--batch-size", "100"]  # of 1437 images: the last batch is smaller


def rounded(tree):
    if isinstance(tree, dict):
        return {key: rounded(value) for key, value in tree.items() if key not in ("settings", "compile")}
    if isinstance(tree, list):
        return [rounded(value) for value in tree]
    return float(f"{tree:.3g}") if isinstance(tree, float) else tree


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled") / "run"
    assert run(*OPTIONS, "--compile", "--out", folder).exit_code == 0
    return folder


def test_training_compiled_gives_the_same_figures(trained, tmp_path):
    assert run(*OPTIONS, "--out", tmp_path / "plain").exit_code == 0
    assert rounded(metrics(trained)) == rounded(metrics(tmp_path / "plain"))
    history = json.loads((trained / "metrics.json").read_text())["history"]
    assert all(row["images_per_second"] > 0 for row in history)


@pytest.mark.slow
def test_a_compiled_run_goes_on_compiled(trained, tmp_path):
    """To rounding: its first two steps are traced, which runs them as they are."""
    folder = tmp_path / "run"
    shutil.copytree(trained, folder)
    assert run("train", "--resume", folder, "--epochs", "4").exit_code == 0
    assert run(*OPTIONS, "--epochs", "4", "--compile", "--out", tmp_path / "alone").exit_code == 0
    assert rounded(metrics(folder)) == rounded(metrics(tmp_path / "alone"))
    assert "compile" in json.dumps(json.loads((folder / "metrics.json").read_text()))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_a_compiled_run_is_stopped_and_goes_on(tmp_path):
    folder = tmp_path / "run"
    process = start(*QUICK[:3], "--hidden", "16", "--epochs", "100000", "--compile", "--out", folder)
    try:
        wait_for(process, "3/100000")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    stopped = metrics(folder)
    assert stopped["ending"] == "interrupted"
    epochs = len(stopped["history"]) + 2
    assert run("train", "--resume", folder, "--epochs", epochs).exit_code == 0
    assert (
        run(*QUICK[:3], "--hidden", "16", "--epochs", epochs, "--compile", "--out", tmp_path / "alone").exit_code == 0
    )
    assert rounded(metrics(folder)["history"]) == rounded(metrics(tmp_path / "alone")["history"])

"""`tinygrad-edu predict`: test images, pictures of one's own, and all that can be wrong with them."""

import io
import re

import numpy as np
import pytest
from matplotlib.image import imsave
from rich.console import Console

from tests.cli.commands import run
from tinygrad_edu.cli import show
from tinygrad_edu.data import load_digits


def probabilities(output):
    rows = re.findall(r"^(\d) +([\d.]+) %( #+)?$", output, re.MULTILINE)
    assert [int(row[0]) for row in rows] == list(range(10))
    return [float(row[1]) for row in rows]


def read(output):
    return int(re.search(r"The network reads a (\d)", output).group(1))


def test_index_shows_the_image_and_ten_probabilities(digits_run):
    result = run("predict", digits_run, "--index", "3")
    assert result.exit_code == 0
    numbers = probabilities(result.stdout)
    assert sum(numbers) == pytest.approx(100, abs=0.1)
    assert read(result.stdout) == np.argmax(numbers)
    label = load_digits().test_labels[3]
    assert f"Test image 3 of digits is a {label}." in result.stdout
    assert show.ascii_art(load_digits().test_images[3] / 16) in result.stdout
    assert "\x1b" not in result.stdout


def test_reads_most_of_the_test_set(digits_run):
    labels = load_digits().test_labels
    right = [read(run("predict", digits_run, "--index", i).stdout) == labels[i] for i in range(20)]
    assert sum(right) >= 16


@pytest.mark.parametrize("light", [True, False])
def test_a_picture_of_a_test_image_reads_the_same(digits_run, tmp_path, light):
    images = load_digits().test_images
    for i in range(5):
        big = np.pad(np.kron(images[i] / 16, np.ones((10, 10))), ((30, 5), (12, 40)))
        imsave(tmp_path / "digit.png", 1 - big if light else big, cmap="gray", vmin=0, vmax=1)
        result = run("predict", digits_run, "--image", tmp_path / "digit.png")
        assert result.exit_code == 0
        assert read(result.stdout) == read(run("predict", digits_run, "--index", i).stdout)
        assert "is a" not in result.stdout


@pytest.mark.parametrize("index", ["-1", "360", "x", "1.0"])
def test_an_index_out_of_range_says_the_range(digits_run, index):
    result = run("predict", digits_run, "--index", index)
    assert result.exit_code == 2
    assert result.stderr == f"tinygrad-edu: --index '{index}': give a whole number from 0 to 359, as in --index 7\n"


@pytest.mark.parametrize("options", [[], ["--index", "1", "--image", "x.png"], ["--image", "x.png", "--data", "/"]])
def test_index_or_image(digits_run, options):
    result = run("predict", digits_run, *options)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_a_run_without_a_model(tmp_path):
    result = run("predict", tmp_path, "--index", "1")
    assert result.exit_code == 1
    assert "no model.safetensors" in result.stderr


@pytest.mark.parametrize("damage", [lambda b: b[:100], lambda b: b"", lambda b: bytes(range(256)) * 4])
def test_a_damaged_model(digits_run, tmp_path, damage):
    content = (digits_run / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(damage(content))
    result = run("predict", tmp_path, "--index", "1")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "damaged" in result.stderr


def bad_picture(kind, path):
    match kind:
        case "empty":
            path.write_bytes(b"")
        case "noise":
            path.write_bytes(np.random.default_rng(0).bytes(1000))
        case "truncated":
            imsave(path, np.random.default_rng(0).random((50, 50)))
            path.write_bytes(path.read_bytes()[:200])
        case "uniform":
            imsave(path, np.ones((20, 20, 3)))
        case "transparent":
            imsave(path, np.zeros((20, 20, 4)))
        case "folder":
            path.mkdir()


@pytest.mark.parametrize("kind", ["missing", "empty", "noise", "truncated", "uniform", "transparent", "folder"])
def test_a_bad_picture(digits_run, tmp_path, kind):
    bad_picture(kind, tmp_path / "digit.png")
    result = run("predict", digits_run, "--image", tmp_path / "digit.png")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"tinygrad-edu: --image {tmp_path / 'digit.png'}: ")
    assert result.stderr.count("\n") == 1


def test_ascii_art():
    assert show.ascii_art(np.array([[0.0, 1.0], [0.5, 0.0]])) == "  @@\n++"


def terminal(monkeypatch, **options):
    monkeypatch.setattr(show, "is_live", lambda console: True)
    return Console(file=io.StringIO(), force_terminal=True, width=80, **options)


@pytest.mark.parametrize("size", [8, 28])
def test_on_a_terminal_half_blocks_and_bars_stand_side_by_side(monkeypatch, size):
    console = terminal(monkeypatch, color_system="truecolor", no_color=False)
    show.show(console, np.eye(size), [0.0] * 9 + [1.0])
    text = re.sub(r"\x1b\[[\d;]*m", "", console.file.getvalue())
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("▀" in line for line in lines) == (8 if size == 8 else 14)
    assert "9 100.00 % " + "█" * show.BAR in text


def test_without_colours_there_is_the_ascii_ramp(monkeypatch):
    console = terminal(monkeypatch, no_color=True)
    show.show(console, np.eye(8), [0.1] * 10)
    assert "@@" in console.file.getvalue()
    assert "▀" not in console.file.getvalue()

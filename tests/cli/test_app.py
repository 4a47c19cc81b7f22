"""Help, version, errors: what every command has in common."""

import subprocess
import sys

import pytest

import tinygrad_edu
from tests.cli.commands import COMMAND, run
from tinygrad_edu.cli.choices import DATASETS
from tinygrad_edu.data.load import NAMES


def test_version():
    result = run("--version")
    assert (result.exit_code, result.stdout.strip()) == (0, f"tinygrad_edu {tinygrad_edu.__version__}")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help(arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert "train" in result.stdout
    assert "predict" in result.stdout
    assert "Exit codes" in result.stdout


@pytest.mark.parametrize("command", ["train", "predict"])
def test_help_of_commands_fits_80_columns(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Exit codes" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_all_data_sets_can_be_named():
    assert DATASETS == NAMES


BAD_OPTIONS = [
    (["train", "--hidden", "abc"], ["--hidden", "'abc'", "256,128"]),
    (["train", "--hidden", "0"], ["--hidden", "'0'"]),
    (["train", "--hidden", "10,"], ["--hidden", "'10,'"]),
    (["train", "--hidden", "-5"], ["--hidden", "'-5'"]),
    (["train", "--hidden", "9" * 5000], ["--hidden", "999"]),
    (["train", "--hidden", "²"], ["--hidden", "²"]),
    (["train", "--lr", "-1"], ["--lr", "'-1'", "above 0"]),
    (["train", "--lr", "0"], ["--lr", "'0'"]),
    (["train", "--lr", "nan"], ["--lr", "'nan'"]),
    (["train", "--lr", "inf"], ["--lr", "'inf'"]),
    (["train", "--lr", "fast"], ["--lr", "'fast'"]),
    (["train", "--batch-size", "0"], ["--batch-size", "'0'", "1 or more"]),
    (["train", "--batch-size", "1.5"], ["--batch-size", "'1.5'"]),
    (["train", "--epochs", "0"], ["--epochs", "'0'"]),
    (["train", "--seed", "-1"], ["--seed", "'-1'", "0 or more"]),
    (["train", "--optimizer", "foo"], ["--optimizer", "'foo'", "sgd, adam, adamw"]),
    (["train", "--activation", "foo"], ["--activation", "'foo'", "relu"]),
    (["train", "--dataset", "foo"], ["--dataset", "'foo'", "auto, mnist, digits"]),
    (["train", "--momentum", "0.9"], ["--momentum", "0.9", "--optimizer sgd"]),
    (["train", "--momentum", "-1", "--optimizer", "sgd"], ["--momentum", "'-1'"]),
    (["train", "--weight-decay", "-0.1"], ["--weight-decay", "'-0.1'"]),
    (["train", "--data", "/nowhere"], ["--data", "/nowhere"]),
    (["train", "--data", __file__], ["--data", "test_app.py", "folder"]),
    (["train", "--data", "", "--dataset", "mnist"], ["--data", "folder"]),
    (["train", "--dataset", "digits", "--data", "/"], ["--data", "digits"]),
    (["train", "--dataset", "digits", "--out", __file__], ["--out", "is a file"]),
    (["train", "--dataset", "digits", "--out", f"{__file__}/run"], ["--out", "cannot be written to"]),
    (["train", "--epoch", "3"], ["--epoch", "--epochs"]),
    (["train", "more"], ["more"]),
    (["trian"], ["trian", "train"]),
    (["predict"], ["RUN"]),
    (["predict", "/nowhere", "--index", "1"], ["/nowhere", "no such folder"]),
    (["predict", __file__, "--index", "1"], ["test_app.py", "not the folder of a run"]),
]


@pytest.mark.parametrize(("arguments", "parts"), BAD_OPTIONS, ids=lambda x: " ".join(x)[:40])
def test_bad_options_give_one_line_that_says_what_to_do(arguments, parts):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    line, end, rest = result.stderr.partition("\n")
    assert (end, rest) == ("\n", "")
    assert line.startswith("tinygrad-edu: ")
    for part in parts:
        assert part in line


def test_the_module_can_be_run():
    done = subprocess.run([*COMMAND, "train", "--lr", "x"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "tinygrad-edu: --lr 'x': give a number above 0, as in --lr 0.001\n"


def test_help_does_not_wait_for_matplotlib():
    code = "import sys, tinygrad_edu.cli.app; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

"""A run on the built-in digits, trained once and read by many tests."""

import pytest

from tests.cli.commands import run


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "digits"
    result = run("train", "--dataset", "digits", "--hidden", "64", "--out", folder)
    assert result.exit_code == 0, result.output
    return folder

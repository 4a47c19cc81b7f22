from importlib.resources import files

import pytest

from tinygrad_edu import data
from tinygrad_edu.data import names_list


def test_the_built_in_names():
    names = data.names()
    assert len(names) == 5130
    assert (names[0], names[-1]) == ("aaron", "zulma")
    assert {"mary", "james", "elizabeth", "josephine"} <= set(names)
    assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")


def test_the_file_is_small_and_says_whose_it_is():
    folder = files("tinygrad_edu.data")
    assert len(folder.joinpath("names.txt").read_bytes()) < 50_000
    licence = folder.joinpath("names.LICENSE.txt").read_text(encoding="utf-8")
    assert "Census Bureau" in licence
    assert "public domain" in licence


@pytest.mark.parametrize("change", [lambda s: s[:2000], lambda s: s.replace("mary\n", "m4ry\n"), lambda s: s + "\n"])
def test_a_file_that_was_changed_is_refused(change, monkeypatch, tmp_path):
    (tmp_path / "names.txt").write_text(change("\n".join(data.names()) + "\n"))
    monkeypatch.setattr(names_list, "files", lambda package: tmp_path)
    with pytest.raises(data.DataError, match="expected 5,130 names of 3 to 11 letters"):
        data.names()

from importlib.resources import files

import pytest

from tinygrad_edu import data


def test_the_built_in_names():
    text = data.names()
    names = text.split("\n")
    assert len(names) == 5130
    assert names == sorted(set(names))
    assert (names[0], names[-1]) == ("aaron", "zulma")
    assert {"mary", "james", "elizabeth", "josephine"} <= set(names)
    assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")
    assert {len(name) for name in names} == set(range(3, 12))


def test_the_file_is_small_and_says_whose_it_is():
    folder = files("tinygrad_edu.data")
    assert len(folder.joinpath("names.txt").read_bytes()) < 50_000
    licence = folder.joinpath("names.LICENSE.txt").read_text(encoding="utf-8")
    assert "Census Bureau" in licence
    assert "public domain" in licence


def test_names_of_ones_own(tmp_path):
    given = [f"Place {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTU"] + ["Čapkův Dvůr", "St. John's", "Aix-en-Provence"]
    path = tmp_path / "places.txt"
    path.write_bytes(("\ufeff" + "\r\n".join([*given, "", "  Åre  "])).encode())
    assert data.names(path).splitlines() == [*given, "Åre"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Anna\n" * 19, "expected at least 20 names, a line each, got 19"),
        (b"Anna\n" * 30 + b"Room 101\n", "line 31: expected a name, of letters, spaces, - ' and ., got 'Room 101'"),
        (b"- Anna\n" * 30, "line 1: expected a name"),
        (b"Ren\xe9\n" * 30, "expected a text file in UTF-8, got byte 0xe9 at position 3; save it as UTF-8"),
    ],
    ids=["few", "digits", "a list", "latin-1"],
)
def test_other_files_are_refused(content, message, tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(data.DataError) as caught:
        data.names(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path):
    for path in (tmp_path, tmp_path / "absent.txt"):
        with pytest.raises(data.DataError, match="expected a text file, but it cannot be read"):
            data.names(path)

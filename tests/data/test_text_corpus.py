"""The text that comes with the library, and text files of one's own."""

import hashlib
from importlib.resources import files

import pytest

from tinygrad_edu.data import DataError, text


def test_the_built_in_text_is_alice_in_wonderland():
    alice = text()
    assert alice.startswith("ALICE'S ADVENTURES IN WONDERLAND\n\nLewis Carroll\n\nCHAPTER I\n\nDown the Rabbit-Hole\n")
    assert alice.endswith("and the happy summer days.\n\nTHE END\n")
    assert [alice.count(f"\nCHAPTER {number}\n") for number in ("I", "V", "XII", "XIII")] == [1, 1, 1, 0]
    assert "we're all mad here. I'm mad. You're mad." in alice.replace("\n", " ")
    assert alice.isascii()
    assert (len(alice), len(set(alice)), max(map(len, alice.splitlines()))) == (143_031, 66, 72)
    digest = hashlib.sha256(alice.encode()).hexdigest()
    assert digest == "a956bb87bfe35eb553b3e26387d192ae856f2abaa2fc65a55b5ddc85cbacccfa"


def test_the_file_is_small_and_says_whose_it_is():
    data = files("tinygrad_edu.data")
    assert len(data.joinpath("text.txt").read_bytes()) < 150_000
    licence = data.joinpath("text.LICENSE.txt").read_text(encoding="utf-8")
    assert "Lewis Carroll" in licence
    assert "public domain" in licence


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("Zoë, 東京".encode(), "Zoë, 東京"),
    ],
    ids=["line ends", "byte order mark", "other languages"],
)
def test_a_file_of_ones_own(tmp_path, raw, read):
    path = tmp_path / "own.txt"
    path.write_bytes(raw)
    assert text(path) == text(str(path)) == read


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"caf\xe9", "in UTF-8, got byte 0xe9 at position 3; save it as UTF-8"),
        (b"ab\0c", "expected text, got the character NUL at position 2"),
        (b"", "at least 2 characters, got 0"),
        (b"\xef\xbb\xbfa", "at least 2 characters, got 1"),
    ],
    ids=["latin-1", "binary", "empty", "too short"],
)
def test_a_file_that_is_no_text_is_refused(tmp_path, raw, message):
    path = tmp_path / "own.txt"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=message) as info:
        text(path)
    assert str(path) in str(info.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path, reason in ((tmp_path / "none.txt", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(DataError, match=f"expected a text file, but it cannot be read: {reason}"):
            text(path)

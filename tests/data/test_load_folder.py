import gzip

import numpy as np
import pytest
from digit_files import assert_same, csv_bytes, idx_bytes, mnist_files, random_mnist, random_pair

from tinygrad_edu.data import DataError, load_folder
from tinygrad_edu.data.folder import IDX_FILES


@pytest.fixture
def arrays(rng):
    return random_mnist(rng)


@pytest.fixture
def folder(tmp_path, arrays):
    for name, content in mnist_files(arrays).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("separator", ["-idx", ".idx"])
@pytest.mark.parametrize("zip_it", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_four_idx_files_however_they_are_spelt(tmp_path, arrays, suffix, separator, zip_it):
    for name, array in zip(IDX_FILES, arrays, strict=True):
        (tmp_path / (name.replace("-idx", separator) + suffix)).write_bytes(zip_it(idx_bytes(array)))
    digits = load_folder(tmp_path)
    assert_same(digits, arrays)
    assert (digits.name, digits.maximum) == ("MNIST", 255)
    assert str(tmp_path) in digits.source


def test_home_is_expanded(folder, arrays, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    assert_same(load_folder(f"~/{folder.name}"), arrays)


@pytest.mark.parametrize("lost", range(4))
def test_a_missing_file_is_named_and_nothing_else_taken(folder, lost, rng):
    (folder / "train.csv").write_bytes(csv_bytes(*random_pair(rng, 7)))
    (folder / f"{IDX_FILES[lost]}.gz").unlink()
    with pytest.raises(DataError, match=f"lacks {IDX_FILES[lost]} "):
        load_folder(folder)


def test_a_folder_in_place_of_a_file_does_not_count(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    (folder / "t10k-labels-idx1-ubyte").mkdir()
    with pytest.raises(DataError, match="lacks t10k-labels-idx1-ubyte "):
        load_folder(folder)


@pytest.mark.parametrize(
    ("position", "array", "message"),
    [
        (0, np.zeros((30, 27, 28), np.uint8), r"train-images.*: images of 28 x 28 expected, but .* \(30, 27, 28\)"),
        (0, np.zeros(30, np.uint8), r"train-images.* holds labels, not images: .* 2049 \(labels\), where 2051"),
        (1, np.zeros((30, 28, 28), np.uint8), r"train-labels.* holds images, not labels: .* 2051"),
        (0, np.zeros((30, 28, 27), np.uint8), r"train-images.*: images of 28 x 28 expected, but .* \(30, 28, 27\)"),
        (2, np.zeros((11, 28, 28), np.uint8), "t10k-images.* has 11 images, but .*t10k-labels.* has 12 labels"),
        (1, np.zeros((30, 1), np.uint8), r"train-labels.*: a list of labels expected, but .* \(30, 1\)"),
        (3, np.array([1, 2, 10, 11] + [0] * 8, np.uint8), "t10k-labels.*: label 3 of 12 is 10; labels are 0 to 9"),
    ],
)
def test_files_that_do_not_fit_are_named(folder, position, array, message):
    (folder / f"{IDX_FILES[position]}.gz").write_bytes(idx_bytes(array))
    with pytest.raises(DataError, match=message):
        load_folder(folder)


def test_images_and_labels_mixed_up(folder):
    (folder / f"{IDX_FILES[0]}.gz").replace(folder / "aside")
    (folder / f"{IDX_FILES[1]}.gz").replace(folder / f"{IDX_FILES[0]}.gz")
    (folder / "aside").replace(folder / f"{IDX_FILES[1]}.gz")
    with pytest.raises(DataError, match=r"train-images.* holds labels, not images: .* two files were exchanged"):
        load_folder(folder)


def test_a_single_csv_holds_out_its_last_seventh(tmp_path, rng):
    images, labels = random_pair(rng, 22)
    path = tmp_path / "train.csv"
    path.write_bytes(csv_bytes(images, labels))
    for place in (tmp_path, path, str(path)):
        digits = load_folder(place)
        assert_same(digits, (images[:19], labels[:19], images[19:], labels[19:]))
        assert "last 3 of 22 rows held out" in digits.source


def test_any_csv_may_be_named(tmp_path, rng):
    path = tmp_path / "Mine.CSV"
    path.write_bytes(csv_bytes(*random_pair(rng, 2)))
    digits = load_folder(path)
    assert len(digits.train_images) == len(digits.test_images) == 1


def test_one_row_cannot_be_split(tmp_path, rng):
    (tmp_path / "train.csv").write_bytes(csv_bytes(*random_pair(rng, 1)))
    with pytest.raises(DataError, match="only one row"):
        load_folder(tmp_path)


def test_a_pair_of_csv_files_is_the_split(tmp_path, arrays):
    (tmp_path / "mnist_train.csv").write_bytes(csv_bytes(*arrays[:2]))
    (tmp_path / "mnist_test.csv").write_bytes(csv_bytes(*arrays[2:]))
    (tmp_path / "train.csv").write_bytes(b"not read")
    assert_same(load_folder(tmp_path), arrays)


@pytest.mark.parametrize(
    ("there", "lacking"), [("mnist_train.csv", "mnist_test.csv"), ("mnist_test.csv", "mnist_train.csv")]
)
def test_half_a_pair_is_an_error(tmp_path, rng, there, lacking):
    (tmp_path / there).write_bytes(csv_bytes(*random_pair(rng, 9)))
    with pytest.raises(DataError, match=f"has {there} but not {lacking}"):
        load_folder(tmp_path)


def test_an_empty_folder_lists_what_was_looked_for(tmp_path):
    with pytest.raises(DataError) as caught:
        load_folder(tmp_path)
    for name in (*IDX_FILES, "mnist_train.csv", "train.csv", "the folder is empty", str(tmp_path)):
        assert name in str(caught.value)


def test_a_folder_of_other_things_says_what_is_there(tmp_path):
    for name in "abcdefg":
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=r"found a, b, c, d, e, \.\.\.$"):
        load_folder(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "expected the name of a folder with MNIST, got an empty string"),
        ("nowhere", "nowhere does not exist: expected a folder with MNIST in it, or a .csv file"),
        ("nowhere.csv", "does not exist"),
        ("file.txt", "file.txt is neither a folder nor a .csv file"),
        ("x" * 5000, "cannot be read|does not exist"),
        ("a\0b", "does not exist|cannot be read"),
    ],
)
def test_a_name_that_leads_nowhere(tmp_path, monkeypatch, name, message):
    (tmp_path / "file.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=message):
        load_folder(name)


def test_the_real_one(real_mnist):
    digits = load_folder(real_mnist)
    assert digits.train_images.shape == (60_000, 28, 28)
    assert digits.test_images.shape == (10_000, 28, 28)
    assert digits.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert digits.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(digits.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert digits.train_images.mean() / 255 == pytest.approx(0.13066, abs=1e-4)

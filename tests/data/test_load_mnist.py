from dataclasses import replace
from hashlib import sha256

import pytest
from digit_files import assert_same, csv_bytes, mnist_files, random_mnist, random_pair

from tinygrad_edu.data import DataError, DownloadError, Remote, load, load_digits, load_mnist
from tinygrad_edu.data.mnist import MNIST


@pytest.fixture
def arrays(rng):
    return random_mnist(rng)


@pytest.fixture
def files(arrays):
    return mnist_files(arrays)


@pytest.fixture
def folder(tmp_path, files):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def remote(files):
    return Remote("MNIST", (), {name: sha256(content).hexdigest() for name, content in files.items()})


@pytest.fixture
def offline():
    return replace(MNIST, mirrors=("http://127.0.0.1:1/",))


def test_the_folder_comes_first(folder, arrays, monkeypatch, offline):
    monkeypatch.setenv("TINYGRAD_EDU_DATA", "/nowhere")
    assert_same(load_mnist(folder, remote=offline), arrays)


def test_then_the_environment(folder, arrays, monkeypatch, offline):
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(folder))
    assert_same(load_mnist(remote=offline), arrays)


def test_the_environment_may_name_a_csv(tmp_path, monkeypatch, rng):
    path = tmp_path / "digits.csv"
    path.write_bytes(csv_bytes(*random_pair(rng, 14)))
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(path))
    assert len(load_mnist().test_images) == 2


def test_then_the_users_cache_filled_by_a_download(start_mirror, files, arrays, remote, tmp_path):
    mirror = start_mirror(files)
    for _ in range(2):
        digits = load_mnist(remote=replace(remote, mirrors=(mirror.url,)))
        assert_same(digits, arrays)
    assert mirror.asked == list(files)
    cache = tmp_path / "user-cache" / "tinygrad_edu" / "mnist"
    assert sorted(path.name for path in cache.iterdir()) == sorted(files)
    assert str(cache) in digits.source


def test_another_spelling_in_the_cache_is_not_taken(folder, arrays, remote, rng):
    other = random_mnist(rng)
    for name, content in mnist_files(other).items():
        (folder / name.removesuffix(".gz")).write_bytes(content)
    assert_same(load_mnist(cache=folder, remote=remote), arrays)


def test_a_damaged_file_in_the_cache_is_fetched_anew(start_mirror, files, folder, arrays, remote):
    name = "train-labels-idx1-ubyte.gz"
    (folder / name).write_bytes(files[name][:-1])
    mirror = start_mirror(files)
    assert_same(load_mnist(cache=folder, remote=replace(remote, mirrors=(mirror.url,))), arrays)
    assert mirror.asked == [name]


def test_a_damaged_file_in_the_cache_is_an_error_offline(files, folder, remote):
    name = "train-labels-idx1-ubyte.gz"
    (folder / name).write_bytes(files[name][:-1])
    with pytest.raises(DownloadError, match=f"the copy of {name} in .* is damaged; check the network, or put"):
        load_mnist(cache=folder, remote=remote)


def test_the_remedy_is_named(offline):
    with pytest.raises(DownloadError, match="name it in TINYGRAD_EDU_DATA") as caught:
        load_mnist(remote=offline)
    assert "127.0.0.1: train-images-idx3-ubyte.gz: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_downloaded_by_default():
    assert [name.split("-")[0] for name in MNIST.sha256] == ["train", "train", "t10k", "t10k"]
    assert all(mirror.startswith("https://") and mirror.endswith("/mnist/") for mirror in MNIST.mirrors)


def test_the_checksums_are_those_of_the_real_files(real_mnist):
    # The training images in circulation for tests may be a rebuilt copy, so the three others are compared.
    compared = [name for name in MNIST.sha256 if (real_mnist / name).is_file() and not name.startswith("train-images")]
    for name in compared:
        assert sha256((real_mnist / name).read_bytes()).hexdigest() == MNIST.sha256[name]


def test_load_by_name(folder, arrays, offline):
    assert_same(load("mnist", folder), arrays)
    assert_same(load("auto", folder, remote=offline), arrays)
    assert load("digits").name == "digits"
    with pytest.raises(DownloadError):
        load("mnist", remote=offline)
    with pytest.raises(ValueError, match="unknown data set 'cifar'; choose one of auto, mnist, digits"):
        load("cifar")
    with pytest.raises(ValueError, match="takes no folder"):
        load("digits", folder)


def test_auto_says_in_one_line_why_it_falls_back(offline):
    said = []
    digits = load(remote=offline, notify=said.append)
    assert_same(digits, (lambda d: (d.train_images, d.train_labels, d.test_images, d.test_labels))(load_digits()))
    (line,) = said
    assert line.startswith("Using the 1,797 built-in digits of 8x8 pixels instead of MNIST: MNIST could not be")
    assert "\n" not in line


def test_auto_speaks_on_stderr_unless_told_otherwise(offline, capsys):
    load(remote=offline)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Using the 1,797 built-in digits" in err


def test_auto_with_mnist_at_hand_says_nothing(folder, remote, arrays):
    said = []
    assert_same(load(cache=folder, remote=remote, notify=said.append), arrays)
    assert said == []


@pytest.mark.parametrize("name", ["auto", "mnist"])
def test_a_bad_folder_is_never_passed_over(name, tmp_path, monkeypatch, offline):
    with pytest.raises(DataError, match="has no MNIST in it"):
        load(name, tmp_path, remote=offline)
    with pytest.raises(DataError, match="got an empty string"):
        load(name, "", remote=offline)
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"nowhere does not exist.*\(named by the environment variable TINYGRAD"):
        load(name, remote=offline)

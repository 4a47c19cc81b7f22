"""Fashion-MNIST, KMNIST and EMNIST, from made files: folders, the cache, and mirrors on this machine."""

import gzip
import io
import zipfile
from hashlib import md5, sha256

import numpy as np
import pytest
from digit_files import arrays_of, assert_same, idx_bytes, mnist_files, random_mnist

from tinygrad_edu.data import DataError, DownloadError, Remote, load
from tinygrad_edu.data.catalogue import CATALOGUE

PLAIN = ["fashionmnist", "kmnist"]
EMNIST = {"balanced": 47, "letters": 26, "digits": 10, "mnist": 10, "byclass": 62, "bymerge": 47}


@pytest.fixture
def arrays(rng):
    return random_mnist(rng)


def emnist_files(split, arrays):
    names = CATALOGUE[f"emnist-{split}"].form.files
    return {f"{name}.gz": gzip.compress(idx_bytes(array)) for name, array in zip(names, arrays, strict=True)}


def in_folder(folder, files):
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def archive(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(f"gzip/{name}", content)
        zipped.writestr("gzip/emnist-letters-mapping.txt", "1 65 97")
    return buffer.getvalue()


def zipped_remote(content, *mirrors):
    return Remote("EMNIST", tuple(m.url for m in mirrors), {"gzip.zip": f"md5:{md5(content).hexdigest()}"})


@pytest.mark.parametrize("name", PLAIN)
def test_from_a_folder(name, tmp_path, arrays, monkeypatch):
    monkeypatch.setenv("TINYGRAD_EDU_DATA", "/nowhere")  # is MNIST's alone
    images = load(name, in_folder(tmp_path, mnist_files(arrays)))
    assert_same(images, arrays)
    assert images.name == CATALOGUE[name].form.name
    assert len(images.classes) == 10
    assert repr(images).startswith(f"<{images.name}: 30 training and 12 test images of 28x28, from IDX files in ")


@pytest.mark.parametrize("name", PLAIN)
def test_from_a_mirror_into_a_cache_of_its_own(name, tmp_path, arrays, start_mirror):
    files = mnist_files(arrays)
    mirror = start_mirror(files)
    remote = Remote(name, (mirror.url,), {file: sha256(content).hexdigest() for file, content in files.items()})
    for _ in range(2):
        assert_same(load(name, remote=remote), arrays)
    assert mirror.asked == list(files)
    assert (tmp_path / "user-cache" / "tinygrad_edu" / name).is_dir()


@pytest.mark.parametrize("split", EMNIST)
def test_emnist_is_turned_upright(split, tmp_path, rng):
    classes = EMNIST[split]
    first = 1 if split == "letters" else 0
    images = rng.integers(0, 256, (classes, 28, 28), np.uint8)
    labels = np.arange(first, first + classes, dtype=np.uint8)
    images = load(f"emnist-{split}", in_folder(tmp_path, emnist_files(split, [images, labels] * 2)))
    assert images.test_labels.tolist() == list(range(classes))
    assert images.train_images.flags.c_contiguous
    assert len(images.classes) == classes == len(set(images.classes))
    original = load_raw(tmp_path, split)
    np.testing.assert_array_equal(images.train_images, original.transpose(0, 2, 1))


def load_raw(folder, split):
    content = gzip.decompress((folder / f"emnist-{split}-train-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(content[16:], np.uint8).reshape(-1, 28, 28)


def test_class_names():
    assert CATALOGUE["fashionmnist"].form.classes[9] == "Ankle boot"
    assert CATALOGUE["emnist-letters"].form.classes[0] == "a"
    balanced = CATALOGUE["emnist-balanced"].form.classes
    assert (balanced[9], balanced[10], balanced[35], balanced[36], balanced[38], balanced[46]) == tuple("9AZadt")
    assert load("digits").classes == tuple("0123456789")


def test_emnist_comes_as_one_archive_for_all_splits(tmp_path, arrays, start_mirror):
    arrays = [arrays[0], arrays[1] + 1, arrays[2], arrays[3] + 1]
    content = archive(
        {
            **emnist_files("letters", arrays),
            **emnist_files("digits", [arrays[0], arrays[1] * 0, arrays[2], arrays[3] * 0]),
        }
    )
    mirror = start_mirror({"gzip.zip": content})
    remote = zipped_remote(content, mirror)
    letters = load("emnist-letters", remote=remote)
    np.testing.assert_array_equal(letters.train_labels, arrays[1] - 1)
    np.testing.assert_array_equal(letters.test_images, arrays[2].transpose(0, 2, 1))
    assert load("emnist-digits", remote=remote).train_labels.max() == 0
    load("emnist-letters", remote=remote)
    assert mirror.asked == ["gzip.zip"]
    cache = tmp_path / "user-cache" / "tinygrad_edu" / "emnist"
    assert sorted(path.name for path in cache.iterdir()) == sorted(
        [*emnist_files("letters", arrays), *emnist_files("digits", arrays)]
    )


def test_a_wrong_archive_is_refused(tmp_path, arrays, start_mirror):
    content = archive(emnist_files("letters", arrays))
    mirror = start_mirror({"gzip.zip": content[:-1] + b"x"})
    with pytest.raises(DownloadError, match=r"not the right file \(its MD5 differs\).*put the four files into a fol"):
        load("emnist-letters", remote=zipped_remote(content, mirror), cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_archive_is_a_data_error(tmp_path, start_mirror):
    content = b"not a zip file"
    with pytest.raises(DataError, match=r"gzip.zip is damaged: it cannot be unpacked"):
        load("emnist-digits", remote=zipped_remote(content, start_mirror({"gzip.zip": content})), cache=tmp_path)


def test_an_archive_without_the_split_is_a_data_error(tmp_path, arrays, start_mirror):
    content = archive(emnist_files("digits", arrays))
    with pytest.raises(DataError, match=r"emnist-mnist-train-images-idx3-ubyte.gz does not exist"):
        load("emnist-mnist", remote=zipped_remote(content, start_mirror({"gzip.zip": content})), cache=tmp_path)


def test_bad_folders_are_named(tmp_path, arrays):
    for folder in ("", tmp_path / "nowhere"):
        with pytest.raises(DataError, match="expected a folder with the IDX files of KMNIST, got '"):
            load("kmnist", folder)
    with pytest.raises(DataError, match="has no EMNIST letters in it: looked for emnist-letters-train-images"):
        load("emnist-letters", tmp_path)
    files = emnist_files("letters", arrays)
    in_folder(tmp_path, {name: files[name] for name in list(files)[:3]})
    with pytest.raises(DataError, match="lacks emnist-letters-test-labels-idx1-ubyte "):
        load("emnist-letters", tmp_path)


def test_labels_out_of_range_are_named(tmp_path, arrays):
    arrays[1][:] = 1
    arrays[3][:] = 1
    arrays[1][4] = 0
    with pytest.raises(DataError, match="label 5 of 30 is 0; labels are 1 to 26"):
        load("emnist-letters", in_folder(tmp_path, emnist_files("letters", arrays)))


def test_all_can_be_named_and_others_not():
    with pytest.raises(ValueError, match="choose one of auto, mnist, digits, fashionmnist, kmnist, emnist-balanced"):
        load("cifar")
    for entry in CATALOGUE.values():
        assert all(mirror.startswith("http") and mirror.endswith("/") for mirror in entry.remote.mirrors)


def test_scaled_as_digits_are(tmp_path, arrays):
    images = load("kmnist", in_folder(tmp_path, mnist_files(arrays)))
    (x, y), _ = images.scaled(flat=False)
    assert (x.shape, x.dtype, y.dtype) == ((30, 1, 28, 28), np.float32, np.int64)
    assert len(arrays_of(images)) == 4

"""Data sets in MNIST's form: Fashion-MNIST, KMNIST and EMNIST, from a folder, the cache or the network.

H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, 2017, arXiv 1708.07747, under the MIT licence. T. Clanuwat and others:
Deep Learning for Classical Japanese Literature, 2018, arXiv 1812.01718 (KMNIST, CC BY-SA 4.0). G. Cohen, S. Afshar,
J. Tapson, A. van Schaik: EMNIST, 2017, arXiv 1702.05373.

The first two are checked by SHA-256, as published in torchvision's sources. Of EMNIST only the archive's MD5 is
published there, and no SHA-256: MD5 detects damage, not an archive forged on purpose. Its files, once unpacked, are
checked by their structure and gzip's own checksum.
"""

from __future__ import annotations

import os
import shutil
import string
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from .download import Remote, cache_folder, fetch
from .errors import DataError, DownloadError
from .folder import IDX_FILES, Form, from_idx, load_idx_folder
from .images import Digits

FASHION = Remote(
    name="Fashion-MNIST",
    mirrors=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
    sha256=MappingProxyType(
        {
            "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        }
    ),
)
KMNIST = Remote(
    name="KMNIST",
    mirrors=("https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
    sha256=MappingProxyType(
        {
            "train-images-idx3-ubyte.gz": "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            "train-labels-idx1-ubyte.gz": "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            "t10k-images-idx3-ubyte.gz": "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            "t10k-labels-idx1-ubyte.gz": "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        }
    ),
)
EMNIST = Remote(  # 560 MB: all six splits in one
    name="EMNIST",
    mirrors=("https://biometrics.nist.gov/cs_links/EMNIST/", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/"),
    sha256=MappingProxyType({"gzip.zip": "md5:58c8d27c78d21e728a6bc7b3cc06412e"}),
    largest=700_000_000,
)

MEMBER = 400_000_000  # bytes that a file of the archive may unpack to; they are gzip files themselves

FASHION_CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
KMNIST_CLASSES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
MERGED = string.digits + string.ascii_uppercase + "abdefghnqrt"  # whose small letters differ from the capitals
EMNIST_CLASSES = {
    "balanced": MERGED,
    "letters": string.ascii_lowercase,  # capitals and small letters are one class; numbered 1 to 26 in the files
    "digits": string.digits,
    "mnist": string.digits,
    "byclass": string.digits + string.ascii_uppercase + string.ascii_lowercase,
    "bymerge": MERGED,
}


@dataclass(frozen=True)
class Entry:
    """A data set: its form, its download, its folder in the cache, and whether it comes as a zip file."""

    form: Form
    remote: Remote
    place: str
    zipped: bool = False


def _emnist(split: str, classes: str) -> Entry:
    files = tuple(f"emnist-{split}-{name}" for name in IDX_FILES)
    form = Form(
        name=f"EMNIST {split}",
        files=tuple(name.replace("t10k", "test") for name in files),
        classes=tuple(classes),
        first=1 if split == "letters" else 0,
        transposed=True,
    )
    return Entry(form, EMNIST, "emnist", zipped=True)


CATALOGUE = MappingProxyType(
    {
        "fashionmnist": Entry(Form("Fashion-MNIST", classes=FASHION_CLASSES), FASHION, "fashionmnist"),
        "kmnist": Entry(Form("KMNIST", classes=KMNIST_CLASSES), KMNIST, "kmnist"),
        **{f"emnist-{split}": _emnist(split, classes) for split, classes in EMNIST_CLASSES.items()},
    }
)


def load_entry(
    entry: Entry,
    folder: str | os.PathLike[str] | None = None,
    *,
    cache: str | os.PathLike[str] | None = None,
    remote: Remote | None = None,
) -> Digits:
    """A set of the catalogue: uint8 images (N, 28, 28), upright, and labels from 0 on.

    It is read from ``folder`` if one is given, with its four IDX files in it, gzipped or not; else from ``cache``, by
    default a folder of the user's cache. What that lacks is downloaded.

    Raises ``DataError`` if the files are wrong, or a folder that was named lacks some; ``DownloadError`` if the
    network was needed and did not give them.
    """
    if folder is not None:
        return load_idx_folder(folder, entry.form)
    source = entry.remote if remote is None else remote
    path = cache_folder(entry.place) if cache is None else Path(cache).expanduser()
    paths = [path / f"{name}.gz" for name in entry.form.files]
    try:
        if not entry.zipped:
            fetch(source, path)
        elif not all(file.is_file() for file in paths):
            fetch(source, path)
            _unpack([path / name for name in source.sha256], path)
    except DownloadError as error:
        raise DownloadError(f"{error}; check the network, or put the four files into a folder and name it") from None
    return from_idx(paths, f"{source.name}'s original files, cached in {path}", entry.form)


def _unpack(archives: list[Path], folder: Path) -> None:
    """Put the gzip files of the archives into ``folder``, each in one step, and remove the archives."""
    for archive in archives:
        try:
            with zipfile.ZipFile(archive) as zipped, tempfile.TemporaryDirectory(prefix=".unpack-", dir=folder) as part:
                for member in zipped.infolist():
                    name = Path(member.filename).name
                    if name.startswith("emnist-") and name.endswith(".gz"):
                        if member.file_size > MEMBER:
                            raise DataError(f"{archive} is damaged: {name} in it unpacks to {member.file_size:,} bytes")
                        with zipped.open(member) as source, open(Path(part, name), "wb") as target:
                            shutil.copyfileobj(source, target, 1 << 20)
                        os.replace(Path(part, name), folder / name)
        except zipfile.BadZipFile as error:
            raise DataError(f"{archive} is damaged: it cannot be unpacked ({error})") from None
        except OSError as error:
            raise DataError(f"{archive} cannot be unpacked into {folder}: {error.strerror or error}") from None
        archive.unlink(missing_ok=True)

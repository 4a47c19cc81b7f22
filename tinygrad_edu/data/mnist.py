"""MNIST: 70,000 handwritten digits of 28 x 28 pixels, from a folder, from the cache or from the network.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition,
Proceedings of the IEEE 86 (11), 1998, doi 10.1109/5.726791.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType

from .download import Remote, cache_folder, fetch
from .errors import DataError, DownloadError
from .folder import from_idx, load_folder
from .images import Digits

FOLDER_VARIABLE = "TINYGRAD_EDU_DATA"

MNIST = Remote(
    name="MNIST",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    sha256=MappingProxyType(
        {
            "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        }
    ),
)


def load_mnist(
    folder: str | os.PathLike[str] | None = None,
    *,
    cache: str | os.PathLike[str] | None = None,
    remote: Remote = MNIST,
) -> Digits:
    """MNIST: 60,000 training and 10,000 test images, uint8 (N, 28, 28), labels uint8 (N,).

    Looks at one place only, the first of these that is given:

    1. ``folder``, a folder or a ``.csv`` file: see ``load_folder``;
    2. the environment variable ``TINYGRAD_EDU_DATA``, which names one in the same way;
    3. ``cache``, by default a folder of the user's cache; what it lacks, or has damaged, is downloaded into it.
       Files in the cache are those of ``remote`` to the bit: their checksums are compared at every call.

    Raises ``DataError`` if a folder that was named does not hold MNIST, ``DownloadError`` if the network was needed
    and did not give it.
    """
    if folder is not None:
        return load_folder(folder)
    if named := os.environ.get(FOLDER_VARIABLE):
        try:
            return load_folder(named)
        except DataError as error:
            raise DataError(f"{error} (named by the environment variable {FOLDER_VARIABLE})") from None
    path = cache_folder("mnist") if cache is None else Path(cache).expanduser()
    try:
        fetch(remote, path)
    except DownloadError as error:
        remedy = f"check the network, or put MNIST's four files into a folder and name it in {FOLDER_VARIABLE}"
        raise DownloadError(f"{error}; {remedy}") from None
    return from_idx([path / name for name in remote.sha256], f"{remote.name}'s original files, cached in {path}")

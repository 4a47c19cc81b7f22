"""Load a data set by name: ``load("mnist")``, ``load("digits")``, or ``load()`` for MNIST if it is available.

Through it also come Fashion-MNIST, KMNIST and EMNIST: see ``catalogue``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from .catalogue import CATALOGUE, load_entry
from .digits import load_digits
from .download import Remote
from .errors import DownloadError
from .images import Digits
from .mnist import MNIST, load_mnist

NAMES = ("auto", "mnist", "digits")  # of handwritten digits; the other sets are those of CATALOGUE


def _print_to_stderr(message: str) -> None:
    print(message, file=sys.stderr)


def load(
    name: str = "auto",
    folder: str | os.PathLike[str] | None = None,
    *,
    notify: Callable[[str], None] = _print_to_stderr,
    cache: str | os.PathLike[str] | None = None,
    remote: Remote | None = None,
) -> Digits:
    """Labelled images by name.

    ``"mnist"`` is ``load_mnist(folder)``; ``"digits"`` is ``load_digits()``, the small set that comes with the package;
    ``"auto"`` is MNIST, or the small set if MNIST could not be downloaded. ``notify`` then receives one line about it.
    A folder that is named, here or by ``TINYGRAD_EDU_DATA``, is never skipped: if it cannot be read, that is an error.

    ``"fashionmnist"``, ``"kmnist"`` and ``"emnist-letters"`` (or ``-balanced``, ``-digits``, ``-mnist``,
    ``-byclass``, ``-bymerge``) come from ``folder``, or else from ``cache``, filled by a download; the variable
    ``TINYGRAD_EDU_DATA`` is MNIST's alone, as their files may have the same names. ``remote`` replaces the
    set's own.

    Raises ``ValueError`` for another name, or a folder with ``"digits"``; else what ``load_mnist`` raises.
    """
    if name in CATALOGUE:
        return load_entry(CATALOGUE[name], folder, cache=cache, remote=remote)
    if name not in NAMES:
        raise ValueError(f"unknown data set {name!r}; choose one of {', '.join((*NAMES, *CATALOGUE))}")
    if name == "digits":
        if folder is not None:
            raise ValueError('load("digits") takes no folder: these digits come with the library')
        return load_digits()
    try:
        return load_mnist(folder, cache=cache, remote=MNIST if remote is None else remote)
    except DownloadError as error:
        if name == "mnist":
            raise
        notify(f"Using the 1,797 built-in digits of 8x8 pixels instead of MNIST: {error}")
        return load_digits()

"""The data that a command works on, with errors that name the option to change."""

from __future__ import annotations

import sys

from .. import data
from ..data.images import Digits
from .errors import USAGE, Failure, bad_option


def load(name: str, folder: str | None) -> Digits:
    """The data set, from `folder` (the value of --data) if there is one."""
    if name == "digits" and folder is not None:
        raise bad_option("--data", folder, "the data set digits comes with the library and is read from no folder")
    try:
        return data.load(name, folder, notify=_notify)
    except data.DataError as error:
        raise Failure(f"{'' if folder is None else '--data: '}{error}", USAGE) from None
    except data.DownloadError as error:
        raise Failure(f"{error}; or name that folder with --data, or use --dataset digits") from None


def _notify(message: str) -> None:
    print(message, file=sys.stderr, flush=True)

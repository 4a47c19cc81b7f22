"""Fetch files with known checksums into a folder, trying one mirror after another.

A file is either whole and right in the folder or not there at all: it is written to a scratch folder beside its
destination, checked there, and moved in one step. Two processes may do this at once; each has its own scratch folder.

The transfer runs in a thread of its own, because a dead network can hold up a name look-up or a connection for far
longer than any timeout says. The main thread watches it and gives up in time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .errors import DownloadError
from .progress import Show, progress

CONNECT_SECONDS = 6.0  # until the first bytes arrive
STALL_SECONDS = 10.0  # between any two later ones
CHUNK = 1 << 13


@dataclass(frozen=True)
class Remote:
    """What to fetch: the SHA-256 of each file by its name, and mirrors, URLs to which the names are appended.

    Where only an MD5 is published, it is given as ``"md5:..."``. It detects damage, not a file forged on purpose.
    """

    name: str
    mirrors: tuple[str, ...]
    sha256: Mapping[str, str]
    largest: int = 100_000_000  # bytes of a file at most: a server that sends more is abandoned


def cache_folder(name: str) -> Path:
    """The folder for a data set in the user's cache, which need not exist yet."""
    import pooch  # type: ignore[import-untyped]  # here, because only downloads need it

    return Path(pooch.os_cache("tinygrad_edu")) / name


def is_intact(path: Path, checksum: str) -> bool:
    """Whether a file is there, can be read, and has this checksum."""
    algorithm, _, digest = checksum.rpartition(":")
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, algorithm or "sha256").hexdigest() == digest
    except OSError:
        return False


def fetch(remote: Remote, folder: Path) -> None:
    """Make sure that all files of ``remote`` are in ``folder`` and intact; intact files are not fetched again.

    Raises ``DownloadError`` if no mirror could give what was missing, or ``folder`` cannot be written to.
    """
    missing = [name for name, digest in remote.sha256.items() if not is_intact(folder / name, digest)]
    if not missing:
        return
    damaged = [name for name in missing if (folder / name).exists()]
    failures = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(prefix=".download-", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise DownloadError(f"{remote.name} cannot be kept in {folder}: {error.strerror or error}") from None
    with scratch, progress() as show:
        for mirror in remote.mirrors:
            try:
                while missing:
                    _fetch_one(remote, mirror, missing[0], Path(scratch.name), folder, show)
                    del missing[0]
                return
            except (OSError, ValueError) as error:  # requests' own errors are OSErrors
                failures.append(f"{_host(mirror)}: {missing[0]}: {_reason(error)}")
    raise DownloadError(
        f"{remote.name} could not be downloaded ({'; '.join(failures) or 'there are no mirrors'})"
        + (f", and the copy of {', '.join(damaged)} in {folder} is damaged" if damaged else "")
    )


def _fetch_one(remote: Remote, mirror: str, name: str, scratch: Path, folder: Path, show: Show) -> None:
    part, checksum = scratch / name, remote.sha256[name]
    _transfer(mirror + name, part, f"{name} from {_host(mirror)}", show, remote.largest)
    if not is_intact(part, checksum):
        raise ValueError(f"not the right file (its {'MD5' if checksum.startswith('md5:') else 'SHA-256'} differs)")
    try:
        os.replace(part, folder / name)
    except PermissionError:  # Windows, if another process has just put the same file there and is reading it
        if not is_intact(folder / name, checksum):
            raise


class _Meter:
    """Counts bytes for pooch, which takes it for a progress bar, and ends the transfer once it was abandoned."""

    total = 0
    received = 0
    abandoned = False

    def __init__(self, largest: int) -> None:
        self.largest = largest

    def update(self, count: int) -> None:
        if self.abandoned:
            raise InterruptedError("this download was abandoned")
        self.received += count
        if max(self.received, self.total) > self.largest:
            raise ValueError(f"the file is larger than the {self.largest:,} bytes expected at most")

    def reset(self) -> None:
        self.received = 0

    def close(self) -> None:
        pass


def _transfer(url: str, path: Path, label: str, show: Show, largest: int) -> None:
    """Download ``url`` to ``path``. Raises what pooch and requests raise, or ``TimeoutError``."""
    import pooch  # here, because only downloads need it

    meter = _Meter(largest)
    download = pooch.HTTPDownloader(
        progressbar=meter,
        chunk_size=CHUNK,
        timeout=(CONNECT_SECONDS, STALL_SECONDS),
        headers={"Accept-Encoding": "identity"},  # or requests might unpack the .gz
    )
    failures: list[Exception] = []
    done = threading.Event()

    def work() -> None:
        try:
            download(url, str(path), None)
        except Exception as error:
            if (response := getattr(error, "response", None)) is not None:
                response.close()
            failures.append(error.with_traceback(None))  # whose frames would keep the socket open
        finally:
            done.set()

    threading.Thread(target=work, name=f"download {url}", daemon=True).start()
    try:
        _watch(done, meter, label, show)
    finally:
        meter.abandoned = True
    if failures:
        raise failures[0]


def _watch(done: threading.Event, meter: _Meter, label: str, show: Show) -> None:
    """Wait for the transfer, ``TimeoutError`` if nothing comes for too long."""
    patience, seen, since = CONNECT_SECONDS, 0, time.monotonic()
    show(label, 0, 0)
    while not done.wait(0.05):
        if meter.received != seen:
            patience, seen, since = STALL_SECONDS, meter.received, time.monotonic()
        elif time.monotonic() - since > patience:
            raise TimeoutError(f"no data for {patience:g} s")
        show(label, meter.received, meter.total)
    show(label, meter.received, meter.total)


def _host(mirror: str) -> str:
    return urlsplit(mirror).hostname or mirror


def _reason(error: Exception) -> str:
    """The root cause of an error, in one line: requests wraps it in several layers."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code} {response.reason}"
    cause: BaseException = error
    while isinstance(inner := getattr(cause, "reason", None) or (cause.args and cause.args[0]), BaseException):
        cause = inner
    return " ".join(str(cause).rpartition("): ")[2].split()) or type(cause).__name__

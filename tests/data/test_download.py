import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.commands import catchable
from tinygrad_edu.data import DownloadError, Remote, download
from tinygrad_edu.data.download import fetch

FILES = {"one": b"first file" * 1000, "two": os.urandom(50_000), "empty": b""}


def remote(*mirrors, files=FILES):
    urls = tuple(mirror if isinstance(mirror, str) else mirror.url for mirror in mirrors)
    return Remote("Test data", urls, {name: sha256(content).hexdigest() for name, content in files.items()})


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "deep" / "cache"


@pytest.fixture
def silent():
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.fixture
def dead():
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"http://127.0.0.1:{port}/"


def test_files_arrive_whole_and_alone(start_mirror, cache, capsys):
    mirror = start_mirror(FILES)
    fetch(remote(mirror), cache)
    assert contents(cache) == FILES
    assert mirror.asked == list(FILES)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"Downloading {name} from 127.0.0.1" for name in FILES]


def test_the_second_time_nothing_is_fetched(start_mirror, cache, capsys, dead):
    fetch(remote(start_mirror(FILES)), cache)
    capsys.readouterr()
    fetch(remote(dead), cache)
    assert capsys.readouterr().err == ""


def test_only_what_lacks_or_is_damaged_is_fetched(start_mirror, cache):
    mirror = start_mirror(FILES)
    fetch(remote(mirror), cache)
    mirror.asked.clear()
    (cache / "one").write_bytes(b"first fil3" * 1000)
    (cache / "two").unlink()
    fetch(remote(mirror), cache)
    assert mirror.asked == ["one", "two"]
    assert contents(cache) == FILES


def test_a_dead_mirror_is_passed_over(start_mirror, cache, dead):
    mirror = start_mirror(FILES)
    fetch(remote(dead, mirror), cache)
    assert contents(cache) == FILES


def test_a_mirror_that_fails_midway_is_not_asked_again(start_mirror, cache):
    first, second = start_mirror({**FILES, "two": 503}), start_mirror(FILES)
    fetch(remote(first, second), cache)
    assert contents(cache) == FILES
    assert first.asked == ["one", "two"]
    assert second.asked == ["two", "empty"]


def test_a_wrong_checksum_is_refused_and_nothing_left(start_mirror, cache):
    mirror = start_mirror({**FILES, "one": b"an inn's log-in page"})
    with pytest.raises(DownloadError, match=r"127.0.0.1: one: not the right file \(its SHA-256 differs\)"):
        fetch(remote(mirror), cache)
    assert contents(cache) == {}


@pytest.mark.parametrize("largest", [9_999, 20_000])
def test_a_file_that_is_too_large_is_given_up(start_mirror, cache, largest):
    files = {"one": b"x" * 10_000, "two": b"y" * 3_000_000}
    what = dataclasses.replace(remote(start_mirror(files), files=files), largest=largest)
    late = {} if largest < 10_000 else {"one": files["one"]}
    with pytest.raises(DownloadError, match=f"the file is larger than the {largest:,} bytes expected at most"):
        fetch(what, cache)
    assert contents(cache) == late


def test_files_that_did_arrive_are_kept(start_mirror, cache):
    mirror = start_mirror({**FILES, "two": 404})
    with pytest.raises(DownloadError, match=r"two: the server answered 404 Not Found"):
        fetch(remote(mirror), cache)
    assert contents(cache) == {"one": FILES["one"]}


def test_a_message_names_every_mirror_in_one_line(start_mirror, cache, dead):
    with pytest.raises(DownloadError) as caught:
        fetch(remote(dead, start_mirror({}), "http://no-such-host.invalid/", "nonsense"), cache)
    message = str(caught.value)
    assert message.startswith("Test data could not be downloaded (127.0.0.1: one: ")
    assert "efused" in message
    assert "404" in message
    assert "no-such-host.invalid: one: " in message
    assert "nonsense: one: " in message
    assert "\n" not in message
    assert "HTTPConnection" not in message
    assert len(message) < 600


def test_no_mirrors_at_all(cache):
    with pytest.raises(DownloadError, match="there are no mirrors"):
        fetch(remote(), cache)


def test_a_damaged_copy_is_mentioned_and_not_touched(cache, dead):
    cache.mkdir(parents=True)
    (cache / "two").write_bytes(b"?")
    with pytest.raises(DownloadError, match=r"and the copy of two in .*cache is damaged$"):
        fetch(remote(dead), cache)
    assert contents(cache) == {"two": b"?"}


def test_a_cache_that_cannot_be_made(tmp_path, dead):
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match=r"Test data cannot be kept in .*file"):
        fetch(remote(dead), tmp_path / "file" / "cache")


def test_a_silent_server_is_given_up_soon(monkeypatch, cache, silent):
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.2)
    start = time.monotonic()
    with pytest.raises(DownloadError, match="one: "):
        fetch(remote(silent, silent), cache)
    assert time.monotonic() - start < 3
    assert contents(cache) == {}


def test_a_name_look_up_that_hangs_is_given_up_soon(monkeypatch, cache):
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.2)
    finished = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: finished.wait(5) and [])
    with pytest.raises(DownloadError, match=r"somewhere.example: one: no data for 0.2 s"):
        fetch(remote("http://somewhere.example/"), cache)
    finished.set()
    assert contents(cache) == {}


def test_a_server_that_stops_midway_is_given_up(monkeypatch, start_mirror, cache):
    monkeypatch.setattr(download, "STALL_SECONDS", 0.2)
    stalling, good = start_mirror(FILES, stalling=["two"]), start_mirror(FILES)
    fetch(remote(stalling, good), cache)
    assert contents(cache) == FILES


def test_with_the_network_cut_off_both_mirrors_take_well_under_30_seconds():
    assert 2 * download.CONNECT_SECONDS <= 15


def test_an_interrupt_leaves_nothing_behind(monkeypatch, start_mirror, cache):
    @contextmanager
    def impatient():
        def show(label, received, total):
            if received:
                raise KeyboardInterrupt

        yield show

    monkeypatch.setattr(download, "progress", impatient)
    with pytest.raises(KeyboardInterrupt):
        fetch(remote(start_mirror(FILES, stalling=["two"])), cache)
    assert set(contents(cache)) <= {"one"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to all processes of a console")
def test_ctrl_c_leaves_nothing_behind(start_mirror, cache):
    mirror = start_mirror({"two": FILES["two"]}, stalling=["two"])
    what = remote(mirror, files={"two": FILES["two"]})
    program = f"""
from pathlib import Path
from tinygrad_edu.data.download import Remote, fetch
fetch(Remote({what.name!r}, {what.mirrors!r}, {what.sha256!r}), Path({str(cache)!r}))
"""
    root = Path(download.__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    options = {"env": environment, "stderr": subprocess.PIPE, "text": True, "preexec_fn": catchable}
    process = subprocess.Popen([sys.executable, "-c", program], **options)
    try:
        assert mirror.half_sent.wait(20)
        time.sleep(0.1)
        assert [path.name[:10] for path in cache.iterdir()] == [".download-"]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=5)
    finally:
        process.kill()
    assert process.returncode != 0
    assert "KeyboardInterrupt" in errors
    assert contents(cache) == {}


def test_many_at_once_do_not_disturb_each_other(start_mirror, cache):
    mirror, errors = start_mirror(FILES), []

    def work():
        try:
            fetch(remote(mirror), cache)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert contents(cache) == FILES


def test_on_a_terminal_there_are_bars(start_mirror, cache, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    fetch(remote(start_mirror(FILES)), cache)
    shown = capsys.readouterr().err
    assert "two from 127.0.0.1" in shown
    assert "50.0/50.0 kB" in shown
    assert "Downloading" not in shown

"""Fixtures for the data tests: no test touches the network, the user's cache or the user's settings."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pooch
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
NAMED = os.environ.get("TINYGRAD_EDU_DATA")
REAL_MNIST = Path(NAMED) if NAMED else REPOSITORY.parent / "shared" / "mnist"


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch, tmp_path):
    monkeypatch.delenv("TINYGRAD_EDU_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "user-cache" / project)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """A folder that the many examples of one property test may share."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="session")
def real_mnist():
    """The folder with the real MNIST; tests that want it are skipped where there is none."""
    if not REAL_MNIST.is_dir():
        pytest.skip("no real MNIST here: name its folder in TINYGRAD_EDU_DATA")
    return REAL_MNIST


class Mirror(ThreadingHTTPServer):
    """Serves ``files`` by name on 127.0.0.1: bytes as they are, an int as an HTTP status.

    A name in ``stalling`` gets half of its bytes, then nothing until the server is closed.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, files, stalling=()):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.stalling = dict(files), stalling
        self.asked = []
        self.half_sent, self.closing = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self.closing.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self):
        name = self.path.removeprefix("/")
        self.server.asked.append(name)
        content = self.server.files.get(name, 404)
        if isinstance(content, int):
            self.send_error(content)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2
        self.wfile.write(content[:half])
        if name in self.server.stalling:
            self.server.half_sent.set()
            self.server.closing.wait()
        else:
            self.wfile.write(content[half:])

    def log_message(self, *args):
        pass


@pytest.fixture
def start_mirror():
    """``start_mirror(files, stalling=())`` gives a running ``Mirror``."""
    mirrors = []

    def start(files, stalling=()):
        mirrors.append(Mirror(files, stalling))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.close()

"""A browser for the tests of what runs in one: Chromium driven by Playwright's synchronous interface.

`conftest.py` gives the fixtures to all tests in this folder. Without Chromium or Playwright the tests
are skipped on a reader's machine, and fail on CI (environment variable CI), where nobody would notice a skip.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip the test, or fail it on CI."""
    message = f"{what}: install it to run the browser tests"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def chromium() -> str | None:
    """The path of a Chromium: the environment variable CHROMIUM, or the first of its usual names on PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests; each test opens pages of its own."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright for Python (package playwright) is not installed")
    executable = chromium()
    if executable is None:
        missing("no chromium on PATH nor in the environment variable CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page; an error that its script throws and does not catch, or writes to the console, fails the test."""
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    opened.close()
    assert not errors

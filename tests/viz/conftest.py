"""The fixtures of a browser, once for all tests in this folder: a second browser in the same thread would not start."""

from .browser import browser, page

__all__ = ["browser", "page"]

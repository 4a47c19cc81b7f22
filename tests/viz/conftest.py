"""The fixtures of this folder, once for all its tests: a second browser in the same thread would not start."""

from .browser import browser, page
from .exploring import pages, swirl

__all__ = ["browser", "page", "pages", "swirl"]

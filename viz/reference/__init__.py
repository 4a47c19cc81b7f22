"""The reference: every op with its formula, its derivative, its domain, its names elsewhere, and a drawing.

Everything in it comes from the rows of the table and from what `help` shows; nothing is written twice.
"""

from .write import write_reference

__all__ = ["write_reference"]

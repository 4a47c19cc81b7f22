"""Where we differ from PyTorch on purpose: each entry with its reason. What stands here is in the README too."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .program import Disagreement, Line


@dataclass(frozen=True)
class Explained:
    """Matches a disagreement by its op, nature, detail and program (regular expressions, each searched for)."""

    reason: str
    op: str = ""
    nature: str = ""
    detail: str = ""
    program: str = ""

    def matches(self, lines: list[Line], found: Disagreement) -> bool:
        text = "\n".join(line.text for line in lines)
        return all(
            re.search(pattern, given) is not None
            for pattern, given in (
                (self.op, found.op),
                (self.nature, found.nature),
                (self.detail, found.detail),
                (self.program, text),
            )
        )


EXPLAINED = [
    Explained(
        "PyTorch has no CPU kernel for this dtype; NumPy computes it",
        nature="torch refuses",
        detail="not implemented for|not supported for|does not support|not currently supported",
    ),
]


def reason(lines: list[Line], found: Disagreement) -> Explained | None:
    """The entry that explains a disagreement, if any."""
    return next((entry for entry in EXPLAINED if entry.matches(lines, found)), None)

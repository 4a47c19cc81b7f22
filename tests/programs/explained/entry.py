"""One explanation of disagreements, and what it matches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Explained:
    """Matches a disagreement by its op, nature, detail and program (regular expressions, each searched for)."""

    reason: str
    op: str = ""
    nature: str = ""
    detail: str = ""
    program: str = ""

    def matches(self, lines: Sequence[Any], found: Any) -> bool:
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


# Details that recur: of a gradient PyTorch has a nan, and we have a 0, or anything.
ZERO = r"PyTorch .*nan.*, ours .*\b0\."
NAN = r"PyTorch .*nan.*, ours "
OUR_NAN = r"ours .*nan"

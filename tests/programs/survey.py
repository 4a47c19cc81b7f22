"""Many random programs, their disagreements shrunk and sorted by kind."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .explained import EXPLAINED, Explained, reason
from .program import Disagreement, Line, compare, generate
from .shrink import shrink


@dataclass
class Kind:
    """One kind of disagreement: how often, and the shortest program."""

    op: str
    nature: str
    lines: list[Line]
    found: Disagreement
    count: int = 0

    def __str__(self) -> str:
        program = "\n".join(f"        {line.text}" for line in self.lines)
        return f"{self.count:5d}  {self.op:16s} {self.nature}\n       {self.found.detail[:240]}\n{program}"


@dataclass
class Survey:
    """What `count` programs gave."""

    programs: int = 0
    kinds: dict[tuple[str, ...], Kind] = field(default_factory=dict)
    explained: dict[str, int] = field(default_factory=lambda: {entry.reason: 0 for entry in EXPLAINED})

    @property
    def unexplained(self) -> int:
        return sum(kind.count for kind in self.kinds.values())

    def unused(self) -> list[str]:
        """Explanations that nothing needed."""
        return [reason for reason, count in self.explained.items() if not count]

    def add(self, lines: list[Line], found: Disagreement, entry: Explained | None) -> None:
        if entry is not None:
            self.explained[entry.reason] += 1
            return
        key = (*found.kind, found.detail if "dtype" in found.nature else "")
        kind = self.kinds.get(key)
        if kind is None:
            kind = self.kinds[key] = Kind(found.op, found.nature, lines, found)
        elif len(lines) < len(kind.lines):
            kind.lines, kind.found = lines, found
        kind.count += 1

    def report(self) -> str:
        kinds = sorted(self.kinds.values(), key=lambda kind: (-kind.count, kind.op, kind.nature))
        head = f"{self.programs} programs, {self.unexplained} unexplained disagreements of {len(kinds)} kinds"
        told = [f"{count:5d}  {reason}" for reason, count in self.explained.items()]
        return "\n".join([*map(str, kinds), "", "Explained:", *told, "", head])


def programs(count: int, seed: int, start: int = 0) -> Iterator[list[Line]]:
    """Program number i depends on `seed` and i only."""
    for i in range(start, start + count):
        yield generate(random.Random(f"{seed}/{i}"))


def survey(count: int, seed: int, start: int = 0) -> Survey:
    result = Survey()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for lines in programs(count, seed, start):
            result.programs += 1
            found = compare(lines)
            if found is not None:
                lines, found = shrink(lines, found)
                result.add(lines, found, reason(lines, found))
    return result

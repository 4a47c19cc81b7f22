"""The comparison as a table."""

from __future__ import annotations

import sys
from collections import Counter

from .absent import ABSENT
from .compare import outcome
from .entries import entries


def main(words: list[str]) -> None:
    counts: Counter[str] = Counter()
    for name, entry in entries().items():
        if words and not any(word in name for word in words):
            continue
        found = outcome(entry)
        kind = "absent on purpose" if found.kind != "agrees" and name in ABSENT else found.kind
        counts[kind] += 1
        if words or kind == "disagrees":
            print(f"{kind:10} {name} ({found.samples} samples) {found.message[: 1000 if words else 160]}", flush=True)
        elif kind == "absent":
            print(f"{kind:10} {name}", flush=True)
    print(dict(counts), sum(counts.values()), "entries")


main(sys.argv[1:])

"""A loop over tiles of rows, as Python: a function for some of the rows, and what is done with the sums it returns."""

from __future__ import annotations

import math
import re
import textwrap
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np

from .. import aligned
from .columns import as_products
from .kernels import fused
from .program import Call, Value
from .threads import allowed, in_threads
from .tiles import Part, Tiles
from .write import Writer

MOST = 4  # parts: threads take turns in Python, so that more of them do not help
WIDTH = 100


def write(w: Writer, call: Call, tiles: Tiles) -> list[str]:
    """Lines that go through all rows, and put the sums where they belong."""
    for value in call.results:
        w.memory(value)
    tiles.names.update(w.names)
    text = _Text(w, tiles)
    count = tiles.n // tiles.rows
    parts = min(allowed(), MOST, count)
    ends = [count * k // parts * tiles.rows for k in range(parts + 1)]
    calls = text.calls(tiles.rows, list(pairwise(ends)))
    shares, lines = text.name("parts"), []
    if parts > 1:
        w.names["in_threads"] = in_threads
        lines.append(f"{shares} = in_threads(")
        lines += [f"    ({', '.join(one)})," for one in calls]
        lines.append(")")
    else:
        lines.append(f"{shares} = [{calls[0][0]}({', '.join(calls[0][1:])})]")
    if ends[-1] < tiles.n:
        ((function, *given),) = text.calls(tiles.n - ends[-1], [(ends[-1], tiles.n)])
        lines.append(f"{shares}.append({function}({', '.join(given)}))")
    if tiles.sums:
        total, each = text.name("total"), text.name("each")
        sums = ", ".join(v.name for v in tiles.sums)
        lines.append(f"for {total}, *{each} in zip(({sums},), *{shares}):")
        lines.append(f"    add.reduce({each}, out={total})")
    lines += [f"divide({v.name}, {count}, out={v.name})" for v, count in tiles.counts.items()]
    return lines


class _Text:
    """The functions, one for each size of tile."""

    def __init__(self, w: Writer, tiles: Tiles) -> None:
        self.w, self.tiles, self.taken = w, tiles, tiles.names
        self.given = [v for v in tiles.outside if v.kind not in ("external", "constant")] + tiles.kept
        self.outside = [v.array for v in tiles.outside if v.kind == "external" and v.array is not None]

    def name(self, wish: str) -> str:
        """A name that nothing else has."""
        name, number = wish, 1
        while name in self.taken or hasattr(np, name):
            number += 1
            name = f"{wish}_{number}"
        self.taken.add(name)
        return name

    def calls(self, rows: int, parts: list[tuple[int, int]]) -> list[list[str]]:
        """For each part, from a row to another: the function and what it is given."""
        part = self.tiles.part(rows)
        part.program = fused(as_products(part.program, self.taken))
        function = self.name("rows")
        start, stop, i, memory = map(self.name, ("start", "stop", "i", "memory"))
        dtypes = dict.fromkeys(map(_dtype, part.sums))
        sums = [{dtype: self.name(f"{name}_{dtype}") for dtype in dtypes} for name in ("sums", "sums_rows")]
        given = [v.name for v in self.given]
        calls = []
        for first, last in parts:
            names, lines = self._body(part, i, start, stop, *sums)
            self.w.names[place := self.name("memory")] = tuple(names.values())
            calls.append([function, *given, str(first), str(last), place])
        head = f"def {function}({', '.join([*given, start, stop, memory])}):"
        lines = [*_assigned(list(names), memory), *lines]
        self.w.functions.append(f"{head}\n{textwrap.indent(chr(10).join(lines), '    ')}\n")
        return calls

    def _body(
        self, part: Part, i: str, start: str, stop: str, total: dict[np.dtype, str], share: dict[np.dtype, str]
    ) -> tuple[dict[str, Any], list[str]]:
        """The memory that one run of the function needs, by name, and its lines."""
        shares, totals = _Sums(self.w, part, share), _Sums(self.w, part, total)
        writer = Writer(part.program, {part.sums[whole]: x for whole, x in shares.arrays.items()}, {}, self.w.kernels)
        memory = {name: x for name, x in writer.names.items() if not self._is_shared(name, x)}
        memory |= {whole.name: x for whole, x in totals.arrays.items()}
        memory |= shares.flat | totals.flat
        apart = [
            (whole, share)
            for whole, share in part.sums.items()
            if writer.standing.get(share) is not shares.arrays[whole]
        ]
        lines = [f"{total}.fill(0)" for total in totals.flat]
        lines.append(f"for {i} in range({start}, {stop}, {part.rows}):")
        body = [f"{rows.name} = {whole.name}[{i}:{i} + {part.rows}]" for whole, rows in part.cut.items()]
        body += writer.lines
        body += [f"{whole.name}[{i}:{i} + {part.rows}] = {rows.name}" for whole, rows in part.kept.items()]
        body += [f"add({total}, {share}, out={total})" for total, share in zip(totals.flat, shares.flat, strict=True)]
        body += [f"add({whole.name}, {share.name}, out={whole.name})" for whole, share in apart]
        lines += [f"    {line}" for line in body]
        lines.append(f"return ({''.join(f'{whole.name}, ' for whole in part.sums)})")
        used = set(re.findall(r"\w+", "\n".join(lines)))
        return {name: x for name, x in memory.items() if name in used}, lines

    def _is_shared(self, name: str, x: Any) -> bool:
        """Whether all threads may use it: a function, or a parameter or a view of one. Such go to the whole program."""
        if isinstance(x, np.ndarray):
            found = any(np.may_share_memory(x, array) for array in self.outside) or self.w.names.get(name) is x
        else:
            found = getattr(np, name, None) is x or name in self.w.kernels or name.startswith("op_")
        if found:
            self.w.names.setdefault(name, x)
        return found


class _Sums:
    """Memory for all sums, in one piece for each dtype, so that one `add` adds to all of them.

    Each has the order of the memory that it goes to in the end. Of a loss, which is one number, the sum is in float64.
    """

    def __init__(self, w: Writer, part: Part, names: dict[np.dtype, str]) -> None:
        self.arrays: dict[Value, np.ndarray] = {}
        self.flat: dict[str, np.ndarray] = {}
        members: dict[np.dtype, list[Value]] = defaultdict(list)
        for whole in part.sums:
            members[_dtype(whole)].append(whole)
        for dtype, values in members.items():
            ends = np.cumsum([math.prod(value.shape) for value in values])
            self.flat[names[dtype]] = flat = aligned.zeros(ends[-1], dtype)
            for value, piece in zip(values, np.split(flat, ends[:-1]), strict=True):
                turned = not w.standing[value].flags.c_contiguous
                self.arrays[value] = piece.reshape(value.shape[::-1]).T if turned else piece.reshape(value.shape)


def _dtype(total: Value) -> np.dtype:
    return np.dtype("f8") if not total.shape and total.dtype == np.float32 else total.dtype


def _assigned(names: list[str], memory: str) -> list[str]:
    """`a, b, c = memory`, in lines that are not long."""
    if not names:
        return []
    text = ", ".join(names)
    if len(text) <= WIDTH:
        return [f"{text}{',' * (len(names) == 1)} = {memory}"]
    return ["(", *(f"    {line}" for line in textwrap.wrap(text, WIDTH)), f") = {memory}"]

"""The results as Markdown."""

from __future__ import annotations

from .figures import Result, circumstances, spread
from .peers import BASELINE, FLOOR, OURS, PEERS

NOTES = """\
A figure is the median over bursts of 0.05 s, between which all peers take turns. Each peer has a process of its
own, which is stopped while others run. All start from the same weights and data, and their losses over the first five
steps were compared before anything was timed. *10 %*: a tenth of the bursts was faster. *Spread*: from the lower to the
upper quartile, in % of the median. *Ready*: from building the network to the end of the fifth step, in which compilers
compile, while all peers start at once. *Memory*: the highest use of resident memory in a step, with data, weights and
what a compiler left behind, less that of the library after a tiny step. The *floor* has the matrix products alone, by
NumPy into arrays that stand ready, and a copy of as many bytes as the optimiser must move. torch.compile and TinyJit
keep what they compiled for later runs, so their first run takes longer to be ready."""
HEAD = (
    "step; eager / PyTorch; compiled / PyTorch; eager / fastest peer; compiled / fastest peer; compiled / floor; "
    "fastest peer; memory, compiled / PyTorch"
)
COLUMNS = "; µs a step; 10 %; spread; / fastest peer; / PyTorch; / floor; memory, MB; ready, s"


def number(x: float) -> str:
    """Microseconds."""
    return f"{x * 1e6:,.0f}" if x >= 1e-5 else f"{x * 1e6:,.1f}"


def share(x: float | None) -> str:
    return "" if x is None else f"{x:.2f}"


def markdown(results: list[Result], threads: int) -> str:
    """The whole page."""
    lines = ["# Training steps in several libraries", "", "\n\n".join(circumstances(results, threads)), "", NOTES, ""]
    lines += ["![Ratios to PyTorch for each workload](steps.svg)", "", *_summary(results)]
    for result in results:
        lines += ["", f"## {result.title}", "", *_of(result)]
    return "\n".join(lines) + "\n"


def _summary(results: list[Result]) -> list[str]:
    lines = [_row(HEAD.split("; ")), _row(["---"] + ["---:"] * 5 + ["---", "---:"])]
    for r in results:
        fastest, baseline = r.fastest_peer(), r.baseline()
        ratios = [share(r.ratio(peer, to)) for to in (baseline, fastest) for peer in OURS]
        ratios.append(share(r.ratio(OURS[1], r.median(FLOOR))))
        who = [PEERS[row.peer].title for row in r.rows if row.peer not in OURS and r.median(row.peer) == fastest]
        ours, theirs = r.memory(OURS[1]), r.memory(BASELINE)
        memory = share(ours / theirs if ours is not None and theirs else None)
        lines.append(_row([r.title, *ratios, who[0] if fastest else "", memory]))
    return lines


def _of(result: Result) -> list[str]:
    head = COLUMNS.split("; ")
    lines, notes = [_row(head), _row(["---"] + ["---:"] * (len(head) - 1))], []
    fastest, baseline, floor = result.fastest_peer(), result.baseline(), result.median(FLOOR)
    for row in sorted(result.rows, key=lambda row: result.median(row.peer) or float("inf")):
        title, median = PEERS[row.peer].title, result.median(row.peer)
        if median is None:
            notes.append(f"{title}: {row.note}.")
            continue
        low, width = spread(row.seconds)
        ratios = [share(result.ratio(row.peer, to)) for to in (fastest, baseline, floor)]
        memory = "" if row.memory is None else f"{row.memory / 1e6:.1f}"
        name = f"**{title}**" if row.peer in OURS else title
        lines.append(_row([name, number(median), number(low), f"{width:.0%}", *ratios, memory, f"{row.ready:.1f}"]))
    return [*lines, "", "Left out: " + " ".join(notes)] if notes else lines


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"

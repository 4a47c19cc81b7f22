"""The pages: Markdown, a file a family, with an index; and an SVG of each function of one variable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .curve import curve, grid
from .entries import Entry, Family, evaluated, families, slope


def write_reference(folder: Path) -> list[Path]:
    """Write all pages and drawings into `folder`, over what is there; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def pages() -> Iterator[tuple[str, str]]:
    """The name and the content of each file."""
    found = families()
    yield "README.md", index(found)
    for family in found:
        yield f"{family.name}.md", page(family)
        for entry in family.entries:
            if entry.domain is not None:
                yield f"{entry.name}.svg", drawing(entry)


def drawing(entry: Entry) -> str:
    """The function and its derivative."""
    x = grid()
    return curve(entry.name, x, evaluated(entry.function, x), slope(entry.function, x))


def index(found: list[Family]) -> str:
    """All names, each with a link."""
    count = sum(len(family.entries) for family in found)
    lines = [
        "# Reference",
        "",
        f"{count} operations: formula, derivative, domain, an example, and what PyTorch and NumPy call them. In Python",
        "`help(tg.exp)` shows the same.",
    ]
    for family in found:
        links = " · ".join(f"[{entry.name}]({family.name}.md#{anchor(entry.name)})" for entry in family.entries)
        lines += ["", f"**[{family.title}]({family.name}.md)**", "", links]
    return "\n".join(lines) + "\n"


def anchor(heading: str) -> str:
    """What a heading is linked by: small letters, digits, hyphens and underscores."""
    return "".join(c for c in heading.lower() if c.isalnum() or c in "-_")


def page(family: Family) -> str:
    """A family."""
    lines = [f"# {family.title}", "", "[All operations](README.md)"]
    for entry in family.entries:
        lines += ["", *section(entry)]
    return "\n".join(lines) + "\n"


def section(entry: Entry) -> Iterator[str]:
    """One op."""
    yield f"## {entry.name}"
    yield ""
    if entry.domain is not None:
        yield f'<img align="right" src="{entry.name}.svg" alt="{entry.name} and, dashed, its derivative, from −3 to 3">'
        yield ""
    yield escaped(entry.formula)
    facts = [f"`{line}`" for line in entry.derivatives]
    if entry.domain is not None:
        facts.append(f"defined for {entry.domain}")
    if entry.others:
        facts.append(f"here also {', '.join(f'`{name}`' for name in entry.others)}")
    if entry.names:
        facts.append(" · ".join(f"`{name}`" for name in entry.names))
    if facts:
        yield ""
    yield from (f"* {fact}" for fact in facts)
    if entry.details:
        yield from ("", "<details><summary>Arguments and example</summary>", "", "```pycon")
        yield entry.details
        yield from ("```", "", "</details>")
    if entry.domain is not None:
        yield from ("", '<br clear="right">')


def escaped(text: str) -> str:
    """Text that Markdown leaves as it is."""
    for character in "\\*_<|":
        text = text.replace(character, f"\\{character}" if character != "<" else "&lt;")
    return text

"""The programs that docs/compile.md shows: `python -m tests.compile.page` writes them anew."""

from __future__ import annotations

import re

from typer.testing import CliRunner

from tests.checkout import ROOT
from tinygrad_edu import kernels
from tinygrad_edu.cli.app import app

PAGE = ROOT / "docs" / "compile.md"
BLOCK = re.compile(r"(<!-- tinygrad-edu (compile [^,>]*?)(?:, its ([\w ]+))? -->\n```python\n)(.*?)(```)", re.S)


def source(command: str) -> str:
    """What the command prints."""
    done = CliRunner().invoke(app, command.split(), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def part(text: str, name: str | None) -> str:
    """All of a program, its "first loop" or its "step"."""
    if name is None:
        return text
    functions = re.findall(r"^(?:@.*\n)?def .*\n(?:(?: .*)?\n)*", text, re.M)
    return (functions[0] if name == "first loop" else functions[-1]).rstrip() + "\n"


def written(page: str) -> str:
    """The page with its blocks as they are now; those with loops only if Numba is there to make them."""

    def block(match: re.Match[str]) -> str:
        head, command, name, _, tail = match.groups()
        if "--loops" in command and not kernels.available():
            return match[0]
        return head + part(source(command), name) + tail

    return BLOCK.sub(block, page)


if __name__ == "__main__":
    if not kernels.available():
        raise SystemExit('the blocks with loops need Numba: pip install ".[fast]"')
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {PAGE}")

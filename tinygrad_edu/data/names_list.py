"""5,130 given names that come with the library: text for networks that read letter by letter.

They are those of the 1990 census of the United States: "Frequently Occurring First Names in the U.S. - 1990" (United
States Census Bureau, 1995), the files ``dist.female.first`` and ``dist.male.first``, in the public domain. Both files
were merged, in lower case and in alphabetical order; names of two letters, many of them abbreviations, were left out.
"""

from __future__ import annotations

from importlib.resources import files

from .errors import DataError

COUNT = 5130


def names() -> tuple[str, ...]:
    """The built-in names: 5,130 given names of 3 to 11 letters, a to z, each once, in alphabetical order.

    Shuffle them before you split them: ``random.Random(0).sample(names(), 5130)``.

    DataError: the file that comes with the library was changed or is incomplete.
    """
    found = tuple(files("tinygrad_edu.data").joinpath("names.txt").read_text(encoding="ascii").split("\n"))
    words, end = found[:-1], found[-1]
    fit = all(word.isalpha() and word.islower() and 3 <= len(word) <= 11 for word in words)
    if end or len(words) != COUNT or not fit or list(words) != sorted(set(words)):
        raise DataError(
            f"names.txt: expected {COUNT:,} names of 3 to 11 letters, a line each, in alphabetical order, "
            f"got {len(words):,} lines; install tinygrad_edu again"
        )
    return words

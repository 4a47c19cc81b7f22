"""Train the network of a family fully, here and in PyTorch, with the same settings and weights; a table of the results.

    python -m tests.families cnn [--data FOLDER] [--seed N] [--epochs N]          (minutes)

--data names the folder with MNIST; without it the built-in digits are read, which shows that it works, no more.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from threadpoolctl import threadpool_limits

from tinygrad_edu import data

FAMILIES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if path.stem not in ("__init__", "__main__", "for_torch") and not path.stem.startswith("test_")
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.families")
    parser.add_argument("name", choices=FAMILIES)
    parser.add_argument("--data", help="folder with MNIST")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, help="at most so many")
    options = parser.parse_args()
    digits = data.load("digits" if options.data is None else "mnist", options.data)
    compare = importlib.import_module(f"tests.families.{options.name}").compare
    with threadpool_limits(1):
        print(compare(digits, seed=options.seed, epochs=options.epochs))


if __name__ == "__main__":
    main()

"""`python -m tests.programs --count 20000 --seed 0`: random programs against PyTorch, disagreements by kind."""

import argparse

import torch

from .survey import survey

parser = argparse.ArgumentParser(prog="python -m tests.programs", description=__doc__)
parser.add_argument("--count", type=int, default=20000)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--start", type=int, default=0, help="number of the first program")
options = parser.parse_args()
torch.set_num_threads(1)
print(survey(options.count, options.seed, options.start).report())

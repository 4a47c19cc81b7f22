"""Whole training steps, timed in several libraries that take turns in one run.

workloads.py says what is computed; peers/ has one file for each library; worker.py runs one of them in a process of its
own; rounds.py lets them take turns; table.py and picture.py show what was measured; growth.py varies batch, width and
depth. `python -m tests.benchmarks.steps --help` lists the options.
"""

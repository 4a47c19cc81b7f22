"""Ops that users may write: each is in the table only within the block."""

import contextlib

import tinygrad_edu as tg


@contextlib.contextmanager
def own(name, forward, *rules, **options):
    row = tg.op(name, forward, *rules, **options)
    try:
        yield row
    finally:
        del tg.OPS[name]

"""What no step can leave out: its matrix products, into arrays that stand ready, and the bytes that its update moves.

The update is a copy of as many bytes, in arrays as large as the parameters and their state together, so that it runs at
the speed of the cache or of the memory they lie in. At batch 1 the gradient of a weight need not be written: its outer
product can be part of the update. Products are NumPy's; another BLAS has another floor.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from ..workloads import CONTEXT, HEADS, LAYERS, LSTM_HIDDEN, LSTM_INPUTS, LSTM_STEPS, VOCABULARY, WIDTH, Workload
from . import LeftOut, Program

Layer = tuple[int, int, int, bool]  # rows, fan-in, fan-out, and whether the input needs a gradient


def build(workload: Workload, threads: int) -> Program:
    if workload.kind == "chain":
        raise LeftOut("it has no matrix products")
    products = [p for layer in _layers(workload) for p in _of_layer(*layer, alone=workload.batch == 1)]
    if workload.kind == "transformer":
        products += _of_attention(workload.batch * HEADS, WIDTH // HEADS) * LAYERS
    count = sum(math.prod(shape) for shape in workload.shapes().values())
    # SGD reads the gradient and reads and writes the parameter; Adam reads and writes two moments besides
    moved = 3 * count if workload.optimizer == "sgd" else 7 * count
    source, target = np.ones(moved // 2, np.float32), np.ones(moved // 2, np.float32)

    def step():
        for a, b, out in products:
            np.matmul(a, b, out=out)
        np.copyto(target, source)

    return Program(step, list)


def _layers(workload: Workload) -> list[Layer]:
    batch = workload.batch
    if workload.kind == "mlp":
        return [(batch, *pair, i > 0) for i, pair in enumerate(itertools.pairwise(workload.sizes))]
    if workload.kind == "lenet":  # a convolution is the product of its windows and its weights
        convolutions = [(batch * 784, 25, 6, False), (batch * 100, 150, 16, True)]
        return [*convolutions, (batch, 400, 120, True), (batch, 120, 84, True), (batch, 84, 10, True)]
    if workload.kind == "lstm":
        gates = 4 * LSTM_HIDDEN
        steps = [(batch, LSTM_HIDDEN, gates, True)] * (LSTM_STEPS - 1)
        return [(batch * LSTM_STEPS, LSTM_INPUTS, gates, False), *steps, (batch, LSTM_HIDDEN, 10, True)]
    pairs = [(WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, 4 * WIDTH), (4 * WIDTH, WIDTH)] * LAYERS
    return [(batch * CONTEXT, *pair, True) for pair in [*pairs, (WIDTH, VOCABULARY)]]


def _of_layer(rows: int, fan_in: int, fan_out: int, needs: bool, alone: bool) -> list[tuple[np.ndarray, ...]]:
    x, w, z = (np.ones(shape, np.float32) for shape in [(rows, fan_in), (fan_out, fan_in), (rows, fan_out)])
    products = [(x, w.T, z)]
    if not alone:
        products.append((z.T, x, np.empty_like(w)))
    if needs:
        products.append((z, w, np.empty_like(x)))
    return products


def _of_attention(heads: int, size: int) -> list[tuple[np.ndarray, ...]]:
    q, scores = np.ones((heads, CONTEXT, size), np.float32), np.ones((heads, CONTEXT, CONTEXT), np.float32)
    out, out_scores = np.empty_like(q), np.empty_like(scores)
    into_scores, from_scores = (q, q.swapaxes(1, 2), out_scores), (scores, q, out)
    return [into_scores, from_scores, into_scores, from_scores, from_scores, from_scores]

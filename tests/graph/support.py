"""Random computations, and what must be true of the graph of any computation."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import jsonschema
import numpy as np
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import graph as graphs
from tinygrad_edu.graph import from_json, to_json

SCHEMA = json.loads(Path(graphs.__file__).with_name("schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

EVERY = 4096  # cells: enough for every element of every array here


def leaf(data):
    return tg.tensor(data, requires_grad=True)


# --- random computations ----------------------------------------------------------------------------------------------

SCALAR = [
    lambda x, y: x * y,
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x / (y * y + 1),
    lambda x, y: x * x,
    lambda x, y: x + x,
    lambda x, y: x.tanh(),
    lambda x, y: x.sigmoid() * 2 - y,
    lambda x, y: x.relu(),
    lambda x, y: tg.maximum(x, y),
    lambda x, y: tg.where(x > y, x, y * 0.5),
    lambda x, y: x.exp().log1p(),
    lambda x, y: y * x.detach(),
]

SIZED = [
    lambda x, y: x.sum(),
    lambda x, y: x.mean(),
    lambda x, y: x.sum(dim=-1, keepdim=True) if x.ndim else x,
    lambda x, y: x.amax() + y,
    lambda x, y: x[..., 0] if x.ndim else x.reshape(1),
    lambda x, y: x[np.array([0, -1, 0])] if x.ndim else x.expand(2, 3),
    lambda x, y: x.T @ x if x.ndim == 2 else x,
    lambda x, y: x.cumsum(0) if x.ndim else x,
    lambda x, y: tg.cat([x.reshape(-1), y.reshape(-1), x.reshape(-1)]),
    lambda x, y: x.reshape(-1).flip(0),
    lambda x, y: x.softmax(-1) if x.ndim else x,
]

SHAPES = [(), (3,), (1, 3), (2, 1), (2, 3)]


def fit(x, y):
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        return False
    return True


@st.composite
def pools(draw, scalar=None, dtype=np.float64):
    """Tensors, leaves first, each of the others made of those before it."""
    scalar = draw(st.booleans()) if scalar is None else scalar
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    shapes = draw(st.lists(st.sampled_from(SHAPES[:1] if scalar else SHAPES), min_size=1, max_size=3))
    pool = [leaf(rng.uniform(-1.5, 1.5, shape).astype(dtype)) for shape in shapes]
    steps = SCALAR if scalar else SCALAR + SIZED
    for _ in range(draw(st.integers(1, 12))):
        x = pool[draw(st.integers(0, len(pool) - 1))]
        y = pool[draw(st.integers(0, len(pool) - 1))]
        y = y if fit(x, y) else x
        made = steps[draw(st.integers(0, len(steps) - 1))](x, y)
        if made is not x and made.requires_grad and made.numel() <= 40:
            pool.append(made.tanh() if np.abs(made.detach().numpy()).max() > 50 else made)
    return pool


# --- what must be true ------------------------------------------------------------------------------------------------


def text(*summaries):
    """For comparing, as nan is not equal to nan."""
    return repr(summaries)


def elements(summary, dtype=np.float64):
    """The whole array again, flat."""
    if summary.number is not None:
        return np.array([summary.number], dtype)
    if not summary.size:
        return np.zeros(0, dtype)
    assert summary.cells.height == summary.cells.width == 1
    return np.array(summary.cells.values, dtype)


def check_sums(graph):
    """The seed and the contributions, added in the order of the pass, are the gradient, to the last bit."""
    sums = {node.id: elements(node.seed, node.dtype) for node in graph if node.seed is not None}
    last = {}
    for edge in (graph.edges[k] for k in graph.backward):
        dtype = graph[edge.source].dtype
        share = elements(edge.contribution, dtype)
        sums[edge.source] = sums[edge.source] + share if edge.source in sums else share
        np.testing.assert_array_equal(elements(edge.total, dtype), sums[edge.source])
        last[edge.source] = edge.total
    for node in graph:
        assert (node.gradient is not None) == (node.id in sums)
        if node.gradient is not None:
            np.testing.assert_array_equal(elements(node.gradient, node.dtype), sums[node.id])
            assert text(node.gradient) == text(last.get(node.id, node.seed))


def check_order(graph):
    """The pass goes along every edge that a gradient can take, once, and along none before it has all of it."""
    reached = [
        k for k, edge in enumerate(graph.edges) if edge.differentiable and graph[edge.target].gradient is not None
    ]
    assert sorted(graph.backward) == reached
    waiting = defaultdict(set)
    for k in reached:
        waiting[graph.edges[k].source].add(k)
    for k in graph.backward:
        edge = graph.edges[k]
        assert not waiting[edge.target], "the gradient of the target was not complete"
        waiting[edge.source].discard(k)
    for k, edge in enumerate(graph.edges):
        assert (edge.contribution is not None) == (edge.total is not None) == (k in set(reached))


def close(found, wanted, sizes, dtype):
    """Equal, but for as many roundings as these sizes allow."""
    with np.errstate(all="ignore"):
        room = 64 * np.finfo(dtype).eps * sizes + np.finfo(dtype).tiny
        same = (found == wanted) | (np.isnan(found) & np.isnan(wanted)) | (np.abs(found - wanted) <= room)
    assert same.all(), (found, wanted)


def summed_to(x, shape):
    """Summed over the axes along which `shape` was broadcast."""
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    return x.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1 and x.shape[i] != 1), keepdims=True)


def check_locals(graph):
    """Contribution = upstream x local, and = upstream times the Jacobian, where the graph has them."""
    for edge in graph.edges:
        source, target = graph[edge.source], graph[edge.target]
        upstream = graph.upstream(edge)
        if upstream is None or not edge.differentiable:
            continue
        found = elements(edge.contribution)
        g = elements(upstream)
        if edge.local is not None:
            single = edge.local.number is not None
            shape = (1,) if single else target.shape
            slopes = elements(edge.local).reshape(shape)
            product = g.reshape(shape) * slopes
            if not single:
                product, sizes = (summed_to(x, source.shape).ravel() for x in (product, np.abs(product)))
            else:
                sizes = np.abs(product)
            close(found, product, sizes, source.dtype)
        if edge.jacobian is not None:
            table = np.array(edge.jacobian.values).reshape(target.value.size, source.value.size)
            close(found, g @ table, np.abs(g) @ np.abs(table), source.dtype)


def check_json(graph):
    """Valid by the schema, and the same graph when it is read again."""
    written = to_json(graph)
    problem = next(VALIDATOR.iter_errors(json.loads(written)), None)
    assert problem is None, problem
    again = from_json(written)
    assert to_json(again) == written
    assert repr(again).replace("=-0.0", "=0.0") == repr(graph).replace("=-0.0", "=0.0")  # nan is not equal to nan


def check(graph):
    check_sums(graph)
    check_order(graph)
    check_locals(graph)
    check_json(graph)

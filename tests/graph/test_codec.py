"""A graph as JSON: what the schema says, what is read again, what is refused and how."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.graph import fold, from_json, to_json, trace
from tinygrad_edu.graph.codec import to_dict

from .support import EVERY, SCHEMA, VALIDATOR, check_json, leaf, pools

GOLDEN = Path(__file__).with_name("golden")


def neuron():
    """tanh(x1 w1 + x2 w2 + b), with its gradients."""
    numbers = {"x1": 2.0, "w1": -3.0, "x2": 0.0, "w2": 1.0, "b": 6.8813735870195432}  # tanh of this is 1/√2
    names = {name: tg.tensor(value, dtype=np.float64, requires_grad=True) for name, value in numbers.items()}
    x1, w1, x2, w2, b = names.values()
    return trace((x1 * w1 + x2 * w2 + b).tanh(), names=names, backward=True)


class Tiny(nn.Module):
    """A layer called twice; its numbers are halves, so that every machine computes the same."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        with tg.no_grad():
            self.layer.weight.copy_(tg.tensor([[0.5, -1.0], [2.0, 0.0]]))
            self.layer.bias.copy_(tg.tensor([0.5, 0.0]))

    def forward(self, x):
        return self.layer(self.layer(x).relu())


def tiny():
    model = Tiny()
    x = tg.tensor([[1.0, 2.0]])
    return trace(model(x).sum(), names={"x": x}, module=model, backward=True, cells=16)


@pytest.mark.parametrize("program", [neuron, tiny])
def test_the_json_is_the_golden_one(program):
    graph = program()
    check_json(graph)
    golden = (GOLDEN / f"{program.__name__}.json").read_text(encoding="utf-8")
    for found, wanted in zip(to_json(graph, indent=1).splitlines(), golden.splitlines(), strict=True):
        if found != wanted:  # tanh may differ in its last bit from machine to machine
            (name, a), (same_name, b) = (line.strip(" ,").split(": ") for line in (found, wanted))
            assert name == same_name
            assert float(a) == pytest.approx(float(b), rel=1e-12)
    assert to_json(from_json(golden), indent=1) + "\n" == golden


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    objects = [part for part in walk(SCHEMA) if isinstance(part, dict) and part.get("type") == "object"]
    assert objects
    assert all(part["additionalProperties"] is False for part in objects)


def walk(data):
    yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from walk(part)


@given(st.data())
def test_random_graphs_come_back(data):
    pool = data.draw(pools())
    cells = data.draw(st.sampled_from([0, 3, EVERY]))
    check_json(trace(pool[-1].sum(), pool[0].sum(), backward=data.draw(st.booleans()), cells=cells))


@pytest.mark.parametrize(
    "array",
    [
        np.array(np.nan),
        np.array(-np.inf),
        np.array([np.nan, np.inf, -np.inf]),
        np.array([np.nan, 2.0]),
        np.array([1.7e308, -1.7e308, 1.7e308]),  # whose norm is infinite
        np.array([5e-324, 0.0]),
        np.array([-0.0, 0.0]),
        np.array(3, "int8"),
        np.array(2**63, "uint64"),
        np.array([[True, False]]),
        np.array(True),
        np.array(1.5 - 2j),
        np.array(complex(np.nan, np.inf)),
        np.array(complex(1.7e308, 1.7e308)),
        np.array([1 + 1j, complex(np.nan, np.inf), np.nan]),
        np.zeros((0, 3)),
        np.array(np.longdouble("0.1")),
    ],
    ids=repr,
)
def test_whatever_an_array_holds(array):
    check_json(trace(tg.tensor(array), cells=EVERY))


def test_names_and_texts_of_any_kind():
    x = leaf(1.0)
    check_json(trace(x * 2, names={'</script>"\\\n\u2028é×': x}))
    check_json(trace(x * 2, names={"": x}))


def test_folds_and_lines_come_back():
    with tg.source_lines():
        y = leaf(1.0)
        for _ in range(20):
            y = (y * y).tanh()
    check_json(fold(trace(y, backward=True), most=5))


def test_two_processes_with_different_hash_seeds_write_the_same():
    program = "from tests.graph import test_codec as t; print(t.to_json(t.tiny())); print(t.to_json(t.folded()))"
    root = Path(__file__).parents[2]
    texts = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program]
        texts.add(subprocess.run(command, capture_output=True, cwd=root, env=environment, check=True).stdout)
    assert len(texts) == 1
    assert next(iter(texts)).decode().splitlines() == [to_json(tiny()), to_json(folded())]


def folded():
    model, y = nn.Sequential(nn.Linear(2, 2), nn.Tanh()), tg.ones(1, 2)
    with tg.no_grad():
        model[0].weight.fill_(0.5)
        model[0].bias.fill_(0.25)
    for _ in range(9):
        y = model(y) + 1
    return fold(trace(y.sum(), backward=True, module=model), most=3)


# --- what is refused --------------------------------------------------------------------------------------------------


def test_half_a_surrogate_pair_is_an_escape():
    """No encoding can write one, so the text must not hold it."""
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    graph = trace(x.sum(), names={"x\ud83d": x, "😀": x.sum()})
    text = to_json(graph)
    assert json.loads(text.encode()) == to_dict(graph)
    assert from_json(text) == graph
    assert r"x\ud83d" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ("nodes", "Expecting value"),
        (to_json(neuron())[:500], "Unterminated string|Expecting"),
        ("[]", 'it has no "schema": "tinygrad_edu.graph"'),
        ("null", 'it has no "schema"'),
        ('{"schema": "another"}', 'it has no "schema"'),
        ('{"schema": "tinygrad_edu.graph"}', "it has version None, and this program reads version 2"),
        ('{"schema": "tinygrad_edu.graph", "version": 1}', "it has version 1, and this program reads version 2"),
        ('{"schema": "tinygrad_edu.graph", "version": true}', "it has version True"),
        ('{"schema": "tinygrad_edu.graph", "version": NaN}', "NaN is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema":' * 100_000, "nested too deeply"),
        ("1" * 5000, "digits"),
        (None, "JSON object must be str"),
    ],
    ids=range(14),
)
def test_what_is_no_graph_at_all(text, message):
    with pytest.raises(ValueError, match=f"^from_json: this is no graph: .*({message})"):
        from_json(text)


def changed(path, value):
    """The JSON of `tiny` with something else at one place."""
    data = json.loads(to_json(tiny()))
    *way, last = path
    part = data
    for step in way:
        part = part[step]
    part[last] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["nodes"], {}, "nodes: expected a list, got {}"),
        (["nodes", 0], 3, r"nodes\[0\]: expected an object, got 3"),
        (["nodes", 0, "id"], 3, r"nodes\[0\].id: expected a string, got 3"),
        (["nodes", 0, "kind"], "module", r"nodes\[0\].kind: expected 'input' or 'leaf' or .*, got 'module'"),
        (["nodes", 0, "kind"], [], r"nodes\[0\].kind: expected .*, got \[\]"),
        (["nodes", 0, "output"], 0, r"nodes\[0\].output: expected true or false, got 0"),
        (["nodes", 0, "shape", 0], "a", r"nodes\[0\].shape\[0\]: expected an int of 0 or more, got 'a'"),
        (["nodes", 0, "shape", 0], -1, r"nodes\[0\].shape\[0\]: expected an int"),
        (["nodes", 0, "shape", 0], 1.5, r"nodes\[0\].shape\[0\]: expected an int"),
        (["nodes", 0, "shape", 0], True, r"nodes\[0\].shape\[0\]: expected an int"),
        (["nodes", 0, "params"], [["a", "b", "c"]], r"nodes\[0\].params\[0\]: expected a list of 2"),
        (["nodes", 0, "params"], ["ab"], r"nodes\[0\].params\[0\]: expected a list of 2"),
        (["nodes", 0, "name"], None, r"nodes\[0\].name: expected a string, got None"),
        (["nodes", 0, "colour"], "red", r"nodes\[0\].colour: there is no such key"),
        (["nodes", 0, "scope"], "nowhere", r"nodes\[0\].scope: there is no scope 'nowhere'"),
        (["nodes", 0, "line"], {"file": "a.py", "number": 3}, r"nodes\[0\].line.text: it is missing"),
        (["nodes", 0, "value"], 3.0, r"nodes\[0\].value: expected an object, got 3.0"),
        (["nodes", 0, "value"], {}, r"nodes\[0\].value.size: it is missing"),
        (["nodes", 0, "value"], {"size": 1}, r"nodes\[0\].value.number: it is missing"),
        (
            ["nodes", 0, "value"],
            {"size": 2, "number": 3.0},
            r'nodes\[0\].value: expected an object of "number" and "size": 1',
        ),
        (["nodes", 0, "value"], {"size": True, "number": 3.0}, r"nodes\[0\].value: expected an object of"),
        (["nodes", 0, "value"], {"size": 1, "number": 3.0, "min": 3.0}, r"nodes\[0\].value: expected an object of"),
        (["nodes", 0, "value"], {"size": 1, "number": "3"}, r'nodes\[0\].value.number: expected a number, "nan"'),
        (["nodes", 0, "value"], {"size": 1, "number": {"re": 1}}, r"nodes\[0\].value.number: expected a number, true"),
        (
            ["nodes", 0, "value"],
            {"size": 1, "number": {"re": 1, "im": "1"}},
            r"nodes\[0\].value.number.im: expected a number",
        ),
        (["nodes", 0, "value"], {"size": 1, "number": 10**400}, r"nodes\[0\].value.number: .*infinity is written"),
        (["nodes", 0, "value"], {"size": 2, "min": "0"}, r"nodes\[0\].value.min: expected a number"),
        (["nodes", 0, "value"], {"size": 2, "nan": 2, "zero": 1}, r"nodes\[0\].value: more elements"),
        (["nodes", 0, "value"], {"size": 2, "nan": 2, "max": 1.0}, r"nodes\[0\].value: no element is finite"),
        (["nodes", 0, "value", "cells", "rows"], 3, r"nodes\[0\].value.cells: 3 x 2 cells of 1 x 1 do not go with 4 v"),
        (
            ["nodes", 0, "value", "cells", "shows"],
            "mean",
            r"nodes\[0\].value.cells.shows: 'mean' does not go with cells of 1",
        ),
        (
            ["nodes", 0, "value", "cells", "shows"],
            "median",
            r"nodes\[0\].value.cells.shows: expected 'element' or 'peak'",
        ),
        (["nodes", 0, "value", "cells", "width"], 0, r"nodes\[0\].value.cells: "),
        (["nodes", 0, "value", "cells", "values", 1], None, r"nodes\[0\].value.cells.values\[1\]: expected a number"),
        (["nodes", 1, "id"], "layer.weight", r"nodes\[1\]: 'layer.weight' is there already, at nodes\[0\]"),
        (["edges", 0, "source"], "y", r"edges\[0\]: there is no node 'y'"),
        (["edges", 0, "target"], "y", r"edges\[0\]: there is no node 'y'"),
        (["edges", 0, "source"], "sum_0", r"edges\[0\]: 'sum_0' is not before 'linear_0'"),
        (["edges", 1, "slot"], 0, r"edges\[1\]: \('linear_0', 0\) is there already"),
        (["edges", 0, "slot"], -1, r"edges\[0\].slot: expected an int"),
        (["edges", 0, "local"], [], r"edges\[0\].local: expected an object"),
        (["edges", 1, "jacobian"], {"rows": 1}, r"edges\[1\].jacobian.columns: it is missing"),
        (["scopes", 0, "parent"], "nowhere", r"scopes\[0\].parent: there is no scope 'nowhere'"),
        (["scopes", 0, "parent"], "model", "scopes: 'model' is inside itself"),
        (["scopes", 0, "parent"], "model.layer", "scopes: 'model' is inside itself"),
        (["scopes", 1, "id"], "model", r"scopes\[1\]: 'model' is there already"),
        (["scopes", 0, "kind"], "box", r"scopes\[0\].kind: expected 'module' or 'fold'"),
        (["scopes", 0, "title"], None, r"scopes\[0\].title: expected a string"),
        (["backward", 0], 99, r"backward\[0\]: there is no edge 99; there are"),
        (["backward", 0], -1, r"backward\[0\]: expected an int"),
        (["backward", 1], 9, r"backward\[1\]: 9 is there already"),
        (["backward"], "01", "backward: expected a list, got '01'"),
        (["extra"], 1, "extra: there is no such key"),
    ],
)
def test_what_is_no_sound_graph(path, value, message):
    with pytest.raises(ValueError, match=f"^from_json: this is no graph: {message}") as error:
        from_json(changed(path, value))
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


@given(st.data())
def test_what_the_schema_refuses_is_refused(data):
    """One part is taken out, or replaced by something else: from_json raises ValueError, or the schema is content."""
    graph = json.loads(to_json(data.draw(st.sampled_from([neuron, tiny]))()))
    part = data.draw(st.sampled_from([part for part in walk(graph) if part and isinstance(part, (dict, list))]))
    place = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
    if data.draw(st.booleans()):
        del part[place]
    else:
        others = [None, True, -1, 0, 7, 2.5, "", "nan", "x", [], {}, [[]], {"size": 1, "number": 1.0}]
        part[place] = copy.deepcopy(data.draw(st.sampled_from(others)))
    text = json.dumps(graph)
    try:
        found = from_json(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"^from_json: this is no graph: "):
            from_json(text)
    else:
        assert VALIDATOR.is_valid(graph)
        check_json(found)

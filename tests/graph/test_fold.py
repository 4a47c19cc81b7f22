"""Folding: a large graph in boxes, none with more than so many members, and nothing lost."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu import nn
from tinygrad_edu.graph import fold, trace

from .support import check_json, leaf, pools


def chain(*steps, times):
    """A leaf, and steps applied to it again and again."""
    y = leaf(0.5)
    for _ in range(times):
        for step in steps:
            y = step(y)
    return y


def check_fold(graph, most):
    """Nothing is lost, everything has a place, and no place is crowded."""
    folded = fold(graph, most)
    scopes = {scope.id: scope for scope in folded.scopes}
    assert len(scopes) == len(folded.scopes)
    assert [node.id for node in folded] == [node.id for node in graph]
    assert (folded.edges, folded.backward) == (graph.edges, graph.backward)
    assert {scope.id for scope in graph.scopes} <= scopes.keys()
    members = Counter(node.scope for node in folded if node.op)
    used = {node.scope for node in folded if node.op}
    seen = set()
    for scope in folded.scopes:
        assert scope.parent is None or scope.parent in seen, "a scope comes before the one it is in"
        seen.add(scope.id)
    for scope in reversed(folded.scopes):
        if scope.id in used:
            used.add(scope.parent)
    members.update(scope.parent for scope in folded.scopes if scope.id in used)
    assert not members or max(members.values()) <= most
    for node, old in zip(folded, graph, strict=True):
        assert unfolded(node.scope, scopes) == unfolded(old.scope, scopes)
    for scope in graph.scopes:
        assert unfolded(scopes[scope.id].parent, scopes) == unfolded(scope.parent, scopes)
    assert fold(folded, most) is folded
    if len(graph) < 5000:
        check_json(folded)
    return folded


def unfolded(scope, scopes):
    while scope is not None and scopes[scope].kind == "fold":
        scope = scopes[scope].parent
    return scope


def unfolded_ops(graph, id_):
    """The ops inside a scope, at any depth."""
    inside = {id_}
    for scope in graph.scopes:
        if scope.parent in inside:
            inside.add(scope.id)
    return [node for node in graph if node.op and node.scope in inside]


def outermost(graph):
    return [(scope.id, scope.title) for scope in graph.scopes if scope.parent is None]


def test_small_graphs_stay_as_they_are():
    graph = trace(chain(lambda y: y * y, times=60))
    assert fold(graph) is graph
    assert fold(graph, most=59) is not graph


@given(st.data())
def test_random_computations(data):
    check_fold(trace(*data.draw(pools())[-3:]), data.draw(st.integers(2, 7)))


@pytest.mark.parametrize("count", [3, 9, 27, 243, 244, 729, 1000])
@pytest.mark.parametrize("most", [2, 3, 10])
def test_chains_of_any_length(count, most):
    graph = trace(chain(lambda y: -y, times=count))
    check_fold(graph, most)


def test_repetitions_are_recognised():
    graph = check_fold(trace(chain(lambda y: y * 0.5, lambda y: y + 1, times=144)), 12)
    assert outermost(graph)[0] == ("repeat 1–21 of 144", "21 × (mul, add)")
    assert len(outermost(graph)) == 7
    inner = [scope for scope in graph.scopes if scope.parent == "repeat 1–21 of 144"]
    assert [scope.title for scope in inner] == ["3 × (mul, add)"] * 7
    assert inner[0].id == "repeat 1–21 of 144/repeat 1–3 of 21"
    assert inner[0].detail == "6 operations or modules"


def test_twelve_times_mul_and_add():
    graph = check_fold(trace(chain(lambda y: y * 0.5, lambda y: y + 1, times=12 * 4)), 24)
    assert outermost(graph)[0][1] == "5 × (mul, add)"
    assert {title for _, title in outermost(graph)[:-1]} == {"5 × (mul, add)"}
    assert outermost(graph)[-1] == ("repeat 46–48 of 48", "3 × (mul, add)")


def test_a_title_does_not_claim_a_repetition_that_is_not_there():
    y = chain(lambda y: y.exp(), times=1)
    for _ in range(40):
        y = y * 0.5 + 1
    graph = check_fold(trace(y), 10)
    titles = {scope.title for scope in graph.scopes}
    assert not any("(exp" in title for title in titles)
    for scope in graph.scopes:
        inside = [node.op for node in graph if node.scope == scope.id and node.op]
        if " × (" in scope.title and inside:
            times, _, once = scope.title.partition(" × ")
            assert inside == once.strip("()").split(", ") * int(times)


def test_a_long_repetition_is_cut_between_the_repetitions_and_then_inside():
    names = ["exp", "sin", "cos", "tanh", "neg", "sigmoid", "square", "abs"]
    steps = [lambda y, name=name: getattr(y, name)() for name in names]
    graph = check_fold(trace(chain(*steps, times=16)), 5)
    assert outermost(graph)[0][0].startswith("repeat 1–")
    assert all(len(unfolded_ops(graph, id_)) % len(names) == 0 for id_, _ in outermost(graph))


def test_a_module_called_often_is_a_member_and_names_the_fold():
    cell = nn.Tanh()
    graph = check_fold(trace(chain(lambda y: cell(y) * 2, times=30)), 8)
    assert outermost(graph)[0] == ("repeat 1–4 of 30", "4 × (Tanh, mul)")
    inside = {scope.id for scope in graph.scopes if scope.parent == "repeat 1–4 of 30"}
    assert inside == {"Tanh", "Tanh (2)", "Tanh (3)", "Tanh (4)"}


def test_modules_with_many_children_are_folded_inside():
    wide = nn.Sequential(*(nn.Sequential(nn.Tanh(), nn.Sigmoid()) for _ in range(40)))
    graph = check_fold(trace(nn.Sequential(wide, nn.Tanh())(leaf(1.0))), 6)
    assert [scope.id for scope in graph.scopes if scope.parent is None] == ["Sequential"]
    folds = [scope for scope in graph.scopes if scope.kind == "fold"]
    assert folds
    assert all(scope.id.startswith("Sequential.0/") for scope in folds)
    assert folds[0].title == "10 Sequential"


def test_what_one_fold_alone_uses_goes_into_it():
    y, leaves = leaf(1.0), []
    shared = leaf(2.0)
    for i in range(20):
        leaves.append(leaf(float(i)))
        y = y * leaves[-1] + shared
    graph = fold(trace(y, names={f"w{i}": w for i, w in enumerate(leaves)} | {"shared": shared}), most=10)
    assert graph["w0"].scope == graph["mul_0"].scope
    assert graph["w19"].scope == graph["mul_19"].scope
    assert graph["shared"].scope is None


def test_a_fold_can_be_folded_more_tightly():
    once = fold(trace(chain(lambda y: -y, times=3000)), most=60)
    check_fold(once, 7)


def test_ids_stay_unique_whatever_modules_are_called():
    class Named(nn.Module):
        def __init__(self):
            super().__init__()
            for name in ("step 1–4 of 12", "a/b", "a (2)"):
                self.add_module(name, nn.Tanh())

        def forward(self, x):
            for module in (*self._modules.values(), *self._modules.values()):
                x = module(x)
            for _ in range(20):
                x = x * x
            return x

    Named.__name__ = "step 1–7 of 40"
    first, second, mul = Named(), Named(), nn.Tanh()
    type(second).__name__ = "step 1–7 of 40"

    class mul_0(nn.Module):  # as the first of the ops
        def forward(self, x):
            return x * x

    y = leaf(1.0)
    for _ in range(10):
        y = mul_0()(second(first(mul(y * y))))
    graph = trace(y)
    assert "mul_0" in {scope.id for scope in graph.scopes} & {node.id for node in graph}
    for most in (2, 3, 6, 60):
        check_fold(graph, most)


def test_an_op_and_a_module_of_one_name_are_two_members():
    class mul_0(nn.Module):
        def forward(self, x):
            return x.exp()

    graph = trace(mul_0()(leaf(1.0) * 2).sin())
    check_fold(graph, 2)
    assert len([scope for scope in fold(graph, 2).scopes if scope.kind == "fold"]) == 2


def test_the_name_of_a_fold_that_a_module_has_already():
    steps = chain(lambda y: -y, times=10)

    class Other(nn.Module):
        def forward(self, x):
            return x.exp()

    Other.__name__ = "step 1–3 of 11"
    graph = check_fold(trace(Other()(steps)), 4)
    assert "step 1–3 of 11'" in {scope.id for scope in graph.scopes}


def test_most_is_checked():
    with pytest.raises(ValueError, match="most must be at least 2, not 1"):
        fold(trace(leaf(1.0)), most=1)
    assert fold(trace(leaf(1.0)), most=2).scopes == ()


def test_twenty_thousand_nodes():
    graph = check_fold(trace(chain(lambda y: y * 0.5, lambda y: y + 1, times=10_000)), 60)
    assert len([scope for scope in graph.scopes if scope.parent is None]) <= 60

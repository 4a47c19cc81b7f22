"""Nested tuples, lists and dicts of tensors ("pytrees"): taken apart, and put together again.

    leaves, structure = flatten({"w": w, "b": [b1, b2]})     # [w, b1, b2]
    build(structure, leaves)                                 # what went in

None is an empty tree; anything else that is not a tuple, list or dict is a leaf. Named tuples stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple


class Structure(NamedTuple):
    """What a tree is made of: its kind (None: a leaf), the keys of a dict, its parts."""

    kind: type | None
    keys: tuple[Any, ...] = ()
    parts: tuple[Structure, ...] = ()


LEAF = Structure(None)


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """The leaves from left to right, and how they were put together."""
    leaves: list[Any] = []
    return leaves, _taken_apart(tree, leaves)


def _taken_apart(tree: Any, leaves: list[Any]) -> Structure:
    if tree is None:
        return Structure(type(None))
    if isinstance(tree, dict):
        return Structure(type(tree), tuple(tree), tuple(_taken_apart(tree[key], leaves) for key in tree))
    if isinstance(tree, (tuple, list)):
        return Structure(type(tree), (), tuple(_taken_apart(part, leaves) for part in tree))
    leaves.append(tree)
    return LEAF


def build(structure: Structure, leaves: Sequence[Any]) -> Any:
    """The tree of this structure with these leaves."""
    return _built(structure, iter(leaves))


def _built(structure: Structure, leaves: Iterator[Any]) -> Any:
    kind: Any = structure.kind
    if kind is None:
        return next(leaves)
    if kind is type(None):
        return None
    parts = [_built(part, leaves) for part in structure.parts]
    if issubclass(kind, dict):
        return kind(zip(structure.keys, parts, strict=True))
    return kind(*parts) if hasattr(kind, "_fields") else kind(parts)


def map_tree(function: Callable[[Any], Any], tree: Any) -> Any:
    """The tree of `function(leaf)`."""
    leaves, structure = flatten(tree)
    return build(structure, [function(leaf) for leaf in leaves])


def count(structure: Structure) -> int:
    """How many leaves a tree of this structure has."""
    return 1 if structure.kind is None else sum(map(count, structure.parts))


def spread(prefix: Any, tree: Any, what: str) -> list[Any]:
    """For each leaf of `tree` what stands at its place in `prefix`, where one value may stand for a whole branch."""
    if prefix is None or not isinstance(prefix, (tuple, list, dict)):
        return [prefix] * len(flatten(tree)[0])
    same_kind = isinstance(tree, dict) if isinstance(prefix, dict) else isinstance(tree, (tuple, list))
    keys = list(prefix) if isinstance(prefix, dict) else range(len(prefix))
    if not same_kind or (set(keys) != set(tree) if isinstance(prefix, dict) else len(prefix) != len(tree)):
        raise ValueError(
            f"{what}: its structure must be that of what it stands for, or the beginning of it; got {prefix}"
        )
    order = list(tree) if isinstance(prefix, dict) else keys
    return [value for key in order for value in spread(prefix[key], tree[key], what)]

"""Writing in place: `t[i] = v`, `t += u`, `t.zero_()`.

The numbers go into the tensor's own memory, so that everything which looks at that memory sees them: views, `detach()`,
NumPy arrays. A write that is recorded gives the tensor a new node. Of a view the whole tensor behind it, its root, gets
the node, and every view of it follows when it is next used (`views.py`). What the graph still needs of the old numbers
is found missing by `backward`, never read wrong (`memory.py`).

All ends in two methods: `_assign` writes values to elements, `_update` writes what a function gives of the tensor.
`inplace_methods.py` lists the methods that PyTorch has: `exp_`, `scatter_`, `normal_` ...
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from . import dtypes, memory, ops
from .literals import fitting
from .op import Variable, wrap
from .operators import Operators
from .ops.index import assign, resolve, setitem
from .recording import no_grad, thread
from .tracing import same
from .views import View
from .warn import warn


class InPlace(Operators):
    """How a tensor is written to."""

    __slots__ = ()

    def __setitem__(self, index: Any, value: Any) -> None:
        self._assign("t[...] = value", resolve(index, self._array.shape), value)

    def _assign(self, what: str, index: Any, value: Any) -> Self:
        """Write `value` to the elements that `index` names."""
        if self._is_recorded(value) or thread.mode.trace is not None:
            return self._become(setitem(self, value, index=index), what)
        self._check_writable(what)
        plain = value._array if isinstance(value, Variable) else value
        fitting(what, plain, self._array.dtype)
        try:
            assign(self._array, index, plain)
        except OverflowError:
            raise ValueError(f"{what}: {value} does not fit into {self._array.dtype}") from None
        except RuntimeWarning as warning:  # NumPy's, as `warn.py` arranges
            with np.errstate(all="ignore"):
                assign(self._array, index, plain)
            warn(str(warning), RuntimeWarning)
        memory.wrote(self._array)
        return self

    def _is_recorded(self, *others: Any) -> bool:
        """Whether a write that these tensors take part in belongs to a graph."""
        return thread.mode.recording and any(isinstance(t, Variable) and t.node is not None for t in (self, *others))

    def _update(self, what: str, function: Any, *args: Any, **params: Any) -> Self:
        """Write `function(self, *args, **params)` into this tensor. What is named `..._` and `+=` end here."""
        before: Variable = self
        if self._is_recorded(*args, *params.values()):
            before = wrap(self._array.copy(), self._node)  # the graph may need the old numbers
            same(before._array, self._array)
            args = tuple(before if x is self else x for x in args)
            params = {name: before if x is self else x for name, x in params.items()}
        return self._become(function(before, *args, **params), what)

    def _become(self, new: Any, what: str) -> Self:
        """Take the numbers of `new` in this tensor's own memory, and its node: all that share the memory follow."""
        root = self if self._view is None else self._view.root
        shape = self._array.shape
        if new.shape != shape:
            raise ValueError(f"{what}: the result has shape {new.shape}, the tensor has shape {shape}")
        if not dtypes.holds(self._array.dtype, new.dtype):
            raise TypeError(f"{what}: the result is {new.dtype}, which the tensor's {self._array.dtype} cannot hold")
        if new._node is None and self._is_recorded():
            new = setitem(self, new, index=...)  # a constant, as eq_() writes: no gradient flows through it
        if new._node is not None and root._node is not None and root._node.op is None:
            raise RuntimeError(
                f"{what}: a leaf that requires grad cannot be changed in place; use `with no_grad():` to update it, "
                "or work on t.clone()"
            )
        new = new.to(self._array.dtype)
        self._check_writable(what)
        if thread.mode.trace is not None:
            self._tell(thread.mode.trace, new)
        if self._array.size:
            self._array[...] = new._array
            memory.wrote(self._array)
        if new._node is not None:
            if self._view is not None:
                new = _root_after(self._view, new)
            node, root._node = root._node, new._node
            if node is not None and node.tensor() is root and root._node is not None:  # retain_grad
                node.handle, root._node.handle = None, node.handle
        return self

    def _tell(self, trace: Any, new: Any) -> None:
        """Before the numbers of `new` are written: tell `compile`, of a view what the whole tensor will be then."""
        if self._view is not None and self._array.size:
            with no_grad():
                whole = _root_after(self._view, wrap(new._array))
            trace.writes(self._view.root._array, whole._array)
            trace.same(self._array, new._array)
        else:
            trace.writes(self._array, new._array)

    def _check_writable(self, what: str) -> None:
        if not self._array.flags.writeable and self._array.size:
            raise RuntimeError(
                f"{what}: this tensor cannot be written to: several of its elements are the same number in memory, as "
                "after expand(), or its NumPy array is read-only. Work on t.clone()."
            )

    # fmt: off
    def __iadd__(self, other: Any) -> Any: return self._update("+=", ops.add, other)
    def __isub__(self, other: Any) -> Any: return self._update("-=", ops.sub, other)
    def __imul__(self, other: Any) -> Any: return self._update("*=", ops.mul, other)
    def __itruediv__(self, other: Any) -> Any: return self._update("/=", ops.div, other)
    def __ipow__(self, other: Any) -> Any: return self._update("**=", ops.pow, other)
    # fmt: on

    def copy_(self, other: Any) -> Self:
        """Take the numbers of `other`, broadcast to this shape and cast to this dtype."""
        return self._assign("copy_", ..., other)

    def fill_(self, value: Any) -> Self:
        """Fill with one number."""
        return self._assign("fill_", ..., value)

    def zero_(self) -> Self:
        """Fill with zeros."""
        return self._assign("zero_", ..., 0)


def _root_after(view: View, new: Any) -> Any:
    """The root of a view after `new` was written to the view: back along the steps that lead from one to the other."""
    steps, old = view.path()
    for step, base in reversed(steps):
        if step.op is ops.getitem:
            new = setitem(base, new, **step.params)
        elif not new._array.size == base._array.size > 0:  # a part, as a diagonal; or nothing
            places = step.op.forward(np.arange(base._array.size).reshape(base._array.shape), **step.params)
            line = setitem(ops.reshape(base, shape=(-1,)), new, index=places)
            new = ops.reshape(line, shape=base._array.shape)
        else:  # a rearrangement: its derivative rule puts everything back in place
            new = step.op.rule(0)(new, old, base, **step.params)
        old = base
    return new

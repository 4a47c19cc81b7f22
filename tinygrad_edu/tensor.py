"""`Tensor`: an array, its gradient, and the node that made it.

A Tensor is a handle. What it was computed from stands in its node; a Tensor without a node is a constant. Its operators
and the methods that are ops stand in `operators.py` and `methods.py`; what each computes is in `ops/`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import Any, Self, cast

import numpy as np

from . import autograd, memory, ops, printing
from .autograd import hooks
from .autograd.hooks import RemovableHandle
from .conversion import Conversions, to_array
from .devices import Size
from .inplace_methods import InPlaceMethods
from .interop import FromNumPy
from .literals import default
from .new_tensors import NewTensors
from .op import Node, Variable, leaf
from .op import wrap as _wrap
from .ops.index import resolve
from .placement import Placement
from .recording import thread
from .tracing import reads, same
from .warn import warn


class Tensor(InPlaceMethods, Conversions, NewTensors, Placement, FromNumPy):
    """An n-dimensional array that remembers how it was computed.

    data: nested list, NumPy array or Tensor, copied; or sizes, as in `Tensor(2, 3)`, for zeros of that shape. float32,
        unless `dtype` says otherwise.
    requires_grad: whether `backward` leaves a gradient in `.grad`. Floating-point and complex tensors only.

    As in PyTorch, `tensor([1, 2])` keeps integers as int64, while `Tensor([1, 2])` is float32.
    """

    __slots__ = ()

    def __init__(self, *data: Any, dtype: Any = None, requires_grad: bool = False) -> None:
        if data and all(isinstance(size, int) and not isinstance(size, bool) for size in data):
            self._array = np.zeros(data, default.real if dtype is None else dtype)
        elif len(data) > 1:
            raise TypeError(f"Tensor: expected sizes or one nested list or array, got {len(data)} arguments; use [...]")
        else:
            self._array = to_array(data[0] if data else (), default.real if dtype is None else dtype)
        self._node = self._view = self._grad = None
        if requires_grad:
            self.requires_grad_()

    # --- what it is -------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        """The size of each dimension."""
        return Size(self._array.shape)

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements, as a NumPy dtype."""
        return self._array.dtype

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._array.ndim

    def dim(self) -> int:
        """The number of dimensions."""
        return self._array.ndim

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one dimension."""
        return Size(self._array.shape) if dim is None else self._array.shape[dim]

    def numel(self) -> int:
        """The number of elements."""
        return self._array.size

    @property
    def array(self) -> np.ndarray:
        """The array itself, not a copy. Writing to it changes the tensor; `backward` notices if a graph needed it."""
        reads(self, "array")
        return memory.share(self._array)

    def numpy(self) -> np.ndarray:
        """The array itself, of a tensor that does not require a gradient."""
        if self._node is not None:
            raise RuntimeError("numpy(): this tensor requires grad; use t.detach().numpy()")
        return self.array

    def item(self) -> Any:
        """The one element as a Python number."""
        if self._array.size != 1:
            raise ValueError(f"item(): needs a tensor of one element, this one has shape {self.shape}")
        reads(self, "item()")
        return self._array.item()

    def tolist(self) -> Any:
        """The elements as Python numbers, in nested lists."""
        reads(self, "tolist()")
        return self._array.tolist()

    def __len__(self) -> int:
        if not self._array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __contains__(self, value: Any) -> bool:
        reads(self, "in")
        return bool((self._array == (value._array if isinstance(value, Tensor) else value)).any())

    def __iter__(self) -> Iterator[Tensor]:
        if not self._array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(len(self._array)))

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is ambiguous; use any() or all(), or compare one element"
            )
        reads(self, "bool()")
        return bool(self._array.item())

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        reads(self, "int()")
        return self._array.__index__()

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec or not self._array.ndim else str(self)

    def __repr__(self) -> str:
        reads(self, "print()")
        array = self._array
        notes = [f"size={array.shape}"] if not array.size and array.ndim != 1 else []
        if array.dtype not in ((default.real, np.int64, np.bool_, default.complex) if array.size else (default.real,)):
            notes.append(f"dtype={array.dtype}")
        if self._node is not None:
            notes.append("requires_grad=True" if self._node.op is None else f"grad_fn=<{self._node.op.name}>")
        return printing.call("tensor", array, notes)

    # --- gradients --------------------------------------------------------------------------------------------------

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward` left here, or None: of leaves, and of tensors that called `retain_grad`."""
        if self._grad is None and not self.is_leaf and self._node is not None and self._node.tensor() is not self:
            warn(
                "grad: this tensor is not a leaf, so backward() leaves no gradient in it. Call retain_grad() on it before "
                "backward(), or read .grad of the tensor that was created with requires_grad=True."
            )
        if type(self._grad) is Lent:
            self._grad = wrap(self._grad._array.copy())
        if thread.mode.trace is not None:
            thread.mode.trace.entering(self)
        return cast("Tensor | None", self._grad)

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(f"grad: expected a Tensor or None, got {type(value).__name__}; use tensor(data)")
        if value is not None and value.shape != self.shape:
            raise ValueError(f"grad: the gradient has shape {value.shape}, the tensor has shape {self.shape}")
        self._grad = value
        if thread.mode.trace is not None:
            thread.mode.trace.left(self)

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient flows back to this tensor or through it."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for a gradient from now on, or no longer. Only for leaves: tensors that no op made."""
        if not self.is_leaf:
            if not requires_grad:
                raise RuntimeError("requires_grad_(False): this tensor was computed by an op; use detach()")
        elif not requires_grad:
            self._node = None
        elif self._array.dtype.kind not in "fc":
            raise TypeError(
                f"only floating-point and complex tensors can require gradients, this one is {self._array.dtype}; "
                "convert it first, as in t.float(), or write 1.0 instead of 1"
            )
        elif self._node is None:
            self._node = leaf(self)
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether no op made it: `backward` leaves gradients in leaves only."""
        node = self.node
        return node is None or node.op is None

    @property
    def grad_fn(self) -> Node | None:
        """The node that made this tensor; None for a leaf."""
        return None if self.is_leaf else self._node

    def backward(
        self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False, inputs: Any = None
    ) -> None:
        """Add d(self)/d(leaf) to `.grad` of every leaf that self was computed from, by the chain rule.

        gradient: the gradient of self to start from, of its shape; may be left out if self has one element.
        retain_graph: keep the graph, to call backward again; by default only with `create_graph`.
        create_graph: record the backward pass too, so that `.grad` can be differentiated in turn.
        inputs: leave gradients in these tensors only.
        """
        autograd.backward([self], [gradient], retain_graph, create_graph, inputs)

    def retain_grad(self) -> None:
        """Leave this tensor's gradient in `.grad` too, though it is not a leaf."""
        if self._node is None:
            raise RuntimeError("retain_grad(): this tensor does not require a gradient")
        self._node.handle = weakref.ref(self)

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Call `hook(gradient)` in every backward pass, once the gradient of this tensor is complete.

        What it returns, unless None, takes the gradient's place, for `.grad` and for everything before: one Tensor of the
        same shape and dtype. Hooks are called in the order in which they were registered; pictures call them too.

        Returns a handle; `handle.remove()` unregisters the hook.

        >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
        >>> handle = x.register_hook(lambda g: g * 10)
        >>> (x * x).sum().backward()
        >>> x.grad
        tensor([20., 40.])
        """
        return hooks.register(self, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Call `hook(self)` after every `backward` that wrote to `.grad`; of leaves only.

        >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
        >>> handle = x.register_post_accumulate_grad_hook(lambda x: print(x.grad))
        >>> (x * x).sum().backward()
        tensor([2., 4.])
        """
        return hooks.register_after(self, hook)

    def detach(self) -> Tensor:
        """The same memory as a constant: gradients do not flow through it."""
        return wrap(self._array)

    def detach_(self) -> Self:
        """Forget how this tensor was computed: from now on it is a constant."""
        self._node = self._view = None
        return self

    @property
    def data(self) -> Tensor:
        """The same memory without the graph. Assigning to it replaces the tensor's array."""
        return self.detach()

    @data.setter
    def data(self, value: Tensor) -> None:
        new = value._array if isinstance(value, Tensor) else to_array(value, self._array.dtype)
        if thread.mode.trace is not None and thread.mode.trace.replaces(self, new):
            return
        self._array = new
        self._view = None
        if self._node is not None:
            self._node = leaf(self)

    # --- copies and pickles -----------------------------------------------------------------------------------------

    def __deepcopy__(self, memo: dict[Any, Any]) -> Tensor:
        self._refuse_graph("copy.deepcopy")
        copy = self.__class__.__new__(self.__class__)
        copy.__setstate__(self.__getstate__())
        copy._array = self._array.copy()
        same(copy._array, self._array)
        return copy

    def __getstate__(self) -> tuple[Any, ...]:
        self._refuse_graph("pickle")
        return self._array, self._node is not None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._array, requires_grad = state
        self._node = self._view = self._grad = None
        if requires_grad:
            self.requires_grad_()

    def _refuse_graph(self, what: str) -> None:
        if not self.is_leaf:
            raise RuntimeError(f"{what}: this tensor is part of a graph; use t.detach()")

    # --- elements; `inplace.py` has the methods that write them ------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        return ops.getitem(self, index=resolve(index, self._array.shape))


class Lent(Tensor):
    """A gradient in memory that a compiled step writes to again. Whoever reads `.grad` is given a copy."""

    __slots__ = ()

    def __init__(self, array: np.ndarray) -> None:
        self._array, self._node, self._view, self._grad = array, None, None, None


Variable.result = Tensor
wrap = cast("Callable[..., Tensor]", _wrap)

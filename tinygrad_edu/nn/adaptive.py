"""`AdaptiveLogSoftmaxWithLoss`: a softmax over many classes of which few are frequent."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import ops
from ..tracing import again, decided, sized
from .checks import array_of, check_tensor, wrong_shape
from .container import ModuleList, Sequential
from .linear import Linear
from .module import Module

__all__ = [
    "AdaptiveLogSoftmaxWithLoss",
]


class ASMoutput(NamedTuple):
    """What `AdaptiveLogSoftmaxWithLoss` returns: each example's log-probability of its class, and minus their mean."""

    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """log p(class) = log softmax(head x)_class of a frequent class, log p(cluster) + log softmax(tail x)_class if rare.

    The classes, ordered from frequent to rare, are cut at `cutoffs`: those before the first are in the head; between
    two cutoffs lies a cluster, whose tail maps x to in_features / div_value^k features first, for cluster k = 1, 2 ...

    Input x (N, in_features) or (in_features,), target (N,) or (): class indices. Returns `output` (N,), the
    log-probability of each example's class, and `loss`, minus their mean. `log_prob(x)`: those of all classes
    (N, n_classes). `predict(x)`: the most probable class (N,).

    head_bias: whether the head has a bias. The parameters start as those of `Linear`.
    ValueError: cutoffs that are not ascending integers from 1 to n_classes - 1; wrong shapes. IndexError: a class
    outside 0 ... n_classes - 1.

    Source: E. Grave, A. Joulin, M. Cissé, D. Grangier and H. Jégou, "Efficient softmax approximation for GPUs"
    (ICML 2017).
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        cutoffs = list(cutoffs)
        if not cutoffs or any(int(c) != c for c in cutoffs) or list(np.unique([0, *cutoffs, n_classes])) != [
            0, *cutoffs, n_classes,
        ]:  # fmt: skip
            raise ValueError(
                f"AdaptiveLogSoftmaxWithLoss: expected ascending cutoffs from 1 to {n_classes - 1}, got {cutoffs}"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*cutoffs, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        kind = {"dtype": dtype, "device": device}
        self.head = Linear(in_features, self.head_size, head_bias, **kind)
        self.tail = ModuleList()
        for k in range(self.n_clusters):
            hidden = int(in_features // div_value ** (k + 1))
            size = self.cutoffs[k + 1] - self.cutoffs[k]
            self.tail.append(
                Sequential(Linear(in_features, hidden, False, **kind), Linear(hidden, size, False, **kind))
            )

    def reset_parameters(self) -> None:
        """Draw new values for all parameters."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.reset_parameters()

    def forward(self, input_: Any, target_: Any) -> ASMoutput:
        x, batched = self._rows(input_)
        target = array_of(target_)
        if target.dtype.kind not in "iu" or target.shape != input_.shape[:-1]:
            raise ValueError(
                f"{type(self).__name__}: expected integer targets of shape {tuple(input_.shape[:-1])}, got "
                f"{target.dtype} of shape {target.shape}"
            )
        target = ops.reshape(target, shape=(-1,))
        again(functools.partial(_check_classes, type(self).__name__, self.n_classes), target)
        clusters = functools.partial(np.searchsorted, self.cutoffs, side="right")  # 0: in the head
        cluster, in_head = again(
            lambda target: _places(np.asarray(clusters(target)), target, self.shortlist_size), target
        )
        output = ops.log_softmax(self.head(x), dim=1)[np.arange(len(target)), in_head]
        used = decided(lambda cluster: [int(n) for n in np.bincount(cluster, minlength=self.n_clusters + 1)], cluster)
        for k, tail in enumerate(self.tail):
            if used[k + 1]:
                rows, number = sized(functools.partial(_rows_of, k + 1, self.cutoffs[k]), cluster, target)
                log_p = ops.log_softmax(tail(x[rows]), dim=1)
                own = log_p[np.arange(len(rows)), number]
                output = output + ops.place(own, index=rows, shape=output.shape)
        return ASMoutput(output if batched else output[0], -output.mean())

    def log_prob(self, input: Any) -> Any:
        """The log-probabilities of all classes, (N, n_classes)."""
        x, batched = self._rows(input)
        head = ops.log_softmax(self.head(x), dim=1)
        parts = [head[:, : self.shortlist_size]]
        for k, tail in enumerate(self.tail):
            at = self.shortlist_size + k
            parts.append(ops.log_softmax(tail(x), dim=1) + head[:, at : at + 1])
        found = ops.cat(parts, 1)
        return found if batched else found[0]

    def predict(self, input: Any) -> Any:
        """The most probable class of each example, (N,)."""
        return ops.argmax(self.log_prob(input), dim=-1)

    def _rows(self, x: Any) -> tuple[Any, bool]:
        check_tensor(self, x)
        if x.ndim not in (1, 2) or x.shape[-1] != self.in_features:
            raise wrong_shape(type(self).__name__, f"(N, {self.in_features}) or ({self.in_features},)", x)
        return (x, True) if x.ndim == 2 else (ops.unsqueeze(x, dim=0), False)


def _check_classes(name: str, classes: int, target: np.ndarray) -> None:
    if target.size and not 0 <= target.min() <= target.max() < classes:
        bad = target.min() if target.min() < 0 else target.max()
        raise IndexError(f"{name}: class {bad} is out of range for {classes} classes (0 to {classes - 1})")


def _places(cluster: np.ndarray, target: np.ndarray, shortlist: int) -> tuple[np.ndarray, np.ndarray]:
    """The cluster of each example, and its place in the head."""
    return cluster, np.where(cluster == 0, target, shortlist + cluster - 1)


def _rows_of(number: int, first: int, cluster: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The examples of a cluster, and their classes, counted from its first one."""
    rows = np.flatnonzero(cluster == number)
    return rows, target[rows] - first

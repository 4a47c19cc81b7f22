"""Indices as PyTorch reads them: `resolve` against PyTorch's own result."""

import numpy as np
import pytest

from tinygrad_edu import tensor
from tinygrad_edu.ops.index import resolve

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore::UserWarning")]  # PyTorch announces changes

X = np.arange(24).reshape(2, 3, 4)


def at(lib, data, dtype=np.int64):
    return lib(np.array(data, dtype))


CASES = {
    "int, slice, tensor": lambda lib: (0, slice(None), at(lib, [1, 3])),
    "int, slice, list": lambda lib: (0, slice(None), [1, 3]),
    "int, slice, 2-D": lambda lib: (-1, slice(1, None), at(lib, [[1, 3], [0, 0]])),
    "tensor, slice, int": lambda lib: (at(lib, [1, 0]), slice(None), -1),
    "tensor, int": lambda lib: (at(lib, [1, 0]), 2),
    "slice, int, tensor": lambda lib: (slice(None), 2, at(lib, [1, 0])),
    "0-d, slice, list": lambda lib: (at(lib, 1), slice(None), [0, 2]),
    "mask, slice, int": lambda lib: (at(lib, [True, False], bool), slice(None), 1),
    "int, ellipsis, tensor": lambda lib: (0, ..., at(lib, [1, 0])),
    "int, None, tensor": lambda lib: (0, None, at(lib, [1, 0])),
    "tensor, slice, tensor": lambda lib: (at(lib, [0, 1]), slice(None), at(lib, [1, 0])),
    "uint8 mask": lambda lib: at(lib, [0, 1], np.uint8),
    "uint8 mask of a dim": lambda lib: (slice(None), at(lib, [1, 0, 1], np.uint8)),
    "uint8 mask of all": lambda lib: at(lib, X % 2, np.uint8),
    "list of lists": lambda lib: [[0, 1], [1, 2]],
    "list of one list": lambda lib: [[0, 1]],
    "list in a tuple": lambda lib: ([[0, 1]],),
    "list": lambda lib: [1, 0, 1],
    "booleans": lambda lib: [True, False],
    "nothing": lambda lib: [],
    "no numbers": lambda lib: (slice(None), []),
    "0-d": lambda lib: at(lib, -1),
    "None": lambda lib: None,
    "slice": lambda lib: (slice(None, None, 2), ..., 1),
}


@pytest.mark.parametrize("name", CASES)
def test_as_pytorch(name):
    theirs = torch.tensor(X)[CASES[name](torch.tensor)].numpy()
    ours = X[resolve(CASES[name](tensor), X.shape)]
    assert np.array_equal(ours, theirs)


def test_floats_are_refused():
    with pytest.raises(IndexError, match="expected integers or booleans as an index, got float32"):
        resolve(tensor([1.0]), X.shape)


def test_a_copy_is_kept():
    rows = np.array([0, 1])
    index = resolve(rows, X.shape)
    rows[:] = 0
    assert index.tolist() == [0, 1]

"""Lines as PyTorch's users write them, run in both: the same numbers, shapes, dtypes, text, or an error in both."""

import ast
import contextlib
import io
import re
import warnings

import numpy as np
import pytest

import tinygrad_edu as tg

from . import pytorch_lines
from .test_pytorch_programs import FLAG, changed

GROUPS = [name for name in vars(pytorch_lines) if name.isupper()]
CASES = [(group, case) for group in GROUPS for case in re.split(r"\n\s*\n", getattr(pytorch_lines, group).strip("\n"))]


def words(text):
    """Text, without the name of the library and what made a tensor."""
    text = text.replace("torch.", "").replace("tinygrad_edu.", "")
    return re.sub(r"grad_fn=<[^>]*>", "grad_fn=<>", text)


def plain(value, lib):
    """What there is to compare of a value."""
    if isinstance(value, lib.Tensor):
        return "tensor", tuple(value.shape), words(str(value.dtype)), value.requires_grad, value.detach().numpy()
    if isinstance(value, (lib.device, lib.dtype)):
        return words(str(value))
    if isinstance(value, np.ndarray):
        return "array", str(value.dtype), value
    if isinstance(value, dict):
        return {key: plain(x, lib) for key, x in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(x, lib) for x in value]
    return words(value) if isinstance(value, str) else value


def assert_same(ours, theirs):
    if isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for one, two in zip(ours, theirs, strict=True):
            assert_same(one, two)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for key, value in theirs.items():
            assert_same(ours[key], value)
    elif isinstance(theirs, np.ndarray):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=1e-7)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, rel=2e-6, nan_ok=True)
    else:
        assert ours == theirs


def run(case, lib):
    """The value of the last expression, and what was printed."""
    source = changed(case) if lib is tg else case
    *before, last = ast.parse(source).body
    lib.manual_seed(0)
    known = {
        "torch": lib,
        "F": lib.nn.functional,
        "N": np,
        "X": lib.tensor([[0.5, -1.25, 2.0], [1.5, 0.25, -0.75]]),
        "I": lib.tensor([[1, 2, 3], [4, 5, 6]]),
    }
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(), contextlib.ExitStack() as after:
            warnings.simplefilter("ignore")
            after.callback(lib.set_printoptions, profile="default")
            after.callback(lib.set_default_dtype, lib.float32)
            if not isinstance(last, ast.Expr):
                before, last = [*before, last], None
            exec(compile(ast.Module(before, []), "lines", "exec"), known)
            value = last and eval(compile(ast.Expression(last.value), "lines", "eval"), known)
    except Exception as error:
        return "an error", error
    return plain(value, lib), words(printed.getvalue())


@pytest.mark.oracle
@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group}-{case[:50]}" for group, case in CASES])
def test_lines_give_the_same_in_pytorch(group, case, monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setitem(torch.backends.ContextProp.__set__.__globals__, FLAG, True)  # lines may set flags
    ours, theirs = run(case, tg), run(case, torch)
    if group == "REFUSED":
        assert ours[0] == theirs[0] == "an error"
    else:
        assert theirs[0] != "an error", theirs[1]
        assert ours[0] != "an error", ours[1]
        assert_same(ours, theirs)


@pytest.mark.parametrize("case", [case for group, case in CASES if group == "REFUSED"])
def test_what_is_refused_says_why(case):
    outcome, error = run(case, tg)
    assert outcome == "an error"
    assert len(str(error)) > 20 or isinstance(error, FileNotFoundError)

"""What `help` and `inspect` show of the classes of nn: arguments and formulas."""

import inspect
import pydoc
import re

import pytest

from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F

CLASSES = [name for name in nn.__all__ if isinstance(getattr(nn, name), type)]
ANY_NUMBER = ("Identity", "Sequential")  # which in PyTorch too take any number of arguments
NO_FORMULA = (
    "Buffer", "ChannelShuffle", "Dropout", "Embedding", "EmbeddingBag", "Flatten", "Fold", "Module", "ModuleDict",
    "ModuleList", "Parameter", "ParameterDict", "ParameterList", "PixelShuffle", "PixelUnshuffle", "Transformer",
    "Unflatten", "Unfold",
)  # fmt: skip
FORMULA = r"(?<![A-Za-z])[xptd](?![A-Za-z'])|ˣ|max\(|sigmoid\("  # letters that stand by themselves, functions
OLD = ("size_average", "reduce", "min_value", "max_value")  # of PyTorch, and deprecated there


@pytest.mark.parametrize("name", CLASSES)
def test_arguments_and_docstring(name):
    cls = getattr(nn, name)
    signature = inspect.signature(cls)
    kinds = {p.kind for p in signature.parameters.values()}
    if name not in ANY_NUMBER:
        assert not kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    text = inspect.getdoc(cls)
    assert text
    assert cls.__doc__, "the docstring must not be that of a base class"
    assert name in NO_FORMULA or re.search(FORMULA, text)
    assert pydoc.render_doc(cls).count(f"{name}(")


@pytest.mark.parametrize("name", F.__all__)
def test_functions_have_docstrings(name):
    assert inspect.getdoc(getattr(F, name))


@pytest.mark.oracle
@pytest.mark.parametrize("name", CLASSES)
def test_as_pytorch(name):
    torch = pytest.importorskip("torch")
    theirs = inspect.signature(getattr(torch.nn, name)).parameters
    ours = inspect.signature(getattr(nn, name)).parameters
    if any(p.kind is p.VAR_POSITIONAL for p in theirs.values()):
        return  # not described there either, as of `Sigmoid`
    assert [p for p in ours if p not in OLD] == [p for p in theirs if p not in OLD]
    for argument, p in ours.items():
        if p.default not in (p.empty, ()) and theirs[argument].default is not p.empty:
            defaults = p.default, theirs[argument].default
            assert defaults[0] == defaults[1] or defaults[0].__name__ == defaults[1].__name__ == "relu"


def test_help_of_a_layer():
    assert str(inspect.signature(nn.ELU)) == "(alpha: float = 1.0, inplace: bool = False) -> None"
    assert str(inspect.signature(nn.Threshold.__init__)).startswith("(self, /, threshold: float, value: float")
    text = pydoc.render_doc(nn.ELU, renderer=pydoc.plaintext)
    assert "ELU(alpha: float = 1.0, inplace: bool = False)" in text
    assert "α (eˣ - 1)" in text


def test_a_subclass_with_a_constructor_of_its_own_shows_that():
    class Sharp(nn.Softplus):
        """Softplus with a steep bend."""

        def __init__(self, steepness: float):
            super().__init__(beta=steepness)

    assert list(inspect.signature(Sharp).parameters) == ["steepness"]
    assert Sharp(3.0).beta == 3.0
    assert Sharp.__doc__ == "Softplus with a steep bend."

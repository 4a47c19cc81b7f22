"""The shape of the program: who imports whom, how large files are, what is packaged."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ELSEWHERE = ("viz", "examples")  # folders at the top that are packages of tinygrad_edu
SOURCES = sorted(path for folder in ("tinygrad_edu", *ELSEWHERE) for path in (ROOT / folder).rglob("*.py"))

# What each part may import of the others. FLOOR is what the engine stands on.
FLOOR = {"rules", "memory", "dtypes", "literals", "recording", "tracing", "op", "arguments", "warn"}
TENSORS = {"tensor", "creation", "random", "recording", "tracing"}
MAY_IMPORT = {
    "memory": set(),
    "allocation": set(),
    "aligned": set(),
    "blas": set(),
    "kernels": {"ops"},  # for the coefficients of erf, when it is first used
    "dtypes": set(),
    "literals": {"dtypes"},
    "recording": set(),
    "tracing": {"recording"},
    "rules": set(),
    "described": {"op"},  # for a type annotation only
    "arguments": {"op", "dtypes", "literals", "warn"},  # op for a type annotation only, as in views
    "views": {"op", "recording"},
    "op": {"described", "rules", "memory", "dtypes", "recording", "arguments", "views", "warn"},
    "random": {"recording", "tracing"},
    "files": set(),
    "warn": set(),
    "autograd": FLOOR | {"ops"},
    "ops": FLOOR | {"kernels", "blas"},
    "methods": FLOOR | {"ops", "tensor"},  # tensor for type annotations only
    "operators": FLOOR | {"ops", "methods", "tensor"},
    "interop": {"op", "ops"},
    "inplace": FLOOR | {"ops", "operators", "views"},
    "inplace_methods": FLOOR | {"ops", "inplace", "random"},
    "devices": set(),
    "printing": set(),
    "placement": {"op", "devices"},
    "conversion": {"op", "ops", "devices", "literals", "tracing"},
    "draws": {"op", "random", "tracing"},
    "new_tensors": {"op", "arguments", "devices", "draws"},
    "tensor": FLOOR
    | {"ops", "inplace_methods", "interop", "new_tensors", "conversion", "placement", "devices", "printing"}
    | {"autograd"},
    "special": {"ops"},
    "creation": FLOOR | {"tensor", "conversion", "random", "devices"},
    "compile": FLOOR | {"aligned", "kernels", "blas", "ops", "tensor"},
    "export": FLOOR | {"compile", "ops", "nn", "tensor"},
    "linalg": {"ops"},
    "fft": {"ops", "creation"},
    "graph": FLOOR | {"tensor", "autograd"},
    "formula": FLOOR | {"ops"},
    "func": FLOOR | {"ops", "autograd", "random"},
    "utils": FLOOR | {"autograd", "func", "random"},
    "testing": FLOOR | {"tensor", "autograd"},
    "data": {"random", "tensor", "creation"},
    "nn": FLOOR | TENSORS | {"ops", "autograd", "devices", "placement"},
    "optim": FLOOR | {"kernels", "tensor", "nn"},
    "train": TENSORS | {"autograd", "compile", "data", "nn", "optim", "files", "", "op", "warn"},
    "viz": {"formula", "ops", "graph", "tensor", "op", "files", "creation", "recording", ""},
    "pytorch": FLOOR
    | TENSORS
    | {"blas", "devices", "placement", "printing", "ops", "nn", "optim", "data", "files", "testing", "autograd", "func"}
    | {"compile", "export", "linalg", "utils", ""},
    "run_folder": {"nn", "creation", "files", "train", ""},
    "cli": TENSORS
    | {"compile", "kernels", "run_folder", "train", "viz", "examples", "data", "files", "nn", "optim", ""},
    "examples": None,
    "": None,  # the package itself re-exports everything but train, viz and cli
}


def part(path: Path) -> str:
    relative = path.relative_to(ROOT)
    if relative.parts[0] in ELSEWHERE:
        return relative.parts[0]
    name = relative.parts[1].removesuffix(".py")
    return "" if name == "__init__" else name


def modules_of(path: Path) -> list[str]:
    """The package that a file is in, name by name."""
    parts = path.relative_to(ROOT).parts[:-1]
    return ["tinygrad_edu", *parts] if parts[0] in ELSEWHERE else list(parts)


def imports(path: Path) -> set[str]:
    """The parts of this project that a file imports ('' is the package itself)."""
    package = modules_of(path)
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = base + (node.module.split(".") if node.module else [])
            modules = [[*module, alias.name] for alias in node.names] if len(module) == 1 else [module]
        else:
            continue
        for module in modules:
            if module[0] == "tinygrad_edu":
                name = module[1] if len(module) > 1 else ""
                found.add(name if name in MAY_IMPORT else "")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_imports_upwards(path):
    allowed = MAY_IMPORT[part(path)]
    if allowed is not None:
        assert imports(path) - {part(path)} <= allowed
    elif part(path) == "":
        assert imports(path).isdisjoint({"train", "run_folder", "viz", "cli"})


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_small_and_say_what_they_are(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("package", ["ops", "ops/composed", "ops/from_numpy", "ops/matrices"])
def test_a_package_says_what_is_in_its_files(package):
    folder = ROOT / "tinygrad_edu" / package
    told = ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    listed = {line.split()[0] for line in told.splitlines() if "  " in line}
    found = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} <= listed
    assert {name for name in listed if name.isidentifier() and name.islower()} <= found


def test_every_package_is_listed():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {".".join(modules_of(path)) for path in SOURCES if path.name == "__init__.py"}
    assert set(listed) == found


def test_the_top_level_is_as_designed():
    allowed = {"pyproject.toml", "README.md", "LICENSE", "tinygrad_edu", "tests", "examples", "viz", "docs"}
    generated = {"build", "dist", "runs", "tinygrad_edu.egg-info"}
    assert {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} <= allowed | generated

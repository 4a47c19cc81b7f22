"""Four ways to import: installed and in the clone's root, a bare checkout, an editable install, a wheel elsewhere.

In the clone's root Python finds the source folder before the installed package, and `viz/` and `examples/` stand beside
it, not inside; installed they are inside. Either way `tinygrad_edu.viz` and `tinygrad_edu.examples` must be there.
"""

import json
import site
import sys
from pathlib import Path

import pytest

from .checkout import copy_to, install, run

DRAWS = """
import json, pathlib
import tinygrad_edu as tg
import tinygrad_edu.examples
from tinygrad_edu.viz import draw, explore
from tinygrad_edu.data import load_digits

x = tg.tensor([1.0, 2.0], requires_grad=True)
loss = (x * x).sum()
draw(loss, "loss.svg")
explore(loss, "loss.html")
assert len(load_digits().train_images) > 1000
print(json.dumps([str(pathlib.Path(module.__file__).resolve()) for module in (tg, tg.viz, tg.examples)]))
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    return copy_to(tmp_path_factory.mktemp("git") / "tinygrad_edu").resolve()


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment with what the package depends on, of this interpreter, and without the package."""
    folder = tmp_path_factory.mktemp("environment").resolve()
    assert run([sys.executable, "-m", "venv", "--without-pip", str(folder)], folder).returncode == 0
    packages = run([str(folder / "bin" / "python"), "-c", "import site; print(*site.getsitepackages())"], folder).stdout
    found = [path for path in (*sys.path, *site.getsitepackages()) if path.endswith(("site-packages", "dist-packages"))]
    # paths named in a .pth file are searched last, and their own .pth files (an editable install's) are not read
    Path(packages.split()[0], "dependencies.pth").write_text("\n".join(dict.fromkeys(found)))
    return folder


@pytest.fixture(scope="module")
def pip(environment):
    """Call pip in that environment, where setuptools already is: no build needs the network."""
    python = str(environment / "bin" / "python")
    assert run([python, "-m", "ensurepip"], environment).returncode == 0

    def call(*options, cwd):
        install([python, "-m", "pip", *options], cwd)

    call("install", "--force-reinstall", "setuptools>=77", cwd=environment)
    return call


ALONE = ("install", "--force-reinstall", "--no-deps", "--no-build-isolation")


def draws(environment, cwd):
    """Import, draw, and make a page in the folder `cwd`; where the package, `viz` and `examples` were found."""
    for name in ("loss.svg", "loss.html"):
        (cwd / name).unlink(missing_ok=True)
    done = run([str(environment / "bin" / "python"), "-W", "error", "-c", DRAWS], cwd, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (cwd / "loss.svg").read_text().startswith("<svg")
    assert "<svg" in (cwd / "loss.html").read_text()
    return json.loads(done.stdout)


def beside(clone):
    return [str(clone / folder / "__init__.py") for folder in ("tinygrad_edu", "viz", "examples")]


def inside(environment):
    (packages,) = (environment / "lib").glob("python*/site-packages")
    return [str(packages / "tinygrad_edu" / folder / "__init__.py") for folder in (".", "viz", "examples")]


def command_draws(environment, cwd):
    done = run([str(environment / "bin" / "tinygrad-edu"), "draw", "x*x", "x=3", "--out", "x.svg"], cwd, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (cwd / "x.svg").read_text().startswith("<svg")


def test_a_bare_checkout(clone, environment):
    assert draws(environment, clone) == beside(clone)


@pytest.mark.slow
def test_installed_and_in_the_clones_root(clone, environment, pip, tmp_path):
    pip(*ALONE, ".", cwd=clone)
    assert draws(environment, clone) == beside(clone)
    assert draws(environment, tmp_path) == [str(Path(path).resolve()) for path in inside(environment)]
    command_draws(environment, clone)
    lesson = run([str(environment / "bin" / "python"), "examples/01_one_neuron.py"], clone, timeout=120)
    assert lesson.returncode == 0, lesson.stderr


@pytest.mark.slow
def test_an_editable_install(clone, environment, pip, tmp_path):
    pip(*ALONE, "-e", ".", cwd=clone)
    assert draws(environment, clone) == beside(clone)
    assert draws(environment, tmp_path) == beside(clone)
    command_draws(environment, tmp_path)


@pytest.mark.slow
def test_a_wheel_elsewhere(clone, environment, pip, tmp_path):
    wheels, empty = tmp_path / "wheels", tmp_path / "empty"
    empty.mkdir()
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), ".", cwd=clone)
    (wheel,) = wheels.glob("*.whl")
    pip(*ALONE, str(wheel), cwd=empty)
    assert draws(environment, empty) == [str(Path(path).resolve()) for path in inside(environment)]
    command_draws(environment, empty)

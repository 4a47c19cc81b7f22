"""PyTorch's `torch.func` and `torch.autograd.functional` as an oracle: same names, same arguments, same numbers."""

import inspect
from types import SimpleNamespace

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")
pytest.importorskip("torch.utils.checkpoint")
pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore:.*torch|Attempted to insert")]  # PyTorch's own

RNG = np.random.default_rng(0)
X, Y, V, W = RNG.standard_normal((4, 3))
A = RNG.standard_normal((2, 3))


def lib(module):
    tensor = lambda a: module.tensor(a, dtype=module.float64)  # noqa: E731
    return SimpleNamespace(
        x=tensor(X),
        y=tensor(Y),
        v=tensor(V),
        w=tensor(W),
        a=tensor(A),
        one=tensor(2.0),
        f=module.func,
        F=module.autograd.functional,
        m=module,
    )


def numbers(result):
    """All numbers of a nested result, with the nesting."""
    if isinstance(result, dict):
        return {key: numbers(value) for key, value in result.items()}
    if isinstance(result, (tuple, list)):
        return [numbers(value) for value in result]
    return result.detach().numpy() if hasattr(result, "detach") else result


def check(ours, theirs):
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        check(list(ours.values()), list(theirs.values()))
    elif isinstance(theirs, list):
        assert isinstance(ours, list)
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            check(a, b)
    elif isinstance(theirs, np.ndarray):
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype
        assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-14)
    else:
        assert ours == theirs


def poly(x):
    return (x**3).sum() + x[0] * x[1]


def vector(x):
    return x.sin() * x.sum()


def two(x, y):
    return (x * x * y).sum() + (x.sum() * y.sum()) ** 2


def tree(p, x):
    y = p["w"] * x + p["b"][0]
    return {"y": y, "s": (y * y).sum()}


CASES = {
    "grad": lambda t: t.f.grad(poly)(t.x),
    "grad of grad": lambda t: t.f.grad(t.f.grad(lambda x: x**4))(t.one),
    "grad argnums": lambda t: t.f.grad(two, argnums=(1, 0))(t.x, t.y),
    "grad aux": lambda t: t.f.grad(lambda x: (poly(x), {"a": x * 2}), has_aux=True)(t.x),
    "grad_and_value": lambda t: t.f.grad_and_value(two, argnums=1)(t.x, t.y),
    "grad_and_value aux": lambda t: t.f.grad_and_value(lambda x: (poly(x), x * 2), has_aux=True)(t.x),
    "grad of a tree": lambda t: t.f.grad(lambda p, x: tree(p, x)["s"])({"w": t.y, "b": [t.one]}, t.x),
    "vjp": lambda t: (lambda y, f: (y, f(t.v)))(*t.f.vjp(vector, t.x)),
    "vjp of two": lambda t: (lambda y, f: (y, f((t.v, t.w))))(*t.f.vjp(lambda x, y: (x * y, x + y), t.x, t.y)),
    "vjp aux": lambda t: (lambda y, f, aux: (y, f(t.v), aux))(
        *t.f.vjp(lambda x: (vector(x), x * 3), t.x, has_aux=True)
    ),
    "jvp": lambda t: t.f.jvp(vector, (t.x,), (t.v,)),
    "jvp of two": lambda t: t.f.jvp(lambda x, y: (x * y, x.sum()), (t.x, t.y), (t.v, t.w)),
    "jvp aux": lambda t: t.f.jvp(lambda x: (vector(x), x * 3), (t.x,), (t.v,), has_aux=True),
    "jvp of a tree": lambda t: t.f.jvp(tree, ({"w": t.y, "b": [t.one]}, t.x), ({"w": t.v, "b": [t.one]}, t.w)),
    "jvp of grad": lambda t: t.f.jvp(t.f.grad(poly), (t.x,), (t.v,)),
    "grad of jvp": lambda t: t.f.grad(lambda x: t.f.jvp(poly, (x,), (t.v,))[1])(t.x),
    "jacrev": lambda t: t.f.jacrev(vector)(t.x),
    "jacfwd": lambda t: t.f.jacfwd(vector)(t.x),
    "jacrev of a matrix": lambda t: t.f.jacrev(lambda a: a @ a.T)(t.a),
    "jacfwd of a matrix": lambda t: t.f.jacfwd(lambda a: a @ a.T)(t.a),
    "jacrev argnums": lambda t: t.f.jacrev(lambda x, y: (x * y, x.sum()), argnums=(0, 1))(t.x, t.y),
    "jacfwd argnums": lambda t: t.f.jacfwd(lambda x, y: (x * y, x.sum()), argnums=(0, 1))(t.x, t.y),
    "jacrev of a tree": lambda t: t.f.jacrev(tree)({"w": t.y, "b": [t.one]}, t.x),
    "jacrev aux": lambda t: t.f.jacrev(lambda x: (vector(x), x * 3), has_aux=True)(t.x),
    "jacfwd of jacrev": lambda t: t.f.jacfwd(t.f.jacrev(vector))(t.x),
    "hessian": lambda t: t.f.hessian(poly)(t.x),
    "hessian of a vector": lambda t: t.f.hessian(vector)(t.x),
    "hessian argnums": lambda t: t.f.hessian(two, argnums=(0, 1))(t.x, t.y),
    "linearize": lambda t: (lambda y, f: (y, f(t.v), f(t.w)))(*t.f.linearize(vector, t.x)),
    "vmap": lambda t: t.f.vmap(lambda x: x.sum())(t.a),
    "vmap dims": lambda t: t.f.vmap(lambda a, b: a * b, in_dims=(1, None), out_dims=1)(t.a, t.a[:, 0]),
    "vmap negative dims": lambda t: t.f.vmap(lambda a: (a * 2, a.sum()), in_dims=-1, out_dims=(-1, 0))(t.a),
    "vmap nested": lambda t: t.f.vmap(t.f.vmap(lambda x, y: x * y, in_dims=(None, 0)), in_dims=(0, None))(t.x, t.y),
    "vmap of a tree": lambda t: t.f.vmap(lambda p, x: {"y": p["w"] * x, "z": [x.sum()]}, in_dims=({"w": 0}, None))(
        {"w": t.a}, t.x
    ),
    "vmap keywords": lambda t: t.f.vmap(lambda x, y: x + y)(t.a, y=t.a),
    "vmap of grad": lambda t: t.f.vmap(t.f.grad(poly))(t.a),
    "vmap of jacrev": lambda t: t.f.vmap(t.f.jacrev(vector))(t.a),
    "grad of vmap": lambda t: t.f.grad(lambda a: t.f.vmap(poly)(a).sum())(t.a),
    "vmap empty": lambda t: t.f.vmap(lambda x: x.sin())(t.a[:0]),
    "vmap pull": lambda t: t.f.vmap(t.f.vjp(vector, t.x)[1])(t.a),
    "F.vjp": lambda t: t.F.vjp(vector, t.x, t.v),
    "F.vjp of two": lambda t: t.F.vjp(lambda x, y: (x * y, x + y), (t.x, t.y), (t.v, t.w)),
    "F.vjp without v": lambda t: t.F.vjp(poly, t.x),
    "F.jvp": lambda t: t.F.jvp(vector, t.x, t.v),
    "F.jvp of two": lambda t: t.F.jvp(lambda x, y: (x * y, x + y), (t.x, t.y), (t.v, t.w)),
    "F.jvp without v": lambda t: t.F.jvp(lambda x: x**3, t.one),
    "F.jacobian": lambda t: t.F.jacobian(vector, t.x),
    "F.jacobian of two": lambda t: t.F.jacobian(lambda x, y: (x * y, x.sum()), (t.x, t.y)),
    "F.jacobian forward": lambda t: t.F.jacobian(vector, t.x, vectorize=True, strategy="forward-mode"),
    "F.jacobian unused": lambda t: t.F.jacobian(lambda x, y: x.sum(), (t.x, t.y)),
    "F.hessian": lambda t: t.F.hessian(poly, t.x),
    "F.hessian of two": lambda t: t.F.hessian(two, (t.x, t.y)),
    "F.vhp": lambda t: t.F.vhp(poly, t.x, t.v),
    "F.vhp of two": lambda t: t.F.vhp(two, (t.x, t.y), (t.v, t.w)),
    "F.hvp": lambda t: t.F.hvp(poly, t.x, t.v),
    "F.hvp of two": lambda t: t.F.hvp(two, (t.x, t.y), (t.v, t.w)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_numbers(name):
    check(numbers(CASES[name](lib(tg))), numbers(CASES[name](lib(torch))))


def complex_numbers(module):
    z = module.tensor([1 + 2j, 3 - 1j])
    v = module.tensor([0.5j, 1 + 1j])
    functions = {
        "analytic": lambda z: z * z * (1 + 2j),
        "conjugate": lambda z: z.conj() * z,
        "real": lambda z: z.real * z,
    }
    found = []
    for f in functions.values():
        found += [module.func.vjp(f, z)[1](v), module.func.jvp(f, (z,), (v,))]
        found += [module.autograd.functional.vjp(f, z, v), module.autograd.functional.jvp(f, z, v)]
    return [numbers(part) for part in found]


def test_products_of_complex_numbers():
    for ours, theirs in zip(complex_numbers(tg), complex_numbers(torch), strict=True):
        for a, b in zip(ours, theirs, strict=True) if isinstance(ours, list) else [(ours, theirs)]:
            assert np.allclose(a, b, rtol=1e-6)


def strict_errors(module):
    t = lib(module)
    cases = [
        lambda: t.F.jacobian(lambda x, y: x.sum(), (t.x, t.y), strict=True),
        lambda: t.F.vjp(lambda x: t.y, t.x, t.v, strict=True),
        lambda: t.F.jvp(lambda x, y: x * 1, (t.x, t.y), (t.v, t.w), strict=True),
        lambda: t.F.hessian(lambda x: x.sum(), t.x, strict=True),
        lambda: t.F.vhp(lambda x: x.sum(), t.x, t.v, strict=True),
        lambda: t.F.hvp(lambda x: x.sum(), t.x, t.v, strict=True),
        lambda: t.F.vjp(vector, t.x),
        lambda: t.F.vjp(vector, t.x, t.one),
        lambda: t.F.hessian(vector, t.x),
        lambda: t.f.grad(vector)(t.x),
    ]
    found = []
    for case in cases:
        try:
            case()
        except RuntimeError:
            found.append("RuntimeError")
        else:
            found.append("")
    return found


def test_strict_and_errors():
    assert strict_errors(tg) == strict_errors(torch)


def test_create_graph():
    def run(module):
        t = lib(module)
        x, v = t.x.clone().requires_grad_(), t.v.clone().requires_grad_()
        found = []
        for result in (
            t.F.jacobian(vector, x, create_graph=True),
            t.F.hessian(poly, x, create_graph=True),
            t.F.vjp(vector, x, v, create_graph=True)[1],
            t.F.jvp(vector, x, v, create_graph=True)[1],
            t.F.vhp(poly, x, v, create_graph=True)[1],
            t.F.hvp(poly, x, v, create_graph=True)[1],
        ):
            found += module.autograd.grad((result * result).sum(), [x, v], allow_unused=True)
        assert not t.F.jacobian(vector, x).requires_grad
        return [None if g is None else g.detach().numpy() for g in found]

    for ours, theirs in zip(run(tg), run(torch), strict=True):
        assert (ours is None) == (theirs is None)
        assert ours is None or np.allclose(ours, theirs, rtol=1e-11)


SIGNATURES = [
    *[("func", name) for name in ("grad", "grad_and_value", "vjp", "jvp", "jacrev", "jacfwd", "hessian", "vmap")],
    *[("func", name) for name in ("linearize", "functional_call", "stack_module_state")],
    *[("autograd", name) for name in ("grad", "detect_anomaly", "set_detect_anomaly")],
    *[("autograd.functional", name) for name in ("jacobian", "hessian", "vjp", "jvp", "hvp", "vhp")],
    *[("utils.checkpoint", name) for name in ("checkpoint_sequential",)],
    *[("Tensor", name) for name in ("register_hook", "register_post_accumulate_grad_hook")],
    *[("nn.Module", name) for name in ("register_full_backward_hook", "register_full_backward_pre_hook")],
    *[("nn.Module", name) for name in ("register_forward_pre_hook",)],
]


def find(module, path):
    for name in path.split("."):
        module = getattr(module, name)
    return module


@pytest.mark.parametrize(("place", "name"), SIGNATURES, ids=[".".join(pair) for pair in SIGNATURES])
def test_the_same_arguments(place, name):
    ours = inspect.signature(getattr(find(tg, place), name)).parameters
    theirs = inspect.signature(getattr(find(torch, place), name)).parameters
    assert list(ours) == list(theirs)
    for key, p in theirs.items():
        assert (ours[key].kind, ours[key].default) == (p.kind, p.default), key

"""Functions of functions: gradients, products with Jacobians, Jacobians, Hessians, batches. PyTorch's `torch.func`.

    from tinygrad_edu.func import grad, hessian

    grad(grad(f))(x)        # any depth
    hessian(f)(x)

They take functions of Tensors, or of nested tuples, lists and dicts of them, and leave `.grad` and `requires_grad` of
what they are given alone. All stand on two linear maps, in `autograd/linear.py`.
"""

from .gradients import grad, grad_and_value, value_and_grad
from .jacobians import hessian, jacfwd, jacrev
from .modules import functional_call, stack_module_state
from .products import hvp, jvp, linearize, vjp
from .vmap import vmap

__all__ = [
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "stack_module_state",
    "value_and_grad",
    "vjp",
    "vmap",
]

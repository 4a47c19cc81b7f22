"""A residual block: why very deep networks can be trained.

    y = x + f(x),    f = Linear · ReLU · Linear · LayerNorm

Two ways lead from y back to x. One goes through f, where every layer scales the gradient; the other is the skip
connection, whose local derivative is 1. Whatever f does, x receives the gradient of y whole, plus what f adds:
dx = dy + fʹ(x)ᵀ dy. The contributions on the edges that leave x can be added up to see it.

Sources: K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition" (CVPR 2016); the
normalisation first, as in R. Xiong et al., "On layer normalization in the transformer architecture" (ICML 2020).
"""

import tinygrad_edu as tg
from tinygrad_edu import Tensor, nn

from .scene import Scene


class ResidualBlock(nn.Module):
    """y = x + f(x), for x (..., features); f widens to `hidden` units and comes back."""

    def __init__(self, features: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(features)
        self.expand = nn.Linear(features, hidden)
        self.relu = nn.ReLU()
        self.project = nn.Linear(hidden, features)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.project(self.relu(self.expand(self.norm(x))))


def build() -> Scene:
    """The mean squared error of one block on four examples of six features."""
    tg.manual_seed(0)
    x = tg.randn(4, 6, requires_grad=True)  # in a network it would come from the block before, which needs its gradient
    target = tg.randn(4, 6)

    block = ResidualBlock(features=6, hidden=12)
    y = block(x)
    loss = nn.MSELoss()(y, target)

    names = {"x": x, "target": target, "y": y, "loss": loss}
    return Scene("residual_block", "A residual block: y = x + f(x)", (loss,), names, block, direction="TB")

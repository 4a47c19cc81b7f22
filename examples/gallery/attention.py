"""Self-attention: each token takes from the others a weighted mean of what they hold.

    attention(x) = softmax(Q Kᵀ / √d + mask) V · Wo,    Q = x Wq,  K = x Wk,  V = x Wv

Four tokens of eight features, one head. Token t may look at itself and at what came before: the causal mask writes -∞
over the rest, which the softmax turns into weights of exactly 0, and exactly 0 is the gradient that goes back there.
x is used four times, for Q, K, V and the skip connection around them, and gets four contributions.

K has no bias: one would add the same number to all scores of a row, which a softmax does not see, so its gradient would
be 0 at every step. The task is to predict the next token from each, which is why no token may look ahead.

Source: A. Vaswani et al., "Attention is all you need" (NeurIPS 2017), sections 3.2.1 and 3.2.3.
"""

import math

import tinygrad_edu as tg
from tinygrad_edu import Tensor, nn

from .scene import Scene


class SelfAttention(nn.Module):
    """Scaled dot-product attention with one causal head, for x (tokens, features)."""

    def __init__(self, tokens: int, features: int) -> None:
        super().__init__()
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features, bias=False)
        self.value = nn.Linear(features, features)
        self.out = nn.Linear(features, features)
        self.register_buffer("future", tg.ones(tokens, tokens).triu(1).bool())

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.query(x), self.key(x), self.value(x)
        scores = q @ k.T / math.sqrt(q.shape[-1])
        weights = scores.masked_fill(self.future, -math.inf).softmax(dim=-1)
        return self.out(weights @ v)


class Block(nn.Module):
    """x + attention(x)."""

    def __init__(self, tokens: int, features: int) -> None:
        super().__init__()
        self.attention = SelfAttention(tokens, features)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.attention(x)


def build() -> Scene:
    """The error with which a block predicts tokens 1, 2 and 3 from those before them."""
    tg.manual_seed(0)
    x = tg.randn(4, 8, requires_grad=True)  # in a network it would come from an embedding, which needs its gradient
    target = x.detach()[1:]  # the next tokens

    block = Block(tokens=4, features=8)
    y = block(x)
    loss = nn.MSELoss()(y[:-1], target)

    names = {"x": x, "target": target, "y": y, "loss": loss}
    return Scene("attention", "Causal self-attention over four tokens", (loss,), names, block, direction="TB")

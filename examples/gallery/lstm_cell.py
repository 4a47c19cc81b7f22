"""An LSTM cell, used twice: a memory that gradients can travel along.

    i = σ(Wi [x, h] + bi)      how much of the new to write
    f = σ(Wf [x, h] + bf)      how much of the old to keep
    g = tanh(Wg [x, h] + bg)   the new
    o = σ(Wo [x, h] + bo)      how much to show
    cʹ = f · c + i · g
    hʹ = o · tanh(cʹ)

From cʹ back to c there is one product and no weight matrix: the gradient is scaled by f and by nothing else, and so it
can live through many steps. Both steps use the same eight parameters; each parameter's gradient is the sum of what the
two steps contribute. The first forget gate gets exactly 0: c starts at 0, so whatever it keeps is nothing.

Sources: S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9 (8), 1997; the forget gate:
F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", Neural Computation 12 (10), 2000.
"""

import tinygrad_edu as tg
from tinygrad_edu import Tensor, nn

from .scene import Scene


class LSTMCell(nn.Module):
    """(h, c) → (hʹ, cʹ) for x (..., inputs) and h, c (..., units). One Linear for each gate, on x and h together."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.input_gate = nn.Linear(inputs + units, units)
        self.forget_gate = nn.Linear(inputs + units, units)
        self.candidate = nn.Linear(inputs + units, units)
        self.output_gate = nn.Linear(inputs + units, units)

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        h, c = state
        xh = tg.cat([x, h], dim=-1)
        i = self.input_gate(xh).sigmoid()
        f = self.forget_gate(xh).sigmoid()
        g = self.candidate(xh).tanh()
        o = self.output_gate(xh).sigmoid()
        c = f * c + i * g
        return o * c.tanh(), c


def build() -> Scene:
    """Two steps of a cell with two inputs and three units; the loss looks at the last h only."""
    tg.manual_seed(0)
    x1, x2 = (tg.randn(2, requires_grad=True) for _ in range(2))  # as if a layer before had made them
    h0, c0 = (tg.zeros(3, requires_grad=True) for _ in range(2))  # as if the first state were learned
    target = tg.tensor([0.5, 0.0, -0.5])

    cell = LSTMCell(inputs=2, units=3)
    h1, c1 = cell(x1, (h0, c0))
    h2, c2 = cell(x2, (h1, c1))
    loss = nn.MSELoss()(h2, target)

    names = {"x1": x1, "x2": x2, "h0": h0, "c0": c0, "h1": h1, "c1": c1, "h2": h2, "c2": c2}
    names |= {"target": target, "loss": loss}
    return Scene("lstm_cell", "An LSTM cell over two time steps", (loss,), names, cell, direction="TB")

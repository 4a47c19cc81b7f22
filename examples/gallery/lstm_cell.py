"""An LSTM cell: a memory that gradients can travel along.

    i = σ(Wi [x, h] + bi)      how much of the new to write
    f = σ(Wf [x, h] + bf)      how much of the old to keep
    g = tanh(Wg [x, h] + bg)   the new
    o = σ(Wo [x, h] + bo)      how much to show
    cʹ = f · c + i · g
    hʹ = o · tanh(cʹ)

From cʹ back to c there is one product and no weight matrix: the gradient is scaled by f and by nothing else, and so it
can live through many steps. The first forget gate gets exactly 0: c starts at 0, so whatever it keeps is nothing. In
several steps, `build(2)`, all use the same eight parameters, whose gradients are the sums of what the steps contribute.

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


def build(steps: int = 1) -> Scene:
    """Steps of a cell with two inputs and three units; the loss looks at the last h only."""
    tg.manual_seed(0)
    xs = [tg.randn(2, requires_grad=True) for _ in range(steps)]  # as if a layer before had made them
    h, c = (tg.zeros(3, requires_grad=True) for _ in range(2))  # as if the first state were learned
    target = tg.tensor([0.5, 0.0, -0.5])
    names = {"h0": h, "c0": c, "target": target}

    cell = LSTMCell(inputs=2, units=3)
    for i, x in enumerate(xs, start=1):
        h, c = cell(x, (h, c))
        names |= {f"x{i}": x, f"h{i}": h, f"c{i}": c}
    names["loss"] = loss = nn.MSELoss()(h, target)

    title = "An LSTM cell" if steps == 1 else f"An LSTM cell over {steps} time steps"
    return Scene("lstm_cell", title, (loss,), names, cell, direction="TB")

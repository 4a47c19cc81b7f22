"""The formulas of the ops, derived from their rows: for pictures (`forward`, `slope`, `rule`) and for `help`.

symbol     a stand-in for an array that writes down what is done with it
derive     an op's forward function and rules, run on symbols
overrides  the texts where the derived ones are not good enough
typeset    expressions as a mathematician writes them
texts      formulas with names and numbers filled in
document   what `help` shows of an op
"""

from .derive import names
from .document import document, signature
from .texts import forward, rule, slope, with_shapes
from .typeset import operand, typeset

__all__ = ["document", "forward", "names", "operand", "rule", "signature", "slope", "typeset", "with_shapes"]

"""Lesson 2: an operation is one row, and a gradient can be proved.

Smoothstep, 3x^2 - 2x^3, is not in the tables. Add it with its derivative; let `gradcheck` compare the rule with the
function itself; then break the rule, and see it caught.

    python examples/02_an_op_of_your_own.py
"""

import tinygrad_edu as tg
from tinygrad_edu.testing import GradcheckError, gradcheck

smoothstep = tg.op("smoothstep", lambda x: x * x * (3 - 2 * x), lambda g, y, x: g * 6 * x * (1 - x))
wrong = tg.op("wrong", lambda x: x * x * (3 - 2 * x), lambda g, y, x: g * 6 * x * (1 + x))

x = tg.tensor([0.1, 0.5, 0.8], dtype=tg.float64, requires_grad=True)

# the rule is ordinary NumPy, so it can be differentiated in turn: one row gives derivatives of every order
gradcheck(smoothstep, [x], order=3)
print("smoothstep: right to the third order")

try:
    gradcheck(wrong, [x])
except GradcheckError as error:
    print(f"wrong: caught. {error}")

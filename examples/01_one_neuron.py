"""Lesson 1: one neuron, forwards and backwards.

tanh(x1 w1 + x2 w2 + b): five numbers go in, one comes out. Each operation knows two things, what it computes and how
its output changes with each input. That is all backpropagation needs.

    python examples/01_one_neuron.py        # prints the gradients, draws one_neuron.svg and one_neuron.html
"""

import tinygrad_edu as tg
from tinygrad_edu.viz import draw, explore

x1, x2 = tg.tensor(2.0, requires_grad=True), tg.tensor(0.0, requires_grad=True)
w1, w2 = tg.tensor(-3.0, requires_grad=True), tg.tensor(1.0, requires_grad=True)
b = tg.tensor(6.8813735870195432, requires_grad=True)

out = (x1 * w1 + x2 * w2 + b).tanh()
out.backward(retain_graph=True)  # keep the graph: it is drawn below

# by hand: d tanh(n)/dn = 1 - tanh(n)^2 = 0.5, a sum passes it on, and a product multiplies it by the other factor
for name, tensor, by_hand in [("x1", x1, -1.5), ("w1", w1, 1.0), ("x2", x2, 0.5), ("w2", w2, 0.0), ("b", b, 0.5)]:
    print(f"d out / d {name:<2} = {tensor.grad.item():5.2f}    by hand {by_hand:5.2f}")

names = {"x1": x1, "x2": x2, "w1": w1, "w2": w2, "b": b, "out": out}
draw(out, "one_neuron.svg", names=names)
explore(out, "one_neuron.html", names=names)  # open it in a browser: the arrow keys step forwards and backwards

"""What was recorded, as an immutable value that pictures and compilers read, so that they need not walk Tensors.

    graph = trace(loss, names={"x": x}, module=model)
    graph["mul_0"].value        # what the op gave
    graph.edges                 # (source, target, slot): x * x has two

Beneath it lie the nodes that the ops recorded themselves, with their arrays: `walk([loss.node])` gives them in order.

`value.py` says what a graph is, `trace.py` makes one of what Tensors recorded, `backward.py` adds the gradients,
`scopes.py` the modules, `fold.py` makes large graphs small, `codec.py` writes its JSON and `reader.py` reads it.
"""

from ..op import walk
from .codec import from_json, to_json
from .fold import fold
from .summary import Cells, Number, Summary, summary
from .trace import trace
from .value import Edge, Graph, GraphNode, Line, Scope

__all__ = [
    "Cells",
    "Edge",
    "Graph",
    "GraphNode",
    "Line",
    "Number",
    "Scope",
    "Summary",
    "fold",
    "from_json",
    "summary",
    "to_json",
    "trace",
    "walk",
]

"""Writing a model as an ONNX graph, which other programs run.

errors     what is raised
recorded   a run of the model, recorded by the walk that `compile` uses
outside    what layers compute with NumPy on labels, written in ops
names      of inputs and outputs
sizes      several runs, merged: what is fixed, and what depends on open dimensions
whole      compositions for which ONNX has one operator
nodes      the table: for each op its ONNX nodes
made_up    numbers that depend on sizes alone: masks, positions
graph      the writer: nodes, constants, sizes, names
write      from the steps of a program to nodes
proto      the file
model      all of it: a model in, an `onnx.ModelProto` out
"""

from .errors import ExportError as ExportError

FIRST, DEFAULT, LAST = 18, 20, 23  # opsets; the rest is imported when it is used

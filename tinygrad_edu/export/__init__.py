"""Writing a model as an ONNX graph, which other programs run.

errors     what is raised
recorded   a run of the model, recorded by the walk that `compile` uses
outside    what layers compute with NumPy on labels, written in ops
sizes      several runs, merged: what is fixed, and what depends on open dimensions
whole      compositions for which ONNX has one operator
nodes      the table: for each op its ONNX nodes
graph      the writer: nodes, constants, sizes, names
model      all of it: a model in, an `onnx.ModelProto` out
"""

from .errors import ExportError as ExportError
from .model import model_proto as model_proto

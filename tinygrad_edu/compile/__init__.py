"""A function of tensors as straight-line NumPy code: traced, simplified, and written as Python to be read.

trace.py notes the ops that a step calls; program.py is what was noted; same.py compares two traces; simplify.py leaves
out what is not needed; flat.py puts parameters into one piece of memory; write.py and templates.py write the program;
bound.py runs it; step.py is `compile`.
"""

from .errors import CompileError
from .step import Compiled, compile

__all__ = ["CompileError", "Compiled", "compile"]

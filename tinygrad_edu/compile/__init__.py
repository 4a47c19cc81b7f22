"""A function of tensors as straight-line NumPy code: traced, simplified, and written as Python to be read.

trace.py and on_arrays.py note the ops that a step calls; program.py is what was noted; same.py compares two traces, and
doubt.py asks again where both saw the same numbers; arguments.py and surroundings.py are what a step is given and what
it finds around it, by the names in its code (code_reads.py); simplify.py leaves out what is not needed; unrolled.py
writes recurrent layers step by step, joined.py takes concatenations apart; flat.py puts parameters into one piece of
memory; names.py names values after the user's; write.py and templates.py write a program; bound.py runs it; results.py
is what it returns; step.py is `compile`.
"""

from .errors import CompileError
from .step import Compiled, compile

__all__ = ["CompileError", "Compiled", "compile"]

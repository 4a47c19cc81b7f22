"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.
"""

from .arithmetic import *
from .joining import *
from .older_names import *
from .products import *
from .selecting import *
from .spectrograms import *
from .statistics import *

"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.
"""

from .aliases import *
from .arithmetic import *
from .comparing import *
from .complex_parts import *
from .joining import *
from .parts import *
from .products import *
from .selecting import *
from .special_functions import *
from .statistics import *

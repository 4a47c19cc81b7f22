"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.
"""

from .arithmetic import *
from .calculus import *
from .counting import *
from .distances import *
from .extremes import *
from .joining import *
from .products import *
from .quantiles import *
from .selecting import *
from .sorting import *
from .statistics import *

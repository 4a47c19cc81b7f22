"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.
"""

from .arithmetic import *
from .arranging import *
from .broadcasting import *
from .cutting import *
from .diagonals import *
from .joining import *
from .padding import *
from .products import *
from .scattering import *
from .selecting import *
from .statistics import *
from .striding import *
from .writing import *

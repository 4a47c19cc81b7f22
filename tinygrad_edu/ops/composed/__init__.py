"""What PyTorch keeps beside its ops, written in ops: softmax, var, norm, stack, split ...

Nothing here has a derivative rule; the gradients follow from the rows these are made of.
"""

from .aliases import *
from .arithmetic import *
from .arranging import *
from .broadcasting import *
from .calculus import *
from .comparing import *
from .complex_parts import *
from .counting import *
from .cutting import *
from .diagonals import *
from .distances import *
from .extremes import *
from .histograms import *
from .joining import *
from .older_names import *
from .padding import *
from .parts import *
from .products import *
from .quantiles import *
from .scattering import *
from .selecting import *
from .sorting import *
from .special_functions import *
from .spectrograms import *
from .statistics import *
from .striding import *
from .writing import *

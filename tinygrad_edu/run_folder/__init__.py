"""What `tinygrad-edu train` leaves in a folder: the description of a digit network, its weights, its numbers.

Reading order: network.py (which network), weights.py (its file), contents.py (the folder and metrics.json), lock.py.
"""

from .contents import RunError, check_new, new_folder, write_run
from .lock import locked
from .network import ACTIVATIONS, Network
from .weights import WeightsError, load_weights, save_weights

__all__ = [
    "ACTIVATIONS",
    "Network",
    "RunError",
    "WeightsError",
    "check_new",
    "load_weights",
    "locked",
    "new_folder",
    "save_weights",
    "write_run",
]

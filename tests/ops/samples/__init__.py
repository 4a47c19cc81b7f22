"""For each op a strategy that draws inputs and parameters to check it with. The keys are the table's."""

from . import complex_numbers, elementwise, index, linalg, recurrent, reduce, shape, special
from .draw import Drawn, Sample

FAMILIES = (complex_numbers, elementwise, index, linalg, recurrent, reduce, shape, special)
SAMPLES: dict[str, Sample] = {name: sample for family in FAMILIES for name, sample in family.SAMPLES.items()}

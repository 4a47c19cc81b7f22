"""For each op a strategy that draws inputs and parameters to check it with. The keys are the table's."""

import importlib
import pkgutil

from .draw import Drawn, Sample

FAMILIES = [importlib.import_module(f"{__name__}.{file.name}") for file in pkgutil.iter_modules(__path__)]
SAMPLES: dict[str, Sample] = {
    name: sample for family in FAMILIES for name, sample in getattr(family, "SAMPLES", {}).items()
}

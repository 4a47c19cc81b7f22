"""Plots of training: each function takes data and an optional Axes and returns a matplotlib Figure.

    from tinygrad_edu.viz import plots

    plots.save(plots.loss_curves(history), "loss.svg")
    plots.loss_curves(history)                             # as the last line of a notebook cell: shows itself

Nothing here touches pyplot or leaves a setting behind, and the same data gives the same SVG. Data may be Tensors,
arrays or lists. A picture that leaves something out says so.
"""

from .activations import activations
from .attention import attention_maps
from .boundary import decision_boundary
from .confusion import confusion_matrix, count_pairs
from .curves import accuracy_curves, compare_runs, loss_curves
from .images import image_grid, image_rows
from .latent import latent_plane
from .layers import layer_outputs
from .passage import passage
from .percentiles import parameter_percentiles, percentile_bands
from .predictions import confident_mistakes, predictions
from .samples import samples
from .sequences import sequences
from .statistics import PERCENTILES, Statistics, percentiles
from .svg import save, svg
from .transforms import before_after
from .weights import weight_images

__all__ = [
    "PERCENTILES",
    "Statistics",
    "accuracy_curves",
    "activations",
    "attention_maps",
    "before_after",
    "compare_runs",
    "confident_mistakes",
    "confusion_matrix",
    "count_pairs",
    "decision_boundary",
    "image_grid",
    "image_rows",
    "latent_plane",
    "layer_outputs",
    "loss_curves",
    "parameter_percentiles",
    "passage",
    "percentile_bands",
    "percentiles",
    "predictions",
    "samples",
    "save",
    "sequences",
    "svg",
    "weight_images",
]

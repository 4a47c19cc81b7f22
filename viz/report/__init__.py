"""A report: pictures, settings and results of a run on one HTML page that opens offline.

from tinygrad_edu.viz.report import run_report

run_report("report.html", settings=settings, history=history, model=model, images=images, labels=labels)
"""

from .parts import Picture, Table
from .run import run_report
from .write import write_report

__all__ = ["Picture", "Table", "run_report", "write_report"]

"""Pictures for reports, drawn on the server as SVG, each with a text alternative and its data as a table. Pure.

A picture has no script, no style sheet and no address, so it may stand in a page with the strictest Content-Security-Policy.
The same input gives the same bytes. What a colour tells, a dash pattern, marker or hatching tells as well.
"""

from services.evidence.pictures.cost_bars import Bar, cost_bars
from services.evidence.pictures.interval_plot import Row, interval_plot
from services.evidence.pictures.survival_curves import Curve, survival_curves
from shared.drawing import Picture, Table

__all__ = ["Bar", "Curve", "Picture", "Row", "Table", "cost_bars", "interval_plot", "survival_curves"]

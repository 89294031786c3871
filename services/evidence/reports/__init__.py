"""The report: measures and costs as one HTML file with pictures, to print or to send on. Renders; decides nothing."""

from services.evidence.reports.rendering import report_html

__all__ = ["report_html"]

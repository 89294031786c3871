"""Reports and exit statements as one HTML file, to print or to send on. Renders; decides nothing."""

from services.evidence.reports.rendering import Answers, report_html, statement_html

__all__ = ["Answers", "report_html", "statement_html"]

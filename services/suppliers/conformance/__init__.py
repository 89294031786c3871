"""The conformance kit: reads a supplier's files as production would and says what became of them.

It asks the adapter, the matching and the ending that production asks; it knows no database, no broker and no secret.
"""

from services.suppliers.conformance.check import Subject, check
from services.suppliers.conformance.report import Report

__all__ = ["Report", "Subject", "check"]

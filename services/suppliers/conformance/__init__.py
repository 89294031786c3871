"""The conformance kit: reads a supplier's files as production would and reports what production would do with them.

It uses the same adapter, matching and end states as production. It knows no database, no broker and no secret.
"""

from services.suppliers.conformance.check import Subject, check
from services.suppliers.conformance.report import Report

__all__ = ["Report", "Subject", "check"]

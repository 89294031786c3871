"""The history of invoices, proposals and switches: what happened, and why. Append-only."""

from __future__ import annotations

from sqlalchemy import Table

from services.orders.store.tables.base import metadata
from shared.history import history_columns

# `subject_id` is the id of an invoice, of a proposal or of a switch.
history = Table("history", metadata, *history_columns("history"))

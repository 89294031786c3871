"""The table of suppliers that are not reached."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, Table, Text, or_, text

from services.dashboard.store.tables import metadata

# A supplier is not reached while that was noticed later than it was reached.
supplier_reach = Table(
    "supplier_reach",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    *(Column(name, DateTime(timezone=True)) for name in ("since", "noticed_at", "next_try_at", "reached_at")),
    *(Column(name, Text, nullable=False, server_default=text("''")) for name in ("reason", "opened_by")),
    Column("waiting", Integer, nullable=False, server_default=text("0")),
)

NOT_REACHED = supplier_reach.c.noticed_at.is_not(None) & or_(
    supplier_reach.c.reached_at.is_(None), supplier_reach.c.reached_at < supplier_reach.c.noticed_at
)

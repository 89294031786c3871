"""How councils chase their suppliers, and what these were asked."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.orders.store.tables.base import metadata

# `steps`: situation -> when and how often the supplier is asked about copies in it.
chasing_policy = Table(
    "chasing_policy",
    metadata,
    Column("council", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("steps", JSONB, nullable=False),
    Column("weekends", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Text, nullable=False),
)

# `attempt`: how often it was asked, `at_most` how often it was to be by the policy of that time. `next_on`: when it is asked
# again, or a person is. `untold`: why a person must ask the supplier; "" where it need not.
enquiry = Table(
    "enquiry",
    metadata,
    Column("enquiry_id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("purchase_order.order_id"), nullable=False),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("situation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("last_asked_at", DateTime(timezone=True), nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at_most", Integer, nullable=False),
    Column("next_on", Date),
    Column("untold", Text, nullable=False, server_default=text("''")),
    Column("answered_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Index("enquiry_of_order", "order_id"),
    Index("enquiry_by_time", "council", "asked_at", "enquiry_id"),
    Index("enquiry_due", "next_on", postgresql_where=text("next_on IS NOT NULL")),
)

# The copies that are asked about. `since`: since when each is late in this way. It is asked about by a policy once for that.
enquiry_copy = Table(
    "enquiry_copy",
    metadata,
    Column("enquiry_id", Uuid, ForeignKey("enquiry.enquiry_id"), primary_key=True),
    Column("copy_id", Uuid, primary_key=True),
    Column("line_key", Text, nullable=False),
    Column("since", Date, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("enquiry_copy_of_copy", "copy_id"),
)

"""What suppliers offered instead of what was ordered, and what became of each offer."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.orders.store.tables.base import metadata

# `isbn`, `price_*`, `offer_until`: what is offered; null where the offer states none. `ordered_*`: instead of what. `questions`:
# the sentences with which it asks a person. `after_decline`, `reason`, `decided_*`: the council's answer. `untold`: a person must
# tell the supplier the answer. `asked_to_cancel`: a request to cancel the copies tells it.
decision = Table(
    "decision",
    metadata,
    Column("decision_id", Uuid, primary_key=True),
    Column("order_id", Uuid, ForeignKey("purchase_order.order_id"), nullable=False),
    Column("line_key", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("isbn", Text),
    Column("price_minor", Integer),
    Column("price_currency", Text),
    Column("price_basis", Text),
    Column("offer_until", Date),
    Column("status_code", Text, nullable=False),
    Column("questions", ARRAY(Text), nullable=False),
    Column("copy_ids", ARRAY(Uuid), nullable=False),
    Column("ordered_isbn", Text, nullable=False),
    Column("ordered_minor", Integer),
    Column("ordered_currency", Text),
    Column("message_id", Uuid, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("after_decline", Text),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text, nullable=False, server_default=text("''")),
    Column("untold", Boolean, nullable=False, server_default=text("false")),
    Column("asked_to_cancel", Boolean, nullable=False, server_default=text("false")),
    Index("decision_of_order", "order_id"),
    Index("decision_by_time", "council", "asked_at", "decision_id"),
    Index("decision_open", "council", "asked_at", "decision_id", postgresql_where=text("state = 'open'")),
)

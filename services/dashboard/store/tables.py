"""The read model's tables. All of it can be rebuilt from what owners publish again (docs/decisions/0016)."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)

metadata = MetaData()

# `version` is the order's version at the copy's last change: an older event that arrives late changes nothing.
copy = Table(
    "copy",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("line_key", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("expected_on", Date),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("copy_by_state", "state", "changed_at"),
    Index("copy_by_council", "council", "supplier_id", "state"),
    Index("copy_of_order", "order_id", "supplier_id"),
)

# A line's cancellation waits while it was requested later than the supplier last answered about the line.
cancellation = Table(
    "cancellation",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True)),
    Column("answered_at", DateTime(timezone=True)),
    Index("cancellation_requested", "requested_at"),
)

# What a person must decide about a line: empty for nothing. `version` is the order's, as for copies.
decision = Table(
    "decision",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("attention", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("decision_open", "asked_at", postgresql_where=text("attention <> ''")),
)

title = Table(
    "title",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

# `answered_at` is the time of the answer that `account_stopped` was read from.
heard = Table(
    "heard",
    metadata,
    Column("council", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("sent_at", DateTime(timezone=True)),
    Column("heard_at", DateTime(timezone=True)),
    Column("answered_at", DateTime(timezone=True)),
    Column("account_stopped", Boolean, nullable=False, server_default=text("false")),
)

sending = Table(
    "sending",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("control_reference", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Index("sending_uncertain", "sent_at", postgresql_where=text("outcome <> 'sent'")),
)

# A message waits while it was quarantined later than it was settled. An unreadable message has no council.
quarantined = Table(
    "quarantined",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("supplier_id", Text, nullable=False),
    Column("council", Text),
    Column("kind", Text, nullable=False, server_default=text("''")),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("quarantined_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
)

# A feed is quiet while it was reported quiet later than it resumed. Most such reports name no council.
feed = Table(
    "feed",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("council", Text),
    Column("last_heard_at", DateTime(timezone=True)),
    Column("usual_hours", Float, nullable=False, server_default=text("0")),
    Column("quieted_at", DateTime(timezone=True)),
    Column("resumed_at", DateTime(timezone=True)),
)

# An invoice waits for a person while `queried_at` is later than `settled_at`, when it was matched or rejected.
invoice = Table(
    "invoice",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("invoice_number", Text, nullable=False),
    Column("credit", Boolean, nullable=False, server_default=text("false")),
    Column("total", BigInteger, nullable=False, server_default=text("0")),
    Column("currency", Text, nullable=False, server_default=text("''")),
    Column("reasons", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("queried_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
    Index("invoice_queried", "queried_at"),
)

consignment = Table(
    "consignment",
    metadata,
    Column("consignment_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("despatch_number", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("place_name", Text, nullable=False),
    Column("leg", Text, nullable=False),
    Column("expected_on", Date),
    Column("received_at", DateTime(timezone=True)),
    Index("consignment_due", "expected_on"),
)

consigned_copy = Table(
    "consigned_copy",
    metadata,
    Column("consignment_id", Uuid, primary_key=True),
    Column("copy_id", Uuid, primary_key=True),
    Column("received", Boolean, nullable=False),
)

discrepancy = Table(
    "discrepancy",
    metadata,
    Column("discrepancy_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("despatch_number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("copy_id", Uuid),
    Column("branch", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Index("discrepancy_by_time", "found_at"),
)

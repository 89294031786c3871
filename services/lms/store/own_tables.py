"""The tables of the service's own facts: webhooks. They survive a rebuild of the feed, and no event has them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()

# Where a council's changes are sent. `number` is that of its lock. Everything up to `position` in the feed of that epoch was
# taken, or is of a kind that the endpoint does not want. The secrets are sealed; the previous one counts until `previous_until`.
webhook_endpoint = Table(
    "webhook_endpoint",
    metadata,
    Column("webhook_endpoint_id", Uuid, primary_key=True),
    Column("number", Integer, Identity(always=True), nullable=False),
    Column("council", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_until", DateTime(timezone=True)),
    Column("epoch", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", DateTime(timezone=True)),
    Column("next_try_at", DateTime(timezone=True)),
    Column("disabled_at", DateTime(timezone=True)),
    Column("disabled_why", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    UniqueConstraint("number", name="webhook_endpoint_number"),
    Index("webhook_endpoint_of_council", "council", "created_at", "webhook_endpoint_id"),
)

# Each attempt to send a change, or a test event, which has no position.
webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("webhook_delivery_id", Uuid, primary_key=True),
    Column("webhook_endpoint_id", Uuid, ForeignKey("webhook_endpoint.webhook_endpoint_id", ondelete="CASCADE"), nullable=False),
    Column("council", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("push_id", Text, nullable=False),
    Column("position", BigInteger),
    Column("kind", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("body", Text, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("next_try_at", DateTime(timezone=True)),
    Index("webhook_delivery_of_endpoint", "webhook_endpoint_id", "at", "webhook_delivery_id"),
    Index("webhook_delivery_at", "at"),
)

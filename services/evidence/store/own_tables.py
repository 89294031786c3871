"""The tables of the service's own facts: what people of councils record. They survive a rebuild, and no event has them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()

# Rows are only added: of several for one day, the one added last applies. The others are the audit.
cost_model = Table(
    "cost_model",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("council", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("currency", Text, nullable=False),
    Column("efforts", JSONB, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Index("cost_model_of_council", "council", "valid_from", "id"),
)

# What persons recorded of a supplier that agreed to a statement of departure: rows are only added.
agreement = Table(
    "agreement",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("agreed_by", Text, nullable=False),
    Column("agreed_on", Date, nullable=False),
    Column("words", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Index("agreement_of_supplier", "council", "supplier_id", "id"),
)

# What people decided: rows are only added. `figures`: measures and costs when it was recorded, the text of which `digest` is.
decision = Table(
    "decision",
    metadata,
    Column("decision_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("shown", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Index("decision_recorded", "council", "recorded_at", "decision_id"),
    Index("decision_about", "about", "name"),
)

# What copies cost in a period, frozen: rows are only added. `figures` is the text of which `digest` is.
baseline = Table(
    "baseline",
    metadata,
    Column("baseline_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    *(Column(name, Date, nullable=False) for name in ("first_day", "last_day")),
    *(Column(name, Text) for name in ("supplier", "branch", "material")),
    Column("currencies", ARRAY(Text), nullable=False),
    Column("frozen_by", Text, nullable=False),
    Column("frozen_at", DateTime(timezone=True), nullable=False),
    Column("digest", Text, nullable=False),
    Column("figures", Text, nullable=False),
    UniqueConstraint("council", "name", name="baseline_name"),
    Index("baseline_frozen", "council", "frozen_at", "baseline_id"),
)

# What was promised to be saved against a baseline: rows are only added. `amount`: minor units, `per` copy or year.
promise = Table(
    "promise",
    metadata,
    Column("promise_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("baseline_id", Uuid, ForeignKey("baseline.baseline_id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("per", Text, nullable=False),
    *(Column(name, Date, nullable=False) for name in ("first_day", "last_day")),
    Column("supplier", Text),
    Column("source", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Index("promise_recorded", "council", "recorded_at", "promise_id"),
)

"""The read model's tables: facts, one row for each thing. All can be rebuilt from what owners publish (docs/decisions/0016)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.works.store import edition as shared_edition

metadata = MetaData()

COSTS = ("list_price", "discount", "net", "servicing", "carriage", "other", "vat")


def _moment(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True))


# Columns are filled by different events, in any order: `domain/facts.py` has the rule of each. A copy counts in measures once it
# is known when it was placed. `trial`, `arm`: those that drew its supplier; `route_*`: those that drew its route. `planned_hub`:
# whether it was to go through a hub, as stated at `planned_version` of its order; `branch`: where it goes, as stated at
# `branch_version`.
# `through_hub`: whether goods for it went to or from a hub; null while none were advised.
copy = Table(
    "copy",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    *(Column(name, Text) for name in ("council", "supplier_id")),
    Column("order_id", Uuid),
    *(Column(name, Text) for name in ("line_key", "replaces", "isbn", "branch", "material", "trial", "arm")),
    *(Column(name, Text) for name in ("route_trial", "route_arm")),
    Column("planned_hub", Boolean),
    Column("planned_version", Integer),
    Column("branch_version", Integer),
    Column("asked_minor", BigInteger),
    Column("asked_currency", Text),
    _moment("placed_at"),
    Column("state", Text),
    Column("version", Integer),
    *(_moment(name) for name in ("sent_at", "answered_at")),
    Column("promised_on", Date),
    *(_moment(name) for name in ("despatched_at", "given_up_at", "at_hub_at", "received_at")),
    Column("through_hub", Boolean),
    Index("copy_placed", "council", "placed_at"),
    Index("copy_of_line", "line_key"),
)

# A line whose council asked to cancel copies of it; `requested_at` is the last such request.
cancellation = Table(
    "cancellation",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
)

# `copy_id` is null for goods that concern no ordered copy.
discrepancy = Table(
    "discrepancy",
    metadata,
    Column("discrepancy_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("copy_id", Uuid),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Index("discrepancy_of_copy", "copy_id"),
    Index("discrepancy_found", "council", "found_at"),
)

# An invoice or credit note. `queries`: code and line number of each mismatch of its last query. `unlisted`: those that the event
# left out. Its content is that of the last event that states it, of
# `stated_at`: an invoice may be read again. Amounts are positive in credit notes too, as in the events.
invoice = Table(
    "invoice",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("invoice_number", Text, nullable=False),
    Column("credit", Boolean),
    Column("invoiced_on", Date),
    Column("currency", Text),
    Column("total", BigInteger),
    Column("queries", JSONB(none_as_null=True)),
    Column("unlisted", Integer),
    *(_moment(name) for name in ("stated_at", "queried_at", "matched_at", "rejected_at")),
    Index("invoice_dated", "council", "invoiced_on"),
)

# What an invoice or credit note charges for a copy: negative where it is credited.
charge = Table(
    "charge",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("line_number", Integer, primary_key=True),
    Column("copy_id", Uuid, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in COSTS),
    Index("charge_of_copy", "copy_id"),
)

# What an invoice charges for no copy, such as postage; negative where it is credited. `part` and `place` say where it is stated.
other_charge = Table(
    "other_charge",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("vat", BigInteger, nullable=False),
)

# What a council's minimum says of the record of a book that it ordered: the latest `version`. `first_*`: whose record it had
# first, and since when; null where the catalogue does not know.
record = Table(
    "record",
    metadata,
    Column("council", Text, primary_key=True),
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("passes", Boolean, nullable=False),
    Column("judged_at", DateTime(timezone=True), nullable=False),
    Column("first_supplier_id", Text),
    _moment("first_at"),
    Column("version", Integer, nullable=False),
)

# How often a supplier sent a record of a book, whoever ordered it: the greatest number that was stated.
record_count = Table(
    "record_count",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("times", Integer, nullable=False),
)

# A supplier's message that waited, or waits, for a person. An unreadable message has no council.
held_message = Table(
    "held_message",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("supplier_id", Text, nullable=False),
    Column("council", Text),
    Column("kind", Text),
    *(_moment(name) for name in ("held_at", "settled_at")),
)

# What staff did about a message, as of the highest `version`: how often, when last, and which lines it concerns.
handled_message = Table(
    "handled_message",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("supplier_id", Text, nullable=False),
    Column("council", Text),
    *(Column(name, Integer, nullable=False) for name in ("mapped", "replayed", "decided")),
    Column("line_keys", ARRAY(Text), nullable=False),
    Column("version", Integer, nullable=False),
    Column("handled_at", DateTime(timezone=True), nullable=False),
)

# A line about which a person decided something, and when.
decided_line = Table(
    "decided_line",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("decided_at", DateTime(timezone=True), primary_key=True),
)

# A rule of a strand, past and future ones too. A delivery rule without a supplier is for any. A rule is only ever ended: of two
# last days the earlier one counts.
rule = Table(
    "rule",
    metadata,
    Column("rule_id", Uuid, primary_key=True),
    Column("strand", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index("rule_of_supplier", "council", "supplier_id"),
)

# A message with lines of an order, and the outcome of its last attempt to be sent.
sending = Table(
    "sending",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("order_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
)

# The book of which a supplier was asked for a record, for whatever council, and when it was asked last.
record_request = Table(
    "record_request",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("isbn", Text, primary_key=True),
    Column("requested_at", DateTime(timezone=True), nullable=False),
)

# The last comparison of a supplier's list of a council's open lines with ours: numbers of lines.
reconciliation = Table(
    "reconciliation",
    metadata,
    Column("council", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("reconciliation_id", Uuid, nullable=False),
    Column("reported_at", DateTime(timezone=True), nullable=False),
    Column("compared_at", DateTime(timezone=True), nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("agreed", "disagreeing", "ours_only", "theirs_only")),
)

# A switch of a strand in the state of the highest `version`. Empty `branches` or `materials`: any. `route`: of a switch of
# deliveries.
switch = Table(
    "switch",
    metadata,
    Column("switch_id", Uuid, primary_key=True),
    Column("strand", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    *(Column(name, Text) for name in ("from_supplier", "to_supplier", "route")),
    *(Column(name, ARRAY(Text), nullable=False) for name in ("branches", "materials")),
    Column("first_day", Date, nullable=False),
    Column("open_copies", Text),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Which books are editions of one work.
edition = shared_edition.to_metadata(metadata)

ALL_COUNCILS = ""
"""Stands in place of a council where the catalogue counted for all of them together."""

# What a day's records of a supplier did twice or saved, for a council; for an empty one, of all councils together. `used`: of how
# many books the council was the nth to use the record, by nth.
cataloguing = Table(
    "cataloguing",
    metadata,
    Column("day", Date, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in ("received", "repeated", "already_held", "requests_saved")),
    Column("used", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)

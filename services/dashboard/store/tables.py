"""The read model's tables. All of it can be rebuilt from what owners publish again (docs/decisions/0016)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
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
from sqlalchemy.dialects.postgresql import TSVECTOR

metadata = MetaData()


def _waits_since(begun: str, *, until: str) -> Column[datetime]:
    """Returns the column since when a row waits for a person, none if it does not: `until` is later than `begun`.

    Stored, so that PostgreSQL knows how few rows wait and reads those by their index.
    """
    waiting = f"CASE WHEN {begun} > coalesce({until}, '-infinity') THEN {begun} END"
    return Column("waits_since", DateTime(timezone=True), Computed(waiting, persisted=True))


_WAITS = text("waits_since IS NOT NULL")

# Conditions of partial indexes: in queries too they are text, because PostgreSQL must see that they are the same.
WAITING = text("copy.state NOT IN ('received', 'refused', 'cancelled')")
TO_COME = text("copy.state NOT IN ('received', 'cancelled')")
TO_SEND = text("copy.state = 'ordered'")
OWED_AGAIN = text("copy.state IN ('missing', 'damaged')")
NOT_SCANNED = text("NOT consigned_copy.received")
NOT_SENT = text("sending.outcome <> 'sent'")
ASKED = text("decision.attention <> ''")
UNTIED = text("discrepancy.copy_id IS NULL")
BELOW = text("NOT judgement.passes")
IN_PARCEL = text("consigned_copy.parcel_id <> ''")

MILESTONES = ("ordered_at", "answered_at", "despatched_at", "received_at")

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
    Column("barcode", Text),
    Index("copy_of_order", "order_id"),
    Index("copy_by_barcode", "barcode", postgresql_where=text("barcode IS NOT NULL")),
    # When it was ordered, and first answered, despatched and received: the earliest time stays.
    *(Column(name, DateTime(timezone=True)) for name in MILESTONES),
    Index("copy_waiting", "state", "changed_at", "copy_id", postgresql_include=["supplier_id"], postgresql_where=WAITING),
    Index(
        "copy_waiting_of_council",
        "council",
        "state",
        "changed_at",
        "copy_id",
        postgresql_include=["supplier_id"],
        postgresql_where=WAITING,
    ),
    Index("copy_to_come", "line_key", postgresql_where=TO_COME),
    Index("copy_to_send", "order_id", "supplier_id", postgresql_where=TO_SEND),
    Index("copy_owed_again", "copy_id", postgresql_where=OWED_AGAIN),
)

# How many copies have been in a state since a day (UTC); in a settled state, which nobody waits in, since `-infinity`.
# Triggers of `copy` keep it: it equals a count over `copy` in every transaction (docs/decisions/0021). No row has no copies.
copy_count = Table(
    "copy_count",
    metadata,
    Column("council", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("copies", BigInteger, nullable=False),
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
    _waits_since("requested_at", until="answered_at"),
    Index("cancellation_waiting", "waits_since", postgresql_where=_WAITS),
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
    Index("decision_open", "asked_at", postgresql_where=ASKED),
)

# `words` are those of the title as search compares them (`shared.folding`); none in rows of an earlier release.
title = Table(
    "title",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("words", TSVECTOR),
    Index("title_words", "words", postgresql_using="gin"),
)

# A title that a council ordered, as one of its orders names it: of several names the last in the alphabet.
ordered_title = Table(
    "ordered_title",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Index("ordered_title_words", "words", postgresql_using="gin"),
)

# What people name orders by: their number, the keys and the ISBNs of their lines, without case, spaces and punctuation.
order_term = Table(
    "order_term",
    metadata,
    Column("term", Text(collation="C"), primary_key=True),
    Column("council", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("order_id", Uuid, primary_key=True),
)

# The last judgement of the record of a book by the minimum of a council that ordered it. A higher `version` replaces it.
judgement = Table(
    "judgement",
    metadata,
    Column("council", Text, primary_key=True),
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, nullable=False),
    Column("passes", Boolean, nullable=False),
    Column("judged_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("judgement_below", "judged_at", postgresql_include=["council", "supplier_id"], postgresql_where=BELOW),
)

ALL_COUNCILS = ""
"""Stands in `duplication` in place of a council for the counts of all councils together."""

# Records of a day, and what was saved, as the catalogue counts them.
duplication = Table(
    "duplication",
    metadata,
    Column("day", Date, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in ("received", "repeated", "already_held", "requests_saved", "version")),
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
    Index("sending_uncertain", "sent_at", postgresql_where=NOT_SENT),
)

# A message waits while it was quarantined later than it was settled. An unreadable message has no council. `in_doubt`: it is one
# of ours that may not have arrived.
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
    _waits_since("quarantined_at", until="settled_at"),
    Column("in_doubt", Boolean, nullable=False, server_default=text("false")),
    Index("quarantined_waiting", "waits_since", postgresql_where=_WAITS),
)

# A file of an LMS's mailbox waits while it was held later than it was settled.
held_file = Table(
    "held_file",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("mailbox_id", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("file_name", Text, nullable=False, server_default=text("''")),
    Column("kind", Text, nullable=False, server_default=text("''")),
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("order_numbers", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("held_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
    _waits_since("held_at", until="settled_at"),
    Index("held_file_waiting", "waits_since", postgresql_where=_WAITS),
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
    # That of the first reason.
    Column("code", Text, nullable=False, server_default=text("''")),
    # Its own day, once it counts: it was matched, or a person accepted it.
    Column("spent_on", Date),
    Column("queried_at", DateTime(timezone=True)),
    Column("settled_at", DateTime(timezone=True)),
    _waits_since("queried_at", until="settled_at"),
    Index("invoice_by_number", "invoice_number"),
    Index("invoice_waiting", "waits_since", postgresql_where=_WAITS),
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
    Index("consignment_by_despatch", "despatch_number"),
)

# `received`: a place has scanned the copy, or reported it short; it then has no day on which it is `due`. That day is at most
# the consignment's expected one, so a copy that is not yet due is not late.
consigned_copy = Table(
    "consigned_copy",
    metadata,
    Column("consignment_id", Uuid, primary_key=True),
    Column("copy_id", Uuid, primary_key=True),
    Column("received", Boolean, nullable=False),
    Column("due", Date, server_default=text("'-infinity'")),
    Column("parcel_id", Text, nullable=False, server_default=text("''")),
    Index("consigned_copy_by_parcel", "parcel_id", postgresql_where=IN_PARCEL),
    Index("consignments_of_copy", "copy_id"),
    Index("consigned_copy_due", "due", postgresql_where=NOT_SCANNED),
    Index("consigned_copy_of_copy", "copy_id", postgresql_where=NOT_SCANNED),
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
    Index("discrepancy_of_copy", "copy_id"),
    Index("discrepancy_untied", "found_at", postgresql_where=UNTIED),
)

"""Orders, lines, copies, their timeline, and the branches and titles they name. Money in minor units."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.orders.store.tables.base import metadata
from shared.works.store import edition as shared_edition

# `reached`, `passes`, `passed_at`: how far the open copies of a closed branch went to the one that takes over from it: the last
# order of the pass under way, passes over all orders that were ended, and when the last one was.
branch = Table(
    "branch",
    metadata,
    Column("council", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("gln", Text),
    Column("closed_from", Date),
    Column("taken_over_by", Text),
    Column("reached", Uuid),
    Column("passes", SmallInteger, nullable=False, server_default=text("0")),
    Column("passed_at", DateTime(timezone=True)),
)

# Suppliers whose exchange has announced itself: sourcing rules can name them.
supplier = Table(
    "supplier",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("announced_at", DateTime(timezone=True), nullable=False),
    # These are null where its exchange has not stated them.
    Column("takes_cancellations", Boolean),
    Column("routes", ARRAY(Text)),
    Column("usual_delivery_days", SmallInteger),
    Column("takes_route_changes", Boolean),
    Column("takes_offer_answers", Boolean),
    Column("takes_enquiries", Boolean),
    Column("takes_rush", Boolean),
)

# `version` grows with every change of the order or its copies: it is the ETag and the events' aggregate version. `asking`:
# whether one of its lines asks a person for a decision; a trigger of `order_line` keeps it. `warnings` are those of the answer to
# the order, which a repetition gets again; null for none. `rush`: the council wants it sooner than usual.
purchase_order = Table(
    "purchase_order",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("asking", Boolean, nullable=False, server_default=text("false")),
    Column("warnings", JSONB(none_as_null=True)),
    Column("rush", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("council", "order_number", name="purchase_order_number"),
    UniqueConstraint("council", "idempotency_key", name="purchase_order_idempotency_key"),
    Index("purchase_order_by_time", "council", "placed_at", "order_id"),
    Index("purchase_order_asking", "council", "placed_at", "order_id", postgresql_where=text("asking")),
)

# `attention` is what a person must decide about the line; empty for nothing. `supplier_references` is what the supplier calls
# the line, `stated_prices` the prices of its last answer that had any, both as the contract writes them. `attention_*`: since
# when the line asks this, and the order's version when that was last published; null where it never was. `trial`, `arm`: the
# trial that drew the supplier, and its arm; null where none did. `ordered_isbn`: what was ordered first, where a substitute was
# accepted; title and author are of that book. `ordered_minor`, `ordered_currency`: likewise, where the line was `repriced`.
order_line = Table(
    "order_line",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("order_id", Uuid, ForeignKey("purchase_order.order_id"), nullable=False),
    Column("line_number", Integer, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("material", Text, nullable=False),
    Column("price_minor", Integer),
    Column("price_currency", Text),
    Column("attention", Text, nullable=False, server_default=text("''")),
    Column("quote_reference", Text, nullable=False, server_default=text("''")),
    Column("substitute_isbn", Text),
    Column("supplier_references", JSONB(none_as_null=True)),
    Column("stated_prices", JSONB(none_as_null=True)),
    Column("attention_at", DateTime(timezone=True)),
    Column("attention_version", Integer),
    # Null only in lines that an older release writes beside this one.
    Column("council", Text),
    Column("trial", Text),
    Column("arm", Text),
    Column("replaces", Text),
    Column("added_at", DateTime(timezone=True)),
    Column("added_version", Integer),
    Column("added_reason", Text),
    Column("ordered_isbn", Text),
    Column("repriced", Boolean, nullable=False, server_default=text("false")),
    Column("ordered_minor", Integer),
    Column("ordered_currency", Text),
    Index("order_line_of_order", "order_id"),
    Index("order_line_of_title", "council", "isbn"),
    Index("order_line_asking", "order_id", postgresql_where=text("attention <> ''")),
)

# `item` is other data that the copy was ordered with, `stated` what the supplier stated about it, as the contract writes them.
# `progress*`: when, why and at which version of the order the copy's last change was published; null where none was.
# `replaces` is the copy at another supplier instead of which this one was placed.
copy = Table(
    "copy",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    # No foreign key: `line_key` already proves the order, and a second check per copy would cost time.
    Column("order_id", Uuid, nullable=False),
    Column("line_key", Text, ForeignKey("order_line.line_key"), nullable=False),
    Column("copy_number", Integer, nullable=False),
    Column("branch_code", Text, nullable=False),
    Column("fund", Text, nullable=False),
    Column("sequence", Text, nullable=False),
    Column("shelfmark", Text, nullable=False),
    Column("servicing", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("expected_on", Date),
    Column("promised_on", Date),
    Column("barcode", Text),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("answered_by", Text),
    Column("given_up_as", Text),
    Column("item", JSONB(none_as_null=True)),
    Column("stated", JSONB(none_as_null=True)),
    Column("progressed_at", DateTime(timezone=True)),
    Column("progress_reason", Text),
    Column("progress_version", Integer),
    # Where to unpack it, as it was published with the order; null where no delivery rule said so. `deliver_to_asked`: the council
    # named that place itself, and no rule overrules it. `rerouted_to` is where since
    # `rerouted_at`, as published at that version of the order; null while that did not change. `untold_place`: the code of the
    # place that a person must still tell its supplier.
    Column("deliver_to", JSONB(none_as_null=True)),
    Column("deliver_to_asked", Boolean, nullable=False, server_default=text("false")),
    # The trial of deliveries that drew `deliver_to`, and its arm; null where none did. That of the line drew the supplier.
    Column("route_trial", Text),
    Column("route_arm", Text),
    Column("rerouted_to", JSONB(none_as_null=True)),
    Column("rerouted_at", DateTime(timezone=True)),
    Column("rerouted_version", Integer),
    Column("reroute_reason", Text),
    Column("untold_place", Text),
    # The branches that it was for until they closed, the first one first, as places: `branch_code` is the one that took over,
    # since `moved_at`, as published at that version of the order. Null in a copy that is for the branch it was ordered for.
    Column("former_branches", JSONB(none_as_null=True)),
    Column("moved_at", DateTime(timezone=True)),
    Column("moved_version", Integer),
    Column("move_reason", Text),
    # When its goods were last found missing or damaged, and in which despatch.
    Column("owed_since", DateTime(timezone=True)),
    Column("owed_in", Text),
    Column("replaces", Uuid),
    # What it commits of its fund (docs/decisions/0039): the financial year in which it counts, "" for none, null until it was
    # taken over from before that was kept; what it is expected to cost, null where no price is known; and whether a charge has
    # taken the place of that.
    Column("fund_year", Text),
    Column("expected_minor", BigInteger),
    Column("expected_currency", Text),
    Column("spend", Text, nullable=False, server_default=text("'open'")),
    Index("copy_of_order", "order_id"),
    Index("copy_not_taken_over", "order_id", postgresql_where=text("fund_year IS NULL")),
    Index("copy_of_barcode", "barcode", postgresql_where=text("barcode IS NOT NULL")),
)

# How many copies of an order a supplier has in a state, with what lists are narrowed and sorted by. Triggers of `copy` keep it:
# it equals a count over `copy` in every transaction (docs/decisions/0021). No row has no copies.
order_state = Table(
    "order_state",
    metadata,
    Column("order_id", Uuid, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("council", Text, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("copies", Integer, nullable=False),
    Index("order_state_by_time", "council", "state", "placed_at", "order_id"),
    Index("order_state_of_supplier", "council", "supplier_id", "placed_at", "order_id"),
)

# Append-only: what happened, to which copy (or the whole line), and why. The order's own row is its first entry, the placing.
timeline = Table(
    "timeline",
    metadata,
    Column("entry_id", BigInteger, Identity(always=True), primary_key=True),
    Column("order_id", Uuid, ForeignKey("purchase_order.order_id"), nullable=False),
    Column("line_key", Text),
    Column("copy_id", Uuid),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("from_state", Text),
    Column("to_state", Text),
    Column("cause", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event_id", Text),
    Column("correlation_id", Text, nullable=False),
    Index("timeline_of_order", "order_id", "entry_id"),
)

# Titles as the catalogue last published them; joined when an order is read, so that no line is rewritten.
title = Table(
    "title",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

# Which books are editions of one work: an order is warned of open copies of another edition.
edition = shared_edition.to_metadata(metadata)

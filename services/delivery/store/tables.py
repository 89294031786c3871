"""The tables of the delivery database."""

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
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.history import history_columns
from shared.sourcing.route_store import route_rule_columns
from shared.sourcing.switches.store import switch_columns
from shared.sourcing.trail_store import trail_columns

metadata = MetaData()

# What a copy is that is wanted and awaits goods.
OPEN = "wanted AND state IN ('expected', 'missing', 'damaged')"
# Written out, as in the index, so that any plan can use that.
OUTSTANDING = "consigned_item.state = 'outstanding'"
NOT_CLOSED = "consignment.state <> 'closed'"

expected_copy = Table(
    "expected_copy",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("line_key", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("branch", JSONB, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("copy_number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("wanted", Boolean, nullable=False),
    # The latest item advised for the copy. No foreign key: item and copy would reference each other.
    Column("item_id", Uuid),
    Column("fund", Text, nullable=False, server_default=text("''")),
    Column("sequence", Text, nullable=False, server_default=text("''")),
    Column("rotation_plan", Text, nullable=False, server_default=text("''")),
    Column("barcode", Text),
    Column("substitute_isbn", Text),
    # Where it is to be unpacked: as it was asked, or by the rule that applied when it was ordered or that it followed since.
    Column("deliver_to", JSONB(none_as_null=True)),
    # Whether the council named that place itself: then no rule overrules it.
    Column("deliver_to_asked", Boolean, nullable=False, server_default=text("false")),
    # Null in rows of an earlier release.
    Column("material", Text),
    # The trial of deliveries that drew its route, and its arm.
    Column("route_trial", Text),
    Column("route_arm", Text),
    # Right places of before its branch closed; null where none did.
    Column("former_places", JSONB(none_as_null=True)),
    # Branches where the council asked to unpack it, until each closed, though it was for another one; null where none did.
    Column("closed_places", JSONB(none_as_null=True)),
    Index("expected_copy_line", "line_key"),
    Index("expected_copy_open", "council", postgresql_where=text(OPEN)),
    Index("expected_copy_order", "order_id"),
    Index("expected_copy_number", "order_number"),
    Index("expected_copy_title", "council", "isbn"),
    Index("expected_copy_barcode", "barcode", postgresql_where=text("barcode IS NOT NULL")),
    Index("expected_copy_substitute", "substitute_isbn", postgresql_where=text("substitute_isbn IS NOT NULL")),
)

consignment = Table(
    "consignment",
    metadata,
    Column("consignment_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("despatch_number", Text, nullable=False),
    Column("place_code", Text, nullable=False),
    Column("place", JSONB, nullable=False),
    Column("leg", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("expected_on", Date),
    Column("created_at", DateTime(timezone=True), nullable=False),
    # The consignment in which its goods are expected since its branch closed; null where they are expected here.
    Column("moved_to", Uuid),
    # The first notice of it, as the supplier's exchange keeps it; null where an earlier release read it.
    Column("message_id", Uuid),
    # When a receipt last changed it; null before the first one, and where only an earlier release had one.
    Column("received_at", DateTime(timezone=True)),
    UniqueConstraint("supplier_id", "despatch_number", "council", "place_code", "leg", name="consignment_once"),
    Index("consignment_list", "council", "created_at", "consignment_id"),
    # What is on the way is few beside what ever was.
    Index("consignment_open", "council", "place_code", postgresql_where=text(NOT_CLOSED)),
    Index("consignment_received", "council", "received_at", postgresql_where=text("received_at IS NOT NULL")),
)

consigned_item = Table(
    "consigned_item",
    metadata,
    Column("item_id", Uuid, primary_key=True),
    Column("consignment_id", Uuid, ForeignKey("consignment.consignment_id"), nullable=False),
    # The order in which the goods were advised.
    Column("place_in_list", BigInteger, Identity(always=True), nullable=False),
    Column("copy_id", Uuid, ForeignKey("expected_copy.copy_id")),
    Column("isbn", Text, nullable=False),
    Column("parcel_id", Text, nullable=False),
    Column("barcode", Text),
    Column("state", Text, nullable=False),
    # What the supplier stated about it, as the contract writes that; null for nothing.
    Column("stated", JSONB(none_as_null=True)),
    # What was found wrong with its servicing, as the contract writes that; null for nothing.
    Column("servicing", JSONB(none_as_null=True)),
    # The receipt that gave it its state: when, and whose. Null while it is outstanding, and for receipts of earlier releases.
    Column("settled_at", DateTime(timezone=True)),
    Column("settled_by", Text),
    Index("consigned_item_list", "consignment_id", "place_in_list"),
    Index("consigned_item_barcode", "barcode", postgresql_where=text("barcode IS NOT NULL")),
    Index("consigned_item_parcel", "parcel_id", postgresql_where=text("parcel_id <> ''")),
    Index("consigned_item_outstanding", "copy_id", postgresql_where=text(OUTSTANDING)),
)

# Units advised so far, so that a notice that arrives again, or again with more parcels, adds only what is new.
advised_parcel = Table(
    "advised_parcel",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("despatch_number", Text, primary_key=True),
    Column("place_code", Text, primary_key=True),
    Column("parcel_id", Text, primary_key=True),
    Column("units", JSONB, nullable=False),
)

receipt = Table(
    "receipt",
    metadata,
    Column("receipt_id", Uuid, primary_key=True),
    Column("consignment_id", Uuid, ForeignKey("consignment.consignment_id"), nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    UniqueConstraint("consignment_id", "idempotency_key", name="receipt_once"),
)

discrepancy = Table(
    "discrepancy",
    metadata,
    Column("discrepancy_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("consignment_id", Uuid, ForeignKey("consignment.consignment_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("copy_id", Uuid, ForeignKey("expected_copy.copy_id")),
    Column("barcode", Text),
    Column("note", Text, nullable=False),
    # Of the kind `servicing`: what is wrong, as the contract writes it; null for others.
    Column("servicing", JSONB(none_as_null=True)),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Index("discrepancy_list", "council", "found_at", "discrepancy_id"),
    Index("discrepancy_consignment", "consignment_id"),
)

# Titles whose record the catalogue serves, and since when.
served_record = Table(
    "served_record",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("served_at", DateTime(timezone=True), nullable=False),
)

# Books by their first receipt. Not their items' times: a title that is received at twenty branches is one row.
received_title = Table(
    "received_title",
    metadata,
    Column("council", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("isbn", Text, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Index("received_title_period", "received_at", "council"),
)

# The audit trail: who changed a consignment, when, why, and with which correlation id.
history = Table(
    "history",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("consignment_id", Uuid, ForeignKey("consignment.consignment_id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("history_consignment", "consignment_id", "seq"),
)

# Rules are ended, never deleted, so that the route of a copy can be explained.
route_rule = Table(
    "route_rule",
    metadata,
    *route_rule_columns(),
    *trail_columns(),
    # The switch that made it.
    Column("switch_id", Uuid),
    Index("route_rule_of_switch", "switch_id", postgresql_where=text("switch_id IS NOT NULL")),
    Index("route_rule_of_council", "council", "valid_from", "rule_id"),
)

# Switches of the route. `from_supplier` is whose goods they are; null: any. `hub` is null for the route straight to the branch.
switch = Table(
    "switch",
    metadata,
    *switch_columns(),
    Column("from_supplier", Text),
    Column("to_supplier", Text),
    Column("hub", JSONB(none_as_null=True)),
    Column("open_copies", Text, nullable=False),
)

switch_history = Table("switch_history", metadata, *history_columns("switch_history"))

# Suppliers whose exchange has announced itself. `routes` is null where it does not state any.
supplier = Table(
    "supplier",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("routes", ARRAY(Text)),
    # Null where its exchange has not stated it.
    Column("takes_route_changes", Boolean),
)

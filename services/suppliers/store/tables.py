"""The tables of the exchange. One database serves one supplier."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()

# Everything exchanged, byte for byte. `reference` numbers what we send; `control_reference` is the other side's.
message = Table(
    "message",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The order in which messages arrived: clocks have ties and can go back.
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("direction", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reference", Integer),
    Column("control_reference", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("push_id", Text),
    Column("body", LargeBinary, nullable=False),
    # Bytes that are in `message_part`; the body is empty then.
    Column("size_of_parts", BigInteger, nullable=False, server_default="0"),
    Column("digest", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("order_ids", ARRAY(Uuid), nullable=False),
    Column("line_keys", ARRAY(Text), nullable=False),
    # By line key, numbers of the copies that it carries of lines that it does not carry whole; null for none.
    Column("copies", JSONB(none_as_null=True)),
    Column("councils", ARRAY(Text), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("next_attempt_at", DateTime(timezone=True)),
    # The supplier's mark of a message that it took and has not decided about.
    Column("decision_token", Text),
    Column("correlation_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # The version of the supplier's profile that the message was read or written under.
    Column("profile_version", Integer),
    # What the message asks about copies, and the how-manieth time it does; null for any other message.
    Column("enquiry_id", Uuid),
    Column("enquiry_attempt", Integer),
)
Index("message_reference", message.c.reference, unique=True)
Index("message_push_id", message.c.push_id, unique=True)
Index("message_seq", message.c.seq, unique=True)
Index("message_digest", message.c.digest)
Index("message_orders", message.c.order_ids, postgresql_using="gin")
# Only messages that still have to be worked on, so that the loops stay fast however many are kept.
Index(
    "message_pending",
    message.c.state,
    message.c.reference,
    postgresql_where=message.c.state.in_(["queued", "sending", "unknown", "received", "quarantined", "partly_applied"]),
)

# Small, and apart from the index above, which a migration would have to build again over all messages.
Index("message_undecided", message.c.next_attempt_at, postgresql_where=message.c.state == "undecided")

# The bytes of a message that is too large for one row. They are committed one by one, before the row of the message.
message_part = Table(
    "message_part",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

# How far a file of records was read. `position` counts records, those kept aside too; `counts` are findings by code.
feed_reading = Table(
    "feed_reading",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kept_aside", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("bytes_read", BigInteger, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("moved_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)

# Parts of a file of records that could not become a record, with the reason.
kept_aside = Table(
    "kept_aside",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("code", Text, nullable=False),
    Column("text", Text, nullable=False),
)

message_change = Table(
    "message_change",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("message_id", Uuid, ForeignKey("message.id"), nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
)
Index("message_change_message", message_change.c.message_id)

# How often staff did something about a message. `version` counts what was published of that.
message_work = Table(
    "message_work",
    metadata,
    Column("message_id", Uuid, ForeignKey("message.id"), primary_key=True),
    *(Column(name, Integer, nullable=False, server_default="0") for name in ("mapped", "replayed", "decided")),
    Column("version", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)

# Lines ordered from this supplier. Answers, despatches and invoices are matched against them.
ordered_line = Table(
    "ordered_line",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("line", JSONB, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("supplier_reference", Text, nullable=False),
    # The book that the supplier announced instead of the ordered one.
    Column("substitute_isbn", Text),
    # Which message with lines of its order carried the line: from the second on, the order's number on the wire says so.
    Column("part", Integer, nullable=False, server_default="1"),
    # Every other place that copies of it were to be delivered to since, as a list. `line` has those that its message said.
    Column("rerouted_to", JSONB(none_as_null=True)),
    # Whether the council wanted its order sooner than usual.
    Column("rush", Boolean, nullable=False, server_default=text("false")),
)
Index("ordered_line_order", ordered_line.c.order_id)
Index("ordered_line_number", ordered_line.c.order_number, ordered_line.c.isbn)
Index("ordered_line_isbn", ordered_line.c.isbn)
Index("ordered_line_supplier_reference", ordered_line.c.supplier_reference)
Index("ordered_line_message", ordered_line.c.message_id)

# Last number given to an outbound message. Locking the row makes numbers sequential, without gaps.
control_reference = Table(
    "control_reference",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

# The supplier's mark of the message that was fetched last; it is committed with the message's bytes.
mailbox_cursor = Table(
    "mailbox_cursor",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("moved_at", DateTime(timezone=True), nullable=False),
)

# Keys of content that was applied, so that none is applied twice: an answer to a line, a copy in a parcel, a record.
applied_piece = Table(
    "applied_piece",
    metadata,
    Column("key", Text, primary_key=True),
    Column("message_id", Uuid, nullable=False),
)
Index("applied_piece_message", applied_piece.c.message_id)

# Records that the catalogue asked for. `message_id` is the request sent to the supplier, null while the record waits.
wanted_record = Table(
    "wanted_record",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("message_id", Uuid),
)
# Only records that still wait: the sending loop checks for them at every turn.
Index(
    "wanted_record_waiting",
    wanted_record.c.requested_at,
    wanted_record.c.isbn,
    postgresql_where=wanted_record.c.message_id.is_(None),
)

# The state of each copy, as the order book published it. A copy without a row has not moved since it was ordered.
copy_progress = Table(
    "copy_progress",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    Column("line_key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
Index("copy_progress_line", copy_progress.c.line_key)

# When the last message of each feed arrived, and since when the feed is quiet.
feed = Table(
    "feed",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("last_heard_at", DateTime(timezone=True)),
    Column("quieted_at", DateTime(timezone=True)),
)

# The last event of each kind that was published about a thing: an order's message, a line, a feed. What is so by them can be
# published again from here (docs/decisions/0016). `stated_at` is the time by which readers tell later events from earlier ones.
published = Table(
    "published",
    metadata,
    Column("event_type", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("council", Text),
    Column("stated_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
)
Index("published_seq", published.c.seq, unique=True)

# Staff's mappings of the supplier's references to ours. `message_id` is null where a mapping applies to all messages.
mapping = Table(
    "mapping",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("field", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    Column("ours", Text, nullable=False),
    Column("message_id", Uuid, ForeignKey("message.id")),
    Column("council", Text),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_by", Text),
    Column("withdrawn_reason", Text),
)
Index("mapping_seq", mapping.c.seq, unique=True)
Index(
    "mapping_of_message",
    mapping.c.message_id,
    mapping.c.field,
    mapping.c.theirs,
    unique=True,
    postgresql_where=and_(mapping.c.withdrawn_at.is_(None), mapping.c.message_id.is_not(None)),
)
Index(
    "mapping_of_supplier",
    mapping.c.field,
    mapping.c.theirs,
    unique=True,
    postgresql_where=and_(mapping.c.withdrawn_at.is_(None), mapping.c.message_id.is_(None)),
)

# Since when, by whom and why the secrets shared with the supplier do not count; restored rows are kept as the audit trail.
withdrawal = Table(
    "withdrawal",
    metadata,
    Column("id", Uuid, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("supplier_id", "withdrawn_by", "withdrawn_reason")),
    Column("withdrawn_at", DateTime(timezone=True), nullable=False),
    Column("restored_at", DateTime(timezone=True)),
    *(Column(name, Text) for name in ("restored_by", "restored_reason")),
)
Index("withdrawal_in_force", withdrawal.c.supplier_id, unique=True, postgresql_where=withdrawal.c.restored_at.is_(None))

# Whether the supplier is reached. `troubles`: the ways that do not work, since when, why; `opened_*`: a person stopped all calls.
reachability = Table(
    "reachability",
    metadata,
    Column("supplier_id", Text, primary_key=True),
    Column("troubles", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    *(Column(name, Text) for name in ("opened_by", "opened_reason")),
    # How often a person had the supplier tried again: the loops compare it, and try at once.
    Column("closings", Integer, nullable=False),
    Column("stated_at", DateTime(timezone=True), nullable=False),
)

# What people did about the connection: who tested it with what result, who stopped calls and let them go on. The audit trail.
connection_act = Table(
    "connection_act",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("kind", "actor", "reason")),
    Column("steps", JSONB, nullable=False),
)
Index("connection_act_newest", connection_act.c.at, connection_act.c.id)

# One comparison of the supplier's open lines with ours. Its rows are in the order of the supplier's list.
reconciliation = Table(
    "reconciliation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("council", Text, nullable=False),
    Column("message_id", Uuid),
    Column("reported_at", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("agreed", "disagreeing", "ours_only", "theirs_only")),
)
Index("reconciliation_seq", reconciliation.c.seq, unique=True)

reconciliation_row = Table(
    "reconciliation_row",
    metadata,
    Column("reconciliation_id", Uuid, ForeignKey("reconciliation.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("outcome", Text, nullable=False),
    Column("line_key", Text),
    Column("order_id", Uuid),
    Column("order_number", Text),
    Column("isbn", Text, nullable=False),
    Column("our_quantity", Integer),
    Column("their_quantity", Integer),
    Column("their_status", Text),
    Column("since", DateTime(timezone=True)),
    Column("text", Text, nullable=False),
)

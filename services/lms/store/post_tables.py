"""The tables of the mailboxes' post: every file in and out, and the orders that were in them. They survive a rebuild of the feed.

No foreign key leads to the mailbox: its post stays when it is deleted.
"""

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
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.lms.store.own_tables import metadata

# Every file, byte for byte. `reference` numbers what we write, without gaps in a mailbox. `held`: that it waits for a person was
# published, and not yet that it is settled. `next_attempt_at`: not worked on before then.
post = Table(
    "post",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    # The order in which files were kept: clocks have ties and can go back.
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("mailbox_id", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("reference", Integer),
    Column("control_reference", Text, nullable=False),
    Column("order_numbers", ARRAY(Text), nullable=False),
    Column("answers", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("moved_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("held", Boolean, nullable=False, server_default=text("false")),
    Column("correlation_id", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("post_seq", "seq", unique=True),
    Index("post_of_council", "council", "seq"),
    Index("post_of_mailbox", "mailbox_id", "seq"),
    Index("post_number", "mailbox_id", "reference", unique=True),
    Index("post_digest", "mailbox_id", "digest"),
    Index("post_answers", "answers"),
    Index("post_order_numbers", "order_numbers", postgresql_using="gin"),
    # Only what is still to be worked on, fetched or settled, so that loops and lists stay fast however much is kept.
    Index(
        "post_pending",
        "mailbox_id",
        "direction",
        "seq",
        postgresql_where=text("state IN ('received', 'asked', 'cut_off', 'ready', 'failed', 'refused', 'partly_taken')"),
    ),
    Index("post_on_offer", "mailbox_id", "seq", postgresql_where=text("state IN ('ready', 'taken') AND direction = 'out'")),
)

post_change = Table(
    "post_change",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("message_id", Uuid, ForeignKey("post.message_id"), nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Index("post_change_message", "message_id", "id"),
)

# The last number given to a file out of a mailbox.
post_reference = Table(
    "post_reference",
    metadata,
    Column("mailbox_id", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

# The orders of a file: what the order book was asked, and what it answered. `names`: how the LMS calls everything in it.
asked_order = Table(
    "asked_order",
    metadata,
    Column("asked_id", Uuid, primary_key=True),
    Column("message_id", Uuid, ForeignKey("post.message_id"), nullable=False),
    Column("mailbox_id", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("segments", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("order_id", Uuid),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("faults", JSONB, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    Index("asked_order_of_message", "message_id", "place", unique=True),
    Index("asked_order_placed", "order_id"),
    Index("asked_order_number", "council", "order_number"),
)

# Ordered lines of councils that have a mailbox: what answers, goods and invoices are about.
known_line = Table(
    "known_line",
    metadata,
    Column("line_key", Text, primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("council", Text, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("ordered", JSONB, nullable=False),
    # Its copies that come from another supplier, once its own has cancelled them.
    Column("elsewhere", ARRAY(Uuid), nullable=False, server_default="{}"),
    Index("known_line_order", "order_id"),
    Index("known_line_number", "council", "order_number"),
)

# Events that wait for an order, or for the order book's word on it. Topics are read side by side.
waiting_news = Table(
    "waiting_news",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("council", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False),
    Index("waiting_news_once", "event_id", unique=True),
    Index("waiting_news_order", "order_id", "seq"),
)

# Parts of a large invoice, until all are there.
invoice_part = Table(
    "invoice_part",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("data", JSONB, nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False),
)

# Copies of which a mailbox was given a despatch advice: one for each despatch of a copy, whatever legs its way has.
advised_copy = Table(
    "advised_copy",
    metadata,
    Column("mailbox_id", Text, primary_key=True),
    Column("copy_id", Uuid, primary_key=True),
    Column("despatch", Text, primary_key=True),
)

# Barcodes of copies that mailboxes may be told of: an invoice names copies, and not their barcodes.
copy_barcode = Table(
    "copy_barcode",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    Column("order_id", Uuid, nullable=False),
    Column("barcode", Text, nullable=False),
    Index("copy_barcode_order", "order_id"),
)

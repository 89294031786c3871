"""Tables that every service has: outbox, inbox, dead letters, requests that may be repeated, acts of people.

The services' migrations include `metadata`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSON

metadata = MetaData()

# Rows are kept after they were sent (`sent_at`), so that they can be sent again to a broker that lost everything.
# `sent_cluster` is the identity of the log that acknowledged the row: the Kafka cluster's id, a slash, the topic's id.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("shard", SmallInteger, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sent_at", DateTime(timezone=True)),
    Column("sent_cluster", Text),
)
Index("outbox_unsent", outbox.c.seq, postgresql_where=outbox.c.sent_at.is_(None))

# One row per consumer and event, written in the transaction of the effect. `outcome` is `applied` or `dead`.
inbox = Table(
    "inbox",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("outcome", Text, nullable=False, server_default=text("'applied'")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# Grows with every event, and is trimmed from its oldest end: the rows are on disk in order of time, so a BRIN index is enough.
Index("inbox_at", inbox.c.at, postgresql_using="brin", postgresql_with={"autosummarize": "on"})

# Until when each consumer's inbox was trimmed: of older events it is not known whether they were handled.
inbox_trim = Table(
    "inbox_trim",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("before", DateTime(timezone=True), nullable=False),
)

# `headers` is a list of [name, value, "utf8" | "base64" | "null"]; `state` is `dead`, `replayed` or `discarded`. An event that
# Kafka never takes is moved here from the outbox: its `consumer` is `outbox`.
dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("event_type", Text),
    Column("council_id", Text),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("key", LargeBinary),
    Column("headers", JSON, nullable=False),
    Column("value", LargeBinary),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_failed_at", DateTime(timezone=True), nullable=False),
    Column("dead_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, server_default=text("'dead'")),
    Column("settled_at", DateTime(timezone=True)),
    Column("settled_by", Text),
    Column("settled_reason", Text),
)
Index("dead_letter_order", dead_letter.c.dead_at, dead_letter.c.id)
Index("dead_letter_once", dead_letter.c.consumer, dead_letter.c.event_id, unique=True)

# Requests that changed something, by the `Idempotency-Key` that recognises a repetition. `council` is empty for operations staff,
# `digest` is of the request's content, `subject` the id of what it made. Removed with the inbox.
asked_before = Table(
    "asked_before",
    metadata,
    Column("council", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("subject", Text),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("asked_before_at", asked_before.c.at, postgresql_using="brin", postgresql_with={"autosummarize": "on"})

# What people did through the API of the service: written in the transaction of the change, never changed, never removed.
# `operation` is the name in the API's document; `kind` and `thing` name what it was about. `council` is null for none.
act = Table(
    "act",
    metadata,
    Column("act_id", Uuid, primary_key=True),
    Column("acted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("council", Text),
    Column("actor", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("thing", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("outcome", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
)
Index("act_in_time", act.c.acted_at, act.c.act_id)
Index("act_of_council", act.c.council, act.c.acted_at, act.c.act_id)
Index("act_of_thing", act.c.thing, act.c.acted_at)

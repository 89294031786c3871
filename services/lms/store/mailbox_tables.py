"""The tables of mailboxes: whose they are, who may open them, and what people did with them. A rebuild leaves them alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from services.lms.store.own_tables import metadata

# `number` is that of its lock. `place` is null where the LMS logs in to us; then `user` is one of all councils' users. A mailbox
# that is deleted stays, without its credentials: its files name it, and no other may have its name.
mailbox = Table(
    "mailbox",
    metadata,
    Column("mailbox_id", Text, primary_key=True),
    Column("number", Integer, Identity(always=True), nullable=False),
    Column("council", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("profile", JSONB, nullable=False),
    Column("user", Text, nullable=False),
    Column("place", JSONB(none_as_null=True)),
    Column("quota", JSONB, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("credentials", JSONB, nullable=False),
    Column("previous_credentials", JSONB(none_as_null=True)),
    Column("previous_until", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("deleted_at", DateTime(timezone=True)),
    # How it does: when the LMS, or we, last logged in, and what went wrong since. Written without another version.
    Column("reached_at", DateTime(timezone=True)),
    Column("trouble", Text, nullable=False, server_default=text("''")),
    Column("trouble_at", DateTime(timezone=True)),
    UniqueConstraint("number", name="mailbox_number"),
    Index("mailbox_of_council", "council", "created_at", "mailbox_id"),
    Index("mailbox_user", "user", unique=True, postgresql_where=text("place IS NULL AND deleted_at IS NULL")),
)

mailbox_change = Table(
    "mailbox_change",
    metadata,
    Column("change_id", BigInteger, Identity(always=True), primary_key=True),
    Column("mailbox_id", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Index("mailbox_change_of_mailbox", "mailbox_id", "change_id"),
)

"""Requests of earlier releases; `asked_before` has those of today, and a later release drops this table."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, LargeBinary, Table, Text, Uuid

from services.orders.store.tables.base import metadata

# `subject_id` is what the request changed; `digest` is of the request's content.
request = Table(
    "request",
    metadata,
    Column("council", Text, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

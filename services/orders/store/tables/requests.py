"""Requests that changed an order, invoice or proposal, so that a repetition is recognised."""

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

"""Requests that are recognised when they are sent again."""

from __future__ import annotations

from shared.messaging.migration import create_asked_before_v1

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_asked_before_v1()

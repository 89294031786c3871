"""What people did by hand about messages and lines of the first order."""

from __future__ import annotations

from datetime import datetime

from shared.contracts.decisions import LinesDecided
from shared.contracts.messages import MessageHandled
from tests.services.evidence.facts import HARBOUR, SUFFOLK
from tests.services.hearing import number


def handled(*lines: str, at: datetime, which: int = 800, replayed: int = 0, version: int = 1) -> MessageHandled:
    """Staff mapped a reference in a message, and had it read again; it concerns these lines."""
    return MessageHandled(
        council=SUFFOLK if lines else None, supplier_id=HARBOUR, message_id=number(which), mapped=1, replayed=replayed,
        decided=0, line_keys=lines, version=version, handled_at=at,
    )  # fmt: skip


def decided(*lines: str, at: datetime) -> LinesDecided:
    """A person decided about copies of a switch."""
    return LinesDecided(
        council=SUFFOLK, order_id=number(10_001), order_number="PO-1", decided_at=at, decision="leave: asked", line_keys=lines
    )

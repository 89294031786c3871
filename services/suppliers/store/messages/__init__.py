"""Keeps messages, moves them from state to state, finds them, and takes the next one to work on."""

from __future__ import annotations

from services.suppliers.store.messages.queues import in_state, next_queued, next_received, next_unknown, pending, sent_messages
from services.suppliers.store.messages.reading import (
    Filter,
    body_of,
    find,
    last_inbound_at,
    lock,
    page,
    same_content,
    same_reference,
    sent_under,
)
from services.suppliers.store.messages.writing import (
    CHANNEL,
    NewMessage,
    add_to_history,
    history,
    id_of_push,
    keep,
    lock_last_reference,
    move,
    take_reference,
    update_reason,
    wake,
    was_held,
    was_unreadable,
    written_columns,
)

__all__ = [
    "CHANNEL",
    "Filter",
    "NewMessage",
    "add_to_history",
    "body_of",
    "find",
    "history",
    "id_of_push",
    "in_state",
    "keep",
    "last_inbound_at",
    "lock",
    "lock_last_reference",
    "move",
    "next_queued",
    "next_received",
    "next_unknown",
    "page",
    "pending",
    "same_content",
    "same_reference",
    "sent_messages",
    "sent_under",
    "take_reference",
    "update_reason",
    "wake",
    "was_held",
    "was_unreadable",
    "written_columns",
]

"""Messages: keeping them, moving them from state to state, finding them, taking the next one to work on."""

from __future__ import annotations

from services.suppliers.store.messages.finding import (
    body_of,
    find,
    last_heard,
    lock,
    same_content,
    same_reference,
    sent_under,
)
from services.suppliers.store.messages.keeping import (
    CHANNEL,
    NewMessage,
    id_of_push,
    keep,
    lock_last_reference,
    take_reference,
    wake,
    written_columns,
)
from services.suppliers.store.messages.listing import Filter, page
from services.suppliers.store.messages.moving import history, move, note, remark, was_held, was_unread
from services.suppliers.store.messages.queues import in_state, next_queued, next_received, next_unknown, pending, sent_messages

__all__ = [
    "CHANNEL",
    "Filter",
    "NewMessage",
    "body_of",
    "find",
    "history",
    "id_of_push",
    "in_state",
    "keep",
    "last_heard",
    "lock",
    "lock_last_reference",
    "move",
    "next_queued",
    "next_received",
    "next_unknown",
    "note",
    "page",
    "pending",
    "remark",
    "same_content",
    "same_reference",
    "sent_messages",
    "sent_under",
    "take_reference",
    "wake",
    "was_held",
    "was_unread",
    "written_columns",
]

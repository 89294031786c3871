"""Messages: keeping them, moving them from state to state, finding them, taking the next one to work on."""

from __future__ import annotations

from services.suppliers.store.messages.queues import in_state, next_queued, next_received, next_unknown, pending, sent_messages
from services.suppliers.store.messages.reading import (
    Filter,
    body_of,
    find,
    last_heard,
    lock,
    page,
    same_content,
    same_reference,
    sent_under,
)
from services.suppliers.store.messages.writing import (
    CHANNEL,
    NewMessage,
    history,
    id_of_push,
    keep,
    lock_last_reference,
    move,
    note,
    remark,
    take_reference,
    wake,
    was_held,
    was_unread,
    written_columns,
)

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

"""Keeps the files of mailboxes byte for byte, moves them from state to state, and finds them."""

from __future__ import annotations

from services.lms.store.post.reading import (
    Filter,
    Load,
    Work,
    answers_to,
    bytes_of,
    cut_off_before,
    files_in_state,
    find,
    history,
    load_of,
    lock,
    next_work,
    offered,
    page,
    same_content,
    waiting_files,
)
from services.lms.store.post.writing import (
    IN_CHANNEL,
    OUT_CHANNEL,
    NewFile,
    change,
    keep,
    lock_last_reference,
    move,
    take_reference,
)

__all__ = [
    "IN_CHANNEL",
    "OUT_CHANNEL",
    "Filter",
    "Load",
    "NewFile",
    "Work",
    "answers_to",
    "bytes_of",
    "change",
    "cut_off_before",
    "files_in_state",
    "find",
    "history",
    "keep",
    "load_of",
    "lock",
    "lock_last_reference",
    "move",
    "next_work",
    "offered",
    "page",
    "same_content",
    "take_reference",
    "waiting_files",
]

"""New identities. Random, so that no two processes have to agree on a counter."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

# Crockford's letters: no I, L, O or U to misread on a parcel label.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LINE_KEY_LETTERS = 16


def new_id() -> UUID:
    """A fresh identity for an aggregate, an event or a message."""
    return uuid4()


def new_line_key() -> str:
    """Our reference of an order line on the wire: 19 characters of A-Z0-9-, 80 random bits, never reused."""
    return "SB-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LINE_KEY_LETTERS))

"""New identities. Random, so that no two processes have to agree on a counter."""

from __future__ import annotations

import base64
import secrets
from uuid import UUID, uuid4

# RFC 4648's letters exchanged for Crockford's: no I, L, O or U to misread on a parcel label.
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LINE_KEY_BYTES = 10


def new_id() -> UUID:
    """A fresh identity for an aggregate, an event or a message."""
    return uuid4()


def new_line_key() -> str:
    """Our reference of an order line on the wire: 19 characters of A-Z0-9-, 80 random bits, never reused."""
    return "SB-" + base64.b32encode(secrets.token_bytes(_LINE_KEY_BYTES)).translate(_CROCKFORD).decode()

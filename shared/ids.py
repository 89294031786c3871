"""Creates new ids. They are random, so that processes need not share a counter."""

from __future__ import annotations

import base64
import secrets
from uuid import UUID, uuid4

# RFC 4648's alphabet replaced by Crockford's: without I, L, O and U, which are misread on parcel labels.
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LINE_KEY_BYTES = 10


def new_id() -> UUID:
    """Returns a new id for an aggregate, an event or a message."""
    return uuid4()


def new_line_key() -> str:
    """Returns our reference of an order line on the wire: 19 characters of A-Z0-9-, 80 random bits, never reused."""
    return "SB-" + base64.b32encode(secrets.token_bytes(_LINE_KEY_BYTES)).translate(_CROCKFORD).decode()

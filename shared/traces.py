"""Correlation ids and traceparents from outside: which are kept, and what replaces the others. Pure but for random ids."""

from __future__ import annotations

import re
import secrets

# W3C Trace Context, 3.2: version, trace id, parent id, flags; the version ff and ids of zeros only are invalid.
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
CORRELATION_LENGTH = 100


def traceparent_or_none(text: str | None) -> str | None:
    """Returns the traceparent unchanged if it has exactly the form of its standard, 55 characters; else None."""
    return text if text is not None and _TRACEPARENT.fullmatch(text) else None


def new_traceparent() -> str:
    """Returns the traceparent of a trace that begins here."""
    digits = secrets.token_hex(24)
    return f"00-{digits[:32]}-{digits[32:]}-01"


def correlation_or(text: str, instead: str) -> str:
    """Returns a caller's correlation id, cut at 100 characters; `instead` unless it is readable ASCII."""
    shown = text[:CORRELATION_LENGTH].strip()
    return shown if shown.isascii() and shown.isprintable() and shown else instead

"""Reads any inbound message, for production, replay and the conformance kit. Pure.

Reads the canonical JSON form itself and leaves all else to the adapter. Replaces NUL characters, which no database or event
can hold.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from pydantic import BaseModel

from services.suppliers.contract import Adapter, RawMessage, Reading
from services.suppliers.domain.despatch_form import read_despatch
from services.suppliers.domain.messages import CANONICAL_DESPATCH
from shared.findings import Finding, Severity
from shared.texts import NUL, has_nul, replace_nul

# How a NUL may be written in a message; searching the bytes for these is cheaper than checking every text.
_SIGNS = (NUL.encode(), b"\\u0000")

Value = TypeVar("Value")


def read(adapter: Adapter, raw: RawMessage) -> Reading:
    """Returns the facts and findings of a message: of the canonical form by its content type, else of the supplier's own form."""
    reading = read_despatch(raw) if raw.content_type == CANONICAL_DESPATCH else adapter.read(raw)
    return cleaned(reading, raw.body)


def cleaned(reading: Reading, body: bytes) -> Reading:
    """Returns the reading of `body` with each NUL replaced, and with a finding where there was one."""
    if not any(sign in body for sign in _SIGNS):
        return reading
    clean = _clean(reading)
    if clean == reading:
        return reading
    text = "the message contains NUL characters; each was read as U+FFFD, the sign for an unreadable character"
    finding = Finding("nul-character", text, Severity.WARNING)
    return replace(clean, findings=(*clean.findings, finding))


def _clean(value: Value) -> Value:
    if isinstance(value, str):
        # An enumeration's member has no NUL and must stay a member: `replace_nul` would make a plain string of it.
        return cast(Value, replace_nul(value)) if has_nul(value) else value
    if isinstance(value, tuple):
        return cast(Value, tuple(_clean(item) for item in value))
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _clean(content) for name, content in value})
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _clean(getattr(value, field.name)) for field in fields(value)})
    return value

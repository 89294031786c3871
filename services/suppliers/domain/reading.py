"""Reads any inbound message: the one door for production, replay and the conformance kit. Pure.

Picks the canonical JSON form or the adapter, and replaces NUL characters, which no database or event can hold.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from pydantic import BaseModel

from services.suppliers.contract import Adapter, RawMessage, Reading
from services.suppliers.domain.despatch_form import read_despatch
from services.suppliers.domain.messages import CANONICAL_DESPATCH
from shared.findings import Finding, Severity

_NUL = "\x00"
# The sign for what could not be read: a reference that had a NUL in it must not pass for the one without.
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_SIGNS = (b"\x00", b"\\u0000")

Value = TypeVar("Value")


def read(adapter: Adapter, raw: RawMessage) -> Reading:
    """The facts and findings of a message: in the canonical form where its content type says so, else in the supplier's own."""
    reading = read_despatch(raw) if raw.content_type == CANONICAL_DESPATCH else adapter.read(raw)
    return cleaned(reading, raw.body)


def cleaned(reading: Reading, body: bytes) -> Reading:
    """The reading of `body` without a NUL, and with a finding where there was one."""
    if not any(sign in body for sign in _SIGNS):
        return reading
    clean = _clean(reading)
    if clean == reading:
        return reading
    finding = Finding("nul-character", "NUL characters stand in it; each was taken for one that cannot be read", Severity.WARNING)
    return replace(clean, findings=(*clean.findings, finding))


def _clean(value: Value) -> Value:
    if isinstance(value, str):
        # Members of an enumeration are our own words, and stay what they are.
        return cast(Value, value.replace(_NUL, _UNREADABLE)) if _NUL in value else value
    if isinstance(value, tuple):
        return cast(Value, tuple(_clean(item) for item in value))
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _clean(content) for name, content in value})
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _clean(getattr(value, field.name)) for field in fields(value)})
    return value

"""Sentences of other services without what only programs need: calls of an API and names of fields. Pure."""

from __future__ import annotations

import re

_CALL = r"`?(?:GET|POST|PUT|PATCH|DELETE) [/.]\S*"
# A part of a sentence that has a call in it, back to the comma, colon or semicolon in front of it: `; see GET /v1/branches`.
_PART = re.compile(rf"[,;:]?(?: then)?(?: [^\s.,;:]+){{0,6}} {_CALL}(?<![.,;])")
# The field that a fault is about, in front of its sentence: `copy_ids/0: `.
_FIELD = re.compile(r"(?:(?<=; )|^)([a-z]+(?:_[a-z]+)*(?:/[a-z0-9_]+)*): ")
_FIELDS = {"copy_ids": "copies", "line_keys": "lines", "to_supplier": "supplier"}


def for_staff(text: str) -> str:
    """Returns a text of another service without calls of its API, and with words for the fields of a form."""
    plain = _FIELD.sub(_named, _PART.sub("", text)).strip(" ,;:")
    ends = text.rstrip().endswith(".") and plain and plain[-1] not in ".!?…"
    return f"{plain}." if ends else plain or text


def _named(found: re.Match[str]) -> str:
    field = found[1].partition("/")[0]
    return f"{_FIELDS.get(field, field.replace('_', ' '))}: "

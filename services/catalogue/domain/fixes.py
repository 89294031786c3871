"""Fields that a cataloguer fixed: they take precedence over every supplier's record until they are lifted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from services.catalogue.domain.records import KeptRecord
from shared.errors import DomainError, Fault, Kind
from shared.records import Description
from shared.texts import composed, has_nul

FIXABLE = tuple(Description.__dataclass_fields__)
"""Fields of a description, each of which can be fixed."""

_DESCRIPTION = TypeAdapter(Description)


@dataclass(frozen=True, slots=True)
class Fix:
    """A field of a title as a cataloguer says that it is; `description` states that field alone."""

    fix_id: UUID
    isbn: str
    field: str
    description: Description
    council: str
    actor: str
    reason: str
    made_at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = ""
    lifted_reason: str = ""


def fixed(field: str, value: object) -> Description:
    """Returns a description that states one field. Raises DomainError (422) for another field, or a value that does not fit."""
    if field not in FIXABLE:
        raise _refused("/field", "no-such-field", f"{field!r} is no field of a title; fix one of {', '.join(FIXABLE)}")
    try:
        description = _DESCRIPTION.validate_python({field: _plain(value)})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(str(step) for step in first["loc"][1:])
        raise _refused(f"/value/{place}".rstrip("/"), "invalid-value", first["msg"]) from error
    if not getattr(description, field):
        raise _refused("/value", "empty-value", f"{field} would be empty: a fix states what is so; lift the fix to state nothing")
    return description


def as_records(fixes: Iterable[Fix]) -> list[KeptRecord]:
    """Returns fixes as the best records of their book: what a council states itself."""
    return [
        KeptRecord(isbn=fix.isbn, supplier_id=f"council:{fix.council}", supplied_at=fix.made_at, description=fix.description)
        for fix in fixes
    ]


def no_such_fix(isbn: str) -> DomainError:
    """Returns the error (404) for a fix that does not exist, or was lifted."""
    detail = f"No such fix of {isbn} is in force; GET /v1/titles/{isbn}/fixes lists its fixes."
    return DomainError("no-such-fix", detail, Kind.NOT_FOUND)


def _plain(value: object) -> object:
    """Returns a value with composed accents. Raises DomainError (422) for a text with a NUL, which no database keeps."""
    if isinstance(value, str):
        if has_nul(value):
            raise _refused("/value", "nul-character", "a text contains a NUL character; remove it")
        return composed(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _refused(pointer: str, code: str, detail: str) -> DomainError:
    return DomainError(code, f"{detail[0].upper()}{detail[1:]}.", Kind.INVALID, [Fault(pointer, code, detail)])

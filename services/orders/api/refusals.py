"""Refusals of malformed orders: each names all faults of the order at once."""

from __future__ import annotations

import json

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders import usecases
from shared.clock import Clock
from shared.errors import DomainError, Kind, validation_faults


def lenient(raw: bytes) -> object:
    """Parses the document in a body; returns None where it is not JSON."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


async def refused_document(
    connection: AsyncConnection, council: str, error: ValidationError, *, document: object, clock: Clock
) -> DomainError:
    """Returns the refusal of a body that is no JSON, or no well-formed order."""
    shape = validation_faults(error.errors())
    if any(fault.code == "json_invalid" for fault in shape):
        return DomainError("malformed-json", "The body is not JSON.", Kind.MALFORMED, shape)
    return await usecases.refused_form(connection, council, error, document=document, clock=clock)

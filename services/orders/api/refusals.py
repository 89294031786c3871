"""Refusals of orders that are wrong in form: whoever sent one hears of all its faults at once."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import ValidationError

from services.orders import usecases
from shared.errors import DomainError, Fault, Kind
from shared.problems import validation_faults


def lenient(raw: bytes) -> object:
    """The document in a body; None where it is not JSON."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def refused_document(error: ValidationError, faults: Sequence[Fault]) -> DomainError:
    """The refusal of an order that is wrong in form, with all its other faults."""
    shape = validation_faults(error.errors())
    if any(fault.code == "json_invalid" for fault in shape):
        return DomainError("malformed-json", "The body is not JSON.", Kind.MALFORMED, shape)
    return usecases.refused_order(sorted([*shape, *faults], key=lambda fault: fault.pointer))

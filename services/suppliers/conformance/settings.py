"""Prepares what the transport is tried with: fields of the profile, wrong credentials, and two messages. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.suppliers.conformance.assume import sample_order
from services.suppliers.conformance.check import Subject
from services.suppliers.contract import OrderToSend, OutboundMessage
from shared.ids import new_id, new_line_key

_FROM, _TO = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "bcdefghijklmnopqrstuvwxyzaBCDEFGHIJKLMNOPQRSTUVWXYZA1234567890",
)


def with_fields(profile: str, fields: Sequence[str]) -> str:
    """Returns the profile's text with other values, each as FIELD=VALUE; a full stop leads into a field: `mailbox.port=2222`.

    The profile is returned unchanged where it is no JSON object or a field has no value: the adapter says what it lacks.
    """
    if not fields:
        return profile
    document = json.loads(profile)
    for field in fields:
        path, _, value = field.partition("=")
        *parents, name = path.split(".")
        inner = document
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = _value(value)
    return json.dumps(document)


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def altered(secrets: Mapping[str, str]) -> dict[str, str]:
    """Returns credentials of the same form that are wrong: the letters and digits of each one's second half are others."""
    moved = str.maketrans(_FROM, _TO)
    return {name: text[: len(text) // 2] + text[len(text) // 2 :].translate(moved) for name, text in secrets.items()}


def messages_to_try(subject: Subject, reference: int) -> tuple[OutboundMessage, OutboundMessage]:
    """Returns two messages under `reference` and the next number: of the orders given, or of a sample order with new keys.

    Raises ValueError where none can be written.
    """
    first, second = (_order(subject, place) for place in (0, 1))
    write = subject.adapter.write_order
    return write(first, reference), write(second, reference + 1)


def _order(subject: Subject, place: int) -> OrderToSend:
    if subject.orders:
        return subject.orders[place % len(subject.orders)]
    sample = sample_order(subject.profile)
    if sample is None:
        raise ValueError("the profile has no account of a council")
    lines = tuple(line.model_copy(update={"line_key": new_line_key()}) for line in sample.lines)
    number = new_id()
    return replace(sample, order_id=str(number), order_number=f"TRY-{number.hex[-12:].upper()}", lines=lines)

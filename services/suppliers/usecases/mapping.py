"""What people say that a supplier's references mean: checked against the message and against what was ordered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.contract import RawMessage
from services.suppliers.domain.mapping import Corrections, MappedField, Mapping, normal
from services.suppliers.domain.messages import Direction, Message, State, wrong_state
from services.suppliers.domain.reading import read
from services.suppliers.exchange import Exchange
from services.suppliers.store import mappings, messages
from services.suppliers.store.mappings import NewMapping
from shared.errors import DomainError, Fault, Kind
from shared.values import InvalidValue, to_isbn13

_NAMES = {
    MappedField.ORDER_NUMBER: "order number",
    MappedField.LINE_KEY: "line key",
    MappedField.ISBN: "ISBN",
    MappedField.PLACE: "place",
    MappedField.STATUS_CODE: "status code",
    MappedField.BUYER: "buyer",
}
_STATUS_CODE = re.compile(r"\d{3}")
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class MappingRequest:
    """What a person says: `theirs` means `ours`, in this message or in all of the supplier's."""

    field: MappedField
    theirs: str
    ours: str
    everywhere: bool
    actor: str
    reason: str
    council: str | None


async def add_mapping(connection: AsyncConnection, exchange: Exchange, message_id: UUID, said: MappingRequest) -> Mapping:
    """Keep what a reference in a held message means; a replay of the message then goes by it.

    Raises DomainError: 404 for no such message, 409 where the message does not wait, 403 where a council speaks for all,
    422 where the message has no such reference or we have none such as it is said to mean.
    """
    message = await messages.lock(connection, message_id)
    if message.direction is not Direction.IN or message.state not in (State.QUARANTINED, State.PARTLY_APPLIED):
        raise wrong_state(message, "mapped; only what waits for a person can be")
    if said.everywhere and said.council is not None:
        raise _for_all()
    theirs, ours = normal(said.field, said.theirs), await _ours(connection, exchange, said)
    await _check_said(connection, exchange, message, said.field, theirs)
    councils = await _councils(connection, exchange, said.field, ours)
    if said.council is not None:
        if said.council not in councils:
            raise _unknown(said.field, ours)
        councils = [said.council]
    new = NewMapping(
        field=said.field,
        theirs=theirs,
        ours=ours,
        message_id=None if said.everywhere else message_id,
        council=councils[0] if len(councils) == 1 else None,
        actor=said.actor,
        reason=said.reason,
    )
    return await mappings.add(connection, new, now=exchange.clock.now())


async def withdraw(
    connection: AsyncConnection, exchange: Exchange, mapping_id: UUID, *, actor: str, reason: str, council: str | None
) -> Mapping:
    """End a mapping; what was applied by it stays. Raises DomainError: 404 for none such, 403 where a council speaks for all."""
    found = await mappings.find(connection, mapping_id)
    if found is None or (council is not None and found.council != council):
        raise DomainError("no-such-mapping", f"There is no mapping {mapping_id}.", Kind.NOT_FOUND)
    if council is not None and found.message_id is None:
        raise _for_all()
    if found.withdrawn_at is not None:
        return found
    return await mappings.withdraw(connection, mapping_id, actor=actor, reason=reason, now=exchange.clock.now())


async def _ours(connection: AsyncConnection, exchange: Exchange, said: MappingRequest) -> str:
    """What we have under that name, checked for its form and for being known here."""
    ours = said.ours.strip()
    if said.field is MappedField.STATUS_CODE:
        if not _STATUS_CODE.fullmatch(ours):
            raise _wrong(
                "ours", "not-a-status", f"{ours!r} is no order line status (EDItEUR list 12B): three digits, such as 100"
            )
        return ours
    if said.field is MappedField.ISBN:
        try:
            ours = to_isbn13(ours)
        except InvalidValue as error:
            raise _wrong("ours", "not-an-isbn", str(error)) from error
    if not await _councils(connection, exchange, said.field, ours):
        raise _unknown(said.field, ours)
    return ours


async def _councils(connection: AsyncConnection, exchange: Exchange, field: MappedField, ours: str) -> Sequence[str]:
    """The councils that know a reference of ours; all where it concerns every council."""
    served = sorted(exchange.profile.accounts)
    if field is MappedField.STATUS_CODE or (field is MappedField.PLACE and ours == exchange.profile.hub_code):
        return served
    if field is MappedField.BUYER:
        return [ours] if ours in served else []
    return await mappings.councils_with(connection, field, ours)


async def _check_said(connection: AsyncConnection, exchange: Exchange, message: Message, field: MappedField, theirs: str) -> None:
    body = await messages.body_of(connection, message.id)
    raw = RawMessage(message.name, body, message.content_type)
    # A file of any size is read here, which must not be felt by other requests.
    said = await asyncio.to_thread(_references, exchange, raw, field)
    if theirs not in said:
        named = ", ".join(said[:_MOST_NAMED]) + (f" and {len(said) - _MOST_NAMED} more" if len(said) > _MOST_NAMED else "")
        detail = f"the message has no {_NAMES[field]} {theirs!r}; it has {named or 'none at all'}"
        raise _wrong("theirs", "not-in-message", detail)


def _references(exchange: Exchange, raw: RawMessage, field: MappedField) -> Sequence[str]:
    """Every reference of a sort that a message holds."""
    corrections = Corrections([])
    corrections.apply(read(exchange.adapter, raw).facts)
    return corrections.references(field)


def _unknown(field: MappedField, ours: str) -> DomainError:
    return _wrong(
        "ours", "unknown-here", f"{_NAMES[field]} {ours!r} is not known here; use one that this supplier got an order with"
    )


def _for_all() -> DomainError:
    return DomainError("for-all-councils", "Only operations staff say what holds for all messages.", Kind.FORBIDDEN)


def _wrong(member: str, code: str, detail: str) -> DomainError:
    return DomainError(code, f"{detail[0].upper()}{detail[1:]}.", Kind.INVALID, [Fault(f"/{member}", code, detail)])

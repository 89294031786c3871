"""Adds and withdraws staff's mappings of a supplier's references, checked against the message and the ordered lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.suppliers.domain.mapping import Corrections, MappedField, Mapping, normal
from services.suppliers.domain.messages import Direction, Message, State, Work, wrong_state
from services.suppliers.exchange import Exchange
from services.suppliers.store import mappings, messages
from services.suppliers.store.mappings import NewMapping
from services.suppliers.usecases.rereading import reread
from services.suppliers.usecases.working import note_work
from shared.errors import DomainError, Fault, Kind
from shared.values import InvalidValue, to_article_number

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
    """A request to read `theirs` as `ours`, in one message or `everywhere`: in all messages of the supplier.

    `council` is the council that asks; None for operations staff.
    """

    field: MappedField
    theirs: str
    ours: str
    everywhere: bool
    actor: str
    reason: str
    council: str | None


async def add_mapping(connection: AsyncConnection, exchange: Exchange, message_id: UUID, request: MappingRequest) -> Mapping:
    """Keeps what a reference in a held message means. It applies when the message is replayed.

    Raises DomainError: 404 for no such message, 409 where the message does not wait for a person, 403 where a council asks
    for a mapping of all messages, 422 where `theirs` is not in the message or `ours` is not known here.
    """
    message = await messages.lock(connection, message_id)
    if message.direction is not Direction.IN or message.state not in (State.QUARANTINED, State.PARTLY_APPLIED):
        raise wrong_state(message, "mapped; only an inbound message that waits for a person can be mapped")
    if request.everywhere and request.council is not None:
        raise _for_all()
    theirs, ours = normal(request.field, request.theirs), await _ours(connection, exchange, request)
    await _check_in_message(connection, exchange, message, request.field, theirs)
    councils = await _councils(connection, exchange, request.field, ours)
    if request.council is not None:
        if request.council not in councils:
            raise _unknown(request.field, ours)
        councils = [request.council]
    new = NewMapping(
        field=request.field,
        theirs=theirs,
        ours=ours,
        message_id=None if request.everywhere else message_id,
        council=councils[0] if len(councils) == 1 else None,
        actor=request.actor,
        reason=request.reason,
    )
    added = await mappings.add(connection, new, now=exchange.clock.now())
    await note_work(connection, exchange, message, Work.MAPPED)
    return added


async def get_mapping(connection: AsyncConnection, mapping_id: UUID, *, council: str | None) -> Mapping:
    """Returns a mapping, in force or ended. Raises DomainError (404), also for one that concerns others than the council."""
    return _of_council(await mappings.find(connection, mapping_id), mapping_id, council)


async def lock_mapping(connection: AsyncConnection, mapping_id: UUID, *, council: str | None) -> Mapping:
    """Returns a mapping, locked until the transaction ends. Raises DomainError (404) as `get_mapping` does."""
    return _of_council(await mappings.lock(connection, mapping_id), mapping_id, council)


async def withdraw(
    connection: AsyncConnection, exchange: Exchange, found: Mapping, *, actor: str, reason: str, council: str | None
) -> Mapping:
    """Ends a mapping that is locked; what was applied with it stays applied.

    Raises DomainError (403) where a council withdraws a mapping of all messages.
    """
    if council is not None and found.message_id is None:
        raise _for_all()
    if found.withdrawn_at is not None:
        return found
    return await mappings.withdraw(connection, found.id, actor=actor, reason=reason, now=exchange.clock.now())


def _of_council(found: Mapping | None, mapping_id: UUID, council: str | None) -> Mapping:
    if found is None or (council is not None and found.council != council):
        raise DomainError("no-such-mapping", f"There is no mapping {mapping_id}.", Kind.NOT_FOUND)
    return found


async def _ours(connection: AsyncConnection, exchange: Exchange, request: MappingRequest) -> str:
    """Returns the reference of ours, stripped. Raises DomainError (422) where its form is wrong or it is not known here."""
    ours = request.ours.strip()
    if request.field is MappedField.STATUS_CODE:
        if not _STATUS_CODE.fullmatch(ours):
            raise _wrong(
                "ours",
                "not-a-status",
                f"{ours!r} is not an order line status (EDItEUR list 12B); write three digits, such as 100",
            )
        return ours
    if request.field is MappedField.ISBN:
        try:
            ours = to_article_number(ours)
        except InvalidValue as error:
            raise _wrong("ours", "not-an-isbn", str(error)) from error
    if not await _councils(connection, exchange, request.field, ours):
        raise _unknown(request.field, ours)
    return ours


async def _councils(connection: AsyncConnection, exchange: Exchange, field: MappedField, ours: str) -> Sequence[str]:
    """Returns the councils that a reference of ours belongs to; all councils for a status code and for the hub."""
    served = sorted(exchange.profile.accounts)
    if field is MappedField.STATUS_CODE or (field is MappedField.PLACE and ours == exchange.profile.hub_code):
        return served
    if field is MappedField.BUYER:
        return [ours] if ours in served else []
    return await mappings.councils_with(connection, field, ours)


async def _check_in_message(
    connection: AsyncConnection, exchange: Exchange, message: Message, field: MappedField, theirs: str
) -> None:
    corrections = Corrections([])
    corrections.apply((await reread(connection, exchange, message)).facts)
    found = corrections.references(field)
    if theirs not in found:
        named = ", ".join(found[:_MOST_NAMED]) + (f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else "")
        detail = f"the message has no {_NAMES[field]} {theirs!r}; it has {named or 'none at all'}"
        raise _wrong("theirs", "not-in-message", detail)


def _unknown(field: MappedField, ours: str) -> DomainError:
    return _wrong(
        "ours", "unknown-here", f"{_NAMES[field]} {ours!r} is not known here; use one from an order sent to this supplier"
    )


def _for_all() -> DomainError:
    detail = "The mapping is for all messages of the supplier; only operations staff can add or withdraw it."
    return DomainError("for-all-councils", detail, Kind.FORBIDDEN)


def _wrong(member: str, code: str, detail: str) -> DomainError:
    return DomainError(code, f"{detail[0].upper()}{detail[1:]}.", Kind.INVALID, [Fault(f"/{member}", code, detail)])

"""When a branch closes: its copies, and their goods on the way, are expected at the branch that takes over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.delivery.domain.goods import (
    Consignment,
    ConsignmentState,
    Expected,
    Fact,
    Item,
    ItemState,
    state_of,
    with_more_goods,
)
from services.delivery.domain.moving import Move, Redirection, moved
from services.delivery.outgoing import events_of
from services.delivery.store import consignments, copies
from services.delivery.usecases.goods import note
from shared.bus import publish
from shared.clock import Clock
from shared.contracts.base import Place, PlaceKind
from shared.ids import new_id


async def take_over(connection: AsyncConnection, moves: Mapping[UUID, Move], clock: Clock) -> None:
    """Gives copies the branches that they are for from now on, and takes their outstanding goods there. Skips unknown copies.

    What a hub has yet to unpack stays there: it sends each copy on to its branch of then. What a closed branch was to unpack
    for others goes to the one that takes over. The caller holds the locks of the despatches.
    """
    known = await copies.locked_copies(connection, list(moves))
    after = [moved(copy, moves[copy.copy_id]) for copy in known]
    await copies.set_branches(connection, after)
    ids = [copy.copy_id for copy in after]
    # Held already, but for those that were advised while the caller waited for its locks.
    await consignments.lock_despatches(connection, sorted(await consignments.despatches_of(connection, ids)))
    facts: list[Fact] = []
    for consignment in await consignments.consignments_of(connection, ids):
        if consignment.place.kind is not PlaceKind.HUB:
            facts += await _redirect(connection, consignment, clock)
    await publish(connection, events_of(facts), clock)


async def _redirect(connection: AsyncConnection, consignment: Consignment, clock: Clock) -> list[Expected]:
    """Takes what is outstanding of a closed branch's consignment to those of the branches that take over."""
    items = await consignments.items_of(connection, consignment.consignment_id)
    outstanding = [item for item in items if item.state is ItemState.OUTSTANDING]
    redirection = Redirection.of((item.copy for item in outstanding), consignment.place)
    per_place: defaultdict[str, list[Item]] = defaultdict(list)
    places: dict[str, Place] = {}
    for item in outstanding:
        place = redirection.place_of(item.copy)
        places[place.code] = place
        per_place[place.code].append(item)
    per_place.pop(consignment.place.code, None)
    facts = [await _move(connection, consignment, places[code], part, clock) for code, part in sorted(per_place.items())]
    if facts:
        gone = {item.item_id for part in per_place.values() for item in part}
        left = state_of(item for item in items if item.item_id not in gone)
        await consignments.set_state(connection, consignment.consignment_id, left)
    return facts


async def _move(connection: AsyncConnection, before: Consignment, place: Place, items: list[Item], clock: Clock) -> Expected:
    """Puts items into the consignment of another branch; both say why."""
    wanted = replace(
        before,
        consignment_id=new_id(),
        place=place,
        state=ConsignmentState.EXPECTED,
        created_at=clock.now(),
        moved_to=None,
    )
    opened = await consignments.open_consignment(connection, wanted)
    after = replace(opened, state=with_more_goods(opened.state))
    await consignments.move_items(connection, items, to=after.consignment_id)
    await consignments.set_moved(connection, before.consignment_id, to=after.consignment_id)
    await consignments.set_state(connection, after.consignment_id, after.state)
    why = f"{before.place.code} is closed, and {place.code} takes over"
    count, at = f"{len(items)} outstanding", clock.now()
    await note(connection, before, "moved", detail=f"{count} to consignment {after.consignment_id}: {why}", at=at)
    await note(connection, after, "taken over", detail=f"{count} of consignment {before.consignment_id}: {why}", at=at)
    return Expected(after, tuple(items), instead_of=before.consignment_id)

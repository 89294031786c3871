"""Rules about the feeds for councils' LMS: everything that owners published is told, once, in order, and without holes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from shared.contracts.delivery import ConsignmentExpected, CopiesReceived
from shared.contracts.orders import LineProgressed
from tests.faults.facts import Facts, ToldMove

_GOODS = {ConsignmentExpected.event_type: "copy_expected", CopiesReceived.event_type: "copy_received"}


def untold_changes(facts: Facts) -> Iterator[str]:
    """Yields what was published and is not told. A feed that was built again does not have every move."""
    if not _is_built_again(facts):
        for move in _published_moves(facts) - _told_moves(facts):
            yield f"{move} was published and is in no feed"
    told = Counter((goods.kind, goods.consignment_id, goods.copy_id) for goods in facts.told.goods)
    for goods in _published_goods(facts) - told:
        yield f"{goods} was published and is in no feed"
    if facts.told.waiting:
        yield f"{facts.told.waiting} changes wait for an order that is not known"


def changes_told_twice(facts: Facts) -> Iterator[str]:
    """Yields what is told more often than it was published."""
    if not _is_built_again(facts):
        for move in _told_moves(facts) - _published_moves(facts):
            yield f"{move} is in a feed, and was not published so often"
    told = Counter((goods.kind, goods.consignment_id, goods.copy_id) for goods in facts.told.goods)
    for goods in told - _published_goods(facts):
        yield f"{goods} is in a feed, and was not published so often"


def changes_out_of_order(facts: Facts) -> Iterator[str]:
    """Yields holes in positions, copies whose moves do not follow each other, and those that end in another state than booked."""
    yield from (f"positions are missing in a feed: {hole}" for hole in facts.told.holes)
    last: dict[str, str] = {}
    for move in facts.told.moves:
        before = last.get(move.copy_id, move.from_state)
        if move.from_state not in ("", before):
            yield f"copy {move.copy_id} is told to move from {move.from_state}, and was {before}"
        last[move.copy_id] = move.to_state
    for copy in facts.copies:
        told = last.get(copy.copy_id, "ordered")
        if told != copy.state:
            yield f"copy {copy.key}: {copy.state} in the order book, {told} in the feed"


def _is_built_again(facts: Facts) -> bool:
    return any(not move.from_state for move in facts.told.moves)


def _told_moves(facts: Facts) -> Counter[ToldMove]:
    return Counter(facts.told.moves)


def _published_moves(facts: Facts) -> Counter[ToldMove]:
    return Counter(
        ToldMove(str(copy["copy_id"]), str(copy["from_state"]), str(copy["to_state"]))
        for event in facts.events
        if event.type == LineProgressed.event_type
        for copy in event.data["copies"]
        if copy["from_state"] != copy["to_state"]
    )


def _published_goods(facts: Facts) -> Counter[tuple[str, str, str]]:
    return Counter(
        (_GOODS[event.type], str(event.data["consignment_id"]), str(copy["copy_id"]))
        for event in facts.events
        if event.type in _GOODS
        for copy in event.data["copies"]
    )

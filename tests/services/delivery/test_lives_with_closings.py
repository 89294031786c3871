"""Random lives of orders, answers, goods and closings, in any order: every copy is owed to one open branch, and arrives."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from services.orders.rerouter import Rerouter
from shared.contracts.base import Place, RouteKind
from shared.contracts.suppliers import CopyReference, DespatchedLine, OrderResponded, RespondedLine
from tests.builders import HUB, a_despatch, a_parcel
from tests.fixtures.chance import Chance
from tests.services.delivery.conftest import Delivery
from tests.services.delivery.test_switch_with_orders import Wire
from tests.services.delivery.test_switch_with_orders import orders as orders
from tests.services.delivery.test_switches import announced
from tests.services.orders.conftest import BRANCHES, Orders

SUPPLIER = "eastern"
ALL = [
    *BRANCHES,
    {"code": "BURY", "name": "Bury Library", "gln": "5098765000026"},
    {"code": "STOW", "name": "Stowmarket Library"},
]
OWED = {"ordered", "sent", "accepted", "held", "back_ordered", "missing", "damaged"}
DONE = {"received", "refused", "cancelled"}
LIVES, STEPS = 2, 20
# How many of the copies have an asked place.
_ASKED = 0.5


class World:
    """Two services that hear each other, one supplier, and the branches of one council."""

    def __init__(self, delivery: Delivery, orders: Orders, chance: random.Random) -> None:
        self.delivery, self.orders, self.chance = delivery, orders, chance
        self.wire = Wire(delivery, orders)
        self.open = {branch["code"]: branch for branch in ALL}
        self.placed: list[str] = []
        self._asked_places: defaultdict[str, set[str]] = defaultdict(set)
        self._barcodes = map("3012300{:07}".format, count(1))
        self._numbers = count(1)

    async def begin(self) -> None:
        await self.orders.change_branches(*ALL)
        known = announced(SUPPLIER, RouteKind.DIRECT, RouteKind.HUB)
        await self.orders.hear(known)
        await self.delivery.hears(known)

    async def order(self) -> None:
        codes = list(self.open)
        # Some are to be unpacked at a branch that the council names, theirs or another one.
        copies = [
            {"branch": code, "fund": "FIC", "quantity": self.chance.randint(1, 2)}
            | ({"deliver_to": self.chance.choice(codes)} if self.chance.random() < _ASKED else {})
            for code in self._some(codes)
        ]
        line = {"line_number": 1, "isbn": "9780141439518", "copies": copies}
        placed = await self.orders.placed({"order_number": f"SFK-{next(self._numbers)}", "lines": [line]})
        self.placed.append(placed["order_id"])
        for copy in placed["lines"][0]["copies"]:
            self._asked_place_of(copy)

    async def close(self) -> None:
        if len(self.open) < 3:
            return
        code, successor = self.chance.sample(sorted(self.open), 2)
        closing = {**self.open.pop(code), "closed_from": str(self.orders.clock.today()), "taken_over_by": successor}
        answer = await self.orders.change_branches(closing)
        if answer.status_code == 422:  # it took over from another one today
            self.open[code] = {name: closing[name] for name in ("code", "name", "gln") if name in closing}

    async def follow(self) -> None:
        await Rerouter(self.orders.engine, self.orders.clock).turn()

    async def answer(self) -> None:
        for order, line, copy in self._some(await self._copies(OWED)):
            said = CopyReference(copy_number=copy["copy_number"], branch=self._name_of(copy))
            answer = RespondedLine(line_key=line["line_key"], status_code=self.chance.choice(["100", "400"]), copies=(said,))
            answered = OrderResponded(
                council="GB-SFK",
                supplier_id=SUPPLIER,
                message_id=UUID(int=self.chance.getrandbits(128)),
                order_id=order["order_id"],
                order_number=order["order_number"],
                responded_at=self.orders.clock.now(),
                lines=(answer,),
            )
            await self.orders.hear(answered)

    async def despatch(self, *, all_of_it: bool = False) -> None:
        await self.wire.carry()
        owed = await self._copies(OWED)
        for order, line, copy in owed if all_of_it else self._some(owed):
            named = self._name_of(copy)
            place = self._asked_place_of(copy) or self.chance.choice([HUB, Place(code=named)])
            mark = CopyReference(copy_number=copy["copy_number"], branch=named, barcode=next(self._barcodes))
            goods = DespatchedLine(
                line_key=line["line_key"], order_number=order["order_number"], isbn=line["isbn"], quantity=1, copies=(mark,)
            )
            await self.delivery.hears(
                a_despatch(a_parcel(goods), number=f"D-{next(self._numbers)}", deliver_to=place, supplier=SUPPLIER)
            )

    async def receive(self, *, all_of_it: bool = False) -> None:
        listed = [one for state in ("expected", "partly_received") for one in await self.delivery.consignments(state=state)]
        for summary in listed if all_of_it else self._some(listed):
            whole = (await self.delivery.get(f"/v1/consignments/{summary['consignment_id']}")).json()
            waiting = [copy for copy in whole["copies"] if copy["state"] == "outstanding"]
            await self.delivery.receives(whole["consignment_id"], *({"barcode": copy["barcode"]} for copy in waiting))

    async def settle(self) -> None:
        """All that is to happen happens: each copy is owed to an open branch, is expected at one, and arrives."""
        for _ in range(3):
            self.orders.clock.advance(timedelta(hours=1))
            for _ in range(2):
                await self.follow()
            await self.wire.carry()
            for _, _, copy in await self._copies(OWED | {"despatched", "at_hub"}):
                assert copy["branch"] in self.open
            await self.despatch(all_of_it=True)
            await self._check_goods()
            await self.receive(all_of_it=True)
            await self.receive(all_of_it=True)
            await self.wire.carry()

    async def _check_goods(self) -> None:
        for state in ("expected", "partly_received"):
            for summary in await self.delivery.consignments(state=state):
                assert summary["place"]["code"] in {*self.open, "CSU"}
                assert (await self.delivery.consignments(place=summary["place"]["code"])).count(summary) == 1

    async def states(self) -> set[str]:
        return {copy["state"] for _, _, copy in await self._copies(None)}

    async def _copies(self, states: set[str] | None) -> list[tuple[Any, Any, Any]]:
        return [
            (order, line, copy)
            for order in [await self.orders.read(order_id) for order_id in self.placed]
            for line in order["lines"]
            for copy in line["copies"]
            if states is None or copy["state"] in states
        ]

    def _name_of(self, copy: dict[str, Any]) -> str:
        """A branch by which the supplier may name a copy: that of now, or one of before."""
        name: str = self.chance.choice([copy["branch"], *copy["former_branches"]])
        return name

    def _asked_place_of(self, copy: dict[str, Any]) -> Place | None:
        """A place to which the supplier may bring a copy, if the council named one: that of now, or one that was known before."""
        if not copy["deliver_to_asked"]:
            return None
        known = self._asked_places[copy["copy_id"]]
        known.add(copy["deliver_to"]["code"])
        return Place(code=self.chance.choice(sorted(known)))

    def _some(self, things: list[Any]) -> list[Any]:
        return self.chance.sample(things, self.chance.randint(1, len(things))) if things else []


def lives(chance: random.Random) -> Iterator[str]:
    """What happens, in any order; at first an order, and once at least a closing."""
    steps = ["order", "answer", "despatch", "receive", "follow", "close", "carry"]
    yield "order"
    yield from (chance.choices(steps, weights=[4, 3, 5, 3, 2, 1, 3])[0] for _ in range(STEPS))
    yield "close"
    yield from chance.choices(steps[:5], k=5)


@pytest.mark.parametrize("life", range(LIVES))
async def test_every_copy_is_owed_to_one_open_branch_and_its_goods_end_received(
    delivery: Delivery, orders: Orders, chance: Chance, life: int
) -> None:
    world = World(delivery, orders, random.Random(f"{chance.seed}/{life}"))
    await world.begin()
    for step in lives(world.chance):
        await (world.wire.carry() if step == "carry" else getattr(world, step)())
    await world.settle()
    assert await world.states() <= DONE
    assert await delivery.discrepancies() == []

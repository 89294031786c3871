"""What the council decides in the story, each decision as one request to the service that acts on it. Watches nothing."""

from __future__ import annotations

import asyncio
from uuid import UUID

from local.lms.answers import Answer
from local.lms.calls import Service
from local.lms.lms import Lms
from local.lms.sourcing import CONSORTIUM, NATIONAL
from shared.clock import SystemClock

HUB = {"code": "CSU", "name": "Central Stock Unit"}
TRIAL = "bookseller"
TRIAL_SHARE = "0.4"
# Any day before the story, so that a rule from today on is the later one.
_LONG_AGO = "2020-01-01"
# The order book hears of a delivery rule by an event; nothing shows that it has. Orders placed before that go by the rule before.
_HEARD_SECONDS = 2.0
_RATE = 1_850
# Minutes of the council's own work: invented, to show what the council's own figures would.
_MINUTES = {
    "receiving": "2", "unpacking_at_hub": "1.5", "van": "1", "cataloguing_without_record": "25", "cataloguing_poor_record": "8",
    "chasing": "5", "query": "15", "discrepancy": "12",
}  # fmt: skip


class Sum(Answer):
    """What a switch would do to open copies, summed."""

    lines: int
    copies: int


class Preview(Answer):
    """What a switch would do."""

    sums: tuple[Sum, ...]


class Switch(Answer):
    """A switch: its state, and its copies by stage."""

    switch_id: UUID
    state: str
    copies: dict[str, int]


class SwitchedCopy(Answer):
    """One copy of a switch."""

    copy_id: UUID
    order_number: str
    line_key: str
    copy_number: int
    state: str


async def state_costs(evidence: Service) -> None:
    """States what the council's own work costs. Raises UnexpectedAnswer."""
    efforts = {name: {"minutes": minutes, "hourly_rate": _RATE} for name, minutes in _MINUTES.items()}
    await evidence.put(f"/v1/cost-models/{_LONG_AGO}", {"activities": efforts})


async def go_through_the_hub(lms: Lms) -> None:
    """Has goods unpacked at the hub. Raises UnexpectedAnswer."""
    await _route(lms, {"kind": "hub", "hub": HUB}, _LONG_AGO, "The van serves the branches")


async def go_direct(lms: Lms) -> None:
    """Has goods delivered straight to the branches, from today on. Raises UnexpectedAnswer."""
    await _route(lms, {"kind": "direct"}, _today(), "Branches unpack themselves")


async def _route(lms: Lms, route: dict[str, object], first_day: str, reason: str) -> None:
    await lms.delivery.post("/v1/route-rules", {"valid_from": first_day, "route": route, "reason": reason})
    await asyncio.sleep(_HEARD_SECONDS)


async def try_the_bookseller(lms: Lms) -> None:
    """Begins a trial: the draw gives a share of the order lines to the bookseller. Raises UnexpectedAnswer."""
    terms = {"name": TRIAL, "share": TRIAL_SHARE, "unit": "line"}
    rule = {"supplier_id": NATIONAL, "valid_from": _today(), "mode": "pilot", "trial": terms, "reason": "Tried before we decide"}
    await lms.orders.post("/v1/sourcing-rules", rule)


async def end_the_trial(lms: Lms) -> None:
    """Ends the trial; what was drawn stays drawn. Raises UnexpectedAnswer."""
    await lms.orders.post(f"/v1/trials/{TRIAL}/end", {"reason": "Enough orders were drawn"})


def leaving() -> dict[str, object]:
    """Returns the switch that leaves the provider: all that is open is moved, from today on."""
    reason = "The council leaves the provider relationship with the consortium"
    suppliers = {"from_supplier": CONSORTIUM, "to_supplier": NATIONAL}
    return {**suppliers, "first_day": _today(), "open_copies": "move", "reason": reason}


async def preview(orders: Service, asked: dict[str, object]) -> Sum:
    """Returns how many open lines and copies a switch would move. Writes nothing. Raises UnexpectedAnswer."""
    answer = await orders.post("/v1/switches/preview", asked)
    return next(iter(Preview.model_validate_json(answer.content).sums), Sum(lines=0, copies=0))


async def switch(orders: Service, asked: dict[str, object]) -> UUID:
    """Plans a switch. Raises UnexpectedAnswer."""
    answer = await orders.post("/v1/switches", asked, key="story-leaves-the-provider")
    return Switch.model_validate_json(answer.content).switch_id


async def switched(orders: Service, switch_id: UUID) -> Switch:
    """Returns the switch as it is now. Raises UnexpectedAnswer."""
    return await orders.get(f"/v1/switches/{switch_id}", Switch)


async def switched_copies(orders: Service, switch_id: UUID, stage: str) -> list[SwitchedCopy]:
    """Returns the copies of the switch in a stage. Raises UnexpectedAnswer."""
    return await orders.pages(f"/v1/switches/{switch_id}/copies", SwitchedCopy, {"stage": stage})


async def place_anew(orders: Service, switch_id: UUID, copies: list[SwitchedCopy], reason: str) -> None:
    """Decides that copies are placed with the second supplier without the first one's answer. Raises UnexpectedAnswer."""
    body = {"copy_ids": [str(copy.copy_id) for copy in copies], "decision": "place_anew", "reason": reason}
    await orders.post(f"/v1/switches/{switch_id}/copies", body)


def _today() -> str:
    return SystemClock().today().isoformat()

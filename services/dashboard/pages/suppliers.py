"""The pages of suppliers: whether each is reached, what it can do, how well it supplies, and what is decided about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.dashboard.domain import links
from services.dashboard.domain import suppliers as wording
from services.dashboard.domain.changes import OWNERS
from services.dashboard.domain.rules import StrandRules, calendar_of, is_left
from services.dashboard.domain.suppliers import Measure
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Governing, Reason, Visiting, acted, now_of, page, pages_router
from services.dashboard.usecases.rules import Rules
from services.dashboard.usecases.suppliers import Suppliers

Doing = Annotated[Literal["test", "open", "close"], Form()]

_DONE = {
    "test": "The connection was tested: below is what came back.",
    "open": "All calls are stopped. What is to be sent waits until a person closes the circuit.",
    "close": "The supplier is called again now. If it does not answer, this page says so within seconds.",
}
_WRITE = "exchange:write"
# The picture of arrivals: its plot, in the units of its SVG.
_LEFT, _RIGHT, _TOP, _BOTTOM, _DAYS = 50, 560, 20, 190, 90


@dataclass(frozen=True, slots=True)
class Point:
    """The share of copies that arrived within so many days, and where it is in the picture."""

    days: int
    measure: Measure
    x: float
    y: float
    low: float
    high: float


def suppliers_router(suppliers: Suppliers, rules: Rules) -> APIRouter:
    """Returns the routes of `/suppliers`."""
    router = pages_router("/suppliers")

    async def show_all(request: Request, visitor: Visiting) -> Response:
        seen, silence = await suppliers.all(visitor, now_of(request).date())
        verdict = wording.verdict_on_all(seen)
        return page(request, visitor, "suppliers.html", suppliers=seen, silence=silence, verdict=verdict, wording=wording)

    async def show(request: Request, visitor: Visiting, supplier_id: str) -> Response:
        today = now_of(request).date()
        seen, silence = await suppliers.one(visitor, supplier_id, today)
        strands = await rules.read(visitor, await rules.choices(visitor)) if visitor.council else ()
        own = [_of_supplier(strand, supplier_id) for strand in strands]
        leaving = any(is_left(strand, supplier_id) for strand in own)
        departure, why = await suppliers.departure(visitor, supplier_id) if leaving else (None, "")
        return page(
            request,
            visitor,
            "supplier.html",
            seen=seen,
            silence=silence,
            verdict=wording.verdict_on(seen),
            acts=await suppliers.acts(visitor, supplier_id),
            strands=own,
            departure=departure,
            departure_silence=why,
            effects=[effect for effect in calendar_of(strands, today) if supplier_id in effect.suppliers],
            owners=OWNERS,
            points=points_of(seen.measures),
            wording=wording,
            may_decide=_may_decide(visitor),
        )

    async def act(request: Request, visitor: Governing, supplier_id: str, doing: Doing, reason: Reason = "") -> Response:
        if doing == "test":
            asked = suppliers.test(visitor, supplier_id, reason)
        else:
            asked = suppliers.set_circuit(visitor, supplier_id, opened=doing == "open", reason=reason)
        return await acted(request, asked, then=f"{links.supplier(supplier_id)}#connection", done=_DONE[doing])

    router.add_api_route("", show_all, methods=["GET"])
    router.add_api_route("/{supplier_id}", show, methods=["GET"])
    router.add_api_route("/{supplier_id}", act, methods=["POST"])
    return router


def points_of(measures: Mapping[str, Measure]) -> Sequence[Point]:
    """Returns the points of the curve of arrivals, from those measures that are known."""
    found = ((days, measures.get(f"received_within_{days}_days")) for days in wording.WITHIN)
    return [_point(days, measure, measure.value) for days, measure in found if measure is not None and measure.value is not None]


def _point(days: int, measure: Measure, value: float) -> Point:
    low = value if measure.low is None else measure.low
    high = value if measure.high is None else measure.high
    x = _LEFT + (_RIGHT - _LEFT) * days / _DAYS
    return Point(days, measure, round(x, 1), _height(value), _height(low), _height(high))


def _height(share: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)


def _may_decide(visitor: Visitor) -> bool:
    """Whether the person may test the connection, and stop calls: it serves every council."""
    return visitor.governs and visitor.council is None and visitor.may(_WRITE)


def _of_supplier(strand: StrandRules, supplier_id: str) -> StrandRules:
    """Returns of a strand only what names the supplier."""
    rules = [rule for rule in strand.rules if rule.supplier_id == supplier_id]
    trials = {rule.trial.name for rule in rules if rule.trial}
    return StrandRules(
        strand.strand,
        rules,
        [end for end in strand.ends if supplier_id in (end.supplier_id, end.next_supplier)],
        [trial for trial in strand.trials if trial.name in trials],
        [switch for switch in strand.switches if switch.names(supplier_id)],
        strand.second_person,
        strand.silence,
    )

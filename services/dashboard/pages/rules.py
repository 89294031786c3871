"""The page of rules: what applies to which scope, what takes effect when, who would get something, and changes of all that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from services.dashboard.domain import rules as wording
from services.dashboard.domain.changes import OWNERS
from services.dashboard.domain.rules import SeenRule, cell_of, next_monday
from services.dashboard.domain.visitors import Visitor
from services.dashboard.pages.frame import Governing, Reason, Visiting, acted, check_council, now_of, page, pages_router
from services.dashboard.pages.narrowing import Narrowed
from services.dashboard.usecases.rules import Rules
from shared.days import Day
from shared.errors import DomainError, Kind
from shared.sourcing.rules import Strand
from shared.wording import day_in_words

_PREFIX = "/rules"
_DIRECT = "direct"

CodeField = Annotated[str, Field(max_length=40)]
ReasonField = Annotated[str, Field(max_length=2_000)]


class RuleForm(BaseModel):
    """A new rule as a person sends it; an empty field means any. Deliveries have a route."""

    first_day: Day
    supplier: CodeField = ""
    route: CodeField = ""
    branch: CodeField = ""
    material: CodeField = ""
    reason: ReasonField = ""

    @property
    def body(self) -> Mapping[str, object]:
        """What the service of the strand is sent, without a route."""
        scope = {"supplier_id": self.supplier or None, "branch": self.branch or None, "material": self.material or None}
        return {**scope, "valid_from": f"{self.first_day}", "reason": self.reason}


class ContractEndForm(BaseModel):
    """The end of a contract as a person sends it."""

    supplier: CodeField
    last_day: Day
    next_supplier: CodeField = ""
    reason: ReasonField = ""

    @property
    def body(self) -> Mapping[str, object]:
        """What the service of the strand is sent."""
        days = {"last_day": f"{self.last_day}", "next_supplier": self.next_supplier or None}
        return {"supplier_id": self.supplier, **days, "reason": self.reason}


def rules_router(rules: Rules) -> APIRouter:
    """Returns the routes of `/rules`."""
    router = pages_router(_PREFIX)
    _add_changing(router, rules)
    _add_ending(router, rules)

    async def show(request: Request, visitor: Visiting, branch: Narrowed = "", material: Narrowed = "", on: str = "") -> Response:
        check_council(visitor, "Rules")
        today = now_of(request).date()
        day = _day_of(on) or today
        choices = await rules.choices(visitor)
        strands = await rules.read(visitor, choices)
        asked = bool(branch and material)
        served = await rules.preview(visitor, choices, branch=branch, material=material, on=day) if asked else ()
        return page(
            request,
            visitor,
            "rules.html",
            strands=strands,
            rows=wording.table_of(strands, today),
            calendar=wording.calendar_of(strands, today),
            choices=choices,
            asked={"branch": branch, "material": material, "on": day},
            served=served,
            owners=OWNERS,
            change_url=_change_url,
            may_change=_may_change(visitor),
            tomorrow=today + timedelta(days=1),
        )

    router.add_api_route("", show, methods=["GET"])
    return router


def _add_changing(router: APIRouter, rules: Rules) -> None:
    async def form(
        request: Request, visitor: Visiting, strand: Strand, branch: Narrowed = "", material: Narrowed = ""
    ) -> Response:
        check_council(visitor, "Rules")
        today = now_of(request).date()
        first_day = next_monday(today)
        choices = await rules.choices(visitor)
        own = next(each for each in await rules.read(visitor, choices) if each.strand is strand)
        replaced = cell_of(own, (branch or None, material or None), first_day)
        return page(
            request,
            visitor,
            "rule.html",
            strand=strand,
            owner=OWNERS[strand],
            own=own,
            choices=choices,
            hubs=_hubs_of(own.rules),
            branch=branch,
            material=material,
            first_day=first_day,
            replaced=replaced,
            scope=wording.scope_in_words((branch or None, material or None)),
            may_change=_may_change(visitor),
        )

    async def add(request: Request, visitor: Governing, strand: Strand, asked: Annotated[RuleForm, Form()]) -> Response:
        check_council(visitor, "Rules")
        said = f"The rule applies from {day_in_words(asked.first_day)} on."
        doing = _added(rules, visitor, strand, asked)
        then = _change_url(strand, asked.branch, asked.material)
        return await acted(request, doing, then=then, done=lambda made: _said(made, said))

    router.add_api_route("/{strand}", form, methods=["GET"])
    router.add_api_route("/{strand}", add, methods=["POST"])


async def _added(rules: Rules, visitor: Visitor, strand: Strand, asked: RuleForm) -> Any:
    body = asked.body
    if strand is Strand.DELIVERY:
        choices = await rules.choices(visitor)
        own = next(each for each in await rules.read(visitor, choices) if each.strand is strand)
        body = {**body, "route": _route_of(asked.route, _hubs_of(own.rules))}
    return await rules.add(visitor, strand, body)


def _add_ending(router: APIRouter, rules: Rules) -> None:
    async def end(request: Request, visitor: Governing, strand: Strand, rule_id: UUID, reason: Reason = "") -> Response:
        doing = rules.end(visitor, strand, rule_id, reason)
        return await acted(request, doing, then=_PREFIX, done=lambda made: _said(made, "The rule is ended, from today on."))

    async def end_trial(request: Request, visitor: Governing, strand: Strand, name: str, reason: Reason = "") -> Response:
        doing = rules.end_trial(visitor, strand, name, reason)
        return await acted(
            request, doing, then=_PREFIX, done=lambda made: _said(made, "The trial is ended: nothing more is drawn.")
        )

    async def end_contract(
        request: Request, visitor: Governing, strand: Strand, asked: Annotated[ContractEndForm, Form()]
    ) -> Response:
        doing = rules.end_contract(visitor, strand, asked.body)
        said = f"The contract with {asked.supplier} ends after {day_in_words(asked.last_day)}."
        return await acted(request, doing, then=_PREFIX, done=lambda made: _said(made, said))

    async def lift(request: Request, visitor: Governing, strand: Strand, end_id: UUID, reason: Reason = "") -> Response:
        doing = rules.lift_end(visitor, strand, end_id, reason)
        return await acted(
            request, doing, then=_PREFIX, done=lambda made: _said(made, "The contract goes on: its end is lifted.")
        )

    router.add_api_route("/{strand}/rules/{rule_id}/end", end, methods=["POST"])
    router.add_api_route("/{strand}/trials/{name}/end", end_trial, methods=["POST"])
    router.add_api_route("/{strand}/contract-ends", end_contract, methods=["POST"])
    router.add_api_route("/{strand}/contract-ends/{end_id}/lift", lift, methods=["POST"])


def _said(made: Any, done: str) -> str:
    """Returns what became of a change: it is made, or waits for a second person; with what the council may not have meant."""
    waits = "It has no effect yet: another person of your council must approve it, on the page Changes."
    said = waits if made.get("state") == "waiting" and "change_id" in made else done
    return " ".join([said, *(f"Mind: {warning['detail']}" for warning in made.get("warnings", ()))])


def _change_url(strand: Strand, branch: str | None, material: str | None) -> str:
    """Returns the page on which a rule for a scope is changed."""
    named = {name: value for name, value in (("branch", branch), ("material", material)) if value}
    return f"{_PREFIX}/{strand}" + (f"?{urlencode(named)}" if named else "")


def _hubs_of(found: Sequence[SeenRule]) -> Mapping[str, Any]:
    """Returns the hubs that rules of the council name, by code."""
    hubs = (rule.route.hub for rule in found if rule.route is not None and rule.route.hub is not None)
    return {hub.code: {"code": hub.code, "name": hub.name, "gln": hub.gln} for hub in hubs}


def _route_of(chosen: str, hubs: Mapping[str, Any]) -> Mapping[str, object]:
    if chosen == _DIRECT:
        return {"kind": _DIRECT, "hub": None}
    if chosen not in hubs:
        raise DomainError(
            "no-such-hub", "No rule of the council names this hub. Load the page again and choose one.", Kind.INVALID
        )
    return {"kind": "hub", "hub": hubs[chosen]}


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _may_change(visitor: Visitor) -> Mapping[Strand, bool]:
    """Returns in which strands the person may change rules."""
    return {strand: visitor.governs and visitor.may(f"{owner.service}:write") for strand, owner in OWNERS.items()}

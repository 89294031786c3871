"""`/v1/route-rules`: by which route goods reach branches; and what `/v1/trials` of the delivery strand is made of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.delivery import schemas, usecases
from services.delivery.store import routes
from services.delivery.usecases import add_rule, end_rule, get_rule, preview
from shared.auth import CouncilPrincipal, council_with
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.http.headers import IdempotencyKey, IfMatchWhereSent, required_key
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.representations import with_tag
from shared.sourcing.api.changes import Desk, answered, as_read, submitting
from shared.sourcing.api.shapes import RuleId, Why
from shared.sourcing.api.trials import ServedTrials
from shared.sourcing.approving import Carried, submit
from shared.sourcing.changes import Asked, Change, ChangeKind, day_passed
from shared.sourcing.routes import RouteRule
from shared.sourcing.rules import Strand
from shared.sourcing.trial_store import TRIAL_CODES

Reader = Annotated[CouncilPrincipal, Depends(council_with("delivery:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("delivery:write"))]


def route_rules_router(desk: Desk) -> APIRouter:
    """Returns `/v1/route-rules`: by which route goods reach the branches of the caller's council."""
    router = APIRouter(prefix="/v1/route-rules", tags=["delivery rules"])
    engine, clock = desk.engine, desk.clock

    async def list_rules(caller: Reader, query: Annotated[PageQuery, Query()]) -> Page[schemas.RouteRuleView]:
        """Lists the delivery rules of the caller's council by first day, including past and future ones."""
        async with engine.connect() as connection:
            after = query.after(date.fromisoformat, UUID)
            rules = await routes.page(connection, caller.council, after=after, limit=query.fetched)
        return query.page(rules, keys=lambda rule: (rule.valid_from, rule.rule_id), view=schemas.rule_view)

    async def post_rule(
        caller: Writer, body: schemas.NewRouteRule, response: Response, idempotency_key: IdempotencyKey = ""
    ) -> schemas.AddedRouteRule | Response:
        """Adds a delivery rule. It applies to orders placed from now on; what is ordered keeps its route.

        A rule of mode `pilot` names a trial. It is refused where the trial's other rules state other terms, or where another
        trial covers some of its scope. A rule with the branch, supplier, material and first day of another one is refused
        (`same-first-day`); one that says the same as another is answered with that one, and nothing is added. A live
        rule that takes some of its scope out of a trial is added, with a warning (`out-of-trial`). Where the council requires a
        second person, the rule waits for one (202).
        """
        set_cause(cause_by(caller.subject))
        what, key = body.model_dump(mode="json", exclude={"reason"}), required_key(idempotency_key, "rule")
        asked = Asked(caller.council, Strand.DELIVERY, ChangeKind.ADD_RULE, what, body.reason, caller.subject, key)
        async with engine.begin() as connection:
            made = await submit(connection, asked, adding(clock), clock)
        view = partial(schemas.added_rule, warnings=made.warnings)
        return answered(made, view, response, lambda rule: f"{RouteRule.PATH}/{rule.rule_id}")

    async def get_route_rule(caller: Reader, rule_id: RuleId, response: Response) -> schemas.RouteRuleView:
        """Returns one delivery rule, also a past or future one."""
        async with engine.connect() as connection:
            return with_tag(schemas.rule_view(await get_rule(connection, caller.council, rule_id)), response)

    added, ended, shape = submitting(adding(clock)), submitting(ending(clock)), schemas.RouteRuleView
    router.add_api_route("", list_rules, methods=["GET"], responses=refusals())
    router.add_api_route("", post_rule, methods=["POST"], status_code=201, response_model=schemas.AddedRouteRule, responses=added)
    router.add_api_route("/preview", _rule_preview(engine, clock), methods=["GET"], responses=refusals("unknown-supplier"))
    router.add_api_route("/{rule_id}", get_route_rule, methods=["GET"], responses=refusals("no-such-route-rule"))
    router.add_api_route("/{rule_id}", _rule_end(engine, clock), methods=["DELETE"], response_model=shape, responses=ended)
    return router


def _rule_end(engine: AsyncEngine, clock: Clock) -> Callable[..., Awaitable[schemas.RouteRuleView | Response]]:
    """Returns the route that ends a rule."""

    async def delete_rule(
        caller: Writer,
        rule_id: RuleId,
        response: Response,
        reason: Why = "",
        idempotency_key: IdempotencyKey = "",
        if_match: IfMatchWhereSent = "",
    ) -> schemas.RouteRuleView | Response:
        """Ends a delivery rule today. The rule is kept, so that the routes of copies can be explained.

        Where the council requires a second person, it goes on until one has approved its end (202).
        """
        set_cause(cause_by(caller.subject))
        what, key, carried = {"rule_id": str(rule_id)}, required_key(idempotency_key, "change"), ending(clock)
        asked = Asked(caller.council, Strand.DELIVERY, ChangeKind.END_RULE, what, reason, caller.subject, key)
        check = as_read(if_match, "rule", carried, schemas.rule_view)
        async with engine.begin() as connection:
            made = await submit(connection, asked, carried, clock, reason_at="/query/reason", check=check)
        return answered(made, schemas.rule_view, response)

    return delete_rule


def _rule_preview(engine: AsyncEngine, clock: Clock) -> Callable[..., Awaitable[schemas.RoutePreview]]:
    """Returns the route of a preview."""

    async def get_preview(caller: Reader, query: Annotated[schemas.RoutePreviewQuery, Query()]) -> schemas.RoutePreview:
        """Shows by which route a supplier's goods reach a branch on a day, any trial of it, and rules it cannot follow."""
        async with engine.connect() as connection:
            decided = await preview(
                connection,
                caller.council,
                branch=query.branch,
                material=query.material,
                supplier_id=query.supplier_id,
                on=query.on or clock.today(),
            )
        return schemas.route_preview(decided)

    return get_preview


def adding(clock: Clock) -> Carried[RouteRule]:
    """Returns how delivery rules are added. A wrong one, or one whose first day passed while it waited, is refused (422).

    One that says what another says already is not added.
    """

    def asked(change: Change) -> RouteRule:
        body = schemas.NewRouteRule.model_validate({**change.asked, "reason": change.reason})
        return body.rule(change.council, change.change_id)

    async def add(connection: AsyncConnection, change: Change) -> RouteRule:
        rule, proposed = asked(change), clock.day_of(change.proposed_at)
        if fault := day_passed("/valid_from", rule.valid_from, proposed=proposed, today=clock.today()):
            raise DomainError(fault.code, fault.detail, Kind.INVALID, [fault])
        return await add_rule(connection, rule, by=change.proposed_by, clock=clock, approved_by=change.decided_by)

    return Carried(
        add,
        lambda connection, change: get_rule(connection, change.council, change.change_id),
        there=lambda connection, change: routes.TRIALS.repeated(connection, asked(change), clock.today()),
        warn=lambda connection, change: usecases.warnings_of_rule(connection, asked(change), clock.today()),
        refuses=("day-passed", "unknown-supplier", "route-not-offered", *TRIAL_CODES),
    )


def ending(clock: Clock) -> Carried[RouteRule]:
    """Returns how delivery rules are ended. One that the council does not have is 404."""

    async def end(connection: AsyncConnection, change: Change) -> RouteRule:
        rule_id, given = UUID(change.asked["rule_id"]), change.ending(clock.now())
        return await end_rule(connection, change.council, rule_id, ending=given, clock=clock)

    async def show(connection: AsyncConnection, change: Change) -> RouteRule:
        return await get_rule(connection, change.council, UUID(change.asked["rule_id"]))

    return Carried(end, show, refuses=("no-such-route-rule",))


def route_trials(clock: Clock) -> ServedTrials[RouteRule]:
    """Returns what `/v1/trials` of the delivery strand is made of."""
    tell = partial(usecases.tell_of_rule, clock=clock)
    scopes = ("delivery:read", "delivery:write")
    return ServedTrials(*scopes, routes.TRIALS, tell, schemas.RouteTrialView, schemas.trial_view)

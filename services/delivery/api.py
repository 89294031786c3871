"""Routes of delivery: parse, use case, render. Every call is for one council, but that of figures."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.delivery import schemas, usecases
from services.delivery.domain.goods import Consignment, ConsignmentUnknown
from services.delivery.domain.records import records_of
from services.delivery.domain.switching import RouteSwitch
from services.delivery.store import consignments, receipts, records, routes
from services.delivery.store.receipts import ReceiptAnswer
from services.delivery.usecases import ReceiptRequest, add_rule, end_rule, get_rule, preview, receive
from shared.auth import CouncilPrincipal, Principal, council_with, principal_with
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.http.headers import REPLAYED, IdempotencyKey, bare_key, required_key
from shared.http.lines import JSON, JSON_LINES, described_lines, fetching, lines_answer
from shared.http.paging import Page, PageQuery
from shared.http.representations import chosen_form
from shared.sourcing.api.changes import ChangeView, Desk, answered
from shared.sourcing.api.shapes import Why
from shared.sourcing.api.switches import ServedSwitches, switches_router
from shared.sourcing.api.trials import ServedTrials
from shared.sourcing.approving import Carried, submit
from shared.sourcing.changes import Asked, Change, ChangeKind, day_passed
from shared.sourcing.routes import RouteRule

Reader = Annotated[CouncilPrincipal, Depends(council_with("delivery:read"))]
FigureReader = Annotated[Principal, Depends(principal_with("delivery:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("delivery:write"))]


def consignments_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/consignments` that read: consignments and their items."""
    router = APIRouter(prefix="/v1/consignments", tags=["consignments"])

    async def list_consignments(
        caller: Reader, request: Request, query: Annotated[schemas.ConsignmentQuery, Query()]
    ) -> Page[schemas.ConsignmentSummary] | Response:
        """Lists consignments of the caller's council, newest first.

        With `Accept: application/jsonl`, all of them from the cursor on, each whole, with its copies, receipts and history.
        """
        narrowed = consignments.Filter(caller.council, **query.filters())
        fetch, after = fetching(engine, consignments.list_consignments, narrowed), query.after(datetime.fromisoformat, UUID)
        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await lines_answer(
                fetch, partial(_whole, engine), keys=lambda row: (row.created_at, row.consignment_id), after=after
            )
        rows = await fetch(after, query.fetched)
        async with engine.connect() as connection:
            articles = await records.articles_of(connection, [row.consignment_id for row in rows])
        return query.page(
            rows,
            keys=lambda row: (row.created_at, row.consignment_id),
            view=lambda row: schemas.summary(row, records_of(articles[row.consignment_id])),
        )

    async def get_consignment(consignment_id: UUID, caller: Reader) -> schemas.ConsignmentView:
        """Returns one consignment with its copies, whether their records are served, its receipts and its history."""
        async with engine.connect() as connection:
            consignment = await consignments.find_consignment(connection, caller.council, consignment_id)
            if consignment is None:
                raise ConsignmentUnknown
        return await _whole(engine, consignment)

    answer = Page[schemas.ConsignmentSummary]
    router.add_api_route(
        "", list_consignments, methods=["GET"], response_model=answer, responses=described_lines("ConsignmentView")
    )
    router.add_api_route("/{consignment_id}", get_consignment, methods=["GET"])
    return router


async def _whole(engine: AsyncEngine, consignment: Consignment) -> schemas.ConsignmentView:
    consignment_id = consignment.consignment_id
    async with engine.connect() as connection:
        items = await consignments.items_of(connection, consignment_id)
        received = await receipts.answers_of(connection, [consignment_id])
        history = await consignments.history_of(connection, consignment_id)
        articles = await records.articles_of(connection, [consignment_id])
    return schemas.view(consignment, records_of(articles[consignment_id]), items, received=received, history=history)


def receipts_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/consignments/{id}/receipts`: what a branch or hub unpacked."""
    router = APIRouter(prefix="/v1/consignments", tags=["consignments"])

    async def post_receipt(
        consignment_id: UUID,
        body: schemas.ReceiptBody,
        caller: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = "",
    ) -> ReceiptAnswer:
        """Reports what was unpacked. Sent again with the same Idempotency-Key, it gets the first answer.

        A copy scanned twice counts once. With `complete`, what was not scanned is missing. `records_missing` are the titles
        received now whose record the catalogue does not serve yet.
        """
        set_cause(cause_by(caller.subject))
        request = ReceiptRequest(
            council=caller.council,
            consignment_id=consignment_id,
            idempotency_key=required_key(idempotency_key, "receipt"),
            digest=hashlib.sha256(body.model_dump_json().encode()).hexdigest(),
            scans=tuple(scan.scan() for scan in body.scans),
            complete=body.complete,
        )
        async with engine.begin() as connection:
            applied = await receive(connection, request, clock)
        if applied.repeated:
            response.headers.update(REPLAYED)
        return applied.answer

    router.add_api_route("/{consignment_id}/receipts", post_receipt, methods=["POST"], status_code=201)
    return router


def discrepancies_router(engine: AsyncEngine) -> APIRouter:
    """Returns the route of `/v1/discrepancies`: how goods differed from the advice."""
    router = APIRouter(prefix="/v1/discrepancies", tags=["discrepancies"])

    async def list_discrepancies(
        caller: Reader, request: Request, query: Annotated[schemas.DiscrepancyQuery, Query()]
    ) -> Page[schemas.DiscrepancyView] | Response:
        """Lists discrepancies of the caller's council, newest first; all from the cursor on with `Accept: application/jsonl`."""
        narrowed = receipts.DiscrepancyFilter(caller.council, **query.filters())
        fetch, after = fetching(engine, receipts.list_discrepancies, narrowed), query.after(datetime.fromisoformat, UUID)

        async def line(row: RowMapping) -> schemas.DiscrepancyView:
            return schemas.discrepancy_view(row)

        def keys(row: RowMapping) -> tuple[datetime, UUID]:
            return row.found_at, row.discrepancy_id

        if chosen_form(request, (JSON, JSON_LINES)) == JSON_LINES:
            return await lines_answer(fetch, line, keys=keys, after=after)
        return query.page(await fetch(after, query.fetched), keys=keys, view=schemas.discrepancy_view)

    answer = Page[schemas.DiscrepancyView]
    router.add_api_route(
        "", list_discrepancies, methods=["GET"], response_model=answer, responses=described_lines("DiscrepancyView")
    )
    return router


def records_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the route of `/v1/records-before-goods`: whether records were served before goods arrived, by supplier."""
    router = APIRouter(prefix="/v1/records-before-goods", tags=["records"])

    async def get_records_before_goods(
        caller: FigureReader, period: Annotated[schemas.Period, Query()]
    ) -> schemas.RecordsBeforeGoodsView:
        """Returns the figures of each supplier for the titles first received in a period.

        Of the caller's council; for operations staff of all councils, where a title that two received counts for each.
        """
        begin, end = clock.start_of(period.begin), clock.start_of(period.end + timedelta(days=1))
        async with engine.connect() as connection:
            figures = await records.records_before_goods(connection, caller.council, begin, end)
        return schemas.RecordsBeforeGoodsView(suppliers=[schemas.SupplierRecordsView.model_validate(each) for each in figures])

    router.add_api_route("", get_records_before_goods, methods=["GET"])
    return router


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
    ) -> schemas.AddedRouteRule | ChangeView:
        """Adds a delivery rule. It applies to orders placed from now on; what is ordered keeps its route.

        A rule of mode `pilot` names a trial. It is refused where the trial's other rules state other terms, or where another
        trial covers some of its scope. A rule with the branch, supplier, material and first day of another one is refused
        (`same-first-day`); one that says the same as another is answered with that one, and nothing is added. A live
        rule that takes some of its scope out of a trial is added, with a warning (`out-of-trial`). Where the council requires a
        second person, the rule waits for one (202).
        """
        set_cause(cause_by(caller.subject))
        what, key = body.model_dump(mode="json", exclude={"reason"}), bare_key(idempotency_key)
        asked = Asked(caller.council, ChangeKind.ADD_RULE, what, body.reason, caller.subject, key)
        async with engine.begin() as connection:
            made = await submit(connection, asked, adding(clock), clock)
        return answered(made, partial(schemas.added_rule, warnings=made.warnings), response)

    async def delete_rule(
        caller: Writer, rule_id: UUID, response: Response, reason: Why = "", idempotency_key: IdempotencyKey = ""
    ) -> schemas.RouteRuleView | ChangeView:
        """Ends a delivery rule today. The rule is kept, so that the routes of copies can be explained.

        Where the council requires a second person, it goes on until one has approved its end (202).
        """
        set_cause(cause_by(caller.subject))
        what, key = {"rule_id": str(rule_id)}, bare_key(idempotency_key)
        asked = Asked(caller.council, ChangeKind.END_RULE, what, reason, caller.subject, key)
        async with engine.begin() as connection:
            made = await submit(connection, asked, ending(clock), clock, reason_at="/query/reason")
        return answered(made, schemas.rule_view, response)

    router.add_api_route("", list_rules, methods=["GET"])
    router.add_api_route("", post_rule, methods=["POST"], status_code=201)
    router.add_api_route("/preview", _rule_preview(engine, clock), methods=["GET"])
    router.add_api_route("/{rule_id}", delete_rule, methods=["DELETE"])
    return router


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
                supplier_id=query.supplier,
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
    )


def ending(clock: Clock) -> Carried[RouteRule]:
    """Returns how delivery rules are ended. One that the council does not have is 404."""

    async def end(connection: AsyncConnection, change: Change) -> RouteRule:
        rule_id, given = UUID(change.asked["rule_id"]), change.ending(clock.now())
        return await end_rule(connection, change.council, rule_id, ending=given, clock=clock)

    return Carried(end, lambda connection, change: get_rule(connection, change.council, UUID(change.asked["rule_id"])))


def route_trials(clock: Clock) -> ServedTrials[RouteRule]:
    """Returns what `/v1/trials` of the delivery strand is made of."""
    tell = partial(usecases.tell_of_rule, clock=clock)
    scopes = ("delivery:read", "delivery:write")
    return ServedTrials(*scopes, routes.TRIALS, tell, schemas.RouteTrialView, schemas.trial_view)


def route_switches_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns `/v1/switches` of the delivery strand."""

    async def view(connection: AsyncConnection, found: RouteSwitch) -> schemas.RouteSwitchView:
        counts = await usecases.progress(connection, found, clock)
        history = await usecases.SWITCHES.store.history_of(connection, found.switch_id)
        return schemas.switch_view(found, counts, history, await usecases.warnings_of(connection, found, clock))

    served = ServedSwitches(
        scope_read="delivery:read",
        scope_write="delivery:write",
        switches=usecases.SWITCHES,
        asked=schemas.AskedRouteSwitch,
        summary=schemas.RouteSwitchSummary,
        detail=schemas.RouteSwitchView,
        previewed=schemas.RouteSwitchPreview,
        preview=_preview_switch,
        view=view,
    )
    return switches_router(served, engine, clock)


async def _preview_switch(
    connection: AsyncConnection, asked: schemas.AskedRouteSwitch, new: RouteSwitch, clock: Clock
) -> schemas.RouteSwitchPreview:
    previewed = await usecases.preview_switch(connection, asked, new, clock)
    return schemas.switch_preview(new, previewed.changes, previewed.found, previewed.warnings)

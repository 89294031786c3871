"""`/v1/sourcing-rules`: add, list and end rules, and preview what they decide."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import CouncilPrincipal, council_with
from shared.errors import DomainError, Fault, Kind
from shared.http.headers import IdempotencyKey, IfMatchWhereSent, required_key
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.representations import with_tag
from shared.sourcing import store
from shared.sourcing.api.access import Access
from shared.sourcing.api.changes import answered, as_read, submitting
from shared.sourcing.api.shapes import (
    AddedRule,
    NewRule,
    OnDay,
    Preview,
    RuleId,
    RuleView,
    ScopeBranch,
    ScopeMaterial,
    Why,
    added_rule,
    new_rule,
    preview_of,
    rule_view,
)
from shared.sourcing.approving import Carried, submit
from shared.sourcing.changes import Asked, Change, ChangeKind, day_passed
from shared.sourcing.contract_end_store import in_force
from shared.sourcing.contract_ends import Contracts
from shared.sourcing.rules import SourcingRule
from shared.sourcing.trial_store import TRIAL_CODES
from shared.sourcing.trials import deciding, mode_faults
from shared.sourcing.warnings import deciding_sourcing


def rules_router(access: Access) -> APIRouter:
    """Returns `/v1/sourcing-rules` of one strand."""
    router = APIRouter(prefix="/v1/sourcing-rules", tags=["sourcing rules"])
    engine = access.engine
    reader = Annotated[CouncilPrincipal, Depends(council_with(access.scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(access.scope_write))]

    async def list_rules(caller: reader, query: Annotated[PageQuery, Query()]) -> Page[RuleView]:
        """Lists the rules of the caller's council by first day, including past and future ones."""
        async with engine.connect() as connection:
            after = query.after(date.fromisoformat, UUID)
            rules = await store.page(connection, caller.council, access.strand, after=after, limit=query.fetched)
        return query.page(rules, keys=lambda rule: (rule.valid_from, rule.rule_id), view=rule_view)

    async def add_rule(
        caller: writer, body: NewRule, response: Response, idempotency_key: IdempotencyKey = ""
    ) -> AddedRule | Response:
        """Adds a rule. It applies from now on; what already has a supplier keeps it.

        A rule of mode `pilot` names a trial. It is refused where the trial's other rules state other terms, or where another
        trial covers some of its scope. A rule with the branch, material and first day of another one is refused
        (`same-first-day`); one that says the same as another is answered with that one, and nothing is added. A live
        rule that takes some of its scope out of a trial is added, with a warning (`out-of-trial`). Where the council requires a
        second person, the rule waits for one (202).
        """
        what, key = body.model_dump(mode="json", exclude={"reason"}), required_key(idempotency_key, "rule")
        asked = Asked(caller.council, access.strand, ChangeKind.ADD_RULE, what, body.reason, caller.subject, key)
        async with engine.begin() as connection:
            made = await submit(connection, asked, adding(access), access.clock)
        view = partial(added_rule, warnings=made.warnings)
        return answered(made, view, response, lambda rule: f"/v1/sourcing-rules/{rule.rule_id}")

    async def get_rule(caller: reader, rule_id: RuleId, response: Response) -> RuleView:
        """Returns one rule, also a past or future one."""
        async with engine.connect() as connection:
            return with_tag(rule_view(await _rule(connection, access, caller.council, rule_id)), response)

    added, ended = submitting(adding(access)), submitting(ending(access))
    router.add_api_route("", list_rules, methods=["GET"], responses=refusals())
    router.add_api_route("", add_rule, methods=["POST"], status_code=201, response_model=AddedRule, responses=added)
    router.add_api_route("/preview", _preview(access, reader), methods=["GET"], responses=refusals(*access.checks.branch_codes))
    router.add_api_route("/{rule_id}", get_rule, methods=["GET"], responses=refusals("no-such-rule"))
    router.add_api_route("/{rule_id}", _end(access, writer), methods=["DELETE"], response_model=RuleView, responses=ended)
    return router


def _end(access: Access, writer: Any) -> Callable[..., Awaitable[RuleView | Response]]:
    """Returns the route that ends a rule; `writer` is the annotation of its caller."""

    async def end_rule(
        caller: writer,
        rule_id: RuleId,
        response: Response,
        reason: Why = "",
        idempotency_key: IdempotencyKey = "",
        if_match: IfMatchWhereSent = "",
    ) -> RuleView | Response:
        """Ends a rule today. The rule is kept, so that earlier choices can be explained.

        Where the council requires a second person, it goes on until one has approved its end (202).
        """
        what, key, carried = {"rule_id": str(rule_id)}, required_key(idempotency_key, "change"), ending(access)
        asked = Asked(caller.council, access.strand, ChangeKind.END_RULE, what, reason, caller.subject, key)
        check = as_read(if_match, "rule", carried, rule_view)
        async with access.engine.begin() as connection:
            made = await submit(connection, asked, carried, access.clock, reason_at="/query/reason", check=check)
        return answered(made, rule_view, response)

    return end_rule


def _preview(access: Access, reader: Any) -> Callable[..., Awaitable[Preview]]:
    """Returns the route of a preview; `reader` is the annotation of its caller."""

    async def preview(caller: reader, branch: ScopeBranch, material: ScopeMaterial = "book", on: OnDay = None) -> Preview:
        """Shows which supplier serves this branch and material on a day (today if none is given), and any trial that draws it."""
        day = on or access.clock.today()
        async with access.engine.connect() as connection:
            if fault := await access.checks.branch(connection, caller.council, branch, day):
                raise _refused(fault)
            rules = await store.rules_on(connection, caller.council, access.strand, day)
            ends = (await in_force(connection, [caller.council]))[caller.council]
            contracts = Contracts(day, ends, await access.checks.usual_days(connection) if ends else {})
        named = deciding(rules, branch=branch, material=material, on=day)
        decided = deciding(contracts.apply(rules), branch=branch, material=material, on=day)
        return preview_of(decided, None if named.rule is None else ends.get(named.rule.supplier_id))

    return preview


def adding(access: Access) -> Carried[SourcingRule]:
    """Returns how rules are added. A rule that is wrong, or whose first day passed while it waited, is refused (422).

    One that says what another says already is not added.
    """

    trials, today = store.trials_in(access.strand), access.clock.today

    def asked(change: Change) -> SourcingRule:
        body = NewRule.model_validate({**change.asked, "reason": change.reason})
        return new_rule(change.council, access.strand, body, change.change_id)

    async def add(connection: AsyncConnection, change: Change) -> SourcingRule:
        rule = asked(change)
        proposed = access.clock.day_of(change.proposed_at)
        passed = day_passed("/valid_from", rule.valid_from, proposed=proposed, today=today())
        if fault := passed or await access.checks.supplier(connection, rule.supplier_id):
            raise _refused(fault)
        await trials.check_new(connection, rule, mode_faults(rule), today())
        added = await store.add(connection, rule, by=change.proposed_by, approved_by=change.decided_by)
        await access.tell(connection, added)
        return added

    return Carried(
        add,
        lambda connection, change: _rule(connection, access, change.council, change.change_id),
        there=lambda connection, change: trials.repeated(connection, asked(change), today()),
        warn=lambda connection, change: trials.warnings(connection, asked(change), deciding_sourcing, today()),
        refuses=("day-passed", *TRIAL_CODES, *access.checks.supplier_codes),
    )


def ending(access: Access) -> Carried[SourcingRule]:
    """Returns how rules are ended. One that the council does not have is 404."""

    async def end(connection: AsyncConnection, change: Change) -> SourcingRule:
        rule = await _rule(connection, access, change.council, UUID(change.asked["rule_id"]))
        given = change.ending(access.clock.now())
        ended = await store.end(connection, change.council, rule.rule_id, on=access.clock.today(), ending=given)
        assert ended is not None, "rules are never deleted"
        await access.tell(connection, ended)
        return ended

    async def show(connection: AsyncConnection, change: Change) -> SourcingRule:
        return await _rule(connection, access, change.council, UUID(change.asked["rule_id"]))

    return Carried(end, show, refuses=("no-such-rule",))


async def _rule(connection: AsyncConnection, access: Access, council: str, rule_id: UUID) -> SourcingRule:
    found = await store.get_rule(connection, council, access.strand, rule_id)
    if found is None:
        raise DomainError("no-such-rule", "Your council has no sourcing rule with this id.", Kind.NOT_FOUND)
    return found


def _refused(fault: Fault) -> DomainError:
    return DomainError(fault.code, fault.detail, Kind.INVALID, [fault])

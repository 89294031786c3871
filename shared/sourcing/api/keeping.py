"""`/v1/sourcing-rules`: add, list and end rules, and preview what they decide."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from shared.auth import CouncilPrincipal, council_with
from shared.errors import DomainError, Fault, Kind
from shared.http.paging import Page, PageQuery
from shared.sourcing import store
from shared.sourcing.api.access import Access
from shared.sourcing.api.shapes import NewRule, Preview, RuleView, Scope, new_rule, preview_of, rule_view
from shared.sourcing.trials import deciding, mode_faults


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

    async def add_rule(caller: writer, body: NewRule) -> RuleView:
        """Adds a rule. It applies from now on; what already has a supplier keeps it.

        A rule of mode `pilot` names a trial. It is refused where the trial's other rules state other terms, or where another
        trial covers some of its scope.
        """
        rule = new_rule(caller.council, access.strand, body)
        async with engine.begin() as connection:
            if fault := await access.checks.supplier(connection, rule.supplier_id):
                raise _refused(fault)
            await store.trials_in(access.strand).check_new(connection, rule, mode_faults(rule))
            added = await store.add(connection, rule, by=caller.subject)
            await access.tell(connection, added)
        return rule_view(added)

    async def end_rule(caller: writer, rule_id: UUID) -> RuleView:
        """Ends a rule today. The rule is kept, so that earlier choices can be explained."""
        async with engine.begin() as connection:
            rule = await store.end(connection, caller.council, rule_id, on=access.clock.today(), by=caller.subject)
            if rule is not None:
                await access.tell(connection, rule)
        if rule is None:
            raise DomainError("no-such-rule", "Your council has no sourcing rule with this id.", Kind.NOT_FOUND)
        return rule_view(rule)

    router.add_api_route("", list_rules, methods=["GET"])
    router.add_api_route("", add_rule, methods=["POST"], status_code=201)
    router.add_api_route("/preview", _preview(access, reader), methods=["GET"])
    router.add_api_route("/{rule_id}", end_rule, methods=["DELETE"])
    return router


def _preview(access: Access, reader: Any) -> Callable[..., Awaitable[Preview]]:
    """Returns the route of a preview; `reader` is the annotation of its caller."""

    async def preview(caller: reader, branch: Scope, material: Scope = "book", on: date | None = None) -> Preview:
        """Shows which supplier serves this branch and material on a day (today if none is given), and any trial that draws it."""
        day = on or access.clock.today()
        async with access.engine.connect() as connection:
            if fault := await access.checks.branch(connection, caller.council, branch, day):
                raise _refused(fault)
            rules = await store.rules_on(connection, caller.council, access.strand, day)
        return preview_of(deciding(rules, branch=branch, material=material, on=day))

    return preview


def _refused(fault: Fault) -> DomainError:
    return DomainError(fault.code, fault.detail, Kind.INVALID, [fault])

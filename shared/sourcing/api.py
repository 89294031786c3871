"""Routes with which a council keeps the sourcing rules of one strand. Decides nothing: `rules` does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.errors import DomainError, Fault, Kind
from shared.http.paging import Page, PageQuery
from shared.ids import new_id
from shared.sourcing import store
from shared.sourcing.rules import Mode, SourcingRule, Strand, deciding_rule
from shared.texts import Reference

SupplierId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", description="Our name for the supplier")]
Scope = Annotated[Reference, Field(min_length=1, max_length=40)]

# Council, branch code, day -> what prevents orders for the branch; its pointer is that of the query parameter. None for nothing.
CheckBranch = Callable[[AsyncConnection, str, str, date], Awaitable[Fault | None]]
# Supplier id -> why a rule cannot name it. None where it can.
CheckSupplier = Callable[[AsyncConnection, str], Awaitable[Fault | None]]
# Tells whom it concerns of a rule that is new or was ended, in the transaction of the change.
Tell = Callable[[AsyncConnection, SourcingRule], Awaitable[None]]
BRANCH_PARAMETER = "/query/branch"


class RuleFields(BaseModel):
    """The fields of a rule. Without branch or material, it applies to any."""

    supplier_id: SupplierId
    branch: Scope | None = None
    material: Scope | None = None
    valid_from: date = Field(description="First day on which the rule applies")
    valid_to: date | None = Field(default=None, description="First day on which the rule no longer applies")
    mode: Mode = Mode.LIVE


class NewRule(RuleFields):
    """A rule as a council sends it."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("`valid_to` must be after `valid_from`")
        return self


class RuleView(RuleFields):
    """A rule as it is stored. A rule that was ended before it began has its first day as `valid_to`."""

    rule_id: UUID


class Preview(BaseModel):
    """The supplier that serves a branch and material on a day, and the rule that decides it; null if no rule applies."""

    supplier_id: str | None
    rule_id: UUID | None
    mode: Mode | None


def _refused(fault: Fault) -> DomainError:
    return DomainError(fault.code, fault.detail, Kind.INVALID, [fault])


def _view(rule: SourcingRule) -> RuleView:
    return RuleView.model_validate(rule, from_attributes=True)


async def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Checks:
    """What a service knows of branches and suppliers. `branch` is asked before a preview, `supplier` before a rule is added."""

    branch: CheckBranch = _nothing
    supplier: CheckSupplier = _nothing


NO_CHECKS = Checks()


def _preview(
    strand: Strand, reader: Any, *, engine: AsyncEngine, clock: Clock, check: CheckBranch
) -> Callable[..., Awaitable[Preview]]:
    """Returns the route of a preview; `reader` is the annotation of its caller."""

    async def preview(caller: reader, branch: Scope, material: Scope = "book", on: date | None = None) -> Preview:
        """Shows which supplier serves this branch and material on a day (today if none is given)."""
        day = on or clock.today()
        async with engine.connect() as connection:
            if fault := await check(connection, caller.council, branch, day):
                raise _refused(fault)
            rules = await store.rules_on(connection, caller.council, strand, day)
        rule = deciding_rule(rules, branch=branch, material=material, on=day)
        if rule is None:
            return Preview(supplier_id=None, rule_id=None, mode=None)
        return Preview(supplier_id=rule.supplier_id, rule_id=rule.rule_id, mode=rule.mode)

    return preview


def sourcing_router(
    strand: Strand,
    *,
    scope_read: str,
    scope_write: str,
    engine: AsyncEngine,
    clock: Clock,
    checks: Checks = NO_CHECKS,
    tell: Tell = _nothing,
) -> APIRouter:
    """Returns `/v1/sourcing-rules` of one strand; callers read and change the rules of their own council only."""
    router = APIRouter(prefix="/v1/sourcing-rules", tags=["sourcing rules"])
    reader = Annotated[CouncilPrincipal, Depends(council_with(scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(scope_write))]

    async def list_rules(caller: reader, query: Annotated[PageQuery, Query()]) -> Page[RuleView]:
        """Lists the rules of the caller's council by first day, including past and future ones."""
        async with engine.connect() as connection:
            after = query.after(date.fromisoformat, UUID)
            rules = await store.page(connection, caller.council, strand, after=after, limit=query.fetched)
        return query.page(rules, keys=lambda rule: (rule.valid_from, rule.rule_id), view=_view)

    async def add_rule(caller: writer, body: NewRule) -> RuleView:
        """Adds a rule. It applies from now on; what already has a supplier keeps it."""
        rule = SourcingRule(rule_id=new_id(), council=caller.council, strand=strand, **dict(body))
        async with engine.begin() as connection:
            if fault := await checks.supplier(connection, rule.supplier_id):
                raise _refused(fault)
            await store.add(connection, rule, by=caller.subject)
            await tell(connection, rule)
        return _view(rule)

    async def end_rule(caller: writer, rule_id: UUID) -> RuleView:
        """Ends a rule today. The rule is kept, so that earlier choices can be explained."""
        today = clock.today()
        async with engine.begin() as connection:
            rule = await store.end(connection, caller.council, rule_id, on=today, by=caller.subject)
            if rule is not None:
                await tell(connection, rule)
        if rule is None:
            raise DomainError("no-such-rule", "Your council has no sourcing rule with this id.", Kind.NOT_FOUND)
        return _view(rule)

    router.add_api_route("", list_rules, methods=["GET"])
    router.add_api_route("", add_rule, methods=["POST"], status_code=201)
    preview = _preview(strand, reader, engine=engine, clock=clock, check=checks.branch)
    router.add_api_route("/preview", preview, methods=["GET"])
    router.add_api_route("/{rule_id}", end_rule, methods=["DELETE"])
    return router

"""`/v1/trials`: list the trials that pilot rules name, and end one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import CouncilPrincipal, council_with
from shared.errors import DomainError, Kind
from shared.http.paging import Page, PageQuery
from shared.sourcing import store
from shared.sourcing.api.access import Access
from shared.sourcing.api.shapes import TrialEnd, TrialName, TrialView, trial_view
from shared.sourcing.trials import trials_of


def trials_router(access: Access) -> APIRouter:
    """Returns `/v1/trials` of one strand."""
    router = APIRouter(prefix="/v1/trials", tags=["trials"])
    engine = access.engine
    reader = Annotated[CouncilPrincipal, Depends(council_with(access.scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(access.scope_write))]

    async def list_trials(caller: reader, query: Annotated[PageQuery, Query()]) -> Page[TrialView]:
        """Lists the trials of the caller's council by name, including planned and ended ones, each with its rules."""
        council, strand, today = caller.council, access.strand, access.clock.today()
        async with engine.connect() as connection:
            names = await store.trial_names(connection, council, strand, after=query.after(str), limit=query.fetched)
            rules = await store.rules_of_trials(connection, council, strand, names)
        found = {each.trial.name: each for each in trials_of(rules)}
        return query.page(names, keys=lambda name: (name,), view=lambda name: trial_view(found[name], today))

    async def end_trial(caller: writer, name: TrialName, body: TrialEnd) -> TrialView:
        """Ends the rules of a trial today. Rules and what was drawn are kept. An ended trial stays as it is."""
        async with engine.begin() as connection:
            await _end(connection, access, caller, name, body.reason)
            rules = await store.rules_of_trials(connection, caller.council, access.strand, [name])
        (found,) = trials_of(rules)
        return trial_view(found, access.clock.today())

    router.add_api_route("", list_trials, methods=["GET"])
    router.add_api_route("/{name}/end", end_trial, methods=["POST"])
    return router


async def _end(connection: AsyncConnection, access: Access, caller: CouncilPrincipal, name: str, reason: str) -> None:
    await store.lock_trials(connection, caller.council, access.strand)
    rules = await store.rules_of_trials(connection, caller.council, access.strand, [name])
    if not rules:
        detail = f"Your council has no trial {name!r} here; GET /v1/trials lists those of this strand."
        raise DomainError("no-such-trial", detail, Kind.NOT_FOUND)
    now, today = access.clock.now(), access.clock.today()
    for rule in await store.end_trial(connection, rules, at=now, on=today, by=caller.subject, reason=reason):
        await access.tell(connection, rule)

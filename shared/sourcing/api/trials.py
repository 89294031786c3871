"""`/v1/trials`: list the trials that pilot rules name, and end one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import CouncilPrincipal, council_with
from shared.errors import DomainError, Kind
from shared.http.headers import IdempotencyKey, bare_key
from shared.http.paging import Page, PageQuery
from shared.sourcing import store
from shared.sourcing.api.access import Access
from shared.sourcing.api.changes import ChangeView, answered
from shared.sourcing.api.shapes import TrialEnd, TrialName, TrialView, trial_view
from shared.sourcing.approving import Carried, submit
from shared.sourcing.changes import Asked, Change, ChangeKind
from shared.sourcing.trials import TrialRules, trials_of


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

    async def end_trial(
        caller: writer, name: TrialName, body: TrialEnd, response: Response, idempotency_key: IdempotencyKey = ""
    ) -> TrialView | ChangeView:
        """Ends the rules of a trial today. Rules and what was drawn are kept. An ended trial stays as it is.

        Where the council requires a second person, the trial goes on until one has approved its end (202).
        """
        what, key = {"trial": name}, bare_key(idempotency_key)
        asked = Asked(caller.council, ChangeKind.END_TRIAL, what, body.reason, caller.subject, key)
        async with engine.begin() as connection:
            made = await submit(connection, asked, ending_trials(access), access.clock)
        return answered(made, lambda found: trial_view(found, access.clock.today()), response)

    router.add_api_route("", list_trials, methods=["GET"])
    router.add_api_route("/{name}/end", end_trial, methods=["POST"])
    return router


def ending_trials(access: Access) -> Carried[TrialRules]:
    """Returns how trials are ended. One that the council does not have is 404."""

    async def end(connection: AsyncConnection, change: Change) -> TrialRules:
        await store.lock_trials(connection, change.council, access.strand)
        found, given = await show(connection, change), change.ending(access.clock.now())
        for rule in await store.end_trial(connection, found.rules, on=access.clock.today(), ending=given):
            await access.tell(connection, rule)
        return await show(connection, change)

    async def show(connection: AsyncConnection, change: Change) -> TrialRules:
        name = str(change.asked["trial"])
        rules = await store.rules_of_trials(connection, change.council, access.strand, [name])
        if not rules:
            detail = f"Your council has no trial {name!r} here; GET /v1/trials lists those of this strand."
            raise DomainError("no-such-trial", detail, Kind.NOT_FOUND)
        (found,) = trials_of(rules)
        return found

    return Carried(end, show)

"""`/v1/trials`: list the trials that pilot rules name, and end one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.auth import CouncilPrincipal, council_with
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import DomainError, Kind
from shared.http.headers import IdempotencyKey, IfMatchWhereSent, required_key
from shared.http.paging import Page, PageQuery
from shared.http.refusals import refusals
from shared.http.representations import with_tag
from shared.sourcing.api.changes import answered, as_read, submitting
from shared.sourcing.api.shapes import TrialEnd, TrialFields, TrialName
from shared.sourcing.approving import Carried, submit
from shared.sourcing.changes import Asked, Change, ChangeKind
from shared.sourcing.trial_store import TrialStore
from shared.sourcing.trials import R, TrialRules, trials_of


@dataclass(frozen=True, slots=True)
class ServedTrials(Generic[R]):
    """What the routes of a strand's trials are made of: its store, its shape, and who may call.

    `tell` tells whom it concerns of a rule that was ended, in the transaction of the change. `view` returns a trial with its
    state of a day.
    """

    scope_read: str
    scope_write: str
    store: TrialStore[R]
    tell: Callable[[AsyncConnection, R], Awaitable[None]]
    shape: type[TrialFields]
    view: Callable[[TrialRules[R], date], TrialFields]


def trials_router(served: ServedTrials[R], engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns `/v1/trials` of one strand."""
    router = APIRouter(prefix="/v1/trials", tags=["trials"])
    reader = Annotated[CouncilPrincipal, Depends(council_with(served.scope_read))]
    writer = Annotated[CouncilPrincipal, Depends(council_with(served.scope_write))]

    async def list_trials(caller: reader, query: Annotated[PageQuery, Query()]) -> Any:
        """Lists the trials of the caller's council by name, including planned and ended ones, each with its rules."""
        async with engine.connect() as connection:
            names = await served.store.names(connection, caller.council, after=query.after(str), limit=query.fetched)
            rules = await served.store.rules(connection, caller.council, names)
        found, today = {each.trial.name: each for each in trials_of(rules)}, clock.today()
        return query.page(names, keys=lambda name: (name,), view=lambda name: served.view(found[name], today))

    async def end_trial(
        caller: writer,
        name: TrialName,
        body: TrialEnd,
        response: Response,
        idempotency_key: IdempotencyKey = "",
        if_match: IfMatchWhereSent = "",
    ) -> Any:
        """Ends the rules of a trial today. Rules and what was drawn are kept. An ended trial stays as it is.

        Where the council requires a second person, the trial goes on until one has approved its end (202).
        """
        set_cause(cause_by(caller.subject))
        what, key, carried = {"trial": name}, required_key(idempotency_key, "change"), ending_trials(served, clock)
        asked = Asked(caller.council, served.store.strand, ChangeKind.END_TRIAL, what, body.reason, caller.subject, key)
        async with engine.begin() as connection:
            made = await submit(connection, asked, carried, clock, check=as_read(if_match, "trial", carried, view))
        return answered(made, view, response)

    async def get_trial(caller: reader, name: TrialName, response: Response) -> Any:
        """Returns one trial with its rules, also a planned or ended one."""
        async with engine.connect() as connection:
            return with_tag(view(await _trial(connection, served, caller.council, name)), response)

    def view(found: TrialRules[R]) -> TrialFields:
        return served.view(found, clock.today())

    listed: Any = Page[served.shape]  # type: ignore[name-defined]  # the strand's own shape
    shape, ended = served.shape, submitting(ending_trials(served, clock))
    router.add_api_route("", list_trials, methods=["GET"], response_model=listed, responses=refusals())
    router.add_api_route("/{name}", get_trial, methods=["GET"], responses=refusals("no-such-trial"), response_model=shape)
    router.add_api_route("/{name}/end", end_trial, methods=["POST"], responses=ended, response_model=shape)
    return router


def ending_trials(served: ServedTrials[R], clock: Clock) -> Carried[TrialRules[R]]:
    """Returns how trials are ended. One that the council does not have is 404."""

    async def end(connection: AsyncConnection, change: Change) -> TrialRules[R]:
        await served.store.lock(connection, change.council)
        found, given = await show(connection, change), change.ending(clock.now())
        for rule in await served.store.end(connection, found.rules, on=clock.today(), ending=given):
            await served.tell(connection, rule)
        return await show(connection, change)

    async def show(connection: AsyncConnection, change: Change) -> TrialRules[R]:
        return await _trial(connection, served, change.council, str(change.asked["trial"]))

    return Carried(end, show, refuses=("no-such-trial",))


async def _trial(connection: AsyncConnection, served: ServedTrials[R], council: str, name: str) -> TrialRules[R]:
    rules = await served.store.rules(connection, council, [name])
    if not rules:
        detail = f"Your council has no trial {name!r} here; GET /v1/trials lists those of this strand."
        raise DomainError("no-such-trial", detail, Kind.NOT_FOUND)
    (found,) = trials_of(rules)
    return found

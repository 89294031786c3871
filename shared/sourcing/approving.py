"""Makes a change at once, or keeps it until a second person approves it. Runs in its caller's transaction.

Must not know what changes do: each service passes how its own are made. That is called once to make a change, and before a change
is kept to wait, to find out whether it would be refused: what it wrote is then rolled back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.acts.noting import ActOutcome, note_act
from shared.clock import Clock
from shared.errors import key_reused, no_such
from shared.sourcing import change_store as store
from shared.sourcing.change_news import tell_of_change
from shared.sourcing.changes import Asked, Change, ChangeKind, ChangeState, proposed_before, reason_missing
from shared.sourcing.rules import Strand
from shared.sourcing.warnings import RuleWarning

Made = TypeVar("Made")
# Does something with a change in the transaction, and returns what the change is about.
Step = Callable[[AsyncConnection, Change], Awaitable[Made]]


async def _nothing(_: AsyncConnection, __: Change) -> None:
    """Finds nothing that is there already, and leaves a declined change without any trace but itself."""


async def _no_warnings(_: AsyncConnection, __: Change) -> Sequence[RuleWarning]:
    """Warns of nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Carried(Generic[Made]):
    """How changes of one kind are made. `make` raises DomainError where the change is refused today; `show` writes nothing.

    `decline` is what follows where one is declined. `there` returns what is there already and is just what the change would make;
    None where nothing is. `warn` returns what the council may not have meant by one. `refuses`: the codes that `make` and `show`
    raise.
    """

    make: Step[Made]
    show: Step[Made]
    decline: Step[None] = _nothing
    there: Step[Made | None] = _nothing
    warn: Step[Sequence[RuleWarning]] = _no_warnings
    refuses: tuple[str, ...] = ()


class Submitted(NamedTuple, Generic[Made]):
    """A change with what it made; None while it waits. `repeated` where it was asked for, or made, before."""

    change: Change
    made: Made | None
    repeated: bool = False
    warnings: Sequence[RuleWarning] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person of the council decides about a change that waits."""

    council: str
    strand: Strand
    change_id: UUID
    state: ChangeState
    by: str
    reason: str = ""


async def submit(
    connection: AsyncConnection,
    asked: Asked,
    carried: Carried[Made],
    clock: Clock,
    *,
    reason_at: str = "/reason",
    check: Step[None] = _nothing,
) -> Submitted[Made]:
    """Makes a change, or keeps it where the council requires a second person; the same request again gets the same change.

    What is there already is not made again, whoever asks for it: it is returned, and no change is kept. `check` is asked about a
    change that is new, before anything is done. Raises DomainError: what it and `make` raise; without a reason, or with a key
    used for another change (422); one that another person proposed, too (409).
    """
    await store.lock_changes(connection, asked.council)
    submitted = await _submit(connection, asked, carried, clock, reason_at, check)
    if not submitted.repeated:
        outcome = ActOutcome.DONE if submitted.made is not None else ActOutcome.WAITING
        await note_act(connection, thing=str(submitted.change.change_id), after=asked.what, outcome=outcome)
    return submitted._replace(warnings=await carried.warn(connection, submitted.change))


async def _submit(
    connection: AsyncConnection, asked: Asked, carried: Carried[Made], clock: Clock, reason_at: str, check: Step[None]
) -> Submitted[Made]:
    if (first := await _under_its_key(connection, asked)) is not None:
        return Submitted(first, await carried.show(connection, first) if first.state is ChangeState.MADE else None, True)
    new = Change.of(asked, clock.now())
    if (known := await carried.there(connection, new)) is not None:
        return Submitted(new, known, repeated=True)
    await check(connection, new)
    if not (await store.approval_of(connection, asked.council)).second_person:
        await store.add_change(connection, new, asked)
        return Submitted(new, await carried.make(connection, new))
    if not asked.reason:
        raise reason_missing(reason_at)
    if (first := await store.waiting_for(connection, asked)) is not None:
        if first.proposed_by != asked.by:
            raise proposed_before(first)
        return Submitted(first, None, repeated=True)
    async with connection.begin_nested() as tried:
        await carried.make(connection, new)
        await tried.rollback()
    waiting = replace(new, state=ChangeState.WAITING)
    await store.add_change(connection, waiting, asked)
    await tell_of_change(connection, asked.strand, waiting, clock)
    return Submitted(waiting, None)


async def _under_its_key(connection: AsyncConnection, asked: Asked) -> Change | None:
    """Returns the change that was proposed under the same key. Raises DomainError (422) where that was another one."""
    known = await store.change_under(connection, asked.council, asked.idempotency_key) if asked.idempotency_key else None
    if known is None:
        return None
    first, digest = known
    if digest != asked.digest():
        raise key_reused(f"change {first.change_id}")
    return first


async def decide(
    connection: AsyncConnection, decision: Decision, kinds: Mapping[ChangeKind, Carried[Any]], clock: Clock
) -> Change:
    """Approves or declines a change. Approved, it is made as if it were asked for now. To decide the same again changes nothing.

    Raises DomainError: no such change (404), one of the person's own (403), one that was decided (409), and what its `make`
    raises: then the change still waits.
    """
    await store.lock_changes(connection, decision.council)
    found = await store.get_change(connection, decision.council, decision.change_id)
    if found is None:
        raise no_such("change")
    if found.is_decided_by(decision.by, decision.state):
        return found
    change = found.decided(decision.state, by=decision.by, at=clock.now(), reason=decision.reason)
    of_kind = kinds[change.kind]
    await (of_kind.make if change.state is ChangeState.APPROVED else of_kind.decline)(connection, change)
    await store.keep_decision(connection, change)
    await tell_of_change(connection, decision.strand, change, clock)
    return change

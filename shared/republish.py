"""Publishes a service's state again, as events: the command `python -m services.<name>.republish` (docs/decisions/0016).

Reads page by page, writes each page through the outbox, and waits while the relay is behind. Knows no event and no table of a
service.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.bus import Cause, set_cause, to_statement
from shared.clock import Clock, SystemClock
from shared.contracts.base import Event
from shared.db.engine import create_engine
from shared.db.errors import DATABASE_ERRORS, is_locked
from shared.ids import new_id
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import RecordTooLarge, append, check_size
from shared.messaging.resending import Sent, oldest_kept, unmark_sent
from shared.settings import ServiceSettings
from shared.wording import counted

# Rows of one transaction. Each is locked for as long as it takes to write a page.
PAGE = 100
# Live events wait in the outbox behind those of this command, so it never gets far ahead of the relay.
_MOST_UNSENT = 2_000
_UNSENT = text("SELECT count(*) FROM (SELECT FROM outbox WHERE sent_at IS NULL LIMIT :limit) AS unsent")
_PAUSE_SECONDS = 0.1
_ATTEMPTS = 5
_PROGRESS_SECONDS = 5.0
_PATIENCE_SECONDS = 10.0

Report = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to publish: the state of one council (None: of all), as far as it changed since a moment (None: all of it)."""

    council: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """An event that states what is so now, with the version of its aggregate and, where readers need it, since when."""

    event: Event
    version: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The statements about some things of one kind, and how many things these are. `end`: where to go on; None at the end."""

    statements: Sequence[Statement]
    things: int
    end: Any | None

    @classmethod
    def of(cls, found: Sequence[T], statements: Iterable[Statement], place: Callable[[T], object], limit: int = PAGE) -> Page:
        """Returns the page of these things, of which `limit` were asked for; `place` says where one is."""
        return cls(list(statements), len(found), place(found[-1]) if len(found) == limit else None)


@dataclass(frozen=True, slots=True)
class Chapter:
    """All things of one kind, such as `order`.

    `read` returns the page after a place, the first one for None. It locks what it reads until the transaction ends, so that
    the statement has the right place among the thing's own events.
    """

    noun: str
    read: Callable[[AsyncConnection, Wanted, Any | None], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Owner:
    """The chapters of a service, and the councils it knows; None for a service whose state belongs to all councils."""

    chapters: Sequence[Chapter]
    councils: Callable[[AsyncConnection], Awaitable[Collection[str]]] | None


class Refused(ValueError):
    """The command line asks for something that there is not."""


async def republish(engine: AsyncEngine, owner: Owner, wanted: Wanted, *, clock: Clock, report: Report) -> Sequence[str]:
    """Publishes everything wanted, reports progress and counts, and returns what is too large to be published.

    A page is one transaction: whatever stops the command, all pages until then are published, and it can be run again.
    Raises Refused for a council that the owner does not know.
    """
    await _check_council(engine, owner, wanted.council)
    set_cause(Cause(correlation_id=str(new_id()), actor="republish"))
    oversized: list[str] = []
    for chapter in owner.chapters:
        oversized += await _publish_chapter(engine, chapter, wanted, clock, report)
    return oversized


async def _check_council(engine: AsyncEngine, owner: Owner, council: str | None) -> None:
    if council is None:
        return
    if owner.councils is None:
        raise Refused("what this service owns belongs to all councils: leave --council out")
    async with engine.connect() as connection:
        known = sorted(await owner.councils(connection))
    if council not in known:
        raise Refused(f"council {council!r} is not known here; known: {', '.join(known) or 'none'}")


async def _publish_chapter(engine: AsyncEngine, chapter: Chapter, wanted: Wanted, clock: Clock, report: Report) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    oversized: list[str] = []
    things = events = 0
    after, next_report = None, loop.time() + _PROGRESS_SECONDS
    while True:
        await _wait_for_relay(engine, report)
        page, published, too_large = await _publish_page(engine, chapter, wanted, after, clock)
        things, events, after = things + page.things, events + published, page.end
        oversized += too_large
        if after is None:
            break
        if loop.time() >= next_report:
            next_report = loop.time() + _PROGRESS_SECONDS
            report(f"{counted(things, chapter.noun)} so far, {counted(events, 'event')}")
    report(f"{counted(things, chapter.noun)}: {counted(events, 'event')} published again")
    return oversized


async def _publish_page(
    engine: AsyncEngine, chapter: Chapter, wanted: Wanted, after: Any | None, clock: Clock
) -> tuple[Page, int, Sequence[str]]:
    """Publishes a page; returns it, the number of its events, and what is too large. Repeats it where others hold its rows."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with engine.begin() as connection:
                page = await chapter.read(connection, wanted, after)
                envelopes = [to_statement(one.event, clock=clock, version=one.version, at=one.at) for one in page.statements]
                fitting, too_large = _by_size(envelopes)
                await append(connection, fitting)
            return page, len(fitting), too_large
        except DBAPIError as error:
            if attempt == _ATTEMPTS or not is_locked(error):
                raise
    raise AssertionError("the last attempt returns or raises")


def _by_size(envelopes: Sequence[Envelope]) -> tuple[list[Envelope], list[str]]:
    fitting: list[Envelope] = []
    too_large: list[str] = []
    for envelope in envelopes:
        try:
            check_size(envelope)
            fitting.append(envelope)
        except RecordTooLarge as error:
            too_large.append(f"not published: {envelope.key}: {error}")
    return fitting, too_large


async def _wait_for_relay(engine: AsyncEngine, report: Report) -> None:
    loop = asyncio.get_running_loop()
    complain_at = loop.time() + _PATIENCE_SECONDS
    while True:
        async with engine.connect() as connection:
            unsent = (await connection.execute(_UNSENT, {"limit": _MOST_UNSENT})).scalar_one()
        if unsent < _MOST_UNSENT:
            return
        if loop.time() >= complain_at:
            complain_at = loop.time() + _PATIENCE_SECONDS
            report(f"waiting: {unsent} events or more are in the outbox; is a worker of this service running?")
        await asyncio.sleep(_PAUSE_SECONDS)


async def send_again(engine: AsyncEngine, sent: Sent, *, report: Report) -> None:
    """Has the relay send again the very events that the outbox still has. Reports how many, and since when it has them all."""
    async with engine.connect() as connection:
        oldest = await oldest_kept(connection)
    if oldest is None or oldest > sent.since:
        since = "nothing" if oldest is None else f"events since {oldest.isoformat()}"
        report(f"the outbox has {since}; what was published before is gone from it")
    total, after = 0, 0
    while True:
        await _wait_for_relay(engine, report)
        async with engine.begin() as connection:
            unmarked = await unmark_sent(connection, sent, after=after, limit=PAGE)
        total += len(unmarked)
        if not unmarked:
            break
        after = unmarked[-1]
    report(f"{counted(total, 'event')} sent again")


def since_day(day: str | None, clock: Clock, settings: ServiceSettings) -> datetime | None:
    """Returns when a day such as 2026-11-01 began for the councils. Raises Refused for any other text, or a day to come."""
    if day is None:
        return None
    try:
        begun = date.fromisoformat(day)
    except ValueError as error:
        raise Refused(f"--since {day!r} is not a day; write it as 2026-11-01") from error
    if begun > clock.today():
        raise Refused(f"--since {day} is a day to come")
    return datetime.combine(begun, time.min, settings.time_zone)


def command(owner: Owner) -> None:
    """Runs the command line of an owner. Exit codes: 0 published, 1 stopped or incomplete (the error says why), 2 wrong usage."""
    app = typer.Typer(add_completion=False)

    @app.command()
    def main(
        council: Annotated[str | None, typer.Option(help="ISIL of a council. Default: all councils.")] = None,
        since: Annotated[
            str | None, typer.Option(metavar="DAY", help="Only what changed on this day or later, such as 2026-11-01.")
        ] = None,
        original: Annotated[
            bool,
            typer.Option(
                "--original",
                help="With --since: send the very events again that the outbox still has. Consumers that act take those, too.",
            ),
        ] = False,
    ) -> None:
        """Publish the state of this service again, so that read models can be rebuilt. Harmless to repeat and to stop."""
        settings = ServiceSettings()
        clock = SystemClock(settings.time_zone)
        try:
            wanted = Wanted(council, since_day(since, clock, settings))
            oversized = asyncio.run(_run(settings, owner, wanted, clock, original=original))
        except Refused as error:
            typer.echo(str(error), err=True)
            sys.exit(2)
        except DATABASE_ERRORS as error:
            typer.echo(f"stopped, run it again: {error!r}", err=True)
            sys.exit(1)
        for line in oversized:
            typer.echo(line, err=True)
        sys.exit(1 if oversized else 0)

    app()


async def _run(settings: ServiceSettings, owner: Owner, wanted: Wanted, clock: Clock, *, original: bool) -> Sequence[str]:
    engine = create_engine(settings.database_url)
    try:
        if original:
            if wanted.since is None:
                raise Refused("--original needs --since: from which day on the events are to be sent again")
            await _check_council(engine, owner, wanted.council)
            await send_again(engine, Sent(wanted.since, wanted.council), report=typer.echo)
            return []
        return await republish(engine, owner, wanted, clock=clock, report=typer.echo)
    finally:
        await engine.dispose()

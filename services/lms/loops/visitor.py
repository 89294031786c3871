"""Visits LMSs' own SFTP servers: each by itself, so that one that stalls delays no other. One process at a time does it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.lms import metrics
from services.lms.domain.mailboxes import Credentials, Mailbox
from services.lms.loops.visit import Visit, VisitLimits
from services.lms.sealing import UnknownKey
from services.lms.store import mailboxes
from services.lms.usecases.profiles import profile_of
from services.lms.visiting import Visiting
from shared.backoff import pause_after, spread
from shared.clock import Clock
from shared.db.errors import DATABASE_ERRORS
from shared.health import Health
from shared.loop import Loop
from shared.sftp.connection import Unreachable

_TURN_SECONDS = 1.0
_MOST_AT_ONCE, _MOST_FAILING = 30, 15
# A server that answers each request just in time takes this long at most.
_VISIT_SECONDS = 300.0
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 900.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often servers are visited, and how long a file of unknown form must not have changed."""

    pause_seconds: float
    settle_seconds: float = 30.0
    largest_file: int = 16 * 1024 * 1024


@dataclass(slots=True)
class _Caller:
    """A mailbox from visit to visit. `next_at` is by the monotonic clock."""

    visit: Visit
    logins: Sequence[Credentials]
    next_at: float = 0.0
    failures: int = 0
    trouble: str | None = None
    task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is being visited."""
        return self.task is not None and not self.task.done()


class Visitor:
    """Visits while `run` runs."""

    name = "mailbox visits"

    def __init__(self, engine: AsyncEngine, clock: Clock, visiting: Visiting, rhythm: Rhythm) -> None:
        self._engine = engine
        self._clock = clock
        self._visiting = visiting
        self._rhythm = rhythm
        self._callers: dict[str, _Caller] = {}
        # Mailboxes that cannot be visited as they are, and why.
        self._unusable: dict[str, str] = {}
        self._loop = Loop(self.name, engine, self._turn, pause=_TURN_SECONDS, first=self._leave_all)

    def health(self) -> list[Health]:
        """Reports `degraded` while the database cannot be reached. That a server cannot is for its council: see `/standing`."""
        return self._loop.health()

    async def run(self) -> None:
        """Visits until cancelled; visits that run then are ended."""
        try:
            await self._loop.run()
        finally:
            await self._leave_all()

    async def _turn(self) -> bool:
        async with self._engine.connect() as connection:
            wanted = {found.mailbox_id: found for found in await mailboxes.mailboxes_to_visit(connection)}
        for mailbox_id in [known for known in self._callers if not self._is_current(wanted.get(known))]:
            await self._leave(mailbox_id)
        for mailbox in wanted.values():
            await self._start(mailbox)
        return False

    def _is_current(self, mailbox: Mailbox | None) -> bool:
        known = None if mailbox is None else self._callers.get(mailbox.mailbox_id)
        if known is None or mailbox is None:
            return False
        return known.visit.mailbox == mailbox and known.logins == mailbox.credentials_at(self._clock.now())

    async def _start(self, mailbox: Mailbox) -> None:
        caller = self._callers.get(mailbox.mailbox_id) or await self._meet(mailbox)
        if caller is None or caller.is_busy or time.monotonic() < caller.next_at:
            return
        busy = [one for one in self._callers.values() if one.is_busy]
        failing = sum(one.failures > 0 for one in busy)
        if len(busy) < _MOST_AT_ONCE and (not caller.failures or failing < _MOST_FAILING):
            caller.task = asyncio.create_task(self._visit(caller), name=f"visit {mailbox.mailbox_id}")

    async def _meet(self, mailbox: Mailbox) -> _Caller | None:
        """Returns the caller of a mailbox; None, and notes why, for one whose credentials or profile cannot be used any more."""
        try:
            caller = self._caller(mailbox)
        except (UnknownKey, ValueError) as error:
            trouble = str(error)
            # Once, and not at each turn.
            if self._unusable.get(mailbox.mailbox_id) != trouble:
                log.warning("a mailbox is not visited", mailbox=mailbox.mailbox_id, error=trouble)
                async with self._engine.begin() as connection:
                    await mailboxes.note_trouble(connection, mailbox.mailbox_id, trouble, self._clock.now())
                self._unusable[mailbox.mailbox_id] = trouble
            return None
        self._unusable.pop(mailbox.mailbox_id, None)
        self._callers[mailbox.mailbox_id] = caller
        return caller

    def _caller(self, mailbox: Mailbox) -> _Caller:
        now = self._clock.now()
        connection = self._visiting.connection(mailbox, now)
        endings = profile_of(mailbox.profile).files.orders.temporary_endings
        limits = VisitLimits(self._rhythm.largest_file, endings, self._rhythm.settle_seconds)
        return _Caller(Visit(self._engine, self._clock, mailbox, connection, limits), mailbox.credentials_at(now))

    async def _visit(self, caller: _Caller) -> None:
        """Whatever is wrong with one server, the others are visited."""
        mailbox_id = caller.visit.mailbox.mailbox_id
        try:
            async with asyncio.timeout(_VISIT_SECONDS):
                trouble = await caller.visit.look()
        except (Unreachable, TimeoutError) as error:
            await self._failed(caller, str(error) or "the server took too long")
        except DATABASE_ERRORS as error:
            caller.next_at = time.monotonic() + _FIRST_PAUSE
            log.warning("a visit lost the database", mailbox=mailbox_id, error=repr(error))
        except Exception:
            caller.next_at = time.monotonic() + _LONGEST_PAUSE
            log.exception("a mailbox is not visited", mailbox=mailbox_id)
        else:
            metrics.MAILBOX_VISITS.labels("reached").inc()
            caller.failures, caller.next_at = 0, time.monotonic() + self._rhythm.pause_seconds
            await self._note(caller, trouble, reached=True)

    async def _failed(self, caller: _Caller, trouble: str) -> None:
        metrics.MAILBOX_VISITS.labels("failed").inc()
        caller.failures += 1
        pause = spread(pause_after(caller.failures, first=self._first_pause, longest=_LONGEST_PAUSE))
        caller.next_at = time.monotonic() + pause
        log.warning("mailbox not reached", mailbox=caller.visit.mailbox.mailbox_id, error=trouble, failures=caller.failures)
        await self._note(caller, trouble, reached=False)

    @property
    def _first_pause(self) -> float:
        return min(_FIRST_PAUSE, self._rhythm.pause_seconds)

    async def _note(self, caller: _Caller, trouble: str, *, reached: bool) -> None:
        """Writes down how a mailbox does; what stays wrong in the same way is written once."""
        mailbox_id, now = caller.visit.mailbox.mailbox_id, self._clock.now()
        try:
            async with self._engine.begin() as connection:
                if reached:
                    await mailboxes.note_reached(connection, mailbox_id, now)
                if trouble and (reached or trouble != caller.trouble):
                    await mailboxes.note_trouble(connection, mailbox_id, trouble, now)
        except DATABASE_ERRORS as error:
            log.warning("a visit was not noted", mailbox=mailbox_id, error=repr(error))
        caller.trouble = trouble

    async def _leave(self, mailbox_id: str) -> None:
        caller = self._callers.pop(mailbox_id)
        if caller.task is not None:
            caller.task.cancel()
        caller.visit.break_off()
        if caller.task is not None:
            await asyncio.gather(caller.task, return_exceptions=True)

    async def _leave_all(self) -> None:
        for mailbox_id in list(self._callers):
            await self._leave(mailbox_id)

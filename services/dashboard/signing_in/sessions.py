"""Sessions of those who are signed in: how they begin, what each request learns from them, when they end.

A request reads one row. A session ends when nobody used it for a while, at its last moment, when the person signs out, and when
the provider gives no further token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.visitors import Visitor
from services.dashboard.signing_in.cookie import Cookie, new_cookie
from services.dashboard.signing_in.people import People, Person
from services.dashboard.signing_in.provider import Grant, Provider, RefreshRefused
from services.dashboard.store import sessions
from services.dashboard.store.sessions import SessionRow
from shared.clock import Clock
from shared.db.engine import reading
from shared.errors import DomainError, Kind

# So often at most is it noted that a session is in use.
_NOTED_EVERY = timedelta(minutes=1)
# A token that ends sooner is replaced: a page asks several services with it, one after the other.
_RENEWED_BEFORE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions in the database. Without a `provider` none begins and none is renewed."""

    engine: AsyncEngine
    clock: Clock
    people: People
    limits: Limits
    provider: Provider | None

    async def begin(self, grant: Grant, *, instead_of: str = "") -> Cookie:
        """Keeps a new session for whom a grant is, and returns its cookie. The session that the browser had before ends.

        Raises DomainError (403) where the grant is for nobody who may look at the pages.
        """
        person = self.people.identify(grant)
        cookie, now = new_cookie(), self.clock.now()
        row = SessionRow(cookie.session_id, cookie.seal(person.model_dump_json()), now, now + self.limits.whole)
        async with self.engine.begin() as connection:
            await sessions.remove_ended(connection, idle_since=now - self.limits.idle, now=now)
            if instead_of:
                await sessions.remove(connection, Cookie(instead_of).session_id)
            await sessions.add(connection, row)
        return cookie

    async def visitor(self, secret: str, *, in_use: bool) -> Visitor | None:
        """Returns who is signed in with this cookie; None for nobody. `in_use`: a person did something, not a page by itself.

        Raises DomainError: 429 for too many requests, 503 where a token has ended and the provider does not answer.
        """
        cookie, now = Cookie(secret), self.clock.now()
        async with reading(self.engine).connect() as connection:
            row = await sessions.find(connection, cookie.session_id)
        person = self._person(cookie, row, now)
        if row is None or person is None:
            return None
        if self._ends_soon(person, now):
            person = await self._renewed(cookie)
        if person is None:
            return None
        if in_use and now - row.seen_at >= _NOTED_EVERY:
            async with self.engine.begin() as connection:
                await sessions.seen(connection, cookie.session_id, now)
        return self._visitor(cookie, person)

    async def end(self, secret: str) -> None:
        """Ends a session, if there is one."""
        async with self.engine.begin() as connection:
            await sessions.remove(connection, Cookie(secret).session_id)

    def _person(self, cookie: Cookie, row: SessionRow | None, now: datetime) -> Person | None:
        """Returns who is sealed in a session that is not over."""
        if row is None or row.ends_at <= now or row.seen_at <= now - self.limits.idle:
            return None
        opened = cookie.open(row.sealed)
        try:
            return None if opened is None else Person.model_validate_json(opened)
        except ValidationError:  # of another release
            return None

    def _ends_soon(self, person: Person, now: datetime) -> bool:
        return person.token_ends_at - now.timestamp() < _RENEWED_BEFORE_SECONDS

    async def _renewed(self, cookie: Cookie) -> Person | None:
        """Returns the person with a token that lasts; None, and no session, where the provider gives no further one.

        The row is locked meanwhile: a provider that changes refresh tokens takes each of them once.
        """
        now = self.clock.now()
        async with self.engine.begin() as connection:
            row = await sessions.find(connection, cookie.session_id, lock=True)
            person = self._person(cookie, row, now)
            if person is None or not self._ends_soon(person, now):
                return person
            newer = await self._refreshed(person)
            if newer is None:
                await sessions.remove(connection, cookie.session_id)
            elif newer is not person:
                await sessions.seal_again(connection, cookie.session_id, cookie.seal(newer.model_dump_json()))
            return newer

    async def _refreshed(self, person: Person) -> Person | None:
        lasts = person.token_ends_at > self.clock.now().timestamp()
        if self.provider is None or not person.refresh_token:
            return person if lasts else None
        try:
            grant = await self.provider.refresh(person.refresh_token)
            newer = self.people.identify(grant, before=person)
        except RefreshRefused:
            return None
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                return None
            if not lasts:
                raise
            return person
        return newer if newer.subject == person.subject else None

    def _visitor(self, cookie: Cookie, person: Person) -> Visitor | None:
        """Returns the person as the services see it now; None where they no longer take the token."""
        try:
            principal = self.people.authenticator.authenticate(f"Bearer {person.access_token}")
        except DomainError as error:
            if error.kind is Kind.TOO_MANY:
                raise
            return None
        return Visitor(
            subject=principal.subject,
            name=person.name,
            council=principal.council,
            role=person.role,
            scopes=principal.scopes,
            token=person.access_token,
            form_key=cookie.form_key,
        )

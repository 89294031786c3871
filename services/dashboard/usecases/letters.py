"""Lists the dead letters of all services, and passes on what staff decide about them, as the person at the page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.dashboard.domain.letters import Letter, OwnedLetter, WholeLetter
from services.dashboard.usecases.asking import Services, first_items
from shared.errors import DomainError, no_such
from shared.http.calls import Api

# Requests that one decision about a group sends at a time: the owners do other work, too.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Silent:
    """A service whose dead letters are not shown, and why."""

    service: str
    detail: str


@dataclass(frozen=True, slots=True)
class SeenLetters:
    """The newest letters of each owner. `more`: an owner has more than these; `silent`: the owners that gave none."""

    letters: Sequence[OwnedLetter]
    more: bool
    silent: Sequence[Silent]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one letter of a group: `problem` is why it was not settled, "" where it was."""

    service: str
    dead_letter_id: UUID
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """The dead letters of the services and exchanges that the dashboard reaches, and its own."""

    services: Services

    @property
    def owners(self) -> Sequence[str]:
        """The names of all that have dead letters."""
        return list(self.services.owners)

    async def list(self, token: str, narrowed: Mapping[str, str], service: str = "") -> SeenLetters:
        """Returns the newest letters of each owner, or of one, that pass the filters.

        Raises DomainError for a service that is not known.
        """
        owners = [service] if service else self.owners
        found = await asyncio.gather(*(self._of(owner, token, narrowed) for owner in owners))
        given = [of_one for of_one in found if not isinstance(of_one, Silent)]
        return SeenLetters(
            [letter for letters, _ in given for letter in letters],
            any(more for _, more in given),
            [of_one for of_one in found if isinstance(of_one, Silent)],
        )

    async def read(self, service: str, dead_letter_id: UUID, token: str) -> WholeLetter:
        """Returns one letter with its data. Raises DomainError as its owner refuses it."""
        return WholeLetter.model_validate(await self._api(service).ask("GET", f"/v1/dead-letters/{dead_letter_id}", token))

    async def settle(self, service: str, dead_letter_id: UUID, token: str, *, decision: str, reason: str) -> None:
        """Has the owner replay or discard a letter. Raises DomainError as it refuses."""
        path = f"/v1/dead-letters/{dead_letter_id}/{decision}"
        await self._api(service).ask("POST", path, token, body={"reason": reason})

    async def settle_all(
        self, places: Sequence[tuple[str, UUID]], token: str, *, decision: str, reason: str
    ) -> Sequence[Settled]:
        """Has each owner replay or discard its letters, for one reason; returns what became of each, in order."""
        turns = asyncio.Semaphore(_AT_ONCE)

        async def settled(service: str, dead_letter_id: UUID) -> Settled:
            async with turns:
                try:
                    await self.settle(service, dead_letter_id, token, decision=decision, reason=reason)
                except DomainError as error:
                    return Settled(service, dead_letter_id, error.detail)
            return Settled(service, dead_letter_id)

        return await asyncio.gather(*(settled(service, letter) for service, letter in places))

    async def _of(self, owner: str, token: str, narrowed: Mapping[str, str]) -> tuple[Sequence[OwnedLetter], bool] | Silent:
        api = self._api(owner)
        try:
            async with api.session(token) as session:
                found, more = await first_items(session, "/v1/dead-letters", narrowed)
        except DomainError as error:
            return Silent(owner, error.detail)
        return [OwnedLetter(owner, Letter.model_validate(each)) for each in found], more

    def _api(self, service: str) -> Api:
        if service not in self.services.owners:
            raise no_such("dead-letter")
        return self.services.owner(service)

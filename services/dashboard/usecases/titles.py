"""Searches the catalogue and reads titles, and passes on what staff fix: with the token of the person at the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from uuid import UUID

from services.dashboard.domain.titles import Field, Fix, Title, TitlePage, fields_of
from services.dashboard.domain.typed import to_value
from services.dashboard.usecases.asking import Services, all_items
from shared.http.calls import Api

_ON_A_PAGE = 25
_PATH = "/v1/titles"


@dataclass(frozen=True, slots=True)
class SeenTitle:
    """The page of a title. `fixes` are those in force, then those that ended."""

    title: Title
    fields: Sequence[Field]
    fixes: Sequence[Fix]


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of the catalogue."""

    services: Services

    async def search(self, token: str, *, filters: Mapping[str, str], cursor: str) -> TitlePage:
        """Returns a page of what the filters find, the newest titles without any. Raises DomainError as the catalogue refuses."""
        sort = {} if "q" in filters else {"sort": "newest"}
        asked = {**filters, **sort, "facets": "true", "limit": str(_ON_A_PAGE)}
        query = urlencode({**asked, **({"cursor": cursor} if cursor else {})})
        return TitlePage.model_validate(await self._api.ask("GET", f"{_PATH}?{query}", token))

    async def read(self, isbn: str, token: str) -> SeenTitle:
        """Returns a title with its records and fixes. Raises DomainError."""
        async with self._api.session(token) as session:
            title = Title.model_validate(await session.ask("GET", _path(isbn)))
            fixes = [Fix.model_validate(each) for each in await all_items(session, f"{_path(isbn)}/fixes", {})]
        ordered = sorted(fixes, key=lambda fix: (fix.lifted_at is not None, -fix.made_at.timestamp()))
        return SeenTitle(title, fields_of(title, ordered), ordered)

    async def fix(self, isbn: str, token: str, *, field: str, value: str, reason: str) -> None:
        """Has the catalogue keep what a field is. Raises DomainError as it refuses that."""
        async with self._api.session(token) as session:
            shown = Title.model_validate(await session.ask("GET", _path(isbn))).description.get(field)
            body = {"field": field, "value": to_value(field, value, shown), "reason": reason}
            await session.ask("POST", f"{_path(isbn)}/fixes", body=body)

    async def lift(self, isbn: str, fix_id: UUID, token: str, *, reason: str) -> None:
        """Has the catalogue lift a fix. Raises DomainError as it refuses that."""
        await self._api.ask("POST", f"{_path(isbn)}/fixes/{fix_id}/lift", token, body={"reason": reason})

    @property
    def _api(self) -> Api:
        return self.services.of("catalogue")


def _path(isbn: str) -> str:
    return f"{_PATH}/{quote(isbn, safe='')}"

"""The services that pages ask, each with the token of the person at the page. Must not know what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from services.dashboard.domain.owners import exchange_of, supplier_of
from shared.errors import DomainError, Kind, no_such
from shared.http.calls import Api, Session

_ASKED_AT_ONCE = 200
_MOST_SHOWN, _MOST_READ = 1_000, 10_000


@dataclass(frozen=True, slots=True)
class Services:
    """The APIs of the services by name (`orders` …; `dashboard` is this one), and those of the exchanges by supplier id."""

    apis: Mapping[str, Api] = field(default_factory=dict)
    exchanges: Mapping[str, Api] = field(default_factory=dict)

    def of(self, service: str) -> Api:
        """Returns the API of a service. Raises DomainError (503) where the settings do not say where it is."""
        if service not in self.apis:
            detail = f"The dashboard has no address of {service}: the people who run Stockbridge must add it to SERVICE_URLS."
            raise DomainError("service-without-address", detail, Kind.UNAVAILABLE)
        return self.apis[service]

    def exchange(self, supplier_id: str) -> Api:
        """Returns the API of a supplier's exchange. Raises DomainError (404) for a supplier without one here."""
        if supplier_id not in self.exchanges:
            raise no_such("supplier")
        return self.exchanges[supplier_id]

    @property
    def owners(self) -> Mapping[str, Api]:
        """All of them by what owners are called, the exchanges last."""
        exchanges = {exchange_of(supplier_id): self.exchanges[supplier_id] for supplier_id in sorted(self.exchanges)}
        return {**{name: self.apis[name] for name in sorted(self.apis)}, **exchanges}

    def owner(self, name: str) -> Api:
        """Returns the API of an owner. Raises DomainError as `of` and `exchange` do."""
        supplier_id = supplier_of(name)
        return self.of(name) if supplier_id is None else self.exchange(supplier_id)


async def all_items(session: Session, path: str, query: Mapping[str, str]) -> Sequence[Any]:
    """Returns the items of a list, page by page. Raises DomainError (409) for one that no page can show."""
    found, more = await _items(session, path, query, _MOST_READ)
    if more:
        number = f"{_MOST_READ:,}"
        detail = f"This page cannot show all of it: there are more than {number}. Ask those who run Stockbridge for the list."
        raise DomainError("too-long-to-show", detail, Kind.CONFLICT)
    return found


async def first_items(session: Session, path: str, query: Mapping[str, str]) -> tuple[Sequence[Any], bool]:
    """Returns the first thousand items of a list, and whether it has more."""
    return await _items(session, path, query, _MOST_SHOWN)


async def _items(session: Session, path: str, query: Mapping[str, str], most: int) -> tuple[Sequence[Any], bool]:
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None and len(found) < most:
        asked = {**query, "limit": str(_ASKED_AT_ONCE), **({"cursor": cursor} if cursor else {})}
        page = await session.ask("GET", f"{path}?{urlencode(asked)}")
        found += page["items"]
        cursor = page.get("next_cursor")
    return found, cursor is not None

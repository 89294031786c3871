"""Reads suppliers from their exchanges, the strands and the evidence, and passes on what a person does about a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.ext.asyncio import AsyncEngine

from services.dashboard.domain.reaches import Unreached
from services.dashboard.domain.suppliers import Act, Departure, Measure, Profile, SeenSupplier
from services.dashboard.domain.visitors import Visitor
from services.dashboard.store import declining, reaches
from services.dashboard.usecases.asking import Services, all_items
from shared.errors import DomainError

# Suppliers are judged by what was ordered lately: long enough for goods to arrive.
_LATELY = timedelta(days=180)
# A test of the connection takes up to 20 seconds.
_TEST_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Acts:
    """What people did about a connection, newest first. `silence` says why nothing is shown; empty where it is."""

    acts: Sequence[Act]
    silence: str = ""

    @property
    def tested(self) -> Act | None:
        """The last test of the connection."""
        return next((act for act in self.acts if act.kind == "tested"), None)


@dataclass(frozen=True, slots=True)
class Suppliers:
    """The suppliers that have an exchange here."""

    services: Services
    engine: AsyncEngine

    async def all(self, visitor: Visitor, today: date) -> tuple[Sequence[SeenSupplier], str]:
        """Returns every supplier, what is wrong first; and why the evidence says nothing, empty where it does."""
        seen, silence = await self._read(visitor, sorted(self.services.exchanges), today)
        return sorted(seen, key=lambda one: (not one.is_wrong, one.name)), silence

    async def one(self, visitor: Visitor, supplier_id: str, today: date) -> tuple[SeenSupplier, str]:
        """Returns one supplier as `all` does. Raises DomainError (404) for a supplier without an exchange here."""
        self.services.exchange(supplier_id)
        (seen,), silence = await self._read(visitor, [supplier_id], today)
        return seen, silence

    async def _read(self, visitor: Visitor, ids: Sequence[str], today: date) -> tuple[Sequence[SeenSupplier], str]:
        names, (measured, silence), (unreached, worse) = await asyncio.gather(
            self._names(visitor.token), self._measures(visitor.token, today), self._noticed(visitor.council)
        )
        given = [(one, names.get(one, one), unreached.get(one), measured.get(one, {})) for one in ids]
        seen = await asyncio.gather(*(self._seen(visitor.token, *one) for one in given))
        return [replace(one, declines=worse.get(one.supplier_id, ())) for one in seen], silence

    async def acts(self, visitor: Visitor, supplier_id: str) -> Acts:
        """Returns what people did about the connection; only staff of all councils may see it."""
        path = f"{_path(supplier_id)}/connection-acts?limit=20"
        try:
            found = await self.services.exchange(supplier_id).ask("GET", path, visitor.token)
        except DomainError as error:
            return Acts((), error.detail)
        return Acts([Act.model_validate(item) for item in found["items"]])

    async def departure(self, visitor: Visitor, supplier_id: str) -> tuple[Departure | None, str]:
        """Returns what ties the visitor's council to a supplier; or why the evidence does not say, else empty."""
        path = f"/v1/departures/{quote(supplier_id, safe='')}"
        try:
            return Departure.model_validate(await self.services.of("evidence").ask("GET", path, visitor.token)), ""
        except DomainError as error:
            return None, error.detail

    async def test(self, visitor: Visitor, supplier_id: str, reason: str) -> None:
        """Has the exchange try the connection now. Raises DomainError as that refuses it."""
        api = replace(self.services.exchange(supplier_id), answer_seconds=_TEST_SECONDS)
        await api.ask("POST", f"{_path(supplier_id)}/connection-test", visitor.token, body={"reason": reason})

    async def set_circuit(self, visitor: Visitor, supplier_id: str, *, opened: bool, reason: str) -> None:
        """Has the exchange stop all calls, or call the supplier again. Raises DomainError as that refuses it."""
        path = f"{_path(supplier_id)}/circuit/{'open' if opened else 'close'}"
        await self.services.exchange(supplier_id).ask("POST", path, visitor.token, body={"reason": reason})

    async def _seen(
        self, token: str, supplier_id: str, name: str, unreached: Unreached | None, measures: Mapping[str, Measure]
    ) -> SeenSupplier:
        try:
            answer = await self.services.exchange(supplier_id).ask("GET", _path(supplier_id), token)
        except DomainError as error:
            return SeenSupplier(supplier_id, name, None, error.detail, unreached, measures)
        # An exchange of the release before does not say whether the supplier is reached.
        profile = Profile.model_validate({name: value for name, value in answer.items() if value is not None})
        return SeenSupplier(supplier_id, profile.name, profile, "", unreached, measures)

    async def _names(self, token: str) -> Mapping[str, str]:
        try:
            async with self.services.of("orders").session(token) as session:
                listed = await all_items(session, "/v1/suppliers", {})
        except DomainError:
            # Each exchange knows the name of its own supplier, too.
            return {}
        return {item["supplier_id"]: item["name"] for item in listed}

    async def _measures(self, token: str, today: date) -> tuple[Mapping[str, Mapping[str, Measure]], str]:
        query = urlencode({"from": today - _LATELY, "to": today, "by": "supplier"})
        try:
            answer = await self.services.of("evidence").ask("GET", f"/v1/measures?{query}", token)
        except DomainError as error:
            return {}, error.detail
        return {group["key"]: _by_name(group["measures"]) for group in answer["groups"]}, ""

    async def _noticed(self, council: str | None) -> tuple[Mapping[str, Unreached], Mapping[str, Sequence[str]]]:
        """Returns the suppliers that are not reached, and what others do worse than they did."""
        async with self.engine.connect() as connection:
            return await reaches.unreached(connection), await declining.declines(connection, council)


def _by_name(measures: Sequence[Any]) -> Mapping[str, Measure]:
    return {item["measure"]: Measure.model_validate(item) for item in measures}


def _path(supplier_id: str) -> str:
    return f"/v1/suppliers/{quote(supplier_id, safe='')}"

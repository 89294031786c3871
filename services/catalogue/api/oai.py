"""`/oai`: the catalogue for harvesters, by OAI-PMH 2.0. `shared.formats.oai_pmh` knows the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.catalogue import store
from services.catalogue.api.cursors import cursor_after, place_after
from services.catalogue.domain.changes import START, ChangedTitle, Readership, Span
from services.catalogue.rendering import marcxml
from services.catalogue.schemas.protocols import OAI_FORM, OAI_PARAMETERS
from services.catalogue.usecases.holding import with_holdings
from shared.auth import Principal, principal_with
from shared.clock import Clock
from shared.errors import DomainError
from shared.formats import dublin_core, oai_pmh
from shared.formats.oai_pmh import Code, Prefix
from shared.http.asked import by_protocol
from shared.http.bodies import described_body
from shared.http.refusals import refusals
from shared.values import isbn13_or_none

# A record is some kilobytes, a header some bytes.
_RECORDS, _HEADERS = 100, 1_000
# No verb has as many: one of them is unknown or repeated.
_MOST_ARGUMENTS = 50
# Every title is in this set. Those below it are of one supplier each.
_SUPPLIERS = "supplier"

_FORM = "application/x-www-form-urlencoded"
_ANSWER: dict[int | str, dict[str, Any]] = {200: {"description": "OAI-PMH 2.0", "content": {"text/xml": {}}}}

Reader = Annotated[Principal, Depends(principal_with("catalogue:read"))]


_PROTOCOL = by_protocol("OAI-PMH 2.0", "https://www.openarchives.org/OAI/openarchivesprotocol.html")


@dataclass(frozen=True, slots=True)
class Harvested:
    """What is harvested: the repository, and the domain of its records' identifiers."""

    repository: oai_pmh.Repository
    domain: str


def oai_router(engine: AsyncEngine, clock: Clock, harvested: Harvested) -> APIRouter:
    """Returns the route of `/oai`."""
    router = APIRouter(tags=["harvesting"])
    door = _Door(engine, clock, harvested)

    async def harvest(caller: Reader, request: Request) -> Response:
        """Answers all verbs of OAI-PMH 2.0, with the titles that the council ordered; to operations staff, with all titles.

        Errors of the protocol are in the answer, with the status 200.
        """
        arguments = await _arguments(request)
        return Response(await door.answer(arguments, caller.council), headers={"Content-Type": oai_pmh.CONTENT_TYPE})

    asked: dict[str, dict[str, Any]] = {"GET": {"parameters": OAI_PARAMETERS}, "POST": described_body({_FORM: OAI_FORM})}
    for method, described in asked.items():
        router.add_api_route(
            "/oai",
            harvest,
            methods=[method],
            response_class=Response,
            responses={**_ANSWER, **refusals()},
            operation_id=f"harvest_by_{method.lower()}",
            openapi_extra={**described, **_PROTOCOL},
        )
    return router


async def _arguments(request: Request) -> list[tuple[str, str]]:
    """Returns names and values: of the address, or of the body of a POST (section 3.1.1)."""
    if request.method == "GET":
        return request.query_params.multi_items()[:_MOST_ARGUMENTS]
    body = (await request.body()).decode(errors="replace")
    return parse_qsl(body, keep_blank_values=True)[:_MOST_ARGUMENTS]


class _Door:
    """Answers requests, one method for each verb."""

    def __init__(self, engine: AsyncEngine, clock: Clock, harvested: Harvested) -> None:
        self._engine = engine
        self._clock = clock
        self._repository = harvested.repository
        self._answers = oai_pmh.Answers(harvested.repository)
        self._identifier = f"oai:{harvested.domain}:"

    async def answer(self, arguments: Sequence[tuple[str, str]], council: str | None) -> bytes:
        """Returns the answer to a request of a council (None: operations staff)."""
        readers = Readership(council)
        match oai_pmh.parse(arguments, self._repository):
            case oai_pmh.Refused() as refused:
                return self._answers.refusal(refused, self._clock.now())
            case oai_pmh.Identify() as request:
                return self._answers.identify(request, self._clock.now())
            case oai_pmh.ListMetadataFormats() as request:
                return await self._formats(request, readers)
            case oai_pmh.ListSets() as request:
                return await self._sets(request, readers)
            case oai_pmh.GetRecord() as request:
                return await self._record(request, readers)
            case oai_pmh.ListIdentifiers() | oai_pmh.ListRecords() as request:
                return await self._list(request, readers)

    async def _formats(self, request: oai_pmh.ListMetadataFormats, readers: Readership) -> bytes:
        if request.identifier and await self._find(request.identifier, readers) is None:
            text = "There is no record with this identifier."
            return self._refusal(request, Code.ID_DOES_NOT_EXIST, text)
        return self._answers.metadata_formats(request, list(Prefix), self._clock.now())

    async def _sets(self, request: oai_pmh.ListSets, readers: Readership) -> bytes:
        async with self._engine.connect() as connection:
            suppliers = await store.suppliers_of_titles(connection, readers)
        entries = [oai_pmh.SetEntry(_set_of(supplier), f"Titles in the words of {supplier}") for supplier in suppliers]
        entries.insert(0, oai_pmh.SetEntry(_SUPPLIERS, "Titles by the supplier whose words they are in"))
        return self._answers.sets(request, entries, oai_pmh.LAST, self._clock.now())

    async def _record(self, request: oai_pmh.GetRecord, readers: Readership) -> bytes:
        found = await self._find(request.identifier, readers)
        if found is not None:
            async with self._engine.connect() as connection:
                [found] = await self._complete(connection, [found], request.prefix, readers)
        record = None if found is None else self._as_record(found, request.prefix)
        return self._answers.record(request, record, self._clock.now())

    async def _list(self, request: oai_pmh.ListIdentifiers | oai_pmh.ListRecords, readers: Readership) -> bytes:
        limit = _RECORDS if isinstance(request, oai_pmh.ListRecords) else _HEADERS
        wanted = _selected(request.selection, readers)
        if wanted is None:
            return self._page(request, [], oai_pmh.LAST)
        async with self._engine.connect() as connection:
            settled = await store.frontier(connection)
            try:
                after = START if request.resumed is None else place_after(request.resumed.position, settled)
            except DomainError:
                text = "The list was begun before the database was restored or moved: begin it again."
                return self._refusal(request, Code.BAD_RESUMPTION_TOKEN, text)
            found = await store.changed_titles(connection, wanted, Span(after, settled.place), limit + 1)
            page = found[:limit]
            if isinstance(request, oai_pmh.ListRecords):
                page = await self._complete(connection, page, request.selection.prefix, readers)
        more = oai_pmh.More(cursor_after(page[-1].place, settled)) if len(found) > limit else oai_pmh.LAST
        return self._page(request, page, more)

    def _page(
        self, request: oai_pmh.ListIdentifiers | oai_pmh.ListRecords, found: Sequence[ChangedTitle], more: oai_pmh.More
    ) -> bytes:
        now = self._clock.now()
        if isinstance(request, oai_pmh.ListIdentifiers):
            return self._answers.headers(request, [self._header(each) for each in found], more, now)
        return self._answers.records(request, [self._as_record(each, request.selection.prefix) for each in found], more, now)

    async def _find(self, identifier: str, readers: Readership) -> ChangedTitle | None:
        isbn = identifier.removeprefix(self._identifier)
        if isbn == identifier or isbn13_or_none(isbn) != isbn:
            return None
        async with self._engine.connect() as connection:
            return await store.changed_title(connection, readers, isbn)

    async def _complete(
        self, connection: AsyncConnection, found: list[ChangedTitle], prefix: Prefix, readers: Readership
    ) -> list[ChangedTitle]:
        """Returns titles with the council's copies where the format has a place for them."""
        return await with_holdings(connection, readers.council, found) if prefix is Prefix.MARC21 else found

    def _as_record(self, changed: ChangedTitle, prefix: Prefix) -> oai_pmh.Record:
        header, title = self._header(changed), changed.title
        if header.deleted:
            return oai_pmh.Record(header)
        if prefix is Prefix.MARC21:
            return oai_pmh.Record(header, marcxml(title, changed.holdings))
        return oai_pmh.Record(header, dublin_core.oai_dc(title.description, title.isbn))

    def _header(self, changed: ChangedTitle) -> oai_pmh.Header:
        title = changed.title
        identifier = self._identifier + title.isbn
        return oai_pmh.Header(identifier, changed.changed_at, (_set_of(title.supplier_id),), title.withdrawn)

    def _refusal(self, request: oai_pmh.Request, code: Code, text: str) -> bytes:
        return self._answers.refusal(oai_pmh.Refused((oai_pmh.Error(code, text),), request.arguments), self._clock.now())


def _set_of(supplier_id: str) -> str:
    return f"{_SUPPLIERS}:{supplier_id}"


def _selected(selection: oai_pmh.Selection, readers: Readership) -> Readership | None:
    """Returns whose titles of a selection these readers get; None where there is no such set."""
    above, _, supplier_id = selection.in_set.partition(":")
    if above not in ("", _SUPPLIERS) or (not supplier_id and ":" in selection.in_set):
        return None
    return Readership(readers.council, supplier_id or None, selection.since, selection.before)

"""Makes an evidence pack: which files it has, and whom it asks for each. Decides nothing about what the facts mean.

Every owner is asked once before anything is sent, so that one that is down is an error with a status. What breaks later ends
the answer without its end: the ZIP file then has no directory and no manifest, and is not whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

import structlog

from services.evidence.packs.archive import Archive
from services.evidence.packs.messages import add_messages
from services.evidence.packs.owners import Owner, Owners, opened
from services.evidence.packs.readme import readme
from services.evidence.reports import statement_html
from services.evidence.schemas.departures import DepartureView
from shared.http.calls import Api, Session
from shared.http.lines import JSON_LINES, lines_in

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Statement:
    """The exit statement as evidence has it, and the same as CSV."""

    view: DepartureView
    table: bytes


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that can be made: every owner has answered this person. `formats`: each owner's description of its own API."""

    statement: Statement
    supplier_name: str
    made_by: str
    made_at: datetime
    formats: Mapping[Owner, bytes]
    apis: Mapping[Owner, Api]

    @property
    def name(self) -> str:
        """The name of the ZIP file without its ending, and of the folder in it."""
        view = self.statement.view
        return re.sub(r"[^A-Za-z0-9.-]", "_", f"evidence-{view.council}-{view.supplier_id}-{self.made_at:%Y-%m-%d}")

    async def parts(self, token: str) -> AsyncIterator[bytes]:
        """Yields the bytes of the ZIP file. Raises whatever an owner that breaks off raises: the rest is never sent then."""
        archive, view = Archive(self.name, self.made_at), self.statement.view
        async with opened(self.apis, token) as owners:
            async for ready in self._files(archive, owners):
                yield ready
        yield archive.ended()
        log.info("a pack was made", council=view.council, supplier=view.supplier_id)

    async def _files(self, archive: Archive, owners: Mapping[Owner, Session]) -> AsyncIterator[bytes]:
        view, table = self.statement.view, self.statement.table
        words = readme(view, supplier_name=self.supplier_name, made_by=self.made_by, made_at=self.made_at)
        whole = {
            "README.txt": words.encode(),
            "statement/statement.html": statement_html(view),
            "statement/statement.csv": table,
            "statement/statement.json": view.model_dump_json(indent=1).encode(),
        } | {f"formats/{owner}.json": description for owner, description in self.formats.items()}
        for name, content in whole.items():
            async for ready in archive.whole_file(name, content):
                yield ready
        for name, (owner, path) in _lists(view.supplier_id).items():
            async with owners[owner].download(path, accept=JSON_LINES) as lines:
                async for ready in archive.file(name, lines):
                    yield ready
        async for ready in _add_reconciliations(archive, owners[Owner.EXCHANGE]):
            yield ready
        async for ready in add_messages(archive, owners[Owner.EXCHANGE]):
            yield ready


async def prepare(owners: Owners, statement: Statement, *, made_by: str, made_at: datetime, token: str) -> Pack:
    """Asks every owner whether it will answer this person, for each list.

    Raises DomainError: 503 for an owner that is down or has no address here, else as the owner refuses it.
    """
    supplier = statement.view.supplier_id
    apis = owners.of(supplier)
    # Of each list one row: that it is down, or that a scope is missing, must be known before the first byte leaves.
    first = [*_lists(supplier).values(), (Owner.EXCHANGE, "/v1/reconciliations"), (Owner.EXCHANGE, "/v1/messages")]
    async with opened(apis, token) as sessions:
        for owner, path in first:
            await sessions[owner].ask("GET", _with(path, limit=1))
        profile = await sessions[Owner.EXCHANGE].ask("GET", f"/v1/suppliers/{quote(supplier, safe='')}")
        formats = {owner: await session.ask("GET", "/openapi.json") for owner, session in sessions.items()}
    described = {owner: json.dumps(document, indent=1).encode() for owner, document in formats.items()}
    return Pack(statement, str(profile["name"]), made_by, made_at, described, apis)


def _lists(supplier_id: str) -> Mapping[str, tuple[Owner, str]]:
    """Returns the files that are an owner's list as it is, with the owner and the path of the list."""
    return {
        "orders.jsonl": (Owner.ORDERS, _with("/v1/orders", supplier_id=supplier_id)),
        "invoices.jsonl": (Owner.ORDERS, _with("/v1/invoices", supplier_id=supplier_id)),
        "consignments.jsonl": (Owner.DELIVERY, _with("/v1/consignments", supplier_id=supplier_id)),
        "discrepancies.jsonl": (Owner.DELIVERY, _with("/v1/discrepancies", supplier_id=supplier_id)),
    }


def _with(path: str, **parameters: object) -> str:
    return f"{path}{'&' if '?' in path else '?'}{urlencode(parameters)}"


async def _add_reconciliations(archive: Archive, exchange: Session) -> AsyncIterator[bytes]:
    """Adds the list of comparisons, and the lines of each in a file of its own."""
    found: list[UUID] = []

    async def noted(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for line in lines_in(lines):
            found.append(UUID(json.loads(line)["reconciliation_id"]))
            yield line

    async with exchange.download("/v1/reconciliations", accept=JSON_LINES) as lines:
        async for ready in archive.file("reconciliations.jsonl", noted(lines)):
            yield ready
    for one in found:
        async with exchange.download(f"/v1/reconciliations/{one}", accept=JSON_LINES) as lines:
            async for ready in archive.file(f"reconciliations/{one}.jsonl", lines):
                yield ready

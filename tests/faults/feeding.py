"""A bookseller, its exchange and a catalogue as real processes, for tests that kill them in the middle of a feed."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from local.brokers.tansu import Tansu
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import Child, Program, http_answers, wait_until
from local.simulators.bookseller.dialect import ALBION
from local.stack.programs import module
from shared.contracts.suppliers import RecordsSupplied
from shared.db.engine import create_engine
from shared.records import Record
from tests.fixtures.tokens import Tokens
from tests.suppliers.other_side import NationalSide
from tests.waiting import until

EXCHANGE, CATALOGUE = "services.suppliers", "services.catalogue"

_READ = text("SELECT count(*) FROM feed_reading WHERE ended_at IS NOT NULL")
_KEPT_PARTS = text("SELECT count(*) FROM message_part")
_POSITION = text("SELECT coalesce(sum(position), 0) FROM feed_reading")
_EVENTS = text("SELECT event_id, data FROM outbox WHERE type = :type ORDER BY seq")
_APPLIED = text("SELECT event_id FROM inbox WHERE consumer = 'catalogue' AND outcome = 'applied'")
_DEAD = text("SELECT count(*) FROM dead_letter")
_ASIDE = text("""
    SELECT message.name, kept_aside.number, kept_aside.code FROM kept_aside JOIN message ON message.id = kept_aside.message_id
    ORDER BY message.name, kept_aside.number
""")
_RECORDS = text("SELECT isbn, description::text, offers::text, remainder::text, score FROM record ORDER BY isbn")
# All but when they changed, which differs from run to run.
_TITLES = text("""
    SELECT title.isbn, description::text, sources::text, version, withdrawn, entry.words::text, entry.facets
    FROM title JOIN search_entry AS entry ON entry.isbn = title.isbn ORDER BY title.isbn
""")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is there when a feed was taken: records by file as published, what is kept aside, and what the catalogue keeps."""

    published: Mapping[UUID, Sequence[Record]]
    events: Sequence[UUID]
    applied: Sequence[UUID]
    dead: int
    aside: Sequence[tuple[str, int, str]]
    records: Sequence[tuple[Any, ...]]
    titles: Sequence[tuple[Any, ...]]


class Service:
    """One service process that can be killed and started again, and its database."""

    def __init__(self, program: Program, port: int, database_url: str) -> None:
        self._program = program
        self._port = port
        self._child = Child(program)
        self.engine = create_engine(SecretStr(database_url))

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self._port}"

    async def ready(self) -> None:
        """Waits until it answers."""
        await wait_until(lambda: http_answers(self._port), child=self._child)

    async def kill(self) -> None:
        """Kills it by SIGKILL and starts it again."""
        await self._child.kill()
        self._child = Child(self._program)

    async def stop(self) -> None:
        """Ends it, and closes the database."""
        await self._child.stop()
        await self.engine.dispose()


@dataclass(frozen=True, slots=True)
class World:
    """The processes, and the bookseller's folder of records."""

    exchange: Service
    catalogue: Service
    mailbox: Path

    def send(self, files: Mapping[str, bytes]) -> None:
        """Leaves files in the mailbox, each complete at once."""
        for name, body in files.items():
            part = self.mailbox / f".{name}"
            part.write_bytes(body)
            part.rename(self.mailbox / name)

    async def kept_parts(self) -> int:
        """Returns how many parts of files the exchange has."""
        return await _number(self.exchange.engine, _KEPT_PARTS)

    async def position(self) -> int:
        """Returns how many records the exchange has read."""
        return await _number(self.exchange.engine, _POSITION)

    async def applied(self) -> int:
        """Returns how many events the catalogue has applied."""
        return len(await _rows(self.catalogue.engine, _APPLIED))

    async def outcome(self, files: int) -> Outcome:
        """Waits until so many files are read and all of their events applied; returns what is there then."""

        async def finished() -> bool:
            read = await _number(self.exchange.engine, _READ)
            return read >= files and await self.applied() >= len(await self._events())

        await until(finished, limit=120)
        events = await self._events()
        published: dict[UUID, list[Record]] = {}
        for _, data in events:
            event = RecordsSupplied.model_validate_json(data)
            published.setdefault(event.message_id, []).extend(event.records)
        return Outcome(
            published,
            [event_id for event_id, _ in events],
            [event_id for (event_id,) in await _rows(self.catalogue.engine, _APPLIED)],
            await _number(self.catalogue.engine, _DEAD),
            [(name.rpartition("/")[2], number, code) for name, number, code in await _rows(self.exchange.engine, _ASIDE)],
            await _rows(self.catalogue.engine, _RECORDS),
            await _rows(self.catalogue.engine, _TITLES),
        )

    async def _events(self) -> Sequence[tuple[Any, ...]]:
        return await _rows(self.exchange.engine, _EVENTS, type=RecordsSupplied.event_type)


@asynccontextmanager
async def running_world(folder: Path, database_from: Callable[[str], str], tokens: Tokens) -> AsyncIterator[World]:
    """Runs a bookseller, a broker, an exchange and a catalogue. The folder exists."""
    broker, side = Tansu(folder / "broker.log"), NationalSide(folder, "http://127.0.0.1:1/", ())
    await broker.start()
    await side.start()
    exchange = service_of(EXCHANGE, folder, database_from(EXCHANGE), common_settings(broker, tokens) | _exchange_settings(side))
    catalogue = service_of(CATALOGUE, folder, database_from(CATALOGUE), common_settings(broker, tokens) | _CATALOGUE_SETTINGS)
    try:
        await exchange.ready()
        await catalogue.ready()
        yield World(exchange, catalogue, folder / "bookseller" / "mailbox" / ALBION.folders.records)
    finally:
        for service in (exchange, catalogue):
            await service.stop()
        await side.stop()
        await broker.stop()


def service_of(package: str, folder: Path, database_url: str, settings: Mapping[str, str]) -> Service:
    """Starts a service with a log in the folder."""
    port, name = free_port(), package.rpartition(".")[2]
    environment = {**settings, "PORT": str(port), "DATABASE_URL": database_url}
    return Service(Program(name, module(package), folder / f"{name}.log", environment=environment), port, database_url)


def common_settings(broker: Tansu, tokens: Tokens) -> dict[str, str]:
    """Returns the settings that each service has."""
    return {
        "PATH": os.environ["PATH"],
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap,
        "KAFKA_IDEMPOTENT": "false",
        "AUTH_JWKS_FILE": str(tokens.jwks_file),
        "LOG_LEVEL": "WARNING",
    }


def _exchange_settings(side: NationalSide) -> dict[str, str]:
    profile, secrets = side.profile_and_secrets()
    (side.folder / "profile.json").write_text(profile)
    (side.folder / "secrets.json").write_text(json.dumps(dict(secrets)))
    return {
        "SUPPLIER_ADAPTER": side.name,
        "SUPPLIER_PROFILE_FILE": str(side.folder / "profile.json"),
        "SUPPLIER_SECRETS_FILE": str(side.folder / "secrets.json"),
        "LONGEST_PAUSE_SECONDS": "1",
    }


_CATALOGUE_SETTINGS = {
    "OAI_BASE_URL": "http://127.0.0.1:1/oai",
    "OAI_ADMIN_EMAIL": "catalogue@stockbridge.example",
    "OAI_DOMAIN": "stockbridge.example",
    "OAI_TOKEN_KEY": "a key of a test, long enough",
}


async def _rows(engine: AsyncEngine, query: TextClause, **given: object) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query, given)]


async def _number(engine: AsyncEngine, query: TextClause) -> int:
    ((number,),) = await _rows(engine, query)
    return int(number)

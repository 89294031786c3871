"""What each stage of a feed takes by itself, in this process: bare parsers, our reading, the exchange's and the catalogue's work.

Knows no stack: it is given files, and events that an exchange published.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from lxml import etree
from pymarc import MARCReader
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.domain.entry import entry_of
from services.catalogue.domain.merging import Scored, retitle
from services.catalogue.domain.records import kept
from services.catalogue.domain.scoring import DEFAULT, score
from services.catalogue.usecases.taking import take_records
from services.suppliers.domain.part_events import Origin, packed
from services.suppliers.national.read.records import read_feed
from shared.bus import read_event, to_envelope
from shared.clock import Clock
from shared.contracts.suppliers import RecordsSupplied
from shared.messaging.envelope import Envelope
from shared.records import Record

_PART = 1 << 20
_AT_ONCE = 100


@dataclass(slots=True)
class Spent:
    """Seconds by stage, and of how many records."""

    seconds: dict[str, float] = field(default_factory=dict)
    records: int = 0

    @contextmanager
    def on(self, stage: str, clock: Callable[[], float] = time.process_time) -> Iterator[None]:
        """Adds the time of the block to a stage."""
        begin = clock()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + clock() - begin

    def each(self, stage: str) -> float:
        """Returns microseconds of a stage for one record."""
        return 1e6 * self.seconds[stage] / self.records


def bare_onix(path: Path) -> float:
    """Returns products a second of `iterparse`, which makes elements of the file and nothing of them."""
    count, begin = 0, time.process_time()
    for _, element in etree.iterparse(path, tag="{*}Product"):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count / (time.process_time() - begin)


def bare_marc(path: Path) -> float:
    """Returns records a second of pymarc, which decodes all fields of the file and makes nothing of them."""
    begin = time.process_time()
    with path.open("rb") as file:
        count = sum(1 for _ in MARCReader(file))
    return count / (time.process_time() - begin)


def our_reading(path: Path) -> float:
    """Returns records a second of our own reading, as the exchange does it."""
    begin = time.process_time()
    count = sum(isinstance(item, Record) for item in read_feed(_parts(path), 0))
    return count / (time.process_time() - begin)


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part


@dataclass(frozen=True, slots=True)
class _Arrived:
    id: UUID
    created_at: datetime


def exchange_stages(path: Path, most: int, clock: Clock) -> tuple[Spent, list[Envelope]]:
    """Returns what reading takes, and making events of what was read, of at most so many records of a file; and the events."""
    spent, now = Spent(), clock.now()
    envelopes: list[Envelope] = []
    origin = Origin("national", _Arrived(UUID(int=0), now), now.date())
    items = read_feed(_parts(path), 0)
    while spent.records < most:
        with spent.on("reading"):
            records = _next(items)
        if not records:
            break
        spent.records += len(records)
        with spent.on("events"):
            envelopes += [to_envelope(event, clock=clock) for event in packed(records, origin).events]
    return spent, envelopes


def _next(items: Iterator[object]) -> list[Record]:
    found: list[Record] = []
    for item in items:
        if isinstance(item, Record):
            found.append(item)
        if len(found) == _AT_ONCE:
            break
    return found


async def catalogue_stages(engine: AsyncEngine, envelopes: Sequence[Envelope], clock: Clock) -> Spent:
    """Returns what decoding, merging and making entries of search take, and the whole handling, into an empty catalogue.

    `sql` is the rest of the whole: the statements, and the wait for them.
    """
    spent = Spent()
    for batch in _batches(envelopes):
        with spent.on("decoding"):
            events = [read_event(RecordsSupplied, envelope) for envelope in batch]
        _merge(spent, events, clock.now())
        with spent.on("handling", time.perf_counter):
            async with engine.begin() as connection:
                await take_records(connection, list(zip(events, batch, strict=True)), clock=clock)
    pure = spent.seconds["merging"] + spent.seconds["entries"]
    spent.seconds["sql"] = spent.seconds["handling"] - pure
    return spent


def _merge(spent: Spent, events: Iterable[RecordsSupplied], now: datetime) -> None:
    with spent.on("merging"):
        found = []
        for event in events:
            for record in event.records:
                own = kept(record, supplier_id=event.supplier_id, supplied_at=event.supplied_at)
                found.append((own, retitle(own.isbn, None, [Scored(own, score(own, DEFAULT).points)], now)))
    spent.records += len(found)
    with spent.on("entries"):
        for own, title in found:
            if title is not None:
                entry_of(title, [own])


def _batches(envelopes: Sequence[Envelope], size: int = 2) -> Iterator[Sequence[Envelope]]:
    return (envelopes[start : start + size] for start in range(0, len(envelopes), size))

"""`python -m bench.feeds [ONIX MARC]`: what a bookseller's feed of so many ONIX products and MARC records takes, into titles.

It goes through the whole local stack: the bookseller's SFTP mailbox, exchange, outbox, broker and catalogue, over PostgreSQL.
Prints bare parsers and our reading beside it, where the processor's time goes, and the memory of both services. Asserts nothing.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.feed_stages import Spent, bare_marc, bare_onix, catalogue_stages, exchange_stages, our_reading
from local.brokers.tansu import Tansu
from local.simulators.bookseller.dialect import ALBION
from local.simulators.feeds.books import books
from local.simulators.feeds.marc import marc_chunks
from local.simulators.feeds.onix import onix_chunks
from local.stack import Stack, StackOptions
from local.stack.programs import database_of
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head
from shared.logs import configure_logs

_ONIX, _MARC = 20_000, 10_000
_FEW = 10_000
_STAGED = 5_000
_SETTLE_SECONDS = 3_600.0
_LOOK_SECONDS = 0.5
_MOST_BYTES = 900_000_000  # the bookseller's profile takes no file of a gigabyte
_EXCHANGE, _CATALOGUE, _BOOKSELLER = "supplier-national", "catalogue", "bookseller-simulator"
_CLOCK = SystemClock()

_READ = text("SELECT count(*), max(ended_at) FROM feed_reading WHERE ended_at IS NOT NULL")
_PUBLISHED = text("SELECT count(*), max(created_at), max(sent_at) FROM outbox WHERE type = 'suppliers.records.supplied.v1'")
_UNSENT = text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
_FETCHED = text("SELECT max(created_at) FROM message WHERE size_of_parts > 0")
_BEGUN = text("SELECT min(begun_at) FROM feed_reading WHERE begun_at >= :since")
_APPLIED = text("""SELECT count(*), max(at) FROM inbox WHERE consumer = 'catalogue'""")
_KEPT = text("SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM title), (SELECT count(*) FROM search_entry)")


@dataclass(frozen=True, slots=True)
class Feed:
    """Files of invented books, in the order in which they are left in the mailbox; the first book has the number `start`."""

    folder: Path
    onix: int
    marc: int
    start: int = 0

    @property
    def records(self) -> int:
        """How many records are in them."""
        return self.onix + self.marc

    def write(self) -> list[Path]:
        """Writes the files, the ONIX in several where it would be larger than the mailbox takes; returns them."""
        self.folder.mkdir()
        chunks = onix_chunks(books(1, self.onix, self.start), sender="Bench")
        paths = [*_split(self.folder, chunks)] if self.onix else []
        if self.marc:
            paths.append(self.folder / "records.mrc")
            with paths[-1].open("wb") as file:
                file.writelines(marc_chunks(books(1, self.marc, self.start + self.onix)))
        return paths


def _split(folder: Path, chunks: Iterable[bytes]) -> Iterator[Path]:
    rest = iter(chunks)
    head = next(rest)
    end = b"</ONIXMessage>\n"
    pending: bytes | None = next(rest, None)
    number = 0
    while pending is not None:
        path = folder / f"products-{number}.xml"
        size = 0
        with path.open("wb") as file:
            file.write(head)
            while pending is not None and size < _MOST_BYTES:
                size += file.write(pending)
                pending = next(rest, None)
            if pending is not None:
                file.write(end)
        yield path
        number += 1


@dataclass(slots=True)
class Usage:
    """What processes of a stack took so far: seconds of processor time by program, and the highest memory by service."""

    stack: Stack
    peaks: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """Notes the memory of exchange and catalogue where it is higher than before."""
        for name in (_EXCHANGE, _CATALOGUE):
            memory = psutil.Process(self.stack.processes[name].pid).memory_full_info()
            for kind, value in (("PSS", memory.pss), ("RSS", memory.rss)):
                self.peaks[f"{name} {kind}"] = max(self.peaks.get(f"{name} {kind}", 0.0), value / 1e6)

    def seconds(self) -> dict[str, float]:
        """Returns processor seconds since the start."""
        named = {name: self.stack.processes[name].pid for name in (_BOOKSELLER, _EXCHANGE, _CATALOGUE)}
        found = {name: _seconds(psutil.Process(pid)) for name, pid in named.items()}
        assert isinstance(self.stack.broker, Tansu)
        found["broker"] = _seconds(psutil.Process(self.stack.broker.pid))
        server = psutil.Process(self.stack.postgres.pid)
        ended = server.cpu_times()
        found["PostgreSQL"] = (
            _seconds(server) + ended.children_user + ended.children_system + sum(map(_seconds, server.children(recursive=True)))
        )
        return found


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@dataclass(frozen=True, slots=True)
class Moments:
    """When a feed was dropped, when its last file was in the exchange, read, sent, and applied."""

    dropped: datetime
    fetched: datetime
    read_since: datetime
    read: datetime
    sent: datetime
    applied: datetime

    def lines(self, records: int) -> Iterator[str]:
        """Yields the lines of a table: when each part of the work was done, and how fast that is."""
        ends = {"fetched": self.fetched, "read, into the outbox": self.read, "sent by the relay": self.sent}
        yield "| by when all is | seconds | records a second |"
        yield "|---|---:|---:|"
        for name, at in {**ends, "applied by the catalogue": self.applied}.items():
            seconds = (at - self.dropped).total_seconds()
            yield f"| {name} | {seconds:.1f} | {records / seconds:,.0f} |"
        seconds = (self.read - self.read_since).total_seconds()
        yield f"| (read, from its first record) | {seconds:.1f} | {records / seconds:,.0f} |"


class Run:
    """A stack that feeds are dropped into, one after the other."""

    def __init__(self, stack: Stack) -> None:
        self.usage = Usage(stack)
        self._mailbox = stack.options.folder / "simulators" / "bookseller" / "mailbox" / ALBION.folders.records
        self._exchange, self._catalogue = (
            create_engine(SecretStr(stack.postgres.url(database_of(name)))) for name in (_EXCHANGE, _CATALOGUE)
        )
        self._files = 0

    async def take(self, paths: Iterable[Path], label: str) -> Moments:
        """Moves files into the mailbox; returns when the catalogue has applied all of their records."""
        dropped = _CLOCK.now()
        for path in paths:
            # Before it has its name, the file is hidden.
            path.rename(self._mailbox / f"{label}-{path.name}")
            self._files += 1
        async with asyncio.timeout(_SETTLE_SECONDS):
            while not await self._applied():
                self.usage.look()
                await asyncio.sleep(_LOOK_SECONDS)
        self.usage.look()
        ((fetched,), (read_since,)) = await _row(self._exchange, _FETCHED), await _row(self._exchange, _BEGUN, since=dropped)
        (_, read), (_, _, sent) = await _row(self._exchange, _READ), await _row(self._exchange, _PUBLISHED)
        (_, applied) = await _row(self._catalogue, _APPLIED)
        return Moments(dropped, fetched, read_since, read, sent, applied)

    async def kept(self) -> tuple[int, int, int]:
        """Returns how many records, titles and entries of search the catalogue has."""
        records, titles, entries = await _row(self._catalogue, _KEPT)
        return records, titles, entries

    async def close(self) -> None:
        """Closes the connections."""
        await self._exchange.dispose()
        await self._catalogue.dispose()

    async def _applied(self) -> bool:
        read, _ = await _row(self._exchange, _READ)
        if read < self._files or (await _row(self._exchange, _UNSENT))[0]:
            return False
        published, _, _ = await _row(self._exchange, _PUBLISHED)
        applied, _ = await _row(self._catalogue, _APPLIED)
        return bool(applied >= published)


async def _row(engine: AsyncEngine, query: Any, **given: object) -> tuple[Any, ...]:
    async with engine.connect() as connection:
        return tuple((await connection.execute(query, given)).one())


def _print_reading(paths: Iterable[Path]) -> None:
    print("| file | size | bare parser, records/s | our reading, records/s | ratio |\n|---|---:|---:|---:|---:|")
    for path in paths:
        bare = (bare_marc if path.suffix == ".mrc" else bare_onix)(path)
        ours = our_reading(path)
        print(
            f"| {path.name} | {path.stat().st_size / 1e6:,.0f} MB | {bare:,.0f} | {ours:,.0f} | {ours / bare:.2f} |", flush=True
        )


def _print_seconds(spent: Mapping[str, float], records: int) -> None:
    print("\n| process | processor time for a record | share |\n|---|---:|---:|")
    for name, seconds in spent.items():
        print(f"| {name} | {1e6 * seconds / records:,.0f} µs | {100 * seconds / sum(spent.values()):.0f} % |")


async def _stages(stack: Stack, paths: Iterable[Path]) -> None:
    """Prints what each stage takes by itself, in this process, for the first records of each file."""
    print("\n| stage, alone | " + " | ".join(path.suffix for path in paths) + " |\n|---|---:|---:|")
    found: list[Spent] = []
    for number, path in enumerate(paths):
        exchange, envelopes = exchange_stages(path, _STAGED, _CLOCK)
        engine = create_engine(SecretStr(await stack.postgres.create_database(f"bench_{number}")))
        await upgrade_to_head(engine, "services.catalogue")
        catalogue = await catalogue_stages(engine, envelopes, _CLOCK)
        await engine.dispose()
        found.append(Spent({**exchange.seconds, **catalogue.seconds}, catalogue.records))
    for stage in found[0].seconds:
        print(f"| {stage} | " + " | ".join(f"{spent.each(stage):,.0f} µs" for spent in found) + " |")


async def measure(folder: Path, onix: int, marc: int) -> None:
    """Prints everything for a feed of so many ONIX products and MARC records; `folder` is for the stack and the files."""
    few = Feed(folder / "few", _FEW * onix // (onix + marc), _FEW * marc // (onix + marc)).write()
    whole = Feed(folder / "whole", onix, marc, start=_FEW)
    paths = whole.write()
    print(f"{onix:,} ONIX products and {marc:,} MARC records\n", flush=True)
    _print_reading(paths)
    async with Stack(StackOptions(folder / "stack", log_level="WARNING")) as stack:
        await _stages(stack, [paths[0], paths[-1]])
        run = Run(stack)
        try:
            await run.take(few, "few")
            before, peaks = run.usage.seconds(), dict(run.usage.peaks)
            begin = time.perf_counter()
            moments = await run.take(paths, "whole")
            seconds = time.perf_counter() - begin
            spent = {name: after - before[name] for name, after in run.usage.seconds().items()}
            print(f"\nend to end: {whole.records / seconds:,.0f} records a second\n", *moments.lines(whole.records), sep="\n")
            _print_seconds(spent, whole.records)
            print(f"\n| memory | peak at {_FEW:,} records | at {whole.records:,} more | ratio |\n|---|---:|---:|---:|")
            for name, peak in run.usage.peaks.items():
                print(f"| {name} | {peaks[name]:,.0f} MB | {peak:,.0f} MB | {peak / peaks[name]:.2f} |")
            print("\nrecords, titles and entries of search kept:", *(f"{each:,}" for each in await run.kept()), flush=True)
        finally:
            await run.close()


def main() -> None:
    """Measures a feed of the sizes that the command line gives."""
    configure_logs("bench", "WARNING")
    onix, marc = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (_ONIX, _MARC)
    with tempfile.TemporaryDirectory(prefix="stockbridge-feeds-") as folder:
        asyncio.run(measure(Path(folder), onix, marc))


if __name__ == "__main__":
    main()

"""The bookseller at work: collects orders, decides, answers and ships. One step at a time, each safe to be killed in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from local.simulators.bookseller import paper, records
from local.simulators.bookseller.chance import digits, share
from local.simulators.bookseller.memory import Memory, Outgoing
from local.simulators.bookseller.options import ARCHIVE, DESPATCHES, FOLDERS, ORDERS, RECORDS, REQUESTS, RESPONSES, Options
from local.simulators.bookseller.paper import Letter, Words
from local.simulators.bookseller.plan import Fate, PlannedLine, Run, plan_line, runs
from local.simulators.bookseller.wire import Delivered, WireLine, WireOrder, read_interchanges
from shared.clock import Clock

_log = structlog.get_logger(__name__)

# Few enough that what is due in the meantime is not late by much.
_AT_ONCE = 25


class Brain:
    """Works on the mailbox's files, with its memory beside it."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._catalogue = records.read_catalogue(options.catalogue.read_text("utf-8")) if options.catalogue else {}
        self._isbns = tuple(self._catalogue)
        for folder in FOLDERS:
            (options.mailbox / folder).mkdir(parents=True, exist_ok=True)
        self._memory = Memory(options.state)

    def step(self) -> int:
        """Collect what came in and send what is due; how many files were handled."""
        collected = sum(self._collect(path) for path in _waiting(self._options.mailbox / ORDERS))
        asked = sum(self._take_request(path) for path in _waiting(self._options.mailbox / REQUESTS))
        return collected + asked + self._deliver()

    def close(self) -> None:
        """Close the memory."""
        self._memory.close()

    def _collect(self, path: Path) -> int:
        """Decide all orders of a file in one transaction, then archive the file: killed between, it is seen again."""
        body = path.read_bytes()
        with self._memory.together():
            for delivered in read_interchanges(body):
                self._memory.send(self._accepted(delivered, hashlib.sha256(body).hexdigest()))
        self._archive(path)
        return 1

    def _accepted(self, delivered: Delivered, digest: str) -> Iterator[Outgoing]:
        seen = self._memory.saw(delivered.sender, delivered.reference, digest)
        if seen is not None:
            _log.info("interchange repeated", reference=delivered.reference, same_content=seen == digest)
            return
        if delivered.test:
            _log.info("test interchange not executed", reference=delivered.reference)
            return
        for order in delivered.orders:
            yield from self._ordered(delivered, order) if order.kind == "ORDERS" else self._changed(delivered, order)

    def _ordered(self, delivered: Delivered, order: WireOrder) -> Iterator[Outgoing]:
        delays, now = self._options.delays, self._clock.now().timestamp()
        answered = now + delays.response
        if order.buyer in self._options.stopped_accounts:
            letter = self._letter(delivered, order, answered, "response")
            yield from self._files(RESPONSES, letter, paper.account_stopped(letter))
            return
        lines = [line for line in order.lines if not self._memory.knows_line(line.key)]
        planned = [plan_line(self._options, order, line, self._isbns) for line in lines]
        self._memory.remember_fates(
            (one.line.key, copy.number, fate) for one in planned if one.line.key for copy, fate in one.fates
        )
        letter = self._letter(delivered, order, answered, "response")
        words = [paper.planned_words(one, letter.at) for one in planned]
        yield from self._files(RESPONSES, letter, paper.response(letter, words))
        yield from self._released(delivered, order, planned, answered + delays.release)
        starts = {
            Run.FIRST: answered + delays.despatch,
            Run.LATE: answered + delays.despatch + delays.late,
            Run.RELEASE: answered + delays.release + delays.despatch,
        }
        for run, branch, copies in runs(self._options, order, planned):
            letter = self._letter(delivered, order, starts[run], f"{run} {branch}")
            yield from self._files(DESPATCHES, letter, paper.despatch(letter, branch, copies))

    def _released(self, delivered: Delivered, order: WireOrder, planned: list[PlannedLine], at: float) -> Iterator[Outgoing]:
        """Say of back-ordered copies that they come after all."""
        words = []
        for one in planned:
            copies = one.with_fate(Fate.RELEASED)
            if copies:
                quantities = (None, len(copies), None, None)
                words.append(Words(one.line, "24", "100", quantities, availability="IB", copies=copies))
        if words:
            letter = self._letter(delivered, order, at, "release")
            yield from self._files(RESPONSES, letter, paper.response(letter, words))

    def _changed(self, delivered: Delivered, change: WireOrder) -> Iterator[Outgoing]:
        """Answer an ORDCHG: what is to be shipped is too late to cancel, whenever that is asked; the rest is cancelled."""
        letter = self._letter(delivered, change, self._clock.now().timestamp() + self._options.delays.response, "change")
        words = [said for line in change.lines for said in self._change_of(line)]
        yield from self._files(RESPONSES, letter, paper.response(letter, words))

    def _change_of(self, line: WireLine) -> Iterator[Words]:
        fates = self._memory.fates_of(line.key)
        if not fates:
            yield Words(line, "10", "900", (None, None, None, None))
            return
        late = [copy for copy in line.copies if fates.get(copy.number) in (Fate.SHIPPED, Fate.RELEASED)]
        cancelled = [copy for copy in line.copies if copy not in late]
        if cancelled:
            yield Words(line, "2", "222", (None, None, None, len(cancelled)), copies=cancelled)
        if late:
            yield Words(line, "4", "800", (None, None, None, None), copies=late)

    def _take_request(self, path: Path) -> int:
        body, now = path.read_bytes(), self._clock.now()
        with self._memory.together():
            if self._memory.saw(REQUESTS, path.name, hashlib.sha256(body).hexdigest()) is None:
                rows = [self._catalogue[isbn] for isbn in records.read_request(body) if isbn in self._catalogue]
                file = records.onix(rows, now.strftime("%Y%m%dT%H%M%SZ"))
                due = now.timestamp() + self._options.delays.response
                self._memory.send([Outgoing(f"{RECORDS}/{path.stem}.xml", due, file)] if rows else [])
        self._archive(path)
        return 1

    def _letter(self, delivered: Delivered, order: WireOrder, at: float, purpose: str) -> Letter:
        reference = digits(14, self._options.seed, delivered.sender, delivered.reference, order.buyer, order.number, purpose)
        return Letter(self._options, order, delivered.sender, reference, datetime.fromtimestamp(at, UTC))

    def _files(self, folder: str, letter: Letter, body: bytes) -> Iterator[Outgoing]:
        """A file, and in some cases the same once more."""
        due, name = letter.at.timestamp(), f"{folder}/{letter.reference}"
        yield Outgoing(f"{name}.edi", due, body)
        if (
            share(self._options.seed, letter.order.buyer, letter.order.number, folder, "twice")
            < self._options.proportions.sent_twice
        ):
            yield Outgoing(f"{name}-2.edi", due + self._options.delays.poll, body)

    def _deliver(self) -> int:
        """Put due files into the mailbox, each at once; killed before it is noted, a file is put there again."""
        due = self._memory.due(self._clock.now().timestamp())
        for file in due:
            final = self._options.mailbox / file.path
            part = final.with_name(f".{final.name}.part")
            part.write_bytes(file.body)
            os.replace(part, final)
        if due:
            with self._memory.together():
                self._memory.written(file.path for file in due)
        return len(due)

    def _archive(self, path: Path) -> None:
        os.replace(path, self._options.mailbox / ARCHIVE / path.name)


def _waiting(folder: Path) -> list[Path]:
    """The first finished files of a folder by name, which is the order in which they were sent."""
    finished = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_file())
    return finished[:_AT_ONCE]

"""Runs the bookseller: collects orders, decides, answers and ships, in steps that each survive a kill."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from local.simulators.bookseller import billing, enquiries, offers, paper, records, shelf_ready
from local.simulators.bookseller.chance import digits, share
from local.simulators.bookseller.desk import Desk
from local.simulators.bookseller.held import HeldCopy
from local.simulators.bookseller.mailbox import drop, waiting
from local.simulators.bookseller.memory import Memory, Outgoing
from local.simulators.bookseller.mischief import Mischief
from local.simulators.bookseller.options import Invoices, Options
from local.simulators.bookseller.paper import Words
from local.simulators.bookseller.plan import Fate, PlannedLine, Run, Sent, plan_line, runs, waiting_line
from local.simulators.bookseller.post import Letter
from local.simulators.bookseller.wire import Delivered, WireLine, WireOrder, read_interchanges
from shared.clock import Clock

_log = structlog.get_logger(__name__)


class Brain:
    """Works on the mailbox's files, with its memory beside it."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._catalogue = records.read_catalogue(options.catalogue.read_text("utf-8")) if options.catalogue else {}
        self._isbns = tuple(self._catalogue)
        self._folders, self._endings = options.dialect.folders, options.dialect.endings
        for folder in self._folders.all:
            (options.mailbox / folder).mkdir(parents=True, exist_ok=True)
        self._memory = Memory(options.state)
        self._mischief = Mischief(options.seed, options.faults, options.journal)
        self._desk = Desk(options, self._memory, self._catalogue)

    def step(self) -> int:
        """Collects new files, carries out notes and sends due files; returns how many files were handled."""
        collected = sum(self._collect(path) for path in waiting(self._options.mailbox / self._folders.orders))
        asked = sum(self._take_request(path) for path in waiting(self._options.mailbox / self._folders.requests))
        noted = self._desk.work(self._clock.now().timestamp())
        return collected + asked + noted + self._deliver()

    def close(self) -> None:
        """Closes the memory."""
        self._memory.close()

    def _collect(self, path: Path) -> int:
        """Decides all orders of a file in one transaction, then archives the file. After a kill between, it is seen again."""
        body = path.read_bytes()
        with self._memory.together():
            for delivered in read_interchanges(body, self._options.dialect):
                written = self._accepted(delivered, hashlib.sha256(body).hexdigest())
                self._memory.send(self._mischief.spoil(written))
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
        readable = share(self._options.seed, delivered.reference, "unreadable") >= self._options.proportions.unreadable
        if self._options.acknowledge:
            yield self._acknowledged(delivered, readable=readable)
        if self._options.acknowledge and not readable:
            return
        for order in delivered.orders:
            match order.kind:
                case "ORDERS":
                    yield from self._ordered(delivered, order)
                case "OSTENQ":
                    yield from self._asked(delivered, order)
                case _:
                    yield from self._changed(delivered, order)

    def _acknowledged(self, delivered: Delivered, *, readable: bool) -> Outgoing:
        """Answers with CONTRL, at once."""
        nothing = WireOrder("CONTRL", delivered.reference, "", "", "", (), {})
        letter = self._letter(delivered, nothing, self._clock.now().timestamp(), "verdict")
        body = paper.verdict(letter, delivered.reference, readable=readable)
        path = f"{self._folders.acknowledgements}/{letter.reference}{self._endings.acknowledgements}"
        return Outgoing(path, letter.at.timestamp(), body)

    def _ordered(self, delivered: Delivered, order: WireOrder) -> Iterator[Outgoing]:
        delays, now = self._options.delays, self._clock.now().timestamp()
        answered = now + delays.response
        letter = self._letter(delivered, order, answered, "response")
        if order.buyer in self._options.stopped_accounts:
            yield from self._responses(letter, paper.account_stopped(letter))
            return
        if self._memory.saw(f"order numbers of {order.buyer}", order.number, "") is not None:
            yield from self._responses(letter, paper.response(letter, [_duplicate(line) for line in order.lines]))
            return
        # The copies of a line can be in several orders, one for each place.
        lines = [line for line in map(self._without_known_copies, order.lines) if line.copies]
        planned = [plan_line(self._options, order, line, self._isbns) for line in lines]
        if self._is_silent(order):
            self._remember(order, [waiting_line(one) for one in planned], answered)
            return
        self._remember(order, planned, answered)
        words = [paper.planned_words(one, letter.at) for one in planned]
        yield from self._responses(letter, paper.response(letter, words))
        yield from self._released(delivered, order, planned, answered + delays.release)
        yield from self._shipped(delivered, order, planned, answered)

    def _without_known_copies(self, line: WireLine) -> WireLine:
        known = self._memory.fates_of(line.key)
        return replace(line, copies=tuple(copy for copy in line.copies if copy.number not in known))

    def _shipped(self, delivered: Delivered, order: WireOrder, planned: list[PlannedLine], answered: float) -> Iterator[Outgoing]:
        """Yields the despatches of an order, and its invoices."""
        starts = self._starts(answered)
        shipments = [
            (self._letter(delivered, order, starts[run], f"{run} {branch}"), branch, copies)
            for run, branch, copies in runs(self._options, order, planned)
        ]
        for letter, branch, copies in shipments:
            name = f"{self._folders.despatches}/{letter.reference}"
            yield from self._files(name, self._endings.despatches, letter, paper.despatch(letter, branch, copies))
            if marc := shelf_ready.marc_of(letter, copies, self._catalogue):
                yield Outgoing(f"{self._folders.records}/{letter.reference}.mrc", letter.at.timestamp(), marc)
            if self._options.invoices is Invoices.DESPATCH:
                yield from self._invoiced(delivered, letter, copies)
        if self._options.invoices is Invoices.ORDER and shipments:
            last = max((letter for letter, _, _ in shipments), key=lambda letter: letter.at)
            yield from self._invoiced(delivered, last, [copy for _, _, copies in shipments for copy in copies])

    def _starts(self, answered: float) -> dict[Run, float]:
        """Returns when each run of an order leaves."""
        delays = self._options.delays
        return {
            Run.FIRST: answered + delays.despatch,
            Run.LATE: answered + delays.despatch + delays.late,
            Run.RELEASE: answered + delays.release + delays.despatch,
        }

    def _held(self, order: WireOrder, planned: list[PlannedLine], answered: float) -> Iterator[HeldCopy]:
        """Yields the copies still to be sent, with the moment at which they are sent."""
        starts = self._starts(answered)
        leaving = {
            (sent.planned.line.key, sent.copy.number): starts[run]
            for run, _, copies in runs(self._options, order, planned)
            for sent in copies
        }
        for line, copy, fate in ((one, copy, fate) for one in planned if one.line.key for copy, fate in one.fates):
            if fate is not Fate.REFUSED:
                status = "" if fate is Fate.SHIPPED else line.status
                leaves = leaving.get((line.line.key, copy.number))
                about = (order.buyer, order.number, line.line.position, line.line.isbn)
                yield HeldCopy(line.line.key, copy.number, copy.branch, *about, status, leaves)

    def _invoiced(self, delivered: Delivered, shipped: Letter, copies: list[Sent]) -> Iterator[Outgoing]:
        """Yields the invoice for goods and the documents that follow from it, one after the other."""
        letter = self._letter(delivered, shipped.order, shipped.at.timestamp(), f"invoice {shipped.reference}")
        for place, bill in enumerate(billing.bills(letter, copies), start=1):
            at = letter.at + timedelta(seconds=self._options.delays.invoice * place)
            dated = replace(letter, at=at, reference=letter.reference if place == 1 else f"{letter.reference[:-1]}{place}")
            name = f"{self._folders.invoices}/{bill.number}"
            yield from self._files(name, self._endings.invoices, dated, billing.invoice(dated, bill))

    def _released(self, delivered: Delivered, order: WireOrder, planned: list[PlannedLine], at: float) -> Iterator[Outgoing]:
        """Yields the response that back-ordered copies are sent in the end."""
        words = []
        for one in planned:
            copies = one.with_fate(Fate.RELEASED)
            if copies:
                quantities = (None, len(copies), None, None)
                words.append(Words(one.line, "24", "100", quantities, availability="IB", copies=copies))
        if words:
            letter = self._letter(delivered, order, at, "release")
            yield from self._responses(letter, paper.response(letter, words))

    def _changed(self, delivered: Delivered, change: WireOrder) -> Iterator[Outgoing]:
        """Answers an ORDCHG: copies to be shipped are always too late to cancel; the others are cancelled.

        What answers an offer is sent, or back ordered, as `offers` decides.
        """
        answered = self._clock.now().timestamp() + self._options.delays.response
        decided = [offers.decide(line, self._memory.fates_of(line.key)) for line in change.lines if offers.answers_an_offer(line)]
        planned = [plan for _, plan in decided if plan is not None]
        self._remember(change, planned, answered)
        letter = self._letter(delivered, change, self._clock.now().timestamp() + self._options.delays.response, "change")
        words = [answer for line in change.lines if not offers.answers_an_offer(line) for answer in self._change_of(line)]
        words += [word for of_line, _ in decided for word in of_line]
        yield from self._responses(letter, paper.response(letter, words))
        yield from self._released(delivered, change, planned, answered + self._options.delays.release)
        yield from self._shipped(delivered, change, planned, answered)

    def _is_silent(self, order: WireOrder) -> bool:
        return share(self._options.seed, order.buyer, order.number, "silent") < self._options.proportions.silent

    def _asked(self, delivered: Delivered, asked: WireOrder) -> Iterator[Outgoing]:
        """Answers an OSTENQ, unless it is the first one about an order that is kept silent about."""
        first = self._memory.saw(f"enquiries of {asked.buyer}", asked.number, "") is None
        if first and self._is_silent(asked):
            return
        answered = self._clock.now().timestamp() + self._options.delays.response
        letter = self._letter(delivered, asked, answered, "report")
        found = [enquiries.answers(letter, line, self._memory.fates_of(line.key)) for line in asked.lines]
        planned = [plan for _, plan in found if plan is not None]
        name = f"{self._folders.reports}/{letter.reference}"
        body = enquiries.report(letter, [word for words, _ in found for word in words])
        yield from self._files(name, self._endings.reports, letter, body)
        yield from self._shipped(delivered, asked, planned, answered)

    def _remember(self, order: WireOrder, planned: list[PlannedLine], answered: float) -> None:
        """Keeps the fates of copies, and those that are held, in place of what was kept of them before."""
        for one in planned:
            self._memory.let_go(one.line.key, [copy.number for copy, _ in one.fates])
        self._memory.remember_fates(
            (one.line.key, copy.number, fate) for one in planned if one.line.key for copy, fate in one.fates
        )
        self._memory.hold(self._held(order, planned, answered))

    def _change_of(self, line: WireLine) -> Iterator[Words]:
        fates = self._memory.fates_of(line.key)
        if not fates:
            yield Words(line, "10", "900", (None, None, None, None))
            return
        late = [copy for copy in line.copies if fates.get(copy.number) in (Fate.SHIPPED, Fate.RELEASED)]
        cancelled = [copy for copy in line.copies if copy not in late]
        if cancelled:
            self._memory.let_go(line.key, [copy.number for copy in cancelled])
            yield Words(line, "2", "222", (None, None, None, len(cancelled)), copies=cancelled)
        if late:
            yield Words(line, "4", "800", (None, None, None, None), copies=late)

    def _take_request(self, path: Path) -> int:
        body, now = path.read_bytes(), self._clock.now()
        with self._memory.together():
            if self._memory.saw(self._folders.requests, path.name, hashlib.sha256(body).hexdigest()) is None:
                rows = [self._catalogue[isbn] for isbn in records.read_request(body) if isbn in self._catalogue]
                file = records.onix(self._options, rows, now)
                due = now.timestamp() + self._options.delays.response
                self._memory.send([Outgoing(f"{self._folders.records}/{path.stem}.xml", due, file)] if rows else [])
        self._archive(path)
        return 1

    def _letter(self, delivered: Delivered, order: WireOrder, at: float, purpose: str) -> Letter:
        reference = digits(14, self._options.seed, delivered.sender, delivered.reference, order.buyer, order.number, purpose)
        dated = datetime.fromtimestamp(at, UTC)
        return Letter(self._options, order, delivered.sender, delivered.sender_qualifier, reference, dated)

    def _responses(self, letter: Letter, body: bytes) -> Iterator[Outgoing]:
        return self._files(f"{self._folders.responses}/{letter.reference}", self._endings.responses, letter, body)

    def _files(self, name: str, ending: str, letter: Letter, body: bytes) -> Iterator[Outgoing]:
        """Yields a file, and in some cases the same file a second time under another name."""
        due, folder = letter.at.timestamp(), name.partition("/")[0]
        yield Outgoing(f"{name}{ending}", due, body)
        chosen = share(self._options.seed, letter.order.buyer, letter.order.number, folder, "twice")
        if chosen < self._options.proportions.sent_twice:
            yield Outgoing(f"{name}-2{ending}", due + self._options.delays.poll, body)

    def _deliver(self) -> int:
        """Puts due files into the mailbox, each complete or not at all. After a kill, a file may be put there again."""
        due = self._memory.due(self._clock.now().timestamp())
        for file in due:
            drop(self._options.mailbox / file.path, file.body)
        if due:
            with self._memory.together():
                self._memory.written(file.path for file in due)
        return len(due)

    def _archive(self, path: Path) -> None:
        if self._folders.archive is None:
            path.unlink()
        else:
            os.replace(path, self._options.mailbox / self._folders.archive / path.name)


def _duplicate(line: WireLine) -> Words:
    """Refuses a line of an order whose number the buyer used before: booksellers take it for the same order."""
    copies = len(line.copies)
    return Words(line, "4", "208", (copies, None, None, copies))

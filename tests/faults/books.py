"""Reads the simulated suppliers' own records: which orders they accepted, and which copies they sent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

from local.simulators.bookseller.dialect import ALBION
from local.simulators.bookseller.mailbox import waiting
from local.simulators.bookseller.wire import Delivered, read_interchanges
from tests.faults.facts import Taking

_SENT = ("ships", "released", "shipped", "cancelled_and_sent")
_LET_GO = ("cancelled", "cancelled_and_sent")


def consortium_takings(state: Path) -> list[Taking]:
    """Returns one entry per request with a new key that was accepted as an order."""
    with closing(_opened(state)) as book:
        lines: dict[str, set[str]] = {}
        for key, line_key in book.execute("SELECT key, line_key FROM taken"):
            lines.setdefault(key, set()).add(line_key)
        return [Taking("consortium", key, frozenset(taken)) for key, taken in lines.items()]


def consortium_shipped(state: Path) -> set[tuple[str, int]]:
    """(line key, copy number) of every copy that was sent, or will be without anything more from us."""
    return _with_fate(state, _SENT)


def consortium_let_go(state: Path) -> set[tuple[str, int]]:
    """(line key, copy number) of every copy whose cancellation was confirmed, whether it was sent or not."""
    return _with_fate(state, _LET_GO)


def _with_fate(state: Path, wanted: Collection[str]) -> set[tuple[str, int]]:
    with closing(_opened(state)) as book:
        lines = book.execute("SELECT line_key, fates FROM lines")
        return {(key, int(number)) for key, fates in lines for number, fate in json.loads(fates).items() if fate in wanted}


def bookseller_takings(root: Path) -> list[Taking]:
    """Returns one entry per interchange with orders; an interchange delivered twice counts once."""
    taken = {(one.sender, one.reference): one for one in _archived(root)}
    with closing(_opened(root / "bookseller.sqlite")) as book:
        seen = set(book.execute("SELECT sender, reference FROM seen"))
    return [
        Taking("national", reference, frozenset(line.key for order in one.orders for line in order.lines))
        for (sender, reference), one in taken.items()
        if (sender, reference) in seen and any(order.kind == "ORDERS" for order in one.orders)
    ]


def still_to_come(consortium: Path, bookseller: Path) -> bool:
    """Whether a supplier will send something more without anything from us, or has a file in its mailbox for us or from us."""
    with closing(_opened(consortium)) as book:
        if book.execute("SELECT 1 FROM pushes WHERE due IS NOT NULL LIMIT 1").fetchone():
            return True
    with closing(_opened(bookseller / "bookseller.sqlite")) as book:
        if book.execute("SELECT 1 FROM outgoing WHERE written = 0 LIMIT 1").fetchone():
            return True
    passing = (folder for folder in ALBION.folders.all if folder != ALBION.folders.archive)
    return any(waiting(bookseller / "mailbox" / folder) for folder in passing)


def bookseller_shipped(root: Path) -> set[tuple[str, int]]:
    """(line key, copy number) of every copy that was sent, or will be without anything more from us."""
    with closing(_opened(root / "bookseller.sqlite")) as book:
        copies = book.execute("SELECT line_key, number, fate FROM copy")
        return {(line_key, number) for line_key, number, fate in copies if fate in _SENT}


def bookseller_let_go(root: Path) -> set[tuple[str, int]]:
    """(line key, copy number) of every copy whose cancellation was confirmed."""
    with closing(_opened(root / "bookseller.sqlite")) as book:
        copies = book.execute("SELECT line_key, number FROM copy WHERE fate = 'waiting'")
        return set(copies) - set(book.execute("SELECT line_key, number FROM held"))


def bookseller_invoiced(root: Path) -> set[str]:
    """Returns the number of every invoice and credit note that was sent, however often."""
    folder = ALBION.folders.invoices
    with closing(_opened(root / "bookseller.sqlite")) as book:
        paths = book.execute("SELECT path FROM outgoing WHERE path LIKE ?", (f"{folder}/%",))
        # A file that is sent twice has another name the second time.
        return {Path(path).stem.partition("-")[0] for (path,) in paths}


def _archived(root: Path) -> Iterator[Delivered]:
    for path in sorted((root / "mailbox" / str(ALBION.folders.archive)).iterdir()):
        if path.suffix == ".edi":
            yield from _content(path)


@cache
def _content(path: Path) -> tuple[Delivered, ...]:
    """Returns the content of an archived file, which never changes."""
    return tuple(read_interchanges(path.read_bytes()))


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)

"""Keeps what the bookseller must remember when it is killed: interchanges seen, fates decided, copies held, files to send."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from local.simulators.bookseller.held import HeldCopy, HeldLine, held_lines
from local.simulators.bookseller.plan import Fate

_TABLES = """
CREATE TABLE IF NOT EXISTS seen (sender TEXT, reference TEXT, digest TEXT, PRIMARY KEY (sender, reference));
CREATE TABLE IF NOT EXISTS copy (line_key TEXT, number INTEGER, fate TEXT, PRIMARY KEY (line_key, number));
CREATE TABLE IF NOT EXISTS outgoing (path TEXT PRIMARY KEY, due REAL, body BLOB, written INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS held (line_key TEXT, number INTEGER, branch TEXT, buyer TEXT, order_number TEXT, position INTEGER,
    isbn TEXT, status TEXT, leaves REAL, PRIMARY KEY (line_key, number));
CREATE INDEX IF NOT EXISTS outgoing_due ON outgoing (written, due);
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file to be put into the mailbox at `due` (seconds of the epoch). `path` is relative to the mailbox."""

    path: str
    due: float
    body: bytes


class Memory:
    """One SQLite file, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.executescript(_TABLES)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes all writes inside the `with` block one transaction."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    def saw(self, sender: str, reference: str, digest: str) -> str | None:
        """Records an interchange; returns the digest under which its reference was seen before, None when it is new."""
        row = self._base.execute("SELECT digest FROM seen WHERE sender=? AND reference=?", (sender, reference)).fetchone()
        if row is not None:
            return str(row[0])
        self._base.execute("INSERT INTO seen VALUES (?, ?, ?)", (sender, reference, digest))
        return None

    def remember_fates(self, fates: Iterable[tuple[str, int, Fate]]) -> None:
        """Stores the fates of copies, by line key and copy number; a later fate takes the place of an earlier one."""
        self._base.executemany(
            "INSERT OR REPLACE INTO copy VALUES (?, ?, ?)", [(key, number, fate.value) for key, number, fate in fates]
        )

    def fates_of(self, line_key: str) -> dict[int, Fate]:
        """Returns the fates of a line's copies, by copy number; empty for a line never ordered."""
        rows = self._base.execute("SELECT number, fate FROM copy WHERE line_key=?", (line_key,))
        return {int(number): Fate(fate) for number, fate in rows}

    def hold(self, copies: Iterable[HeldCopy]) -> None:
        """Stores the copies that are sent or still to be sent."""
        self._base.executemany("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, copies))

    def let_go(self, line_key: str, numbers: Iterable[int]) -> None:
        """Removes cancelled copies."""
        self._base.executemany("DELETE FROM held WHERE line_key=? AND number=?", [(line_key, number) for number in numbers])

    def held_for(self, buyer: str, now: float) -> list[HeldLine]:
        """Returns all lines of a buyer with copies sent or still to be sent, as of `now`, in their order."""
        rows = self._base.execute(
            "SELECT held.*, (SELECT count(*) FROM copy WHERE copy.line_key = held.line_key) FROM held WHERE buyer=?"
            " ORDER BY order_number, position, line_key, number",
            (buyer,),
        )
        return held_lines(((HeldCopy(*row[:-1]), int(row[-1])) for row in rows), now)

    def send(self, files: Iterable[Outgoing]) -> None:
        """Queues files; a path that was queued before keeps its first content."""
        rows = [(file.path, file.due, file.body) for file in files]
        self._base.executemany("INSERT OR IGNORE INTO outgoing (path, due, body) VALUES (?, ?, ?)", rows)

    def due(self, now: float) -> list[Outgoing]:
        """Returns the files that are due, in the order of their time."""
        rows = self._base.execute("SELECT path, due, body FROM outgoing WHERE written=0 AND due<=? ORDER BY due, path", (now,))
        return [Outgoing(path, due, body) for path, due, body in rows]

    def written(self, paths: Iterable[str]) -> None:
        """Marks files as put into the mailbox, and drops their content."""
        self._base.executemany("UPDATE outgoing SET written=1, body=x'' WHERE path=?", [(path,) for path in paths])

    def close(self) -> None:
        """Closes the file."""
        self._base.close()

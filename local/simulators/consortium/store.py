"""Keeps the consortium's requests, orders, lines and pushes in one SQLite file, to survive a restart. Knows no HTTP."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS requests (key TEXT PRIMARY KEY, digest TEXT NOT NULL, order_reference TEXT, receipt TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS requests_by_order ON requests (order_reference);
CREATE TABLE IF NOT EXISTS orders (reference TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lines (
    order_reference TEXT NOT NULL, line_key TEXT NOT NULL, isbn TEXT NOT NULL, fates TEXT NOT NULL,
    PRIMARY KEY (order_reference, line_key));
CREATE TABLE IF NOT EXISTS pushes (
    number INTEGER PRIMARY KEY, push_id TEXT NOT NULL, order_reference TEXT, wave TEXT NOT NULL, body TEXT NOT NULL,
    first_due REAL NOT NULL, due REAL, attempts INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS records (number INTEGER PRIMARY KEY AUTOINCREMENT, isbn TEXT NOT NULL UNIQUE, digest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS pushes_by_due ON pushes (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS pushes_by_order ON pushes (order_reference, wave);
"""
# A record that changed gets a new number, which is the highest one.
_NOTE = """
INSERT OR REPLACE INTO records (isbn, digest) SELECT :isbn, :digest
WHERE NOT EXISTS (SELECT 1 FROM records WHERE isbn = :isbn AND digest = :digest)
"""
_PUSHES_OF = """
SELECT push_id, order_reference, wave, body, due, first_due, number, attempts FROM pushes
WHERE order_reference = ? AND wave = ? ORDER BY number
"""
_UNSENT = """
SELECT push_id, order_reference, wave, body, due, first_due, number, attempts FROM pushes
WHERE order_reference = ? AND wave <> '' AND attempts = 0 ORDER BY number
"""
_DUE = """
SELECT push_id, order_reference, wave, body, due, first_due, number, attempts FROM pushes
WHERE due <= ? ORDER BY due, number LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was taken, and the receipt given for it."""

    key: str
    digest: str
    order_reference: str | None
    receipt: str


@dataclass(frozen=True, slots=True)
class StoredPush:
    """A push that waits to be sent; times in seconds since 1970."""

    push_id: str
    order_reference: str | None
    wave: str
    body: str
    due: float | None
    first_due: float = 0.0
    number: int = 0
    attempts: int = 0


class Store:
    """The tables. Writes of one request go inside one `with store.transaction:`."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    @property
    def transaction(self) -> sqlite3.Connection:
        """Commits at the end of a `with`, or rolls back on an error."""
        return self._db

    def request(self, key: str) -> Request | None:
        """Returns the request taken under a key, else None."""
        row = self._db.execute("SELECT key, digest, order_reference, receipt FROM requests WHERE key = ?", (key,)).fetchone()
        return Request(*row) if row else None

    def keys_of(self, reference: str) -> list[str]:
        """Returns the keys of all requests taken for an order."""
        return [
            key for (key,) in self._db.execute("SELECT key FROM requests WHERE order_reference = ? ORDER BY rowid", (reference,))
        ]

    def add_request(self, request: Request) -> None:
        """Stores a request."""
        values = (request.key, request.digest, request.order_reference, request.receipt)
        self._db.execute("INSERT INTO requests VALUES (?, ?, ?, ?)", values)

    def order(self, reference: str) -> str | None:
        """Returns the body of the first request for an order, else None."""
        row = self._db.execute("SELECT body FROM orders WHERE reference = ?", (reference,)).fetchone()
        return str(row[0]) if row else None

    def add_order(self, reference: str, body: str) -> None:
        """Stores an order; an order stored before keeps its first body."""
        self._db.execute("INSERT INTO orders VALUES (?, ?) ON CONFLICT DO NOTHING", (reference, body))

    def lines(self, reference: str) -> dict[str, str]:
        """Returns line key -> fates (JSON) of an order's lines."""
        return dict(self._db.execute("SELECT line_key, fates FROM lines WHERE order_reference = ?", (reference,)))

    def put_lines(self, reference: str, lines: Sequence[tuple[str, str, str]]) -> None:
        """Adds lines or replaces their fates: (line key, ISBN, fates as JSON)."""
        self._db.executemany("INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?)", [(reference, *line) for line in lines])

    def add_pushes(self, pushes: Sequence[StoredPush]) -> None:
        """Adds pushes to be sent."""
        self._db.executemany(
            "INSERT INTO pushes (push_id, order_reference, wave, body, first_due, due) VALUES (?, ?, ?, ?, ?, ?)",
            [(push.push_id, push.order_reference, push.wave, push.body, push.due, push.due) for push in pushes],
        )

    def pushes_of(self, reference: str, wave: str) -> list[StoredPush]:
        """Returns all shipments of a wave of an order, sent or not."""
        return self._read(_PUSHES_OF, (reference, wave))

    def unsent_shipments(self, reference: str) -> list[StoredPush]:
        """Returns the shipments of an order that have not left."""
        return self._read(_UNSENT, (reference,))

    def replace_push(self, number: int, body: str | None) -> None:
        """Changes the body of a push that waits, or removes the push when `body` is None."""
        if body is None:
            self._db.execute("DELETE FROM pushes WHERE number = ?", (number,))
        else:
            self._db.execute("UPDATE pushes SET body = ? WHERE number = ?", (body, number))

    def due(self, now: float, limit: int) -> list[StoredPush]:
        """Returns the pushes to send now, longest due first, and counts one attempt for each."""
        with self._db:
            pushes = self._read(_DUE, (now, limit))
            self._db.executemany(
                "UPDATE pushes SET attempts = attempts + 1 WHERE number = ?", [(push.number,) for push in pushes]
            )
        return pushes

    def next_due(self) -> float | None:
        """Returns when the next push is due, None when there is none."""
        (moment,) = self._db.execute("SELECT min(due) FROM pushes WHERE due IS NOT NULL").fetchone()
        return None if moment is None else float(moment)

    def settle(self, moments: Mapping[int, float | None]) -> None:
        """Sets when to send each push again, by push number; None when it is finished."""
        with self._db:
            self._db.executemany("UPDATE pushes SET due = ? WHERE number = ?", [(due, number) for number, due in moments.items()])

    def note_records(self, records: Sequence[tuple[str, str]]) -> None:
        """Notes the catalogue's records as ISBN and digest: new and changed ones get the highest numbers; others are removed."""
        self._db.executemany(_NOTE, [{"isbn": isbn, "digest": digest} for isbn, digest in records])
        known, kept = self._db.execute("SELECT isbn FROM records"), {isbn for isbn, _ in records}
        self._db.executemany("DELETE FROM records WHERE isbn = ?", [row for row in known.fetchall() if row[0] not in kept])

    def records_after(self, number: int, limit: int) -> list[tuple[int, str]]:
        """Returns numbers and ISBNs of the first records that changed after the one with a number."""
        query = "SELECT number, isbn FROM records WHERE number > ? ORDER BY number LIMIT ?"
        return list(self._db.execute(query, (number, limit)))

    def last_record(self) -> int:
        """Returns the highest number that a record had; 0 before the first."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'records'").fetchone()
        return int(row[0]) if row else 0

    def _read(self, query: str, values: tuple[object, ...]) -> list[StoredPush]:
        return [StoredPush(*row) for row in self._db.execute(query, values)]

"""Lists the consortium's records in the order in which they changed, page by page (`GET /v1/records?since=CURSOR`).

A record changed when the catalogue that the consortium is started with says something else than the one before. Knows no HTTP.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from local.simulators.consortium.catalogue import Title
from local.simulators.consortium.records import record_of
from local.simulators.consortium.store import Store

_PER_PAGE = 50


class UnknownCursor(Exception):
    """No page of ours had this cursor."""


class RecordList:
    """All records of the catalogue."""

    def __init__(self, store: Store, catalogue: Mapping[str, Title]) -> None:
        self._store = store
        self._catalogue = catalogue
        with store.transaction:
            store.note_records([(isbn, _digest(title)) for isbn, title in catalogue.items()])

    def page(self, since: str) -> str:
        """Returns the records that changed after a cursor, the first page for "", in the envelope of a push.

        `cursor` is the page's own, `more` whether another follows at once; a page without records has the cursor it was asked by.
        Raises UnknownCursor.
        """
        after = int(since) if since.isascii() and since.isdigit() else 0 if not since else None
        if after is None or after > self._store.last_record():
            raise UnknownCursor(since)
        changed = self._store.records_after(after, _PER_PAGE + 1)
        shown = [(number, self._catalogue[isbn]) for number, isbn in changed[:_PER_PAGE]]
        return json.dumps(
            {
                "type": "record.supplied",
                "data": {"records": [record_of(title) for _, title in shown]},
                "cursor": str(shown[-1][0]) if shown else since,
                "more": len(changed) > _PER_PAGE,
            }
        )


def _digest(title: Title) -> str:
    return hashlib.sha256(json.dumps(title).encode()).hexdigest()

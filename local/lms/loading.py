"""Loads the catalogue's records into a file, as an LMS does: everything that its council ordered, page after page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pymarc

from local.lms.calls import Service

MARC_ENDING = ".mrc"
_MARC = "application/marc"
_RECORDS = "/v1/records"
# Fields in which an LMS gets copies; which one is in the council's profile.
_COPIES = ("852", "876", "949", "952")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file in ISO 2709: how many records it has, and how many copies are in them."""

    file: Path
    titles: int
    copies: int


async def load_records(catalogue: Service, file: Path) -> Loaded:
    """Writes everything that the caller's council ordered into the file. Raises UnexpectedAnswer."""
    file.parent.mkdir(parents=True, exist_ok=True)
    query: dict[str, str | int] = {}
    with file.open("wb") as out:
        while True:
            answer = await catalogue.fetch(_RECORDS, _MARC, query)
            out.write(answer.content)
            if "next" not in answer.links:
                return _counted(file)
            query = {"cursor": answer.headers["Next-Cursor"]}


def _counted(file: Path) -> Loaded:
    with file.open("rb") as written:
        records = [record for record in pymarc.MARCReader(written) if record is not None]
    return Loaded(file, len(records), sum(len(record.get_fields(*_COPIES)) for record in records))

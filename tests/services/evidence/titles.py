"""Events about titles, to fill the service with."""

from __future__ import annotations

from datetime import date

from shared.contracts.catalogue import DuplicationCounted, RecordCounted, TitleChanged, TitlesUsed
from tests.services.evidence.facts import HARBOUR, MORNING, PIRANESI, SUFFOLK


def titled(isbn: str, *editions: str, version: int = 1) -> TitleChanged:
    """A title, and the other editions that its records relate."""
    return TitleChanged(
        isbn=isbn, title="Piranesi", supplier_id=HARBOUR, version=version, changed_at=MORNING, editions=editions
    )  # fmt: skip


def supplied(times: int, *, isbn: str = PIRANESI, supplier_id: str = HARBOUR) -> RecordCounted:
    """A supplier has sent a record of a book so many times."""
    return RecordCounted(isbn=isbn, supplier_id=supplier_id, times=times, supplied_at=MORNING)


def counted(
    *,
    day: date = date(2026, 3, 2),
    council: str | None = SUFFOLK,
    used: tuple[int, ...] = (),
    already_held: int = 0,
    version: int = 1,
) -> DuplicationCounted:
    """What was catalogued twice on a day. `used`: how many titles the council was the first, second, ... to use."""
    return DuplicationCounted(
        council=council, day=day, supplier_id=HARBOUR, received=10, repeated=4, already_held=already_held, requests_saved=1,
        used=tuple(TitlesUsed(nth=nth, titles=titles) for nth, titles in enumerate(used, start=1) if titles), version=version,
    )  # fmt: skip

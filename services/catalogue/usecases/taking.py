"""Takes in suppliers' records: keeps, scores and counts them, and has the titles of their books merged again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalogue import store
from services.catalogue.domain.duplication import What, for_nothing
from services.catalogue.domain.merging import Scored
from services.catalogue.domain.quality import Tally
from services.catalogue.domain.records import KeptRecord, kept, undated, updated
from services.catalogue.domain.scoring import DEFAULT, score
from services.catalogue.store.quality import note_quality
from services.catalogue.usecases.counting import Received, count_received
from services.catalogue.usecases.indexing import Books
from services.catalogue.usecases.retitling import retitle_books
from shared.bus import cause_of, set_cause
from shared.clock import Clock
from shared.contracts.suppliers import RecordsSupplied, RecordSupplied
from shared.messaging.envelope import Envelope
from shared.messaging.errors import Poison
from shared.records.brief import Brief, description_of
from shared.texts import composed
from shared.values import InvalidValue, to_isbn13

# A release that scores, merges or indexes in another way has another number here. Then a record that is sent again counts as new,
# although its content has not changed.
_FORM = b"1"
_JSON = TypeAdapter(KeptRecord)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A record as it arrived."""

    record: KeptRecord
    message_id: UUID
    envelope: Envelope
    digest: bytes

    @property
    def key(self) -> tuple[str, str]:
        return self.record.isbn, self.record.supplier_id

    @property
    def times(self) -> int:
        """How often it counts as supplied: a withdrawal never does."""
        return 0 if self.record.withdrawn else 1


@dataclass(slots=True)
class _Changes:
    """What a batch of records changes. Keys are ISBN and supplier; `with_other_copies`: they state other copies than before."""

    kept: dict[tuple[str, str], store.Arrived] = field(default_factory=dict)
    with_other_copies: set[tuple[str, str]] = field(default_factory=set)
    received: list[Received] = field(default_factory=list)
    quality: Tally = field(default_factory=Tally)


async def take_records(connection: AsyncConnection, arrived: Sequence[tuple[RecordsSupplied, Envelope]], *, clock: Clock) -> None:
    """Keeps what suppliers' records state; publishes each ordered title whose content changed.

    Raises Poison for an ISBN that cannot be one.
    """
    await _take(connection, [stated for event, envelope in arrived for stated in _of_event(event, envelope)], clock)


async def take_brief_records(
    connection: AsyncConnection, arrived: Sequence[tuple[RecordSupplied, Envelope]], *, clock: Clock
) -> None:
    """Does the same with records in six texts, which an earlier release of the exchange published."""
    await _take(connection, [_of_brief_event(event, envelope) for event, envelope in arrived], clock)


async def _take(connection: AsyncConnection, arrived: Sequence[_Stated], clock: Clock) -> None:
    # All of them at once, in one order: two batches with the same books never wait for each other.
    held = await store.hold_titles(connection, {each.record.isbn for each in arrived})
    repeated = await _note_repeated(connection, arrived)
    received: list[Received] = [(each.record, What.REPEATED) for each in arrived if each.key in repeated]
    stated = [each for each in arrived if each.key not in repeated]
    if stated:
        received += await _keep(connection, stated, held, clock)
    envelopes = {each.record.isbn: each.envelope for each in arrived}
    await count_received(connection, received, clock, lambda isbn: set_cause(cause_of(envelopes[isbn])))


async def _keep(connection: AsyncConnection, stated: Sequence[_Stated], held: Set[str], clock: Clock) -> list[Received]:
    """Keeps records that may say something new; returns them, each with why it came for nothing, if it did.

    `held` are the ISBNs whose titles are locked.
    """
    isbns = {each.record.isbn for each in stated}
    # A title that another transaction wrote since then is not ours to change: it is found when it is to be added.
    titles = await store.titles_of(connection, isbns & held)
    books = await store.records_of_all(connection, isbns)
    changes = _changes(stated, books, clock)
    await store.keep_records(connection, list(changes.kept.values()))
    await note_quality(connection, changes.quality)
    causes = {each.record.isbn: cause_of(each.envelope) for each in stated}
    await retitle_books(connection, titles, books, clock, lambda isbn: set_cause(causes[isbn]))
    await store.move_items_of(connection, changes.with_other_copies)
    return changes.received


def _changes(stated: Sequence[_Stated], books: Books, clock: Clock) -> _Changes:
    """Returns what the records change; `books` are brought up to date."""
    changes = _Changes()
    for each in stated:
        isbn, supplier_id = each.key
        before = books[isbn][supplier_id].record if supplier_id in books[isbn] else None
        whole = updated(before, each.record)
        result = score(whole, DEFAULT)
        scored = Scored(whole, result.points)
        changes.received.append((each.record, for_nothing(before, scored, books[isbn].values())))
        if not each.record.withdrawn:
            changes.quality.add(clock.day_of(each.record.supplied_at), supplier_id, result)
        if whole.copies != (before.copies if before is not None else ()):
            changes.with_other_copies.add(each.key)
        books[isbn][supplier_id] = scored
        late = before is not None and before.supplied_at > each.record.supplied_at
        earlier = changes.kept[each.key].times if each.key in changes.kept else 0
        changes.kept[each.key] = store.Arrived(scored, each.message_id, b"" if late else each.digest, earlier + each.times)
    return changes


async def _note_repeated(connection: AsyncConnection, stated: Sequence[_Stated]) -> set[tuple[str, str]]:
    """Returns ISBN and supplier of the records whose content has not changed: nothing else is to be done about them.

    Most of a bookseller's full list is that, each time it sends it. The titles must be held.
    """
    times = Counter(each.key for each in stated)
    once = [each for each in stated if times[each.key] == 1]
    repeats = [store.Repeat(*each.key, each.digest, each.record.supplied_at, each.message_id, each.times) for each in once]
    return await store.note_repeated(connection, repeats)


def _digest(record: KeptRecord) -> bytes:
    """Returns the digest of what a record states, whenever it was sent."""
    stated = _JSON.dump_json(undated(record), exclude_defaults=True)
    return hashlib.blake2b(_FORM + stated, digest_size=16).digest()


def _of_event(event: RecordsSupplied, envelope: Envelope) -> Iterable[_Stated]:
    for record in event.records:
        if _isbn(record.isbn) != record.isbn:
            raise Poison(f"record {record.number} has the ISBN {record.isbn!r}, which is not in its form of 13 digits")
        stated = kept(record, supplier_id=event.supplier_id, supplied_at=event.supplied_at)
        yield _Stated(stated, event.message_id, envelope, _digest(stated))


def _of_brief_event(event: RecordSupplied, envelope: Envelope) -> _Stated:
    texts = (event.title, event.subtitle, event.author, event.publisher, event.published, event.form)
    record = KeptRecord(
        isbn=_isbn(event.isbn),
        supplier_id=event.supplier_id,
        supplied_at=event.supplied_at,
        description=description_of(Brief(*map(composed, texts))),
        withdrawn=event.withdrawn,
    )
    return _Stated(record, event.message_id, envelope, _digest(record))


def _isbn(text: str) -> str:
    try:
        return to_isbn13(text)
    except InvalidValue as error:
        raise Poison(str(error)) from error

"""The exchange and the catalogue are killed in the middle of a feed with spoiled records: nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.simulators.feeds.books import books, isbn
from local.simulators.feeds.spoil import MarcWay, OnixWay, SpoiledFeed, Way, spoiled_marc, spoiled_onix
from shared.records import Record
from tests.faults.feeding import Outcome, Service, World, running_world
from tests.fixtures.chance import Chance
from tests.fixtures.tokens import Tokens

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.processes, pytest.mark.timeout(300)]

# By this seed, no book whose title is emptied has an article before it, which would be left as its title.
_SEED = 2
_EVERY = 10
# Each way several times; and enough bytes that the exchange keeps and reads both files in parts.
_ONIX, _MARC = 950, 900
_RECORDS_OF_EVENT = 100
# Only a failing test waits this long.
_LIMIT_SECONDS = 120.0
# Way of spoiling -> the finding: why the record is kept aside, or what was mended in it; None where it is taken without one.
_ASIDE: Mapping[Way, str] = {
    OnixWay.WRONG_CHECK_DIGIT: "onix-invalid-isbn",
    OnixWay.NO_IDENTIFIER: "onix-no-identifier",
    OnixWay.UNCLOSED_ELEMENT: "onix-not-well-formed",
    OnixWay.WRONG_END_TAG: "onix-not-well-formed",
    OnixWay.UNCLOSED_HTML: "onix-not-well-formed",
    OnixWay.TRUNCATED: "onix-not-well-formed",
    OnixWay.TOO_DEEP: "onix-not-well-formed",
    OnixWay.UNKNOWN_PREFIX: "onix-not-well-formed",
    MarcWay.DIRECTORY_NOT_DIGITS: "marc-unreadable-record",
    MarcWay.NO_FIELD_TERMINATOR: "marc-unreadable-record",
    MarcWay.TRUNCATED: "marc-unreadable-record",
    MarcWay.EMPTY: "marc-unreadable-record",
    MarcWay.WRONG_BASE_ADDRESS: "marc-unreadable-record",
    MarcWay.NO_ISBN: "marc-no-isbn",
    MarcWay.WRONG_CHECK_DIGIT: "marc-no-isbn",
    MarcWay.ISBN_CANCELLED: "marc-no-isbn",
}
_SALVAGED: Mapping[Way, str | None] = {
    OnixWay.EMPTY_TITLE: "onix-no-title",
    OnixWay.BARE_AMPERSAND: "onix-mended",
    OnixWay.LATIN_1_BYTES: "onix-charset",
    OnixWay.CONTROL_CHARACTER: "onix-mended",
    OnixWay.CONTROL_REFERENCE: "onix-mended",
    OnixWay.NUL_BYTE: "onix-mended",
    OnixWay.UNDECLARED_ENTITY: "onix-entity",
    OnixWay.NO_NOTIFICATION: None,
    OnixWay.PRICE_NO_NUMBER: "onix-invalid-price",
    OnixWay.IMPOSSIBLE_DATE: "onix-invalid-date",
    OnixWay.DUPLICATE: None,
    MarcWay.NO_TITLE: "marc-no-title",
    MarcWay.LENGTH_TOO_LARGE: "marc-length",
    MarcWay.LENGTH_TOO_SMALL: "marc-length",
    MarcWay.NO_RECORD_TERMINATOR: None,
    MarcWay.INVALID_UTF8: "marc-replaced-characters",
    MarcWay.UTF8_UNDECLARED: "marc-charset",
    MarcWay.SUBFIELD_WITHOUT_CODE: None,
    MarcWay.CONTROL_CHARACTER: None,
    MarcWay.LINE_BREAK: None,
    MarcWay.DUPLICATE: None,
}
_WITHOUT_TITLE = frozenset({OnixWay.EMPTY_TITLE, MarcWay.NO_TITLE})
_TWICE = frozenset({OnixWay.DUPLICATE, MarcWay.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of so many books from number `start`, with what was spoiled in it: the way, by number of the book."""

    name: str
    body: bytes
    start: int
    books: int
    ways: Mapping[int, Way]

    @classmethod
    def of(cls, name: str, feed: SpoiledFeed[OnixWay] | SpoiledFeed[MarcWay], numbers: range) -> Sent:
        body = b"".join(feed)
        return cls(name, body, numbers.start, len(numbers), dict(feed.spoiled))

    def aside(self) -> list[tuple[str, int, str]]:
        """What must be kept aside: the file's name, the record's place in it, and the reason."""
        found, place = [], 0
        for number in range(self.start, self.start + self.books):
            way = self.ways.get(number)
            place += 2 if way in _TWICE else 1
            if way is not None and way in _ASIDE:
                found.append((self.name, place, _ASIDE[way]))
        return found

    def kept(self) -> list[str]:
        """The ISBNs of which there must be a record."""
        numbers = range(self.start, self.start + self.books)
        return [isbn(_SEED, number) for number in numbers if self.ways.get(number) not in _ASIDE]

    def titled(self) -> list[str]:
        """The ISBNs of which there must be a title."""
        without = {isbn(_SEED, number) for number, way in self.ways.items() if way in _WITHOUT_TITLE}
        return [each for each in self.kept() if each not in without]


def _feed() -> list[Sent]:
    onix, marc = range(_ONIX), range(_ONIX, _ONIX + _MARC)
    spoilt_onix = spoiled_onix(books(_SEED, _ONIX), _EVERY, [way for way in OnixWay if not way.huge])
    spoilt_marc = spoiled_marc(books(_SEED, _MARC, marc.start), _EVERY, [way for way in MarcWay if not way.huge])
    return [Sent.of("products.xml", spoilt_onix, onix), Sent.of("records.mrc", spoilt_marc, marc)]


async def test_kills_in_the_middle_of_a_feed_neither_lose_nor_double_a_record(
    database_from: Callable[[str], str], tokens: Tokens, tmp_path: Path, chance: Chance
) -> None:
    sent = _feed()
    dice = random.Random(chance.seed)
    folders = [tmp_path / name for name in ("undisturbed", "disturbed")]
    for folder in folders:
        folder.mkdir()
    undisturbed = await _taken(sent, folders[0], database_from, tokens)
    async with running_world(folders[1], database_from, tokens) as world:
        world.send({file.name: file.body for file in sent})
        await _killed_meanwhile(world, dice, chance.kills(quick=2, deep=8))
        outcome = await world.outcome(len(sent))

    _check_nothing_is_lost_or_doubled(sent, outcome)
    _check_salvaged(sent, outcome)
    assert outcome.records == undisturbed.records
    assert outcome.titles == undisturbed.titles


async def _taken(sent: Sequence[Sent], folder: Path, database_from: Callable[[str], str], tokens: Tokens) -> Outcome:
    async with running_world(folder, database_from, tokens) as world:
        world.send({file.name: file.body for file in sent})
        return await world.outcome(len(sent))


async def _killed_meanwhile(world: World, dice: random.Random, kills: int) -> None:
    """Kills each service so often, at random moments of its work; the exchange once more, while it fetches."""
    await _kill(world.exchange, world.kept_parts, [1])
    events = (_ONIX + _MARC) // _RECORDS_OF_EVENT
    await asyncio.gather(
        _kill(world.exchange, world.position, _moments(dice, kills, _ONIX + _MARC)),
        _kill(world.catalogue, world.applied, _moments(dice, kills, events)),
    )


def _moments(dice: random.Random, kills: int, whole: int) -> list[int]:
    """Returns how much of the work is done at each kill: never nothing, and never more than nine tenths."""
    return sorted(dice.randrange(1, whole * 9 // 10) for _ in range(kills))


async def _kill(service: Service, done: Callable[[], Awaitable[int]], moments: Iterable[int]) -> None:
    for moment in moments:
        # Looked at closely: a feed is at its end in a few seconds.
        async with asyncio.timeout(_LIMIT_SECONDS):
            while await done() < moment:  # noqa: ASYNC110 - the other side is a process
                await asyncio.sleep(0.01)
        await service.kill()


def _check_nothing_is_lost_or_doubled(sent: Sequence[Sent], outcome: Outcome) -> None:
    assert sorted(outcome.events) == sorted(outcome.applied)
    assert outcome.dead == 0
    assert outcome.aside == sorted(row for file in sent for row in file.aside())
    published = list(outcome.published.values())
    assert len(published) == len(sent)
    for file, records in zip(sent, published, strict=True):
        # By their places in the file: each once, and in its order.
        aside = {number for _, number, _ in file.aside()}
        twice = sum(way in _TWICE for way in file.ways.values())
        assert [record.number for record in records] == [
            place for place in range(1, file.books + twice + 1) if place not in aside
        ]
    assert [row[0] for row in outcome.records] == sorted(each for file in sent for each in file.kept())
    assert [row[0] for row in outcome.titles] == sorted(each for file in sent for each in file.titled())


def _check_salvaged(sent: Sequence[Sent], outcome: Outcome) -> None:
    """Every record that is taken though it was spoiled says why; nine in ten were not spoiled, and are taken."""
    by_isbn: dict[str, Record] = {record.isbn: record for records in outcome.published.values() for record in records}
    for file in sent:
        assert len(file.kept()) >= file.books * 9 // 10
        for number, way in file.ways.items():
            assert (way in _ASIDE) != (way in _SALVAGED)
            expected = _SALVAGED.get(way)
            if expected is not None:
                assert expected in {finding.code for finding in by_isbn[isbn(_SEED, number)].findings}, way

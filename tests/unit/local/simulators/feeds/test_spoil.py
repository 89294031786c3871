"""Spoiled feeds: one record is spoiled in the way asked for, and its neighbours are as before."""

from __future__ import annotations

import pytest
from lxml import etree
from pymarc import MARCReader

from local.simulators.feeds.books import books
from local.simulators.feeds.marc import marc_chunks
from local.simulators.feeds.onix import onix_chunks
from local.simulators.feeds.spoil import MarcWay, OnixWay, spoiled_marc, spoiled_onix

_BOOKS = list(books(seed=6, count=5))
_SENDER = "Feeds and Daughters"
_SOUND_ONIX = list(onix_chunks(_BOOKS, sender=_SENDER))
_SOUND_MARC = list(marc_chunks(_BOOKS))

# Ways that leave the file well-formed XML; every other one stops a parser that does not recover.
_WELL_FORMED = {
    OnixWay.WRONG_CHECK_DIGIT,
    OnixWay.NO_IDENTIFIER,
    OnixWay.EMPTY_TITLE,
    OnixWay.NO_NOTIFICATION,
    OnixWay.PRICE_NO_NUMBER,
    OnixWay.IMPOSSIBLE_DATE,
    OnixWay.DUPLICATE,
    OnixWay.TEXT_OF_5_MB,
}
# Ways that pymarc reads without an error.
_READABLE = {
    MarcWay.NO_ISBN,
    MarcWay.WRONG_CHECK_DIGIT,
    MarcWay.ISBN_CANCELLED,
    MarcWay.NO_TITLE,
    MarcWay.UTF8_UNDECLARED,
    MarcWay.SUBFIELD_WITHOUT_CODE,
    MarcWay.CONTROL_CHARACTER,
    MarcWay.DUPLICATE,
}


@pytest.mark.parametrize("way", OnixWay)
def test_one_product_is_spoiled_and_the_others_are_the_same_bytes(way: OnixWay) -> None:
    feed = spoiled_onix(_BOOKS, every=3, ways=[way], sender=_SENDER)
    chunks = list(feed)
    assert [place for place, (one, other) in enumerate(zip(chunks, _SOUND_ONIX, strict=True)) if one != other] == [3]
    assert feed.spoiled == [(2, way)]


@pytest.mark.parametrize("way", MarcWay)
def test_one_record_is_spoiled_and_the_others_are_the_same_bytes(way: MarcWay) -> None:
    feed = spoiled_marc(_BOOKS, every=3, ways=[way])
    chunks = list(feed)
    assert [place for place, (one, other) in enumerate(zip(chunks, _SOUND_MARC, strict=True)) if one != other] == [2]
    assert feed.spoiled == [(2, way)]


@pytest.mark.parametrize("way", OnixWay)
def test_a_strict_parser_stops_at_exactly_the_ways_that_are_no_xml(way: OnixWay) -> None:
    content = b"".join(spoiled_onix(_BOOKS, every=3, ways=[way]))
    try:
        products = len(etree.fromstring(content).findall("{*}Product"))
    except etree.XMLSyntaxError:
        products = 0
    assert products == (len(_BOOKS) + (way is OnixWay.DUPLICATE) if way in _WELL_FORMED else 0)


@pytest.mark.parametrize("way", MarcWay)
def test_pymarc_stops_at_exactly_the_ways_that_break_the_structure(way: MarcWay) -> None:
    content = b"".join(spoiled_marc(_BOOKS, every=3, ways=[way]))
    records = list(MARCReader(content, permissive=True))
    assert (None not in records) == (way in _READABLE)


def test_a_product_spoiled_in_its_isbn_has_the_wrong_digit_in_both_numbers_and_elsewhere_the_right_one() -> None:
    spoiled = list(spoiled_onix(_BOOKS, every=3, ways=[OnixWay.WRONG_CHECK_DIGIT]))[3]
    right = _BOOKS[2].isbn
    wrong = f"{right[:-1]}{(int(right[-1]) + 1) % 10}"
    assert spoiled.count(f"<IDValue>{wrong}</IDValue>".encode()) == 2
    assert f"<IDValue>{right}</IDValue>".encode() not in spoiled


def test_an_isbn_that_is_only_cancelled_is_in_020_z() -> None:
    content = list(spoiled_marc(_BOOKS, every=3, ways=[MarcWay.ISBN_CANCELLED]))[2]
    [record] = MARCReader(content)
    assert record is not None
    assert (record["020"].get("a"), record["020"]["z"]) == (None, _BOOKS[2].isbn)


def test_a_record_that_is_too_long_states_the_largest_length_and_keeps_every_field() -> None:
    content = list(spoiled_marc(_BOOKS, every=3, ways=[MarcWay.TOO_LONG]))[2]
    assert content.startswith(b"99999n")
    assert len(content) > 99_999
    base = int(content[12:17])
    entries = [content[at : at + 12] for at in range(24, base - 1, 12)]
    assert all(content[base + int(one[7:]) + int(one[3:7]) - 1] == 0x1E for one in entries)


def test_the_ways_take_turns_and_a_huge_one_has_only_one() -> None:
    feed = spoiled_onix(books(1, 60), every=2, ways=[OnixWay.TEXT_OF_5_MB, OnixWay.EMPTY_TITLE, OnixWay.NUL_BYTE])
    size = sum(map(len, feed))
    ways = [way for _, way in feed.spoiled]
    assert ways[:4] == [OnixWay.TEXT_OF_5_MB, OnixWay.EMPTY_TITLE, OnixWay.NUL_BYTE, OnixWay.EMPTY_TITLE]
    assert ways.count(OnixWay.TEXT_OF_5_MB) == 1
    assert 5_000_000 < size < 6_000_000
    assert [number for number, _ in feed.spoiled] == list(range(1, 60, 2))


@pytest.mark.parametrize("ways", [OnixWay, MarcWay])
def test_each_set_of_ways_has_some_to_take_and_some_to_keep_aside(ways: type[OnixWay] | type[MarcWay]) -> None:
    members = list(ways)
    assert len(members) >= 15
    assert {way.salvageable for way in members} == {True, False}
    assert len({way.sentence for way in members}) == len(members)

"""Ways to spoil an ONIX product with reference tags. Works on the bytes of one product; its neighbours stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from local.simulators.feeds.book import FEEDS, Book
from local.simulators.feeds.onix import beginning, ending, product, written
from local.simulators.feeds.spoil.feed import SpoiledFeed, Way

_TITLE = re.compile(
    rb"(<TitleElementLevel>01</TitleElementLevel>(?:<TitlePrefix>[^<]*</TitlePrefix>)?<(TitleText|TitleWithoutPrefix)>)"
    rb"([^<]*)(</\2>)"
)
_ISBN = re.compile(rb"<ProductIDType>15</ProductIDType><IDValue>(\d{12})(\d)</IDValue>")
_IDENTIFIERS = re.compile(rb"<ProductIdentifier>.*?</ProductIdentifier>")
_SUMMARY = re.compile(rb"(?<=<Text>)[^<]*")
_PRICE = re.compile(rb"(?<=<PriceAmount>)[^<]*")
_DATE = re.compile(rb"(?<=<PublishingDateRole>01</PublishingDateRole><Date>)[^<]*")
_NOTIFICATION = re.compile(rb"<NotificationType>\d\d</NotificationType>")

_LONG_TEXT = 5 * 1024 * 1024
# Deeper than libxml2 allows by default (256).
_DEEP = 400

_Edit = Callable[[bytes], bytes]


class OnixWay(Way):
    """What is wrong with the product; whether a careful reader can still take it."""

    WRONG_CHECK_DIGIT = "The ISBN and the GTIN have a wrong check digit.", False
    NO_IDENTIFIER = "There is no product identifier.", False
    UNCLOSED_ELEMENT = "The end tag of the title is missing.", False
    WRONG_END_TAG = "The title ends with the tag of another element.", False
    UNCLOSED_HTML = "The summary has HTML with a <br> that is not closed.", False
    TRUNCATED = "The product stops in the middle; the next one follows.", False
    TOO_DEEP = "The summary has hundreds of elements inside each other.", False
    EMPTY_TITLE = "The title has no text.", False
    BARE_AMPERSAND = "The title has an ampersand that is not escaped.", True
    LATIN_1_BYTES = "The title has a letter in Latin-1, the file is declared UTF-8.", True
    CONTROL_CHARACTER = "The title has a vertical tab, which XML forbids.", True
    CONTROL_REFERENCE = "The title has a reference to a character that XML forbids.", True
    NUL_BYTE = "The title has a NUL byte.", True
    UNDECLARED_ENTITY = "The title has an entity of HTML, which nothing declares.", True
    UNKNOWN_PREFIX = "The product's tags have a namespace prefix that nothing declares.", True
    NO_NOTIFICATION = "The notification type is missing.", True
    PRICE_NO_NUMBER = "The price is a word.", True
    IMPOSSIBLE_DATE = "The publishing date is in month 13.", True
    DUPLICATE = "The product follows a second time.", True
    TEXT_OF_5_MB = "The summary has 5 MB.", True, True


def spoiled_onix(
    books: Iterable[Book], every: int = 10, ways: Sequence[OnixWay] = tuple(OnixWay), *, sender: str = FEEDS.name
) -> SpoiledFeed[OnixWay]:
    """Returns an ONIX 3.0 message in which every nth product is spoiled, in each of the ways in turn."""
    records = ((book.number, written(product(book))) for book in books)
    return SpoiledFeed(records, spoiled_product, ways, every, (beginning(sender), ending()))


def spoiled_product(record: bytes, way: OnixWay) -> bytes:
    """Returns a product, as `written` returns it, spoiled in one way."""
    return _EDITS[way](record)


def _after_title(addition: bytes) -> _Edit:
    return lambda record: _TITLE.sub(lambda found: found[1] + found[3] + addition + found[4], record, count=1)


def _title_ends(tag: bytes) -> _Edit:
    return lambda record: _TITLE.sub(lambda found: found[1] + found[3] + tag, record, count=1)


def _replaced(pattern: re.Pattern[bytes], content: bytes) -> _Edit:
    return lambda record: pattern.sub(lambda _: content, record, count=1)


def _wrong_check_digit(record: bytes) -> bytes:
    found = _ISBN.search(record)
    assert found is not None
    wrong = b"%d" % ((int(found[2]) + 1) % 10)
    return record.replace(b"<IDValue>" + found[1] + found[2], b"<IDValue>" + found[1] + wrong)


def _without_identifiers(record: bytes) -> bytes:
    own, described, rest = record.partition(b"<DescriptiveDetail>")
    return _IDENTIFIERS.sub(b"", own) + described + rest


def _truncated(record: bytes) -> bytes:
    return record[: len(record) // 2]


def _prefixed(record: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[A-Z])", rb"<\1onix:", record)


def _twice(record: bytes) -> bytes:
    return record + record


_EDITS: Mapping[OnixWay, _Edit] = {
    OnixWay.WRONG_CHECK_DIGIT: _wrong_check_digit,
    OnixWay.NO_IDENTIFIER: _without_identifiers,
    OnixWay.UNCLOSED_ELEMENT: _title_ends(b""),
    OnixWay.WRONG_END_TAG: _title_ends(b"</Title>"),
    OnixWay.UNCLOSED_HTML: _replaced(_SUMMARY, b"<p>A story.<br>And another.</p>"),
    OnixWay.TRUNCATED: _truncated,
    OnixWay.TOO_DEEP: _replaced(_SUMMARY, b"<em>" * _DEEP + b"deep" + b"</em>" * _DEEP),
    OnixWay.EMPTY_TITLE: lambda record: _TITLE.sub(rb"\1\4", record, count=1),
    OnixWay.BARE_AMPERSAND: _after_title(b" & More"),
    OnixWay.LATIN_1_BYTES: _after_title(b" Caf\xe9"),
    OnixWay.CONTROL_CHARACTER: _after_title(b"\x0b Again"),
    OnixWay.CONTROL_REFERENCE: _after_title(b"&#11; Again"),
    OnixWay.NUL_BYTE: _after_title(b"\0 Again"),
    OnixWay.UNDECLARED_ENTITY: _after_title(b" Caf&eacute;"),
    OnixWay.UNKNOWN_PREFIX: _prefixed,
    OnixWay.NO_NOTIFICATION: _replaced(_NOTIFICATION, b""),
    OnixWay.PRICE_NO_NUMBER: _replaced(_PRICE, b"on request"),
    OnixWay.IMPOSSIBLE_DATE: _replaced(_DATE, b"20261345"),
    OnixWay.DUPLICATE: _twice,
    OnixWay.TEXT_OF_5_MB: _replaced(_SUMMARY, b"very long " * (_LONG_TEXT // len(b"very long "))),
}

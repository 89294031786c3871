"""Uploads a whole feed of records at the start: a file that is given, or one of invented books. Knows no order and no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

from local.simulators.bookseller.chance import number
from local.simulators.bookseller.mailbox import upload
from local.simulators.bookseller.options import Options
from local.simulators.bookseller.records import seller
from local.simulators.feeds.books import books
from local.simulators.feeds.onix import onix_chunks, product

_CHUNK = 1 << 16
_SEEDS = 1_000_000


def upload_feeds(options: Options, goes_on: Callable[[], bool]) -> None:
    """Puts the feeds of the options into the folder of records; leaves out what is not finished once `goes_on` returns False.

    A bookseller that is started again uploads them again, as some do.
    """
    folder = options.mailbox / options.dialect.folders.records
    feeds: dict[str, Iterator[bytes]] = {}
    if options.feed is not None:
        feeds[options.feed.name] = _parts_of(options.feed)
    if options.feed_count:
        by, seed = seller(options), number(options.seed, "feed") % _SEEDS
        feeds[f"feed-of-{options.feed_count}.onix"] = onix_chunks(
            books(seed, options.feed_count), sender=by.name, record=lambda book: product(book, by=by)
        )
    for name, chunks in feeds.items():
        upload(folder / name, takewhile(lambda _: goes_on(), chunks), finished=goes_on)


def _parts_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as feed:
        while part := feed.read(_CHUNK):
            yield part

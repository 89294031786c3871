"""Command line of the feeds: `python -m local.simulators.feeds onix --count 1000 feed.xml`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from local.simulators.feeds.book import FEEDS, Book
from local.simulators.feeds.books import LIMIT, books
from local.simulators.feeds.marc import marc_chunks, marcxml_chunks
from local.simulators.feeds.onix import onix_chunks
from local.simulators.feeds.spoil import MarcWay, OnixWay, SpoiledFeed, spoiled_marc, spoiled_onix


class Format(StrEnum):
    """The formats of a feed: ONIX with reference or short tags, MARC 21 in UTF-8, in MARC-8 or as MARCXML."""

    ONIX = "onix"
    ONIX_SHORT = "onix-short"
    MARC = "marc"
    MARC8 = "marc8"
    MARCXML = "marcxml"


def main(
    written_as: Annotated[Format, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(Format)}.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write; an existing one is replaced.")],
    count: Annotated[int, typer.Option(min=0, help="Number of books.")] = 1_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same books.")] = 1,
    start: Annotated[int, typer.Option(min=0, max=LIMIT, help="Number of the first book.")] = 0,
    spoil_every: Annotated[
        int, typer.Option(min=0, help="Spoil every nth record, in each way in turn; 0 for none. OUT.spoiled.csv has the list.")
    ] = 0,
) -> None:
    """Write a supplier's feed of invented books as ONIX 3.0 or MARC 21."""
    chosen = books(seed, count, start)
    if not spoil_every:
        _write(out, _sound(chosen)[written_as])
        return
    spoiled: Mapping[Format, SpoiledFeed[OnixWay] | SpoiledFeed[MarcWay]]
    spoiled = {Format.ONIX: spoiled_onix(chosen, spoil_every), Format.MARC: spoiled_marc(chosen, spoil_every)}
    if written_as not in spoiled:
        raise typer.BadParameter("spoils onix and marc only", param_hint="--spoil-every")
    feed = spoiled[written_as]
    _write(out, feed)
    _write_list(out.with_name(f"{out.name}.spoiled.csv"), feed.spoiled)


def _sound(chosen: Iterator[Book]) -> Mapping[Format, Iterator[bytes]]:
    """Returns the feed in each format; nothing is written before one of them is read."""
    return {
        Format.ONIX: onix_chunks(chosen, sender=FEEDS.name),
        Format.ONIX_SHORT: onix_chunks(chosen, sender=FEEDS.name, short=True),
        Format.MARC: marc_chunks(chosen),
        Format.MARC8: marc_chunks(chosen, utf8=False),
        Format.MARCXML: marcxml_chunks(chosen),
    }


def _write(out: Path, chunks: Iterable[bytes]) -> None:
    with out.open("wb") as file:
        file.writelines(chunks)


def _write_list(out: Path, spoiled: Iterable[tuple[int, OnixWay] | tuple[int, MarcWay]]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("number", "way", "salvageable", "sentence"))
        rows.writerows((number, way.name, way.salvageable, way.sentence) for number, way in spoiled)


if __name__ == "__main__":
    typer.run(main)

"""`python -m local.simulators.feeds`: what it writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import typer

from local.simulators.feeds.__main__ import Format, main
from local.simulators.feeds.books import books
from local.simulators.feeds.marc import marc_chunks, marcxml_chunks
from local.simulators.feeds.onix import onix_chunks


def test_it_writes_the_feed_of_the_seed_in_each_format(tmp_path: Path) -> None:
    expected = {
        Format.ONIX: onix_chunks(books(7, 20, 5), sender="Feeds and Daughters"),
        Format.ONIX_SHORT: onix_chunks(books(7, 20, 5), sender="Feeds and Daughters", short=True),
        Format.MARC: marc_chunks(books(7, 20, 5)),
        Format.MARC8: marc_chunks(books(7, 20, 5), utf8=False),
        Format.MARCXML: marcxml_chunks(books(7, 20, 5)),
    }
    assert set(expected) == set(Format)
    for form, chunks in expected.items():
        main(form, tmp_path / form, count=20, seed=7, start=5)
        assert (tmp_path / form).read_bytes() == b"".join(chunks)


def test_it_lists_beside_the_feed_what_is_spoiled(tmp_path: Path) -> None:
    main(Format.MARC, tmp_path / "feed.mrc", count=6, spoil_every=3)
    with (tmp_path / "feed.mrc.spoiled.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["number"], row["way"], row["salvageable"]) for row in rows] == [
        ("2", "DIRECTORY_NOT_DIGITS", "False"),
        ("5", "NO_FIELD_TERMINATOR", "False"),
    ]


def test_it_refuses_to_spoil_what_it_cannot(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="onix and marc only"):
        main(Format.MARCXML, tmp_path / "feed.xml", count=1, spoil_every=1)
    assert not (tmp_path / "feed.xml").exists()

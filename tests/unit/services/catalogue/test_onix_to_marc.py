"""Books from a supplier's ONIX to the library's MARC: each product in `onix_to_marc` beside the record that a cataloguer expects.

The record is written by hand, from MARC 21 and the tables of the two formats, one field a line, a blank as `#`. It is compared
whole, so that no field is missing and none slips in.
"""

from datetime import UTC, datetime
from pathlib import Path

import pymarc
import pytest

from services.catalogue.domain.merging import Scored, Title, retitle
from services.catalogue.domain.records import kept
from services.catalogue.domain.scoring import DEFAULT, score
from services.catalogue.rendering import iso_2709, marcxml
from shared.findings import Severity
from shared.formats import onix
from tests.fixtures.marc import read_marc, read_marcxml

BOOKS = sorted((Path(__file__).parent / "onix_to_marc").glob("*.xml"))
NOW = datetime(2026, 9, 2, tzinfo=UTC)
_LENGTHS = ((0, 5), (12, 17))
"""Places of the leader that hold lengths, which depend on the form of writing."""


def title_of(raw: bytes) -> Title:
    """The title that the catalogue makes of the only product of a message."""
    reading = onix.read(raw)
    [record] = reading.records
    assert not [each for each in (*reading.findings, *record.findings) if each.severity is not Severity.INFO]
    stated = kept(record, supplier_id="marram-books", supplied_at=NOW)
    title = retitle(record.isbn, None, [Scored(stated, score(stated, DEFAULT).points)], NOW)
    assert title is not None
    return title


def lines_of(record: pymarc.Record) -> list[str]:
    """A record as a cataloguer writes it down."""
    leader = str(record.leader)
    for start, end in _LENGTHS:
        leader = leader[:start] + "0" * (end - start) + leader[end:]
    return [f"LDR {leader.replace(' ', '#')}", *map(_line, record.fields)]


def _line(field: pymarc.Field) -> str:
    if field.indicators is None:
        return f"{field.tag} {(field.data or '').replace(' ', '#')}"
    indicators = "".join(field.indicators).replace(" ", "#")
    return f"{field.tag} {indicators}" + "".join(f"${code}{text}" for code, text in field.subfields)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_product_of_onix_becomes_the_record_that_a_cataloguer_expects(book: Path) -> None:
    expected = book.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    title = title_of(book.read_bytes())

    [binary] = read_marc(iso_2709(title))
    [xml] = read_marcxml(marcxml(title))

    assert lines_of(binary) == expected
    assert lines_of(xml) == expected


def test_at_least_twenty_products_are_compared() -> None:
    assert len(BOOKS) >= 20

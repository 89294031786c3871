"""MARC files of suppliers with data to order: records from notation, in both forms."""

import pymarc

from shared.formats.marc.fields import MarcRecord, field_of, is_control
from shared.records import Remainder

LEADER = "00000nam a2200000 i 4500"
ISBNS = ("9780141439518", "9780141439600", "9780141439556", "9780141439563")


def marc_record(*lines: str, isbn: str = ISBNS[0], title: str = "The tide tables", leader: str = LEADER) -> MarcRecord:
    """A record of lines such as `970 ##$oMAIN$fAF`, with an ISBN and a title where these are not empty."""
    first = [f"020 ##$a{isbn}"] if isbn else []
    second = [f"245 10$a{title}"] if title else []
    return MarcRecord(leader, [field_of(Remainder(line[:3], line[4:])) for line in (*first, *second, *lines)])


def binary_file(*records: MarcRecord) -> bytes:
    """The records in ISO 2709."""
    return b"".join(_written(record).as_marc() for record in records)


def xml_file(*records: MarcRecord) -> bytes:
    """The records in MARCXML."""
    written = b"".join(_xml(record) for record in records)
    return b'<collection xmlns="http://www.loc.gov/MARC21/slim">' + written + b"</collection>"


def _written(record: MarcRecord) -> pymarc.Record:
    fields = [
        pymarc.Field(field.tag, data=field.data)
        if is_control(field.tag)
        else pymarc.Field(
            field.tag, pymarc.Indicators(*field.indicators), [pymarc.Subfield(code, text) for code, text in field.subfields]
        )
        for field in record.fields
    ]
    return pymarc.Record(fields=fields, leader=record.leader)


def _xml(record: MarcRecord) -> bytes:
    raw: bytes = pymarc.record_to_xml(_written(record))  # type: ignore[no-untyped-call]
    return raw

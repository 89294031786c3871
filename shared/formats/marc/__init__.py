"""Reads and writes MARC 21 records, in ISO 2709 and MARCXML, as records of the record model. Knows no supplier and no catalogue.

`table` says which field means what; what it does not carry is kept in the remainder of a record. `records` says what MARC 21
cannot carry of a record.
"""

from shared.formats.marc.binary import TooLong, cut_records, read_records, write_binary
from shared.formats.marc.codes import Code
from shared.formats.marc.copies import KOHA, CopyFields
from shared.formats.marc.fields import MadeField, remainder_of
from shared.formats.marc.marcxml import (
    ROOTS,
    Reading,
    cut_xml_records,
    element_of,
    of_elements,
    read_xml,
    read_xml_records,
    record_of_element,
    write_xml,
)
from shared.formats.marc.records import CutRecord, Origin

__all__ = [
    "KOHA",
    "ROOTS",
    "Code",
    "CopyFields",
    "CutRecord",
    "MadeField",
    "Origin",
    "Reading",
    "TooLong",
    "cut_records",
    "cut_xml_records",
    "element_of",
    "of_elements",
    "read_records",
    "read_xml",
    "read_xml_records",
    "record_of_element",
    "remainder_of",
    "write_binary",
    "write_xml",
]

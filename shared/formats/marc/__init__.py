"""Reads bibliographic facts of MARC 21 records from MARCXML and ISO 2709. Knows no supplier and no catalogue.

It reads 001, 020 ($a ISBN, $q form, $c price), 100/110/700 $a, 245 $a $b, 260/264 $b $c and 300 $a. Everything else in a record
is ignored.
"""

from shared.formats.marc.binary import read
from shared.formats.marc.facts import Code, Price, Reading, Record
from shared.formats.marc.marcxml import ROOTS, of_elements, read_xml, write_xml

__all__ = ["ROOTS", "Code", "Price", "Reading", "Record", "of_elements", "read", "read_xml", "write_xml"]

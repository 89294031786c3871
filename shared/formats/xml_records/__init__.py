"""Reads files of records in XML, one record after another, in constant memory: `cutting` by bytes, `parsing` by lxml.

A file of records is cut into records before it is parsed, so that one broken record does not stop those behind it, and its bytes
are kept as they came. Knows no format's tags. A DOCTYPE is refused unless it names a root that the reader admits and declares
nothing; its DTD is never loaded. Nothing is fetched, and no declared entity expanded.
"""

from shared.formats.xml_records.cutting import LARGEST_RECORD, Piece, Refused, WrongRoot
from shared.formats.xml_records.parsing import Broken, Code, Parsed, Root, of_format, read_elements

__all__ = ["LARGEST_RECORD", "Broken", "Code", "Parsed", "Piece", "Refused", "Root", "WrongRoot", "of_format", "read_elements"]

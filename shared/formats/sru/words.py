"""The words of SRU: versions, schemas of records, ways of packing them. Knows no request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Version(StrEnum):
    """The versions that are answered: 1.1 and 1.2 of the Library of Congress, 2.0 of OASIS."""

    V1_1 = "1.1"
    V1_2 = "1.2"
    V2_0 = "2.0"


class Schema(StrEnum):
    """A schema of records, by its short name."""

    MARCXML = "marcxml"
    DC = "dc"


class Packing(StrEnum):
    """Whether a record is XML in the answer, or text that holds the XML."""

    XML = "xml"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Identity:
    """How a schema is named: by SRU's own identifier, by its namespace, and for people."""

    uri: str
    namespace: str
    title: str


SCHEMAS = {
    Schema.MARCXML: Identity("info:srw/schema/1/marcxml-v1.1", "http://www.loc.gov/MARC21/slim", "MARC 21"),
    Schema.DC: Identity("info:srw/schema/1/dc-v1.1", "info:srw/schema/1/dc-schema", "Dublin Core"),
}
EXPLAIN = "http://explain.z3950.org/dtd/2.0/"
"""The schema and namespace of an explain record (ZeeRex)."""

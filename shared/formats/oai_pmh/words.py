"""The words of OAI-PMH 2.0: verbs, metadata formats, errors, and what a repository says about itself. Knows no request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.formats import dublin_core


class Verb(StrEnum):
    """What is requested (section 4)."""

    IDENTIFY = "Identify"
    LIST_METADATA_FORMATS = "ListMetadataFormats"
    LIST_SETS = "ListSets"
    LIST_IDENTIFIERS = "ListIdentifiers"
    LIST_RECORDS = "ListRecords"
    GET_RECORD = "GetRecord"


class Prefix(StrEnum):
    """The metadata formats, by their prefixes."""

    MARC21 = "marc21"
    OAI_DC = "oai_dc"


@dataclass(frozen=True, slots=True)
class Format:
    """A metadata format: addresses of its schema and namespace."""

    schema: str
    namespace: str


FORMATS = {
    Prefix.MARC21: Format("http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd", "http://www.loc.gov/MARC21/slim"),
    Prefix.OAI_DC: Format("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", dublin_core.OAI_DC),
}


class Code(StrEnum):
    """Why a request is refused (section 3.6)."""

    BAD_VERB = "badVerb"
    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105  an error's name, no secret
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"
    NO_METADATA_FORMATS = "noMetadataFormats"
    NO_SET_HIERARCHY = "noSetHierarchy"


@dataclass(frozen=True, slots=True)
class Error:
    """An error of a request, with a sentence for people."""

    code: Code
    text: str


class DeletedRecords(StrEnum):
    """How long the repository remembers what it deleted (section 2.5.1)."""

    NO = "no"
    TRANSIENT = "transient"
    PERSISTENT = "persistent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What the repository says about itself.

    `earliest` is aware; no record is older. `has_sets`: records may be selected by set. `key` signs its resumption tokens: 16
    bytes at least, the same in every process.
    """

    name: str
    base_url: str
    admin_emails: tuple[str, ...]
    earliest: datetime
    key: bytes
    has_sets: bool = False
    deleted: DeletedRecords = DeletedRecords.PERSISTENT

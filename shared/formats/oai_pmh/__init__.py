"""Parses requests and renders answers of OAI-PMH 2.0, by which others harvest the catalogue. Knows no table and no HTTP.

Own code: `oai_repo` 0.5.2 brings requests, Cerberus and two more, and calls back into a synchronous repository. `oaipmh` 4.0.0
(once pyoai) calls back too, pages by offset, and does not sign its tokens. Neither is typed.
"""

from shared.formats.oai_pmh.requests import (
    GetRecord,
    Identify,
    ListIdentifiers,
    ListMetadataFormats,
    ListRecords,
    ListSets,
    Refused,
    Request,
    Selection,
    parse,
)
from shared.formats.oai_pmh.responses import CONTENT_TYPE, LAST, NAMESPACE, Answers, Header, More, Record, SetEntry, datestamp
from shared.formats.oai_pmh.tokens import Resumption
from shared.formats.oai_pmh.words import FORMATS, Code, DeletedRecords, Error, Prefix, Repository, Verb

__all__ = [
    "CONTENT_TYPE",
    "FORMATS",
    "LAST",
    "NAMESPACE",
    "Answers",
    "Code",
    "DeletedRecords",
    "Error",
    "GetRecord",
    "Header",
    "Identify",
    "ListIdentifiers",
    "ListMetadataFormats",
    "ListRecords",
    "ListSets",
    "More",
    "Prefix",
    "Record",
    "Refused",
    "Repository",
    "Request",
    "Resumption",
    "Selection",
    "SetEntry",
    "Verb",
    "datestamp",
    "parse",
]

"""Parses requests and renders answers of SRU 1.1, 1.2 and 2.0, by which others search the catalogue. Knows no table and no HTTP.

Own code: the one server for Python, `fcs-sru-server` 1.1.3 (November 2023), is a WSGI application on Werkzeug and `cql-parser`.
"""

from shared.formats.cql import Code, Diagnostic
from shared.formats.sru.explain import Server, explain_record
from shared.formats.sru.requests import Diagnostics, Explain, Request, SearchRetrieve, parse
from shared.formats.sru.responses import CONTENT_TYPE, NAMESPACES, Record, explain_answer, refusal, search_answer
from shared.formats.sru.words import EXPLAIN, SCHEMAS, Packing, Schema, Version

__all__ = [
    "CONTENT_TYPE",
    "EXPLAIN",
    "NAMESPACES",
    "SCHEMAS",
    "Code",
    "Diagnostic",
    "Diagnostics",
    "Explain",
    "Packing",
    "Record",
    "Request",
    "Schema",
    "SearchRetrieve",
    "Server",
    "Version",
    "explain_answer",
    "explain_record",
    "parse",
    "refusal",
    "search_answer",
]

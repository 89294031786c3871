"""The arguments of OAI-PMH and SRU, for the OpenAPI document. `shared.formats` reads them, and answers wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.formats.oai_pmh import Prefix
from shared.formats.oai_pmh.words import Verb
from shared.formats.sru import Schema

_LONGEST = 4_000
_OAI: Mapping[str, tuple[str, str]] = {
    "verb": ("What is asked for", Verb.LIST_RECORDS),
    "metadataPrefix": ("The form of the records", Prefix.MARC21),
    "identifier": ("The record that is asked for, of GetRecord and ListMetadataFormats", "oai:stockbridge.example:9780141439518"),
    "from": ("The first day or moment (UTC) of the changes, included", "2026-11-02"),
    "until": ("The last day or moment (UTC) of the changes, included", "2026-11-30"),
    "set": ("Only titles in this set", "supplier:national"),
    "resumptionToken": ("That of the answer before, alone with its verb", "WyI3MzgxLjAwMDAwMDAxIiwgIjg0MiJd"),
}
_SRU: Mapping[str, tuple[str, str]] = {
    "operation": ("`searchRetrieve` or `explain`; left out in SRU 2.0", "searchRetrieve"),
    "version": ("Version of SRU: 1.1, 1.2 or 2.0", "1.2"),
    "query": ("What is searched for, in CQL", "dc.title = pride and dc.creator = austen"),
    "startRecord": ("Position of the first record in the answer, from 1", "1"),
    "maximumRecords": ("Most records in the answer, 100 at most", "10"),
    "recordSchema": ("The form of the records", Schema.MARCXML),
    "recordPacking": ("Whether a record is XML in the answer (`xml`) or text that holds it (`string`)", "xml"),
}


def _argument(described: tuple[str, str]) -> dict[str, Any]:
    description, example = described
    return {"type": "string", "maxLength": _LONGEST, "description": description, "examples": [str(example)]}


def _parameters(arguments: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "description": described[0], "schema": _argument(described)}
        for name, described in arguments.items()
    ]


OAI_PARAMETERS, SRU_PARAMETERS = _parameters(_OAI), _parameters(_SRU)
OAI_FORM: Mapping[str, Any] = {
    "type": "object",
    "description": "The arguments of OAI-PMH 2.0 as a form.",
    "properties": {name: _argument(described) for name, described in _OAI.items()},
    "required": ["verb"],
}

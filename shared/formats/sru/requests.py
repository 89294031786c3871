"""Parses the arguments of an SRU request, of versions 1.1, 1.2 and 2.0. Knows no record and no answer.

A request that states neither version nor operation is of 2.0, where it has a query; the bare address is explain in 1.2, which
most clients of that address expect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.formats import cql
from shared.formats.cql import Code, Diagnostic, Query
from shared.formats.sru.words import SCHEMAS, Packing, Schema, Version


@dataclass(frozen=True, slots=True)
class SearchRetrieve:
    """Asks for records. `start` is 1-based; `maximum` is None where the server decides, and may be 0.

    `arguments` are the request's own, to be repeated in the answer.
    """

    version: Version
    arguments: Mapping[str, str]
    query: Query
    start: int = 1
    maximum: int | None = None
    schema: Schema = Schema.MARCXML
    packing: Packing = Packing.XML


@dataclass(frozen=True, slots=True)
class Explain:
    """Asks what can be searched."""

    version: Version
    packing: Packing = Packing.XML


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Why a request is not carried out: at least one diagnostic."""

    version: Version
    arguments: Mapping[str, str]
    items: tuple[Diagnostic, ...]


Request: TypeAlias = SearchRetrieve | Explain

_SEARCH, _EXPLAIN = "searchRetrieve", "explain"
_QUERY = frozenset({"query", "queryType"})
_PACKING = {Version.V1_1: "recordPacking", Version.V1_2: "recordPacking", Version.V2_0: "recordXMLEscaping"}
_SEARCH_ONLY = frozenset({"query", "startRecord", "maximumRecords", "recordSchema"})
_FIRST = frozenset({"version", "operation", "recordPacking", "stylesheet", "extraRequestData"})
_SECOND = frozenset({"version", "operation", "recordXMLEscaping", "httpAccept", "responseType", "stylesheet", "renderedBy"})
# The parameters of each version. A stylesheet, a lifetime of the result and the like are wishes: they are passed over.
_KNOWN = {
    Version.V1_1: _FIRST | _SEARCH_ONLY | {"recordXPath", "resultSetTTL", "sortKeys"},
    Version.V1_2: _FIRST | _SEARCH_ONLY | {"resultSetTTL", "sortKeys"},
    Version.V2_0: _SECOND | _SEARCH_ONLY | {"queryType", "recordPacking", "resultSetTTL", "sortKeys"},
}
_SCHEMAS = {name: schema for schema, identity in SCHEMAS.items() for name in (schema.value, identity.uri, identity.namespace)}
_SCHEMAS["http://purl.org/dc/elements/1.1/"] = Schema.DC
_MOST_DIGITS = 9


def parse(arguments: Sequence[tuple[str, str]]) -> Request | Diagnostics:
    """Returns the request, or why it is not carried out. Never raises for content. `arguments` are names and values, decoded.

    A parameter without a value counts as not given. An extension (`x-...`) is passed over, as the standard says.
    """
    given = {name: value for name, value in arguments if value and not name.startswith("x-")}
    version, problems = _version(given)
    counts = Counter(name for name, value in arguments if name in given and value)
    problems += [Diagnostic(Code.UNSUPPORTED_VALUE, f"{name} is repeated") for name, count in counts.items() if count > 1]
    problems += [Diagnostic(Code.UNSUPPORTED_PARAMETER, name) for name in given if name not in _KNOWN[version]]
    operation = given.get("operation", _SEARCH if _QUERY & given.keys() else _EXPLAIN)
    if operation not in (_SEARCH, _EXPLAIN):
        problems.append(Diagnostic(Code.UNSUPPORTED_OPERATION, operation))
    packing = _Choices(given, problems).packing(_PACKING[version])
    if operation == _SEARCH:
        return _search(version, given, packing, problems)
    return Diagnostics(version, given, tuple(problems)) if problems else Explain(version, packing)


def _version(given: Mapping[str, str]) -> tuple[Version, list[Diagnostic]]:
    """Returns the version to answer in, and what is wrong with the one that is stated."""
    stated = given.get("version")
    if stated is None and given.get("operation") == _SEARCH:
        return Version.V1_2, [Diagnostic(Code.MISSING_PARAMETER, "version")]
    if stated is None:
        return (Version.V2_0 if _QUERY & given.keys() else Version.V1_2), []
    if stated not in list(Version):
        return Version.V1_2, [Diagnostic(Code.UNSUPPORTED_VERSION, Version.V2_0.value)]
    return Version(stated), []


def _search(
    version: Version, given: Mapping[str, str], packing: Packing, problems: list[Diagnostic]
) -> SearchRetrieve | Diagnostics:
    choices = _Choices(given, problems)
    choices.refuse_sorting_and_query_types()
    start = choices.number("startRecord", 1)
    maximum = choices.number("maximumRecords", 0)
    schema = choices.schema()
    query = choices.query()
    if problems or query is None:
        return Diagnostics(version, given, tuple(problems))
    return SearchRetrieve(version, given, query, start or 1, maximum, schema, packing)


class _Choices:
    """Reads single parameters, and adds a diagnostic for each that is wrong."""

    def __init__(self, given: Mapping[str, str], problems: list[Diagnostic]) -> None:
        self._given = given
        self._problems = problems

    def number(self, name: str, smallest: int) -> int | None:
        """Reads a whole number."""
        text = self._given.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS or int(text) < smallest:
            self._problems.append(Diagnostic(Code.UNSUPPORTED_VALUE, name))
            return None
        return int(text)

    def packing(self, name: str) -> Packing:
        """Reads how records are packed; `name` is the parameter's name in the version."""
        text = self._given.get(name, Packing.XML)
        if text not in list(Packing):
            self._problems.append(Diagnostic(Code.PACKING, text))
            return Packing.XML
        return Packing(text)

    def schema(self) -> Schema:
        """Reads the schema of the records."""
        text = self._given.get("recordSchema", Schema.MARCXML)
        if text not in _SCHEMAS:
            self._problems.append(Diagnostic(Code.UNKNOWN_SCHEMA, text))
        return _SCHEMAS.get(text, Schema.MARCXML)

    def query(self) -> Query | None:
        """Reads the query."""
        text = self._given.get("query")
        found = cql.parse(text) if text is not None else Diagnostic(Code.MISSING_PARAMETER, "query")
        if isinstance(found, Diagnostic):
            self._problems.append(found)
            return None
        return found

    def refuse_sorting_and_query_types(self) -> None:
        """Refuses an order of the records, and a query in another language."""
        if "sortKeys" in self._given:
            self._problems.append(Diagnostic(Code.SORTING))
        if self._given.get("queryType", "cql") != "cql":
            self._problems.append(Diagnostic(Code.QUERY_TYPE, self._given["queryType"]))

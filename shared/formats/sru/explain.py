"""Describes the server in a ZeeRex record: where it is, what can be searched, in which schemas. Knows no answer."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from shared.formats import cql
from shared.formats.cql import Index
from shared.formats.sru.words import EXPLAIN, SCHEMAS, Schema, Version
from shared.formats.xml import holdable

_TITLES = {
    Index.ANYWHERE: "Anywhere",
    Index.TITLE: "Title",
    Index.AUTHOR: "Author",
    Index.ISBN: "ISBN",
    Index.SUBJECT: "Subject",
    Index.PUBLISHER: "Publisher",
    Index.DATE: "Date of publication",
    Index.LANGUAGE: "Language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the server is, and its limits: `usual` records in an answer where a request states no maximum, `most` in any."""

    host: str
    port: int
    database: str
    title: str
    usual: int
    most: int
    description: str = ""


def explain_record(server: Server, version: Version) -> etree._Element:
    """Returns the element `explain`, for the answer `explain_answer`."""
    root = etree.Element(_tag("explain"), nsmap={"zr": EXPLAIN})
    info = _inside(root, "serverInfo", protocol="SRU", version=version, transport="http", method="GET")
    _leaf(info, "host", server.host)
    _leaf(info, "port", str(server.port))
    _leaf(info, "database", server.database)
    database = _inside(root, "databaseInfo")
    _leaf(database, "title", server.title, lang="en", primary="true")
    if server.description:
        _leaf(database, "description", server.description, lang="en", primary="true")
    _write_indexes(root)
    schemas = _inside(root, "schemaInfo")
    for schema in Schema:
        entry = _inside(schemas, "schema", identifier=SCHEMAS[schema].uri, name=schema, sort="false", retrieve="true")
        _leaf(entry, "title", SCHEMAS[schema].title, lang="en")
    _write_settings(root, server)
    return root


def _write_indexes(root: etree._Element) -> None:
    info = _inside(root, "indexInfo")
    for name, identifier in cql.SETS.items():
        _inside(info, "set", name=name, identifier=identifier)
    for index in Index:
        entry = _inside(info, "index", search="true", scan="false", sort="false")
        _leaf(entry, "title", _TITLES[index], lang="en")
        for full in (name for name, named in cql.INDEXES.items() if named is index):
            prefix, _, name = full.partition(".")
            _leaf(_inside(entry, "map"), "name", name, set=prefix)
        config = _inside(entry, "configInfo")
        for relation in sorted(cql.RELATIONS[index]):
            _leaf(config, "supports", relation, type="relation")


def _write_settings(root: etree._Element, server: Server) -> None:
    config = _inside(root, "configInfo")
    _leaf(config, "default", Schema.MARCXML, type="retrieveSchema")
    _leaf(config, "default", str(server.usual), type="numberOfRecords")
    _leaf(config, "setting", str(server.most), type="maximumRecords")
    _leaf(config, "supports", "*", type="maskingCharacter")


def _leaf(parent: etree._Element, tag: str, text: str, /, **attributes: str) -> None:
    _inside(parent, tag, **attributes).text = holdable(text)


def _inside(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(tag), attributes)


def _tag(name: str) -> str:
    return f"{{{EXPLAIN}}}{name}"

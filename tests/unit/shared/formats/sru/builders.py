"""A server, requests and records for the tests of SRU."""

from lxml import etree

from shared.formats import sru
from shared.formats.dublin_core import srw_dc
from shared.formats.sru import Diagnostics, Record, Request, SearchRetrieve, Server
from shared.records import Description, TitleStatement

NAMESPACES = {
    "s": "http://www.loc.gov/zing/srw/",
    "d": "http://www.loc.gov/zing/srw/diagnostic/",
    "s2": "http://docs.oasis-open.org/ns/search-ws/sruResponse",
    "d2": "http://docs.oasis-open.org/ns/search-ws/diagnostic",
    "dc": "http://purl.org/dc/elements/1.1/",
    "z": "http://explain.z3950.org/dtd/2.0/",
}
SERVER = Server(
    host="catalogue.example", port=443, database="sru", title="Catalogue of Eastmere", usual=10, most=50, description="Books"
)


def parsed(**arguments: str) -> Request | Diagnostics:
    return sru.parse(list(arguments.items()))


def search(**arguments: str) -> SearchRetrieve:
    """Parses a valid search of version 1.2, unless `version` says otherwise."""
    found = parsed(**{"version": "1.2", "operation": "searchRetrieve", "query": "cat", **arguments})
    assert isinstance(found, SearchRetrieve)
    return found


def codes_of(found: Request | Diagnostics) -> list[int]:
    assert isinstance(found, Diagnostics)
    return [one.code for one in found.items]


def a_record(title: str = "Cats & dogs") -> Record:
    return Record(srw_dc(Description(title=TitleStatement(title)), "9780141439518"), "9780141439518")


def texts_of(answer: bytes, path: str) -> list[str]:
    """Returns the texts of the elements or attributes at a path."""
    found = etree.fromstring(answer).xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [str(one) if not isinstance(one, etree._Element) else one.text or "" for one in found]


def names_of(answer: bytes, path: str) -> list[str]:
    """Returns the local names of the elements at a path."""
    found = etree.fromstring(answer).xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [etree.QName(one).localname for one in found if isinstance(one, etree._Element)]

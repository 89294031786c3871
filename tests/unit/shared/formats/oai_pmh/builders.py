"""A repository, requests and records for the tests of OAI-PMH."""

from datetime import UTC, datetime

from lxml import etree

from shared.formats import oai_pmh
from shared.formats.dublin_core import oai_dc
from shared.formats.oai_pmh import Error, Header, Record, Refused, Repository, Request
from shared.records import Description, TitleStatement

NOW = datetime(2026, 3, 9, 12, 30, tzinfo=UTC)
PRIDE = "oai:catalogue.example:9780141439518"
REPOSITORY = Repository(
    name="Catalogue of Eastmere",
    base_url="https://catalogue.example/oai",
    admin_emails=("catalogue@eastmere.example",),
    earliest=datetime(2020, 1, 1, tzinfo=UTC),
    key=b"a key for the tests",
    has_sets=True,
)
ANSWERS = oai_pmh.Answers(REPOSITORY)


def parsed(**arguments: str) -> Request | Refused:
    """Parses a request; `since` is `from`, which Python keeps for itself."""
    return oai_pmh.parse([("from" if name == "since" else name, value) for name, value in arguments.items()], REPOSITORY)


def errors_of(found: Request | Refused) -> list[str]:
    assert isinstance(found, Refused)
    return [error.code for error in found.errors]


def sentences_of(found: Request | Refused) -> list[str]:
    assert isinstance(found, Refused)
    return [str(error.text) for error in found.errors if isinstance(error, Error)]


def a_header(number: int = 1) -> Header:
    return Header(f"oai:catalogue.example:{number}", NOW, ("eastmere",))


def a_record(number: int = 1) -> Record:
    return Record(a_header(number), oai_dc(Description(title=TitleStatement("Pride and prejudice")), "9780141439518"))


def texts_of(answer: bytes, path: str) -> list[str]:
    """Returns the texts of the elements at a path, such as `o:ListRecords/o:record`; `@name` at its end is an attribute."""
    found = etree.fromstring(answer).xpath(path, namespaces={"o": oai_pmh.NAMESPACE, "dc": "http://purl.org/dc/elements/1.1/"})
    assert isinstance(found, list)
    return [str(one) if not isinstance(one, etree._Element) else one.text or "" for one in found]

"""Names a file that this adapter does not read, and says where it belongs or what to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.suppliers.contract import Kind, Reading
from services.suppliers.national.read.codes import Odd, odd
from shared.findings import Severity
from shared.formats.forms import Form

_READ = "this mailbox takes EDIFACT, X12 856, EDItX ship notices, ONIX and MARC"
_UNPACK = "ask the supplier to leave the files in the mailbox unpacked"
_FOR_PEOPLE = f"it is for people to read; {_READ}, so ask the supplier for the data in one of these"

BELONGS: Mapping[Form, str] = {
    Form.EMPTY: "ask the supplier to send it again",
    Form.HTML: f"it may be an error page that was saved instead of a message; {_READ}",
    Form.UTF16: "ask the supplier to send it as plain text, in the character set that the message declares",
    Form.RTF: _FOR_PEOPLE,
    Form.JSON: f"{_READ}; a despatch in our JSON form is pushed to POST /v1/suppliers/{{supplier_id}}/despatches",
    Form.TRADACOMS: "ask the supplier for EDIFACT, which has replaced it",
    Form.CSV: f"{_READ}; a list of open lines is uploaded to POST /v1/reconciliations",
    Form.GZIP: _UNPACK,
    Form.ZIP: _UNPACK,
    Form.ARCHIVE: _UNPACK,
    Form.PDF: _FOR_PEOPLE,
    Form.OFFICE: _FOR_PEOPLE,
    Form.IMAGE: _FOR_PEOPLE,
    Form.OTHER: f"{_READ}, and it is none of these",
}
"""Every form without a reader -> what to do about it."""

_SHOWN = 40


def foreign(form: Form, body: bytes) -> Reading:
    """Returns the reading of a file in a form that is not read: one finding that names it."""
    name = f"not of a known form; it begins with {_beginning(body)!r}" if form is Form.OTHER else form.value
    return _refused(f"the file is {name}: {BELONGS[form]}")


def foreign_xml(root: str) -> Reading:
    """Returns the reading of an XML file whose root element begins no document that is read."""
    return _refused(f"the file is XML with the root {root[:_SHOWN]!r}: {_READ}")


def _beginning(body: bytes) -> str:
    return body.strip()[:_SHOWN].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _refused(text: str) -> Reading:
    return Reading(Kind.UNKNOWN, (), (odd(Odd.UNSUPPORTED, text, severity=Severity.ERROR),))

"""Takes files out of a request's body: one raw, or several as multipart/form-data (RFC 7578), byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser

from services.suppliers.contract import RawMessage
from shared.errors import DomainError, Kind

MOST_FILES = 100

_LONGEST_NAME, _LONGEST_TYPE = 200, 100


def files_of(body: bytes, content_type: str) -> list[RawMessage]:
    """The files of a body. Raises DomainError for a multipart body that has none, too many, or no boundary."""
    header = Message()
    header["content-type"] = content_type
    if header.get_content_type() != "multipart/form-data":
        return [RawMessage("body", body, content_type[:_LONGEST_TYPE])]
    boundary = header.get_boundary()
    if not boundary:
        raise DomainError("no-boundary", "A multipart body needs a boundary in its content type.", Kind.MALFORMED)
    files = list(_parts(body, boundary.encode("latin-1", "replace")))
    if not 0 < len(files) <= MOST_FILES:
        raise DomainError("no-files", f"Send 1 to {MOST_FILES} parts with a file name, not {len(files)}.", Kind.MALFORMED)
    return files


def _parts(body: bytes, boundary: bytes) -> Iterator[RawMessage]:
    """Every part that has a file name; form fields are passed over."""
    for section in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if section.startswith(b"--"):
            return
        head, _, content = section.partition(b"\r\n\r\n")
        headers = BytesHeaderParser().parsebytes(head.lstrip(b" \t\r\n"))
        name = headers.get_filename()
        if name is not None:
            yield RawMessage(name[:_LONGEST_NAME], content, str(headers.get("content-type", ""))[:_LONGEST_TYPE])

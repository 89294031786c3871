"""Takes files out of a request: one raw, or several as multipart/form-data (RFC 7578), byte for byte."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.suppliers.contract import RawMessage
from shared.errors import DomainError, Kind

MOST_FILES = 100

_LONGEST_NAME, _LONGEST_TYPE = 200, 100


async def files_of(request: Request) -> list[RawMessage]:
    """Returns the files of a request, without the other fields of a form.

    Raises DomainError (400) for a multipart body that cannot be read, or that has no file or more than 100.
    """
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        return [RawMessage("body", await request.body(), content_type[:_LONGEST_TYPE])]
    try:
        async with request.form(max_files=MOST_FILES) as form:
            parts = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
            files = [await _file(part) for part in parts]
    except HTTPException as error:
        raise DomainError("not-multipart", f"The multipart body cannot be read: {error.detail}", Kind.MALFORMED) from error
    if not files:
        raise DomainError("no-files", f"Send 1 to {MOST_FILES} parts with a file name.", Kind.MALFORMED)
    return files


async def _file(part: UploadFile) -> RawMessage:
    return RawMessage((part.filename or "")[:_LONGEST_NAME], await part.read(), (part.content_type or "")[:_LONGEST_TYPE])

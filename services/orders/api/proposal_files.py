"""Files of MARC: `POST /v1/proposals` proposes what is in one, `/v1/proposal-files` shows what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.orders.api.access import Reader, Writer
from services.orders.api.marc_mappings import find_mapping
from services.orders.api.proposal_faults import faults_of
from services.orders.domain.proposal_files import ProposalFile, UploadedFile
from services.orders.schemas.proposal_files import (
    FileId,
    ProposalFilePreview,
    ProposalFileQuery,
    ProposalFileSummary,
    ProposalFileView,
    UploadQuery,
    file_preview,
    file_summary,
    file_view,
)
from services.orders.store import marc_mappings
from services.orders.store import proposal_files as store
from services.orders.usecases.proposal_files import previewed, propose_file, read_uploaded
from shared.bus import cause_by, set_cause
from shared.clock import Clock
from shared.errors import DomainError, Kind, no_such
from shared.formats.marc.order_data import BINARY, XML
from shared.http.bodies import described_body
from shared.http.headers import REPLAYED
from shared.http.paging import Page
from shared.http.refusals import Responses, refusals
from shared.http.repeating import Repeatable
from shared.http.representations import tagged_answer, with_tag

_FORMS = (BINARY, XML)
_FILE = {"type": "string", "format": "binary", "description": "Records of a supplier with what it proposes to order"}
_BODY = described_body(dict.fromkeys(_FORMS, _FILE))
_UNREAD = ("no-such-mapping", "unsupported-media-type", "nothing-to-propose", "file-too-large")


def proposal_uploads_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of `/v1/proposals` that take a file."""
    router = APIRouter(prefix="/v1/proposals", tags=["proposals"])

    async def propose(
        request: Request, caller: Writer, query: Annotated[UploadQuery, Query()], repeatable: Repeatable, response: Response
    ) -> ProposalFileView:
        """Proposes what a supplier's MARC file says in its order data. Nothing is ordered until the proposals are accepted.

        Records that cannot be read or mapped are in `findings`; all others are proposed. The same file again gives the same
        proposals; another one with the same selection number supersedes those that are open.
        """
        set_cause(cause_by(caller.subject))
        file = await _uploaded(request, caller.council, caller.subject, query)
        async with engine.connect() as connection:
            mapping = await marc_mappings.get_mapping(connection, caller.council, query.mapping_id)
        # Read outside of the transaction; a repetition is answered though the mapping is gone.
        read = None if mapping is None else await read_uploaded(file, mapping)
        async with repeatable.once(engine, caller) as turn:
            if turn.first:
                if read is None:
                    raise no_such("mapping")
                file_id, new = await propose_file(turn.connection, read, clock)
                turn.subject = str(file_id)
                response.headers.update({} if new else REPLAYED)
            kept = await _load(turn.connection, caller.council, UUID(turn.subject))
        response.headers["Location"] = f"/v1/proposal-files/{kept.file_id}"
        return with_tag(file_view(kept), response)

    async def preview(request: Request, caller: Writer, query: Annotated[UploadQuery, Query()]) -> ProposalFilePreview:
        """Says what a file would propose, with every fault that would prevent ordering it. Keeps nothing."""
        file = await _uploaded(request, caller.council, caller.subject, query)
        async with engine.connect() as connection:
            mapping = await find_mapping(connection, caller.council, query.mapping_id)
        read = await read_uploaded(file, mapping)
        async with engine.connect() as connection:
            proposals = [(one, await faults_of(connection, one, clock)) for one in previewed(read, clock.now())]
        return file_preview(read.found, proposals)

    router.add_api_route("", propose, methods=["POST"], status_code=201, openapi_extra=_BODY, responses=refusals(*_UNREAD))
    router.add_api_route("/preview", preview, methods=["POST"], openapi_extra=_BODY, responses=refusals(*_UNREAD))
    return router


def proposal_files_router(engine: AsyncEngine) -> APIRouter:
    """Returns the routes of `/v1/proposal-files`."""
    router = APIRouter(prefix="/v1/proposal-files", tags=["proposals"])

    async def list_files(caller: Reader, query: Annotated[ProposalFileQuery, Query()]) -> Page[ProposalFileSummary]:
        """Lists the files that the council uploaded, newest first."""
        after = query.after(datetime.fromisoformat, UUID)
        async with engine.connect() as connection:
            rows = await store.list_files(connection, caller.council, query.supplier_id, after=after, limit=query.fetched)
        return query.page(rows, keys=lambda row: (row.uploaded_at, row.file_id), view=file_summary)

    async def get_file(file_id: FileId, caller: Reader, response: Response) -> ProposalFileView:
        """Returns one file: its proposals as they are now, and what is wrong or unusual in it."""
        async with engine.connect() as connection:
            return with_tag(file_view(await _load(connection, caller.council, file_id)), response)

    async def get_bytes(file_id: FileId, caller: Reader, request: Request) -> Response:
        """Returns the file as it was uploaded."""
        async with engine.connect() as connection:
            found = await store.bytes_of(connection, caller.council, file_id)
        if found is None:
            raise no_such("proposal-file")
        media_type, raw = found
        return tagged_answer(request, raw, media_type)

    described: Responses = {200: {"description": "The file", "content": {form: {"schema": _FILE} for form in _FORMS}}}
    no_file = refusals("no-such-proposal-file")
    router.add_api_route("", list_files, methods=["GET"], responses=refusals())
    router.add_api_route("/{file_id}", get_file, methods=["GET"], responses=no_file)
    router.add_api_route(
        "/{file_id}/raw", get_bytes, methods=["GET"], response_class=Response, responses={**described, **no_file}
    )
    return router


async def _uploaded(request: Request, council: str, by: str, query: UploadQuery) -> UploadedFile:
    """Returns the file in a request. Raises DomainError (415) where it has another media type than files of MARC."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _FORMS:
        text = f"The body has the media type {media_type!r}; send MARC 21 as {' or '.join(_FORMS)}."
        raise DomainError("unsupported-media-type", text, Kind.UNSUPPORTED)
    return UploadedFile(council, await request.body(), query.selection_number, by)


async def _load(connection: AsyncConnection, council: str, file_id: UUID) -> ProposalFile:
    found = await store.get_file(connection, council, file_id)
    if found is None:
        raise no_such("proposal-file")
    return found

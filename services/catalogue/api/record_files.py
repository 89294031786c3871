"""`/v1/record-files`: when a council's mailboxes get files of what it ordered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.catalogue.schemas.filing import RecordFilesBody, RecordFilesView, record_files_view
from services.catalogue.store.filing import filing_of
from services.catalogue.usecases.filing import wish_for_files
from shared.acts.noting import note_change
from shared.auth import CouncilPrincipal, council_with
from shared.clock import Clock
from shared.http.asked import ONE_THING
from shared.http.headers import IfMatchWhereSent, check_match
from shared.http.refusals import refusals
from shared.http.representations import tag_of_view, with_tag

Reader = Annotated[CouncilPrincipal, Depends(council_with("catalogue:read"))]
Writer = Annotated[CouncilPrincipal, Depends(council_with("catalogue:write"))]


def record_files_router(engine: AsyncEngine, clock: Clock) -> APIRouter:
    """Returns the routes of a council's files."""
    router = APIRouter(prefix="/v1/record-files", tags=["records"])

    async def get_record_files(caller: Reader, response: Response) -> RecordFilesView:
        """Returns when the council's mailboxes get files of records, and how many were made."""
        async with engine.begin() as connection:
            return with_tag(record_files_view(await filing_of(connection, caller.council)), response)

    async def set_record_files(
        caller: Writer, body: RecordFilesBody, response: Response, if_match: IfMatchWhereSent = ""
    ) -> RecordFilesView:
        """Sets when files are made. The first has what changes from now on; what is there already is at `/v1/records`."""
        async with engine.begin() as connection:
            before = record_files_view(await filing_of(connection, caller.council))
            check_match(if_match, tag_of_view(before), "setting")
            kept = await wish_for_files(connection, caller.council, body.wish(), caller.subject, clock)
            await note_change(connection, before, record_files_view(kept))
        return with_tag(record_files_view(kept), response)

    router.add_api_route("", get_record_files, methods=["GET"], responses=refusals(), openapi_extra=dict(ONE_THING))
    router.add_api_route("", set_record_files, methods=["PUT"], responses=refusals())
    return router

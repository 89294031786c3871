"""The forms of an answer: JSON, or CSV for whoever asks for it; and who may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncEngine

from services.evidence.schemas.asking import Question
from shared.auth import Principal, principal_with
from shared.errors import DomainError
from shared.http.representations import chosen_form

JSON, _CSV = "application/json", "text/csv"
OTHER_FORMS: dict[int | str, dict[str, Any]] = {200: {"content": {_CSV: {}}}}
# What is outstanding is followed until now, so no answer is the one before: a tag to compare would be useless.
_HEADERS = {"Vary": "Accept", "Cache-Control": "private, no-cache"}
# How a question about copies may be refused.
QUESTION_REFUSALS = ("invalid-question", "invalid-period", "no-such-switch", "switch-not-begun")
Reader = Annotated[Principal, Depends(principal_with("evidence:read"))]
Asking = Annotated[Question, Query()]


def answer(request: Request, view: BaseModel, table: Callable[[], bytes]) -> Response:
    """Returns the answer as JSON, or as the table in CSV. Raises DomainError (406) where neither is accepted."""
    form = chosen_form(request, (JSON, _CSV))
    body = table() if form == _CSV else view.model_dump_json(by_alias=True).encode()
    return Response(body, media_type=form, headers=_HEADERS)


@contextmanager
def pointing_to(place: str) -> Iterator[None]:
    """Makes refusals of a question point to where it is in a body, such as `/question`, and not to the query."""
    try:
        yield
    except DomainError as error:
        faults = [replace(fault, pointer=fault.pointer.replace("/query", place, 1)) for fault in error.faults]
        raise DomainError(error.code, error.detail, error.kind, faults) from error


def steady(engine: AsyncEngine) -> AsyncEngine:
    """Returns the engine for reading figures that are kept: all of them are as of one moment, whatever arrives meanwhile."""
    return engine.execution_options(isolation_level="REPEATABLE READ")

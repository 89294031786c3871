"""What is sent to webhook endpoints: a change as `GET /v1/changes` answers it, in the form that Standard Webhooks suggests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Row

from services.lms.domain.webhooks import Cause, Push
from services.lms.schemas.changes import ChangeView, change_view
from shared.ids import new_id

TEST_KIND = "webhook_test"


class PushedChange(BaseModel):
    """The body of a request to a webhook endpoint."""

    type: str = Field(description="Kind of the change; ignore kinds that you do not know", examples=["copy_received"])
    timestamp: AwareDatetime = Field(description="When it happened; when it was sent is in the header `webhook-timestamp`")
    data: ChangeView = Field(description="The change, as `GET /v1/changes` answers it")


class PushedTestData(BaseModel):
    """What a test event says."""

    webhook_endpoint_id: UUID = Field(description="Id of the endpoint to which it is sent")


class PushedTest(BaseModel):
    """The body of a test event."""

    type: str = Field(description="Always `webhook_test`", examples=[TEST_KIND])
    timestamp: AwareDatetime = Field(description="When somebody asked for it")
    data: PushedTestData = Field(description="To which endpoint it is sent")


def pushed(row: Row[Any], cause: Cause = Cause.FEED) -> Push:
    """Returns what is sent of a change."""
    view = change_view(row)
    content = PushedChange(type=view.kind, timestamp=view.happened_at, data=view).model_dump_json()
    return Push(push_id=str(view.change_id), kind=view.kind, content=content, position=view.position, cause=cause)


def pushed_again(row: Row[Any]) -> Push:
    """Returns what is sent of a change that somebody asked for again."""
    return pushed(row, Cause.RESEND)


def test_push(endpoint_id: UUID, now: datetime) -> Push:
    """Returns a test event for an endpoint."""
    content = PushedTest(type=TEST_KIND, timestamp=now, data=PushedTestData(webhook_endpoint_id=endpoint_id)).model_dump_json()
    return Push(push_id=str(new_id()), kind=TEST_KIND, content=content, position=None, cause=Cause.TEST)

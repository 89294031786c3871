"""A list of another service is read whole, or the page says that it is not."""

from __future__ import annotations

import json

import httpx
import pytest

from services.dashboard.usecases.asking import all_items, first_items
from shared.errors import DomainError
from shared.http.calls import Api


def _with(pages: int) -> Api:
    """A service whose list has so many pages of 200 items."""

    def answer(request: httpx.Request) -> httpx.Response:
        place = int(request.url.params.get("cursor", "1"))
        body = {"items": [place] * 200, "next_cursor": str(place + 1) if place < pages else None}
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(body).encode()))

    return Api("https://owner.test", httpx.MockTransport(answer))


async def test_a_list_is_read_to_its_end() -> None:
    async with _with(7).session("token") as session:
        assert len(await all_items(session, "/v1/rules", {})) == 1_400
        found, more = await first_items(session, "/v1/rules", {})
        assert (len(found), more) == (1_000, True)


async def test_a_list_that_no_page_can_show_is_never_shown_in_part() -> None:
    async with _with(51).session("token") as session:
        with pytest.raises(DomainError, match="more than 10,000"):
            await all_items(session, "/v1/rules", {})

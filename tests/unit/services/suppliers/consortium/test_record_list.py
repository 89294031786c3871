"""How the consortium's list of records is fetched, page by page."""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx
import pytest

from services.suppliers.consortium.transport import ConsortiumTransport
from services.suppliers.contract import SupplierUnavailable
from tests.unit.services.suppliers.consortium.answering import transport_to, with_token


def page(*isbns: str, cursor: str, more: bool = False) -> dict[str, object]:
    return {"type": "record.supplied", "data": {"records": [{"isbn": isbn} for isbn in isbns]}, "cursor": cursor, "more": more}


def listing(pages: Mapping[str, object], asked: list[str]) -> ConsortiumTransport:
    """A consortium that answers each cursor with a page, and one without a page with 410."""

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/records"
        asked.append(request.url.params["since"])
        found = pages.get(asked[-1])
        return httpx.Response(410, json={"code": "unknown-cursor"}) if found is None else httpx.Response(200, json=found)

    return transport_to(with_token(handle), lists_records=True)


async def test_each_page_of_changed_records_is_a_message_with_its_cursor() -> None:
    asked: list[str] = []
    pages = {"7": page("a", "b", cursor="9", more=True), "9": page("c", cursor="a/b &c", more=False)}

    messages = [message async for message in listing(pages, asked).fetch("7")]

    assert [message.cursor for message in messages] == ["9", "a/b &c"]
    assert [json.loads(message.body) for message in messages] == list(pages.values())
    assert asked == ["7", "9"]


async def test_a_cursor_goes_out_as_it_came() -> None:
    asked: list[str] = []

    assert [message async for message in listing({"a/b &c": page(cursor="")}, asked).fetch("a/b &c")] == []
    assert asked == ["a/b &c"]


async def test_a_cursor_that_is_no_longer_known_leads_back_to_the_oldest_record() -> None:
    asked: list[str] = []

    messages = [message async for message in listing({"": page("a", cursor="1")}, asked).fetch("99")]

    assert [message.cursor for message in messages] == ["1"]
    assert asked == ["99", ""]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([], "cannot be read"),
        ({"data": {"records": "many"}}, "cannot be read"),
        (page("a", cursor=""), "is not 1 to"),
        (page("a", cursor="\n"), "is not 1 to"),
        (page("a" * 100_000, cursor="8"), "larger than 65536 bytes"),
        (page("a", cursor="7", more=True), "the same cursor"),
        (None, "410"),
    ],
)
async def test_a_page_that_does_not_lead_on_is_asked_for_again_later(answer: object, reason: str) -> None:
    gone = httpx.Response(410, json={"code": "unknown-cursor"})
    reply = gone if answer is None else httpx.Response(200, json=answer)
    transport = transport_to(with_token(lambda _: reply), lists_records=True, largest_answer=65_536)

    with pytest.raises(SupplierUnavailable, match=reason):
        assert [message async for message in transport.fetch("7")] == []

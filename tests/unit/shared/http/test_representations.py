"""Which form an answer has, and when it need not be sent again."""

import httpx
import pytest
from fastapi import Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.types import ASGIApp

from shared.errors import DomainError, Kind
from shared.http.headers import check_match, check_required_match
from shared.http.representations import chosen_form, tagged, tagged_answer

FORMS = ("application/json", "application/marcxml+xml", "application/marc")


def asking(**headers: str) -> Request:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": given})


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/marc", "application/marc"),
        ("Application/MarcXML+XML; q=0.9, application/json;q=0.1", "application/marcxml+xml"),
        ("application/*;q=0.5, application/json;q=0", "application/marcxml+xml"),
        ("text/html, application/marc;q=0.2", "application/marc"),
        ("text/html, */*;q=0.1", "application/json"),
    ],
)
def test_the_form_that_the_caller_prefers_is_chosen(accept: str, form: str) -> None:
    assert chosen_form(asking(accept=accept), FORMS) == form


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0, text/*", "application/marc;q=nonsense", "nonsense"])
def test_where_no_form_is_accepted_the_problem_names_those_there_are(accept: str) -> None:
    with pytest.raises(DomainError, match="application/marcxml") as refused:
        chosen_form(asking(accept=accept), FORMS)
    assert refused.value.kind is Kind.NOT_ACCEPTABLE


def test_an_answer_that_the_caller_has_is_not_sent_again() -> None:
    first = tagged_answer(asking(), b"record", "application/marc")
    tag = first.headers["etag"]

    assert (first.status_code, first.body) == (200, b"record")
    for known in (tag, f'"other", W/{tag}', "*"):
        again = tagged_answer(asking(if_none_match=known), b"record", "application/marc")
        assert (again.status_code, again.body, again.headers["etag"]) == (304, b"", tag)


def test_another_answer_has_another_tag() -> None:
    tag = tagged_answer(asking(), b"record", "application/marc").headers["etag"]

    assert tagged_answer(asking(if_none_match=tag), b"changed", "application/marc").status_code == 200


async def answer_of(app: ASGIApp, if_none_match: str = "") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(tagged(app)), base_url="http://service") as client:
        return await client.get("/", headers={"If-None-Match": if_none_match})


async def test_a_json_answer_has_a_tag_and_is_not_sent_to_whoever_has_it() -> None:
    first = await answer_of(JSONResponse({"a": 1}))
    again = await answer_of(JSONResponse({"a": 1}), f'"old", W/{first.headers["etag"]}')
    changed = await answer_of(JSONResponse({"a": 2}), first.headers["etag"])
    assert (first.status_code, first.json()) == (200, {"a": 1})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "content-length" not in again.headers
    assert (changed.status_code, changed.json()) == (200, {"a": 2})
    assert changed.headers["etag"] != first.headers["etag"]


async def test_the_tag_of_a_version_is_kept() -> None:
    first = await answer_of(JSONResponse({"a": 1}, headers={"ETag": '"3"'}))
    assert first.headers["etag"] == '"3"'
    assert (await answer_of(JSONResponse({"a": 1}, headers={"ETag": '"3"'}), '"3"')).status_code == 304


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"code": "no-such-order"}, 404),
        Response(b"00026", media_type="application/marc"),
        StreamingResponse(iter([b"[1,", b"2]"]), media_type="application/json"),
    ],
    ids=["a problem", "another form", "in parts"],
)
async def test_any_other_answer_is_passed_on(answer: Response) -> None:
    plain = await answer_of(answer)
    assert plain.content
    assert "etag" not in plain.headers


def test_a_change_names_the_version_that_it_is_about() -> None:
    for sent in ("", '"3"', '"2", "3"', "*"):
        check_match(sent, '"3"', "order")
    for sent in ('"2"', "3", 'W/"3"'):
        with pytest.raises(DomainError, match="The order changed since you read it") as stale:
            check_match(sent, '"3"', "order")
        assert (stale.value.code, stale.value.kind) == ("stale-version", Kind.STALE)
    with pytest.raises(DomainError) as missing:
        check_required_match("", '"3"', "order")
    assert (missing.value.code, missing.value.kind) == ("if-match-required", Kind.PRECONDITION_REQUIRED)

"""Which form an answer has, and when it need not be sent again."""

import pytest
from fastapi import Request

from shared.errors import DomainError, Kind
from shared.http.representations import chosen_form, tagged_answer

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

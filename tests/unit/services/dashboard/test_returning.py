"""After signing in a browser goes to a page of ours, whatever a link said."""

import pytest

from services.dashboard.domain.returning import own_path


@pytest.mark.parametrize("path", ["/", "/work?kind=late&kind=claim", "/messages/national/7#raw", "/find?q=a%2F%2Fb"])
def test_a_page_of_ours_is_where_the_browser_goes(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example",
        "javascript:alert(1)", "evil.example", "", "/\t/evil.example", "/\n/evil.example", " //evil.example", "/ok\r\nA: b",
        "/" + "a" * 2_000, "/\u2028/evil.example",
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_first_page(text: str) -> None:
    assert own_path(text) == "/"

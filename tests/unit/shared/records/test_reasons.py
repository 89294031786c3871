"""Why records are kept aside, in words for people."""

import pytest

from services.suppliers.conformance.advice import advice_for_code
from shared.records.reasons import reason_in_words, reasons_in_words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("onix-no-identifier", "no ISBN"),
        ("marc-no-isbn", "no ISBN"),
        ("onix-not-well-formed", "broken XML"),
        ("marc-unreadable-record", "broken MARC"),
        ("invalid-isbn", "wrong ISBN"),
        ("too-large", "too large"),
        ("refused", "forbidden declarations"),
        ("quillfeather-bad-isbn", "wrong ISBN"),
        ("not-understood", "not understood"),
        ("marc-some-new-code", "some new code"),
    ],
)
def test_the_code_of_a_reason_is_put_in_words_whatever_its_format(code: str, words: str) -> None:
    assert reason_in_words(code) == words
    assert advice_for_code(code)


def test_reasons_that_mean_the_same_are_counted_together() -> None:
    numbers = {"onix-not-well-formed": 1200, "onix-invalid-isbn": 5, "invalid-isbn": 2}
    assert reasons_in_words(numbers) == "1,200 broken XML, 7 wrong ISBN"

"""Resumption tokens: they carry a list's arguments and place, and none that was changed is read."""

from hypothesis import given
from hypothesis import strategies as st

from shared.formats.oai_pmh.tokens import LONGEST_TOKEN, Resumption, read_token, write_token
from tests.unit.shared.formats.oai_pmh.builders import errors_of, parsed

KEY = b"a key for the tests"
resumptions = st.builds(
    Resumption,
    st.dictionaries(st.sampled_from(["from", "until", "set", "metadataPrefix"]), st.text(max_size=20)),
    st.text(max_size=40),
    st.integers(min_value=0),
    st.none() | st.integers(min_value=0),
)
PLACE = Resumption({"metadataPrefix": "marc21", "set": "a"}, "9780141439518", 100, 250)
TOKEN = write_token("ListRecords", PLACE, KEY)


@given(resumptions)
def test_a_token_is_url_safe_and_read_as_it_was_written(resumption: Resumption) -> None:
    token = write_token("ListRecords", resumption, KEY)

    assert token.replace("-", "").replace("_", "").isalnum()
    assert token.isascii()
    assert read_token(token, "ListRecords", KEY) == resumption


@given(st.integers(min_value=0, max_value=len(TOKEN) - 1), st.characters())
def test_a_token_with_one_other_character_is_refused(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]

    assert (read_token(changed, "ListRecords", KEY) is not None) == (changed == TOKEN)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{0,80}", fullmatch=True))
def test_text_that_is_no_token_is_refused(text: str) -> None:
    assert read_token(text, "ListRecords", KEY) is None


def test_a_token_of_another_verb_key_or_length_is_refused() -> None:
    assert read_token(TOKEN, "ListIdentifiers", KEY) is None
    assert read_token(TOKEN, "ListRecords", b"another key") is None
    assert read_token("A" * (LONGEST_TOKEN + 1), "ListRecords", KEY) is None


def test_a_bad_token_is_an_error_that_repeats_the_request() -> None:
    assert errors_of(parsed(verb="ListRecords", resumptionToken="x" + TOKEN)) == ["badResumptionToken"]
    assert errors_of(parsed(verb="ListIdentifiers", resumptionToken=TOKEN)) == ["badResumptionToken"]
    assert errors_of(parsed(verb="ListSets", resumptionToken=TOKEN)) == ["badResumptionToken"]


def test_the_longest_arguments_fit_into_a_token_that_is_read() -> None:
    arguments = {"metadataPrefix": "marc21", "set": "a" * 500, "from": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    token = write_token("ListIdentifiers", Resumption(arguments, "a" * 1000, 10**9, 10**9), KEY)

    assert read_token(token, "ListIdentifiers", KEY) is not None

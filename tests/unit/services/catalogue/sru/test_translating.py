"""CQL's trees as what the catalogue searches for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.domain.search import NOTHING, AllOf, Issued, Lexeme, Sought, Without, as_tsquery
from services.catalogue.sru.translating import sought_of
from shared.formats import cql


def sought(text: str) -> Sought:
    """Returns what a query in CQL searches for."""
    query = cql.parse(text)
    assert not isinstance(query, cql.Diagnostic), query
    return sought_of(query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("emma", "'emma'"),
        ('"Emma Woodhouse"', "('emma' <-> 'woodhouse')"),
        ('dc.title = "the sea"', "('t/the' <-> 't/sea')"),
        ('dc.title all "sea the"', "('t/sea' & 't/the')"),
        ('dc.creator any "Brontë Austen"', "('a/bronte' | 'a/austen')"),
        ('dc.title == "Emma: a novel"', "'t=emma a novel'"),
        ("dc.title == Emm*", "'t=emm':*"),
        ("bron*", "'bron':*"),
        ('dc.title = "the se*"', "('t/the' <-> 't/se':*)"),
        ("dc.title all e-mail", "('t/e' <-> 't/mail')"),
        ("bath.isbn = 1-5266-2243-2", "'i/9781526622433'"),
        ('bath.isbn any "1526622432 9781472223821"', "('i/9781526622433' | 'i/9781472223821')"),
        ("bath.isbn = 978152*", "'i/978152':*"),
        ("dc.language = ENG", "'l/eng'"),
        ("dc.publisher = bloomsbury and dc.subject = fiction", "('p/bloomsbury' & 'c/fiction')"),
        ("a or b not c", "(('a' | 'b') & !'c')"),
        ("a not (b not c)", "('a' & !('b' & !'c'))"),
        ('"?"'.replace("?", "!"), "'/'"),
        ('dc.title all "! emma"', "'t/emma'"),
    ],
)
def test_clauses_become_lexemes(text: str, query: str) -> None:
    assert as_tsquery(sought(text)) == query


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("dc.date = 2020", 20200000, 20209999),
        ("dc.date = 2020-09", 20200900, 20200999),
        ("dc.date < 2020", 1, 20199999),
        ("dc.date <= 2020", 1, 20209999),
        ("dc.date > 2020-09-04", 20200905, 99999999),
        ("dc.date >= 2020", 20200000, 99999999),
        ('dc.date within "1999 2001-05"', 19990000, 20010599),
    ],
)
def test_dates_become_first_and_last_days(text: str, first: int, last: int) -> None:
    assert sought(text) == Issued(first, last)


def test_what_must_all_be_met_is_one_list() -> None:
    found = sought("a and dc.date = 2020 and b not c")
    assert found == AllOf((Lexeme("a"), Issued(20200000, 20209999), Lexeme("b"), Without(Lexeme("c"))))


def test_a_number_that_is_none_finds_nothing() -> None:
    assert sought('bath.isbn = "-"') == NOTHING


@given(
    st.lists(
        st.sampled_from(["a", "x*", '"b c"', "and", "or", "not", "(", ")", "dc.title", "=", "all", "dc.date", "2020", '"!"'])
    )
)
def test_every_query_that_is_parsed_is_translated(words: list[str]) -> None:
    query = cql.parse(" ".join(words))
    if not isinstance(query, cql.Diagnostic):
        assert sought_of(query)

"""Queries in CQL: what is understood, what is refused with which diagnostic, and that nothing else can happen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formats import cql
from shared.formats.cql import Clause, Code, Diagnostic, Index, Joined, Operator, Query, Relation, Word

# What queries are made of, so that random ones get past the first token.
PARTS = [
    *(
        "title",
        "dc.creator",
        "bath.isbn",
        "dc.date",
        "foo.bar",
        "cql.serverChoice",
        '"',
        "(",
        ")",
        " ",
        "\n",
        "\\",
        "*",
        "?",
        "^",
    ),
    *("=", "==", "<", "<=", ">", ">=", "<>", "/", "all", "any", "exact", "within", "adj", "and", "or", "not", "prox", "sortby"),
    *("cat", "Ænima", "e\u0301", "2001", "1999-12", '"two words"', '"an* \\"x\\""', "\x00", "\ud800", "ab*"),
]
TEXTS = st.one_of(
    st.text(), st.lists(st.sampled_from(PARTS), max_size=30).map(" ".join), st.lists(st.sampled_from(PARTS)).map("".join)
)


def cat(index: Index = Index.ANYWHERE, relation: Relation = Relation.EQUAL) -> Clause:
    return Clause(index, relation, (Word("cat"),))


def a_deep_query(depth: int) -> str:
    return "(" * depth + "cat" + ")" * depth


@given(TEXTS)
def test_any_text_gives_a_tree_that_can_be_written_and_parsed_again_or_a_diagnostic(text: str) -> None:
    found = cql.parse(text)

    if isinstance(found, Diagnostic):
        assert found.message
    else:
        assert cql.parse(cql.write(found)) == found


words = st.builds(
    Word,
    st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=cql.SHORTEST_MASKED, max_size=9),
    st.booleans(),
)
clauses = st.builds(
    Clause,
    st.sampled_from([Index.TITLE, Index.AUTHOR, Index.SUBJECT, Index.PUBLISHER, Index.ANYWHERE]),
    st.sampled_from([Relation.ALL, Relation.ANY]),
    st.lists(words, min_size=1, max_size=4).map(tuple),
)
queries: st.SearchStrategy[Query] = st.recursive(
    clauses, lambda inner: st.builds(Joined, st.sampled_from(Operator), inner, inner), max_leaves=10
)


@given(queries)
def test_a_written_query_is_parsed_as_the_same_tree(query: Query) -> None:
    assert cql.parse(cql.write(query)) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("cat", cat()),
        ('"cat"', cat()),
        ("title = cat", cat(Index.TITLE)),
        ("DC.Title=cat", cat(Index.TITLE)),
        ("author any cat", cat(Index.AUTHOR, Relation.ANY)),
        ("dc.subject cql.all cat", cat(Index.SUBJECT, Relation.ALL)),
        ("title exact cat", cat(Index.TITLE, Relation.EXACT)),
        ("title == cat", cat(Index.TITLE, Relation.EXACT)),
        ("((cat))", cat()),
        ("dc.date >= 2001", Clause(Index.DATE, Relation.GREATER_OR_EQUAL, (Word("2001"),))),
        ('date within "2001 2003-05-31"', Clause(Index.DATE, Relation.WITHIN, (Word("2001"), Word("2003-05-31")))),
        ("bath.isbn=978-0-14-143951-8", Clause(Index.ISBN, Relation.EQUAL, (Word("978-0-14-143951-8"),))),
        ("rec.identifier = 9780141439518", Clause(Index.ISBN, Relation.EQUAL, (Word("9780141439518"),))),
        ('title all "har* \'pott*"', Clause(Index.TITLE, Relation.ALL, (Word("har", True), Word("'pott", True)))),
        (r'"a \"b\" c\* d\\e"', Clause(Index.ANYWHERE, Relation.EQUAL, tuple(map(Word, ("a", '"b"', "c*", r"d\e"))))),
        ("title = and", Clause(Index.TITLE, Relation.EQUAL, (Word("and"),))),
        ("cafe\u0301", Clause(Index.ANYWHERE, Relation.EQUAL, (Word("caf\u00e9"),))),
    ],
)
def test_a_clause_is_an_index_a_relation_and_words(text: str, query: Query) -> None:
    assert cql.parse(text) == query


def test_booleans_join_from_the_left_without_precedence() -> None:
    assert cql.parse("cat or cat AND cat not cat") == Joined(
        Operator.NOT, Joined(Operator.AND, Joined(Operator.OR, cat(), cat()), cat()), cat()
    )


def test_parentheses_join_first() -> None:
    assert cql.parse("cat and (cat or cat)") == Joined(Operator.AND, cat(), Joined(Operator.OR, cat(), cat()))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.SYNTAX),
        ("cat dog", Code.SYNTAX),
        ("title =", Code.SYNTAX),
        ("cat and", Code.SYNTAX),
        ("cat\x00", Code.SYNTAX),
        ("(title = cat dog)", Code.SYNTAX),
        ("(cat", Code.PARENTHESES),
        ("cat)", Code.PARENTHESES),
        ('"cat', Code.QUOTES),
        ("zoo.title = cat", Code.CONTEXT_SET),
        ("dc.shelf = cat", Code.INDEX),
        ("shelf = cat", Code.INDEX),
        ("title <> cat", Code.RELATION),
        ("title adj cat", Code.RELATION),
        ("title =/stem cat", Code.RELATION_MODIFIER),
        ("title < cat", Code.RELATION_OF_INDEX),
        ("date any 2001", Code.RELATION_OF_INDEX),
        (r"c\at", Code.NEEDLESS_ESCAPE),
        ("cat\\", Code.NEEDLESS_ESCAPE),
        ('title = " "', Code.EMPTY_TERM),
        ("c?t", Code.MASKING),
        ("c*t", Code.MASKING_POSITION),
        ("*cat", Code.MASKING_POSITION),
        ('title = "ca* dog"', Code.MASKING_POSITION),
        ("c*", Code.MASKED_TOO_SHORT),
        ("^cat", Code.ANCHORING),
        ("date = yesterday", Code.TERM_FORMAT),
        ("date = 2001*", Code.TERM_FORMAT),
        ("date within 2001", Code.TERM_FORMAT),
        ("cat prox cat", Code.PROXIMITY),
        ("cat and/rel.x cat", Code.BOOLEAN_MODIFIER),
        ('> dc = "info:x" cat', Code.UNSUPPORTED_FEATURE),
        ("cat sortby title", Code.SORTING),
    ],
)
def test_what_is_not_understood_is_refused_with_its_number(text: str, code: Code) -> None:
    found = cql.parse(text)

    assert isinstance(found, Diagnostic)
    assert found.code == code


def test_a_diagnostic_has_the_number_words_and_details_of_the_list() -> None:
    found = cql.parse("dc.shelf = cat")

    assert isinstance(found, Diagnostic)
    assert (found.uri, found.message, found.details) == ("info:srw/diagnostic/1/16", "Unsupported index", "dc.shelf")


@pytest.mark.parametrize(
    ("accepted", "refused", "code"),
    [
        ("cat" + " " * (cql.LONGEST - 3), "cat" + " " * (cql.LONGEST - 2), Code.QUERY_TOO_LONG),
        (a_deep_query(cql.DEEPEST), a_deep_query(cql.DEEPEST + 1), Code.PARENTHESES),
        (" or ".join(["cat"] * cql.MOST_WORDS), " or ".join(["cat"] * (cql.MOST_WORDS + 1)), Code.TOO_MANY_BOOLEANS),
        (f'"{"cat " * cql.MOST_WORDS}"', f'"{"cat " * (cql.MOST_WORDS + 1)}"', Code.TOO_MANY_BOOLEANS),
    ],
)
def test_a_query_has_limits(accepted: str, refused: str, code: Code) -> None:
    found = cql.parse(refused)

    assert not isinstance(cql.parse(accepted), Diagnostic)
    assert isinstance(found, Diagnostic)
    assert found.code == code


def test_every_code_has_words() -> None:
    assert all(Diagnostic(code).message for code in Code)

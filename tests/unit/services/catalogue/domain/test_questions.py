"""Questions, the levels of relevance in which they are searched, and their tsquery."""

from services.catalogue.domain.questions import MOST_WORDS, Question, Sort, Wanted, Word, asked_words, levels, search_of
from services.catalogue.domain.search import NOTHING, AllOf, AnyOf, Issued, Lexeme, Phrase, Without, as_tsquery


def query(words: str, **wanted: object) -> str | None:
    """Returns the tsquery of all that a question finds."""
    question = Question(words, Wanted(**wanted), Sort.RELEVANCE)  # type: ignore[arg-type] # fields of Wanted
    sought = search_of(question, asked_words(words)).sought
    return None if sought is None else as_tsquery(sought)


def test_the_last_word_may_go_on_unless_something_follows_it() -> None:
    assert asked_words("The Pira") == (Word(("the",)), Word(("pira",), prefix=True))
    assert asked_words("pira ")[0].prefix is False
    assert asked_words("vitamin c")[-1].prefix is False


def test_words_beyond_the_limit_do_not_count() -> None:
    assert len(asked_words("word " * 50)) == MOST_WORDS


def test_levels_go_from_the_whole_title_to_any_field_and_leave_out_what_was_found() -> None:
    found = levels(asked_words("Emma "))
    assert [level.score for level in found] == [100, 80, 60, 40, 20, 10]
    assert as_tsquery(found[0].sought) == "'t=emma'"
    assert as_tsquery(found[1].sought) == "('t/emma' & !'t=emma')"
    assert as_tsquery(found[2].sought) == "(('t/emma' | 'a/emma') & !'t/emma')"


def test_words_and_limits_are_one_tsquery() -> None:
    assert query("emma", languages=("eng",), subjects=("thema:FB",)) == "('emma':* & 'k/thema/fb':* & 'l/eng')"


def test_of_several_values_of_a_kind_any_will_do() -> None:
    assert query("", languages=("eng", "wel"), age=7) == "(('l/eng' | 'l/wel') & 'g/7')"


def test_an_isbn_in_place_of_words_is_searched_as_one() -> None:
    assert query("1-5266-2243-2") == "'i/9781526622433'"


def test_no_question_at_all_is_no_condition() -> None:
    assert query("") is None


def test_words_of_signs_only_find_nothing() -> None:
    assert query("?!") == as_tsquery(NOTHING)


def test_dates_are_no_part_of_a_tsquery() -> None:
    emma = Lexeme("emma")
    assert as_tsquery(AllOf((emma, Issued(1, 2)))) is None
    assert as_tsquery(Without(Issued(1, 2))) is None
    assert as_tsquery(AnyOf((emma, Phrase((emma, Lexeme("wood", prefix=True)))))) == "('emma' | ('emma' <-> 'wood':*))"

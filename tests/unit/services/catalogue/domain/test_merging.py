"""One title from the records of several suppliers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.domain.merging import Scored, merge, ranked, retitle
from services.catalogue.domain.records import updated
from shared.records import Description, Note, NoteKind, Related, Relation, Subject, SubjectScheme, TitleStatement
from tests.unit.services.catalogue.domain.examples import FULL, NOW, PIRANESI, POOR, a_record

words = st.sampled_from(["", "Piranesi", "Clarke"])
descriptions = st.builds(
    Description,
    title=st.none() | st.builds(TitleStatement, words.filter(bool), subtitle=words),
    publisher=words,
    published=words,
    summary=words,
    pages=st.none() | st.integers(1, 900),
    subjects=st.lists(st.builds(Subject, st.sampled_from(SubjectScheme), words.filter(bool)), max_size=4).map(tuple),
    notes=st.lists(st.builds(Note, st.sampled_from(NoteKind), words.filter(bool)), max_size=2).map(tuple),
)
scored = st.builds(
    Scored,
    st.builds(
        a_record,
        st.sampled_from(["eastern", "harbour-books", "northern", "western"]),
        descriptions,
        supplied_at=st.sampled_from([NOW, NOW + timedelta(days=1)]),
    ),
    st.sampled_from([0, 50, 100]),
)
books = st.lists(scored, min_size=1, unique_by=lambda each: each.record.supplier_id)


def test_the_better_record_gives_each_field_that_it_states() -> None:
    good, poor = a_record(), a_record("eastern", POOR)

    description, sources = merge(ranked([Scored(poor, 20), Scored(good, 100)]))

    assert description.title == TitleStatement("Piranesi")
    assert description.summary == "A house with many rooms."
    assert (sources["title"], sources["summary"]) == ("harbour-books", "eastern")


def test_a_later_record_that_is_worse_spoils_nothing() -> None:
    later = a_record("eastern", POOR, supplied_at=NOW + timedelta(days=30))

    assert ranked([Scored(a_record(), 100), Scored(later, 20)])[0].supplier_id == "harbour-books"


def test_of_equally_good_records_the_later_counts() -> None:
    later = a_record("eastern", supplied_at=NOW + timedelta(days=1))

    assert ranked([Scored(a_record(), 100), Scored(later, 100)])[0].supplier_id == "eastern"


def test_subjects_are_taken_scheme_by_scheme() -> None:
    thema = replace(POOR, subjects=(Subject(SubjectScheme.THEMA, "FZ"), Subject(SubjectScheme.BIC, "FM")))

    description, sources = merge([a_record(), a_record("eastern", thema)])

    assert [(each.scheme, each.code) for each in description.subjects] == [
        (SubjectScheme.DEWEY, "823.92"),
        (SubjectScheme.THEMA, "FM"),
        (SubjectScheme.THEMA, "FBA"),
        (SubjectScheme.BIC, "FM"),
    ]
    assert (sources["subjects.thema"], sources["subjects.bic"]) == ("harbour-books", "eastern")


def test_other_editions_are_taken_apart_from_other_books() -> None:
    best = replace(POOR, related=(Related(Relation.OTHER, "9780441172719"),))
    other = replace(
        POOR, related=(Related(Relation.OTHER, "9780099518471", edition=True), Related(Relation.OTHER, "9780141439518"))
    )

    description, sources = merge([a_record(description=best), a_record("eastern", other)])

    assert description.related == (best.related[0], other.related[0])
    assert (sources["related.other"], sources["related.other edition"]) == ("harbour-books", "eastern")


def test_the_words_of_a_title_are_never_mixed() -> None:
    subtitled = replace(POOR, title=TitleStatement("PIRANESI", subtitle="a novel"))

    assert merge([a_record(), a_record("eastern", subtitled)])[0].title == TitleStatement("Piranesi")


def test_a_withdrawal_takes_away_only_what_its_supplier_gave() -> None:
    withdrawn = a_record("eastern", POOR, withdrawn=True)

    title = retitle(PIRANESI, None, [Scored(a_record(), 100), Scored(withdrawn, 20)], NOW)

    assert title is not None
    assert (title.description.summary, set(title.sources.values())) == ("", {"harbour-books"})


def test_a_title_stays_when_all_its_records_are_withdrawn() -> None:
    withdrawn = [Scored(a_record(withdrawn=True), 100)]
    before = retitle(PIRANESI, None, [Scored(a_record(), 100)], NOW)
    after = retitle(PIRANESI, before, withdrawn, NOW)

    assert before is not None
    assert after == replace(before, withdrawn=True, version=2)
    assert retitle(PIRANESI, after, withdrawn, NOW) is None
    assert retitle(PIRANESI, after, [Scored(a_record(), 100)], NOW) == replace(before, version=3)


@given(books, st.randoms(use_true_random=False))
def test_the_title_does_not_depend_on_the_order_of_records(found: list[Scored], dice: Random) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)

    assert retitle(PIRANESI, None, found, NOW) == retitle(PIRANESI, None, shuffled, NOW)


@given(books)
def test_a_title_states_what_any_record_in_force_states_and_names_its_source(found: list[Scored]) -> None:
    best_first = ranked(found)
    description, sources = merge(best_first)

    for record in best_first:
        assert description.completed_by(record.description) == description
    assert set(sources.values()) <= {record.supplier_id for record in best_first}


@given(books)
def test_a_title_changes_once_for_the_same_records(found: list[Scored]) -> None:
    title = retitle(PIRANESI, None, found, NOW)

    assert (title is None) == (not ranked(found))
    assert title is None or title.version == 1
    assert title is None or retitle(PIRANESI, title, found, NOW) is None


def test_what_a_later_record_does_not_state_stays() -> None:  # case B6
    later = a_record(description=Description(summary="New."), supplied_at=NOW + timedelta(days=1))

    assert updated(a_record(), later).description == replace(FULL, summary="New.")


def test_a_record_that_arrives_late_adds_only_what_is_missing() -> None:
    late = a_record(description=POOR, supplied_at=NOW - timedelta(days=1))

    assert updated(a_record(), late).description == replace(FULL, summary="A house with many rooms.")

"""Which record becomes the title, and which supplier is asked for one."""

from datetime import UTC, date, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.domain import Description, Record, Wanted, completeness, ranked, retitle, whom_to_ask

NOW = datetime(2026, 3, 2, tzinfo=UTC)
words = st.sampled_from(["", " ", "Piranesi", "Clarke"])
described = st.builds(Description, title=words, subtitle=words, author=words, publisher=words, published=words, form=words)
records = st.lists(
    st.builds(
        Record,
        isbn=st.just("9781526622433"),
        supplier_id=st.sampled_from(["eastern", "harbour-books", "northern", "western"]),
        described=described,
        supplied_at=st.just(NOW),
    ),
    min_size=1,
    unique_by=lambda record: record.supplier_id,
)


@given(records, st.randoms(use_true_random=False))
def test_the_best_record_does_not_depend_on_order_and_none_says_more(found: list[Record], dice: Random) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    best = ranked(found)
    assert best == ranked(shuffled)
    scores = [completeness(record.described) for record in best]
    assert scores == sorted(scores, reverse=True)
    assert len(best) == sum(bool(record.described.title.strip()) for record in found)


@given(records, described)
def test_no_record_takes_a_title_or_author_away(found: list[Record], one: Description) -> None:
    before = retitle(None, found, NOW)
    more = [*found, Record("9781526622433", "zebra", one, NOW)]
    after = retitle(before, more, NOW) or before
    if before is not None and after is not None:
        assert after.described.title.strip()
        assert after.described.author.strip() or not before.described.author.strip()


@given(described)
def test_completeness_is_between_nothing_and_everything(one: Description) -> None:
    assert 0 <= completeness(one) <= 10
    assert completeness(Description("a", "", "b", "c", "2021", "paperback")) == 10


@given(records)
def test_a_title_changes_once_for_the_same_records(found: list[Record]) -> None:
    title = retitle(None, found, NOW)
    assert (title is None) == (not ranked(found))
    assert title is None or title.version == 1
    assert title is None or retitle(title, found, NOW) is None


def test_several_copies_of_one_book_lead_to_one_ask() -> None:
    wanted = [Wanted("9781526622433", branch, "book", "eastern") for branch in ("IPSW", "LOWE", "IPSW")]
    asks = whom_to_ask(wanted, [], council="GB-SFK", on=date(2026, 3, 2))
    assert [(ask.isbn, ask.supplier_id, ask.council) for ask in asks] == [("9781526622433", "eastern", "GB-SFK")]

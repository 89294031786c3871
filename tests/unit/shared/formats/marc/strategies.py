"""Arbitrary facts that a MARC record can hold."""

from hypothesis import strategies as st

from shared.formats.marc import Price, Record
from shared.formats.marc.facts import clean
from shared.texts import composed
from tests.unit.shared.formats.strategies import amounts, texts

ISBNS = ("9780141439518", "9780441172719", "9791032305690")


def _cleaned() -> st.SearchStrategy[str]:
    return texts().filter(lambda text: clean(text) == text)


def marc_records() -> st.SearchStrategy[Record]:
    """Any facts, as they are after cleaning."""
    return st.builds(
        Record,
        control_number=texts().map(composed),
        isbns=st.lists(st.sampled_from(ISBNS), unique=True).map(tuple),
        title=_cleaned(),
        subtitle=_cleaned(),
        authors=st.lists(_cleaned().filter(bool), max_size=3, unique=True).map(tuple),
        publisher=_cleaned(),
        year=st.integers(1400, 2099).map(str) | st.just(""),
        form=_cleaned().filter(lambda text: text.strip("() ") == text),
        list_price=st.none() | st.builds(Price, amounts(), st.sampled_from(["GBP", "EUR", "USD"])),
    )

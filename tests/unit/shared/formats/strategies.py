"""Values that several formats can hold, for properties of the codecs."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

_Item = TypeVar("_Item")
_CHARACTERS = st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" <>&'\"éŠ-.,:/")


def texts(max_size: int = 12) -> st.SearchStrategy[str]:
    """Text with single spaces inside only, as readers of XML give it."""
    return st.text(_CHARACTERS, min_size=1, max_size=max_size).map(lambda text: " ".join(text.split()))


def some_texts() -> st.SearchStrategy[str]:
    """Text that is not empty."""
    return texts().filter(bool)


def amounts() -> st.SearchStrategy[Decimal]:
    """Amounts in major units."""
    return st.decimals(0, 10**6, places=2)


def moments() -> st.SearchStrategy[datetime]:
    """Moments of whole seconds, in any zone."""
    zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    span = st.datetimes(datetime(1990, 1, 1), datetime(2070, 1, 1), timezones=zones | st.just(UTC))  # noqa: DTZ001
    return span.map(lambda moment: moment.replace(microsecond=0))


def few(items: st.SearchStrategy[_Item], most: int = 2) -> st.SearchStrategy[tuple[_Item, ...]]:
    """At most so many of them."""
    return st.lists(items, max_size=most).map(tuple)

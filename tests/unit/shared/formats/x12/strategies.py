"""Arbitrary ship notices that can be written in X12."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from shared.formats.x12 import Carriage, Date, Identifier, Interchange, Item, Level, Mark, Order, Party, Reference, ShipNotice
from tests.unit.shared.formats.strategies import amounts, few

_CHARACTERS = st.characters(exclude_categories=["C", "Z"], exclude_characters="*>~^") | st.sampled_from(" éŠ-.")
_COUNTS = st.none() | st.integers(0, 10**6)
_DAYS = st.dates(date(1980, 1, 1), date(2079, 12, 31))
_KINDS = st.sampled_from(["S", "O", "P", "T", "I", "F"])


def _texts() -> st.SearchStrategy[str]:
    return st.text(_CHARACTERS, max_size=10).map(str.strip)


_SOME = _texts().filter(bool)
_REFERENCES = few(st.builds(Reference, _SOME, _texts(), _texts()))
_DATES = few(st.builds(Date, _texts(), _DAYS))
_PARTIES = few(
    st.builds(
        Party,
        role=_texts(),
        name=_texts(),
        id_type=_texts(),
        id=_texts(),
        street=few(_SOME),
        city=_texts(),
        region=_texts(),
        postcode=_texts(),
        country=_texts(),
    )
)
_MARKS = few(st.builds(Mark, _texts(), _SOME))
_ORDERS = st.builds(Order, _texts(), _texts(), st.none() | _DAYS, _texts())
_CARRIAGES = st.builds(
    Carriage,
    packaging=_texts(),
    packages=_COUNTS,
    weight=st.none() | amounts(),
    weight_unit=_texts(),
    carrier=_texts(),
    carrier_type=_texts(),
    mode=_texts(),
    routing=_texts(),
)
_ITEMS = st.builds(
    Item,
    line=_texts(),
    ids=few(st.builds(Identifier, _texts(), _SOME)),
    quantity=_COUNTS,
    unit=_texts(),
    ordered=_COUNTS,
    description=_texts(),
)


def _levels(children: st.SearchStrategy[tuple[Level, ...]]) -> st.SearchStrategy[Level]:
    return st.builds(
        Level,
        kind=_KINDS,
        references=_REFERENCES,
        dates=_DATES,
        parties=_PARTIES,
        marks=_MARKS,
        order=_ORDERS,
        carriage=_CARRIAGES,
        item=st.none() | _ITEMS,
        children=children,
    )


def _trees() -> st.SearchStrategy[Level]:
    empty: st.SearchStrategy[tuple[Level, ...]] = st.just(())
    return st.recursive(_levels(empty), lambda below: _levels(few(below)), max_leaves=6)


def notices() -> st.SearchStrategy[ShipNotice]:
    """Any notice."""
    issued = st.datetimes(datetime(1980, 1, 1), datetime(2079, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    return st.builds(
        ShipNotice,
        number=_texts(),
        purpose=_texts(),
        issued=issued.map(lambda moment: moment.replace(microsecond=0)),
        structure=_texts(),
        references=_REFERENCES,
        dates=_DATES,
        parties=_PARTIES,
        levels=few(_trees().map(lambda top: replace(top, kind="S"))),
    )


def interchanges() -> st.SearchStrategy[Interchange]:
    """Any interchange of any version."""
    names = st.text("ABCXYZ0123456789", min_size=1, max_size=15)
    prepared = st.datetimes(datetime(1980, 1, 1), datetime(2079, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    return st.builds(
        Interchange,
        sender=names,
        recipient=names,
        control_number=st.integers(1, 10**9 - 1).map(lambda number: f"{number:09}"),
        prepared=prepared.map(lambda moment: moment.replace(second=0, microsecond=0)),
        notices=few(notices()),
        sender_qualifier=st.sampled_from(["ZZ", "14", "01"]),
        recipient_qualifier=st.sampled_from(["ZZ", "14", "01"]),
        version=st.sampled_from(["003060", "004010", "005010"]),
        test=st.booleans(),
    )

"""Figures add up, and needs are put in words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.dashboard.domain.figures import LIFE, LastMessages, Tally, funnel, supplier_cards, totals_of
from services.dashboard.domain.needs import PATIENCE, Urgency, needs_of
from services.dashboard.domain.troubles import LateConsignment, QuietFeed, Troubles
from shared.contracts.orders import CopyState

tallies = st.lists(
    st.builds(
        Tally,
        supplier_id=st.sampled_from(["eastern", "harbour-books"]),
        state=st.sampled_from(CopyState),
        copies=st.integers(1, 1000),
        overdue=st.just(0),
    ),
    unique_by=lambda tally: (tally.supplier_id, tally.state),
)


def troubles(**counts: int) -> Troubles:
    """Troubles with counts and without items."""
    kinds = ("quarantined", "quiet", "invoices", "sendings", "discrepancies", "late", "cancellations", "decisions", "held")
    return Troubles((), (), (), (), (), (), (), (), (), {**dict.fromkeys(kinds, 0), **counts})


@given(tallies)
def test_every_copy_is_outstanding_or_received_or_refused_or_cancelled(found: list[Tally]) -> None:
    totals = totals_of(found)
    assert totals.ordered == totals.outstanding + totals.received + totals.refused + totals.cancelled
    assert totals.ordered == sum(tally.copies for tally in found)
    assert totals.ordered == sum(figures.copies for figures in funnel(found, {}))
    assert totals.ordered == sum(card.totals.ordered for card in supplier_cards(found, [], quarantined={}, quiet=[], records={}))


def test_the_funnel_shows_every_state_once() -> None:
    assert sorted(LIFE) == sorted(CopyState)


def test_every_unsettled_state_has_its_patience_and_advice() -> None:
    awaited = set(CopyState) - {CopyState.RECEIVED, CopyState.REFUSED, CopyState.CANCELLED}
    assert set(PATIENCE) == awaited
    assert all(patience.advice.endswith(".") for patience in PATIENCE.values())


def test_what_stops_work_comes_first() -> None:
    found = [Tally("eastern", CopyState.ORDERED, 3, 1), Tally("eastern", CopyState.SENT, 9, 2)]
    states = funnel(found, {})
    stopped = supplier_cards(found, [LastMessages("eastern", None, None, True)], quarantined={}, quiet=[], records={})
    needs = needs_of(states, stopped, troubles(late=1, quarantined=2))
    assert [need.urgency for need in needs] == [Urgency.NOW] * 3 + [Urgency.TODAY] * 2
    assert [f"{need.count} {need.what}" for need in needs] == [
        "1 supplier stopped the account",
        "2 messages in quarantine",
        "1 copy ordered for more than 1 hour",
        "1 consignment overdue",
        "2 copies sent for more than 2 days",
    ]


def test_a_supplier_with_a_quiet_feed_has_a_card_that_needs_attention() -> None:
    [card] = supplier_cards([], [], quarantined={}, quiet=[("eastern", "response"), ("eastern", "despatch")], records={})
    assert (card.supplier_id, card.quiet, card.needs_attention) == ("eastern", ["response", "despatch"], True)


def test_a_need_names_its_suppliers_and_since_when() -> None:
    first, second = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
    quiet = [QuietFeed(name, "despatch", None, 72, at) for name, at in (("harbour-books", first), ("eastern", second))]
    late = LateConsignment(UUID(int=1), "eastern", "DN-1", "HUB", "", "to_hub", date(2026, 3, 2), 2, 1)
    found = replace(troubles(quiet=2, late=1), quiet=quiet, late=[late])
    needs = needs_of([], [], found)
    assert [(need.suppliers, need.since) for need in needs] == [
        (["harbour-books", "eastern"], first),
        (["eastern"], datetime(2026, 3, 2, tzinfo=UTC)),
    ]


def test_without_troubles_there_are_no_needs() -> None:
    assert needs_of(funnel([], {}), [], troubles()) == []

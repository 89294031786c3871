"""What a document is whose number was used before."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.orders.domain.invoices.invoice import Invoice, InvoiceState
from services.orders.domain.invoices.numbers import EarlierInvoice, Standing, standing_of
from tests.unit.services.orders.invoicing import document

DAY = document().invoiced_on


def new(content: bytes = b"new", message: int = 9) -> Invoice:
    return Invoice(UUID(int=99), "GB-SFK", UUID(int=message), content, document())


def earlier(
    state: InvoiceState, content: bytes = b"old", *, dated: date = DAY, number: int = 1, replaced: int | None = None
) -> EarlierInvoice:
    messages = frozenset({UUID(int=replaced)} if replaced else ())
    return EarlierInvoice(UUID(int=number), UUID(int=number), content, state, dated, messages)


@pytest.mark.parametrize("state", [InvoiceState.QUERIED, InvoiceState.MATCHED, InvoiceState.REJECTED])
@pytest.mark.parametrize("days", [0, 400])
def test_the_same_content_repeats_the_first_document_whatever_became_of_it(state: InvoiceState, days: int) -> None:
    known = earlier(state, b"new", dated=DAY - timedelta(days=days))

    assert standing_of(new(), [known]) == Standing(repeats=known)


@pytest.mark.parametrize("days", [-400, -184, 184, 365])
@pytest.mark.parametrize("state", [InvoiceState.QUERIED, InvoiceState.MATCHED, InvoiceState.REJECTED])
def test_a_number_used_more_than_six_months_apart_is_another_document(state: InvoiceState, days: int) -> None:
    assert standing_of(new(), [earlier(state, dated=DAY + timedelta(days=days))]) == Standing()


@pytest.mark.parametrize("days", [-183, 0, 60])
def test_other_content_corrects_what_waits_and_is_doubted_after_a_decision(days: int) -> None:
    dated = DAY + timedelta(days=days)
    waiting = earlier(InvoiceState.QUERIED, dated=dated)
    matched = earlier(InvoiceState.MATCHED, dated=dated, number=2)

    assert standing_of(new(), [waiting]) == Standing(corrects=waiting)
    assert standing_of(new(), [matched]) == Standing(reused=True)
    assert standing_of(new(), [matched, waiting]) == Standing(corrects=waiting, reused=True)


def test_a_message_read_again_replaces_its_own_reading_and_never_a_later_one() -> None:
    own = earlier(InvoiceState.QUERIED, dated=DAY - timedelta(days=400))
    corrected = earlier(InvoiceState.QUERIED, number=2, replaced=1)

    assert standing_of(new(message=1), [own]) == Standing(corrects=own)
    assert standing_of(new(message=1), [corrected]) == Standing(repeats=corrected)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([InvoiceState.QUERIED, InvoiceState.MATCHED, InvoiceState.REJECTED]),
            st.sampled_from([b"old", b"older"]),
            st.integers(-800, 800),
        ),
        max_size=4,
    )
)
def test_new_content_is_never_dropped_and_never_counts_beside_a_decided_one_unseen(
    drawn: list[tuple[InvoiceState, bytes, int]],
) -> None:
    known = [
        earlier(state, content, dated=DAY + timedelta(days=days), number=number)
        for number, (state, content, days) in enumerate(drawn, start=1)
    ]
    standing = standing_of(new(), known)

    assert standing.repeats is None
    near = [one for one in known if abs((one.invoiced_on - DAY).days) <= 183]
    assert standing.reused or all(one == standing.corrects for one in near)

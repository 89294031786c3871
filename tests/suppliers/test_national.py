"""The suite over two national booksellers, whose dialects differ in both directions."""

from __future__ import annotations

from functools import partial

import pytest

from local.stack.profiles_national import BOOKSELLERS
from shared.contracts.invoices import InvoiceReceived
from shared.contracts.messages import MessageQuarantined
from shared.contracts.suppliers import OrderSent, SendOutcome
from tests.builders import ISBN, SUFFOLK, an_order_placed, an_ordered_line
from tests.suppliers.conftest import MakeSide
from tests.suppliers.other_side import NationalSide, Trait
from tests.suppliers.suite import Open, SupplierSuite


class TestNational(SupplierSuite):
    """EDIFACT and ONIX over SFTP, deliveries to each branch."""

    @pytest.fixture
    def supplier_id(self) -> str:
        return "national"

    @pytest.fixture(params=BOOKSELLERS)
    def make_side(self, request: pytest.FixtureRequest) -> MakeSide:
        return partial(NationalSide, bookseller=request.param)

    async def test_an_invoice_charges_the_council_for_every_copy(self, at_work: Open) -> None:
        station = await at_work()
        order = an_order_placed(an_ordered_line(ISBN, ("IPSW", "LOWE", "IPSW"), supplier="national"))

        await station.hears(order)
        invoices = await station.wait_published(InvoiceReceived, 2)

        lines = [line for invoice in invoices for line in invoice.lines]
        assert {(invoice.council, invoice.credit, invoice.doubts) for invoice in invoices} == {(SUFFOLK, False, ())}
        assert {line.line_key for line in lines} == {order.lines[0].line_key}
        assert sum(line.quantity for line in lines) == len(order.lines[0].copies)
        assert not await station.published(MessageQuarantined)

    async def test_an_order_that_the_supplier_cannot_read_is_failed(self, at_work: Open) -> None:
        station = await at_work(Trait.CANNOT_READ)

        await station.hears(an_order_placed(an_ordered_line(ISBN, ("IPSW",), supplier="national")))
        sent, refused = await station.wait_published(OrderSent, 2)

        assert (sent.outcome, refused.outcome) == (SendOutcome.SENT, SendOutcome.FAILED)
        assert "could not read it" in refused.reason

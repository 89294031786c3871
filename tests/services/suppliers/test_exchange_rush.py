"""Rush orders: a supplier that takes them is told, also when the order is written again; any other is not."""

import pytest

from services.suppliers.contract import Capability
from services.suppliers.usecases.decisions import replay
from tests.services.suppliers.conftest import Rig, a_line, an_order


@pytest.mark.parametrize("takes", [True, False])
async def test_a_supplier_is_told_of_the_rush_if_it_takes_that(rig: Rig, takes: bool) -> None:
    if not takes:
        can = rig.supplier.profile.capabilities - {Capability.TAKES_RUSH}
        rig.supplier.profile = rig.supplier.profile.model_copy(update={"capabilities": can})
    usual, rush = an_order(a_line(number=1), number="PO-1"), an_order(a_line(number=2), number="PO-2")
    await rig.hears(usual, rush.model_copy(update={"rush": True}))
    assert {order.order_number: order.rush for order in rig.supplier.orders} == {"PO-1": False, "PO-2": takes}


async def test_an_order_that_could_not_be_written_is_still_a_rush_order_once_it_can(rig: Rig) -> None:
    rig.supplier.unwritable = "no account for GB-SFK"
    await rig.hears(an_order(a_line()).model_copy(update={"rush": True}))
    rig.supplier.unwritable = ""
    (failed,) = await rig.messages()
    async with rig.engine.begin() as connection:
        await replay(connection, rig.exchange, failed.id, actor="staff", reason="account added")
    assert [order.rush for order in rig.supplier.orders] == [True, True]

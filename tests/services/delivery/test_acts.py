"""A receipt is in the audit trail once, with what it changed."""

from shared.contracts.suppliers import CopyReference
from tests.builders import a_despatch, a_despatched_line, a_parcel, an_order_placed, an_ordered_line
from tests.services.delivery.conftest import Delivery


async def test_a_receipt_is_an_act_of_whoever_sent_it_and_its_repetition_is_none(delivery: Delivery) -> None:
    line = an_ordered_line(branches=["IPSW", "IPSW"])
    named = [CopyReference(copy_number=1, barcode="B1"), CopyReference(copy_number=2, barcode="B2")]
    await delivery.hears(an_order_placed(line), a_despatch(a_parcel(a_despatched_line(line, 2, copies=named))))
    (consignment,) = await delivery.consignments()
    body = {"scans": [{"barcode": "B1"}], "complete": True}
    for _ in range(2):
        assert (await delivery.post_receipt(consignment["consignment_id"], body, key="k-1")).status_code == 201
    (act,) = (await delivery.get("/v1/acts", {"thing": consignment["consignment_id"]})).json()["items"]
    assert (act["actor"], act["operation"], act["kind"]) == ("librarian", "post_receipt", "consignment")
    assert act["after"] == {
        "state": "closed", "scans": 1, "complete": True,
        "copies": {"received": 1, "missing": 1}, "discrepancies": {"short": 1},
    }  # fmt: skip

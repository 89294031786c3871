"""The demo's table of records."""

from io import StringIO

from rich.console import Console

from local.demo.records import quality_table
from local.lms.answers import Duplication, Leads, Quality, Shortfall, SupplierDuplication, SupplierLead, SupplierQuality


def shown(quality: Quality, leads: Leads, duplication: Duplication) -> str:
    out = StringIO()
    Console(file=out, width=200).print(quality_table(quality, leads, duplication))
    return out.getvalue()


def test_each_supplier_of_records_or_goods_has_a_row() -> None:
    lacking = (Shortfall(reason="there is no Dewey number to shelve by", records=7),)
    quality = Quality(
        suppliers=(
            SupplierQuality(supplier_id="eastern", records=31, average_score=84, passing=24, shortfalls=lacking),
            SupplierQuality(supplier_id="harbour-books", records=5, average_score=100, passing=5, shortfalls=()),
        )
    )
    leads = Leads(suppliers=(SupplierLead(supplier_id="northern", titles=9, served_before=8, share_percent=88),))
    saved = SupplierDuplication(supplier_id="eastern", council=None, repeated=2, already_held=3, requests_saved=41)
    duplication = Duplication(suppliers=(saved, saved.model_copy(update={"council": "GB-SFK", "requests_saved": 40})))
    [eastern, harbour, northern] = [line for line in shown(quality, leads, duplication).splitlines() if line.startswith("│")]
    assert "31" in eastern
    assert "84 of 100" in eastern
    assert "there is no Dewey number to shelve by (7)" in eastern
    assert [cell.strip() for cell in eastern.split("│")[6:8]] == ["5", "41"], "counted once, not once for each council"
    assert "nothing" in harbour
    assert "8 of 9 titles (88 %)" in northern

"""The demo's table of records."""

from io import StringIO

from rich.console import Console

from local.demo.records import quality_table
from local.lms.answers import Leads, Quality, Shortfall, SupplierLead, SupplierQuality


def shown(quality: Quality, leads: Leads) -> str:
    out = StringIO()
    Console(file=out, width=200).print(quality_table(quality, leads))
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
    [eastern, harbour, northern] = [line for line in shown(quality, leads).splitlines() if line.startswith("│")]
    assert "31" in eastern
    assert "84 of 100" in eastern
    assert "there is no Dewey number to shelve by (7)" in eastern
    assert "nothing" in harbour
    assert "8 of 9 titles (88 %)" in northern

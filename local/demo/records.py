"""What the run shows about records: how good they are, whether they came before the goods, and the files that an LMS loads."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

from rich.table import Table

from local.lms.answers import Duplication, Leads, Quality, SupplierDuplication, SupplierLead, SupplierQuality
from local.lms.calls import Service
from local.lms.lms import Lms
from local.lms.loading import MARC_ENDING, Loaded, load_records
from local.stack import Stack
from local.stack.options import COUNCILS
from shared.clock import SystemClock


async def records_table(lms: Lms) -> Table:
    """Returns the table of each supplier's records: how good they are, and whether they came before the goods."""
    now = SystemClock().now()
    # The council's day may be another than ours.
    days = {"from": f"{now - timedelta(days=1):%Y-%m-%d}", "to": f"{now + timedelta(days=1):%Y-%m-%d}"}
    quality = await lms.catalogue.get("/v1/record-quality", Quality, {"month": f"{now:%Y-%m}"})
    leads = await lms.delivery.get("/v1/records-before-goods", Leads, days)
    return quality_table(quality, leads, await lms.catalogue.get("/v1/duplication", Duplication, days))


def quality_table(quality: Quality, leads: Leads, duplication: Duplication) -> Table:
    """Returns one row for each supplier of records or goods."""
    table = Table("supplier", title="Records by supplier")
    for name in ("records", "average score", "meet the minimum"):
        table.add_column(name, justify="right")
    table.add_column("most often lacking")
    for name in ("came for nothing", "requests saved", "records before goods"):
        table.add_column(name, justify="right")
    sent = {one.supplier_id: one for one in quality.suppliers}
    lead = {one.supplier_id: one for one in leads.suppliers}
    saved = {one.supplier_id: one for one in duplication.suppliers if one.council is None}
    for supplier_id in sorted(sent.keys() | lead.keys()):
        cells = (*_quality_cells(sent.get(supplier_id)), *_saved_cells(saved.get(supplier_id)), _lead_cell(lead.get(supplier_id)))
        table.add_row(supplier_id, *cells)
    return table


def _quality_cells(found: SupplierQuality | None) -> tuple[str, str, str, str]:
    if found is None:
        return "0", "", "", ""
    lacking = f"{found.shortfalls[0].reason} ({found.shortfalls[0].records})" if found.shortfalls else "nothing"
    return str(found.records), f"{found.average_score} of 100", str(found.passing), lacking


def _saved_cells(found: SupplierDuplication | None) -> tuple[str, str]:
    return ("", "") if found is None else (str(found.repeated + found.already_held), str(found.requests_saved))


def _lead_cell(found: SupplierLead | None) -> str:
    return "" if found is None else f"{found.served_before} of {found.titles} titles ({found.share_percent} %)"


async def leave_records(stack: Stack) -> list[str]:
    """Writes one MARC file for each council that ordered books into the run's folder; returns a line about each council."""
    folder = stack.options.folder / "records"
    return [await _left(stack, council, folder / f"{council}{MARC_ENDING}") for council in COUNCILS]


async def _left(stack: Stack, council: str, file: Path) -> str:
    async with Service(stack.endpoints.catalogue, partial(stack.token, council, "catalogue:read")) as catalogue:
        return _told(council, await load_records(catalogue, file))


def _told(council: str, loaded: Loaded) -> str:
    if loaded.titles:
        return f"Records of {council}: {loaded.titles} titles with {loaded.copies} copies, ready to load, in {loaded.file}"
    loaded.file.unlink()
    return f"Records of {council}: none, it ordered nothing."

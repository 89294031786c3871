"""docs/tables.md lists every table of every service, with what bounds it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import MetaData

from services.catalogue.store import metadata as catalogue
from services.dashboard.store.own_tables import metadata as sessions
from services.dashboard.store.tables import metadata as dashboard
from services.delivery.store.tables import metadata as delivery
from services.evidence.store.own_tables import metadata as stated
from services.evidence.store.tables import metadata as evidence
from services.lms.store import mailbox_tables, own_tables, post_tables
from services.lms.store.tables import metadata as feed
from services.orders.store.tables import metadata as orders
from services.suppliers.store.tables import metadata as exchange
from shared.messaging.tables import metadata as messaging
from shared.sourcing.change_store import metadata as approval
from shared.sourcing.contract_end_store import metadata as contracts
from shared.sourcing.store import metadata as sourcing
from tests.architecture.source import ROOT

_TABLES: dict[str, tuple[MetaData, ...]] = {
    "orders": (orders, sourcing, approval, contracts),
    "catalogue": (catalogue, sourcing, approval, contracts),
    "delivery": (delivery, approval),
    "dashboard": (dashboard, sessions),
    "evidence": (evidence, stated),
    "lms": (feed, own_tables.metadata),
    "exchange": (exchange,),
    "every service": (messaging,),
}
# Each adds its tables to those of own_tables.
assert mailbox_tables.mailbox.metadata is post_tables.post.metadata is own_tables.metadata
_CELLS = 6


def _listed(section: str) -> list[list[str]]:
    """Returns the cells of each row of a section's table."""
    page = (ROOT / "docs" / "tables.md").read_text()
    (found,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    rows = [line for line in found.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize("section", _TABLES)
def test_the_page_lists_the_tables_that_there_are(section: str) -> None:
    wanted = sorted(name for metadata in _TABLES[section] for name in metadata.tables)
    listed = sorted(cells[0].strip("`") for cells in _listed(section))
    assert listed == wanted, f"docs/tables.md, {section}: say what makes each table grow, and what bounds it"


@pytest.mark.parametrize("section", _TABLES)
def test_each_table_has_a_reason_to_grow_and_a_bound(section: str) -> None:
    short = [cells[0] for cells in _listed(section) if len(cells) != _CELLS or not cells[1] or not cells[-1]]
    assert not short, f"docs/tables.md, {section}: fill in all {_CELLS} cells: {short}"

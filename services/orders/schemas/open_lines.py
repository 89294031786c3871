"""HTTP shapes of open lines, and their rows as CSV: what another supplier needs to quote on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.orders.schemas.lines import ListedLine
from services.orders.store.open_lines import OpenLine
from shared.clock import Clock
from shared.contracts import words
from shared.contracts.base import Money, money_or_none
from shared.http.paging import PageQuery
from shared.money import to_decimal
from shared.texts import Reference

_Named = Annotated[Reference, Field(min_length=1, max_length=40)]
HEADINGS = (
    "order_number", "line_number", "line_key", "isbn", "title", "author", "material", "branch", "branch_name", "branch_gln",
    "quantity", "fund", "sequence", "shelfmark", "servicing", "unit_price", "currency", "ordered_on", "promised_on", "rush",
)  # fmt: skip


class OpenLinesQuery(PageQuery):
    """Which open lines a list contains."""

    supplier_id: _Named = Field(description="The supplier that owes them", examples=["consortium"])
    branch: _Named | None = Field(default=None, description="Only open copies for this branch, by its code", examples=["IPSW"])
    material: _Named | None = Field(default=None, description="Only articles of this kind", examples=["book"])


class OpenCopiesView(BaseModel):
    """Open copies of a line that are the same but for their number."""

    model_config = ConfigDict(from_attributes=True)

    branch: words.BranchCode = Field(validation_alias="branch_code")
    branch_name: words.BranchName | None = Field(description="What the branch is called; null where it is not known")
    branch_gln: words.Gln | None = Field(description="Global Location Number of the branch; null where it has none")
    quantity: words.Quantity
    fund: words.FundCode
    sequence: words.Sequence
    shelfmark: words.Shelfmark
    servicing: Sequence[words.ServicingCode] = Field(description="BIC codes of the work to be done on them")
    promised_on: date | None = Field(description="The first day that the supplier stated; null where it stated none")


class OpenLineView(ListedLine):
    """A line that a supplier still owes."""

    author: words.BookAuthor
    material: words.Material
    unit_price: Money | None = Field(description="Price of one copy, as it was asked; null where the order named none")
    ordered_at: datetime = Field(description="When it was ordered from this supplier")
    rush: words.Rush
    copies: Sequence[OpenCopiesView] = Field(description="Those that are still open")


def open_line_view(found: OpenLine) -> OpenLineView:
    """Returns an open line for a list."""
    line = found.line
    shown = ("order_id", "order_number", "line_key", "line_number", "isbn", "material", "ordered_at", "rush")
    return OpenLineView(
        **{name: getattr(line, name) for name in shown},
        title=line.shown_title,
        author=line.shown_author,
        unit_price=money_or_none(line.price_minor, line.price_currency),
        copies=[OpenCopiesView.model_validate(part) for part in found.parts],
    )


def open_line_rows(lines: Iterable[OpenLine], clock: Clock) -> Iterator[Sequence[object]]:
    """Yields the rows of CSV under HEADINGS, one for each entry of `copies`. Servicing codes are separated by spaces."""
    for found in lines:
        line, price = found.line, money_or_none(found.line.price_minor, found.line.price_currency)
        asked = (None, None) if price is None else (to_decimal(price.minor, price.currency), price.currency)
        article = (line.isbn, line.shown_title, line.shown_author, line.material)
        for part in found.parts:
            place = (part.branch_code, part.branch_name, part.branch_gln, part.quantity)
            marks = (part.fund, part.sequence, part.shelfmark, " ".join(part.servicing))
            days = (clock.day_of(line.ordered_at), part.promised_on, "true" if line.rush else "false")
            yield (line.order_number, line.line_number, line.line_key, *article, *place, *marks, *asked, *days)

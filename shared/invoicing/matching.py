"""Compares an invoice with the order book: which cost is for which copy, and a query for everything that does not match.

The order price is the list price the council expects. A net price above it by more than a tolerance is queried. A higher
list price is not queried where its discount brings the net price down to the order price: it costs nobody anything. A price in
another currency is always queried: nothing is converted. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.contracts.invoices import Cost, InvoicedLine, InvoiceQuery, QueryCode
from shared.contracts.stated import StatedItem
from shared.invoicing.book import Book, BookedCopy, BookedLine
from shared.invoicing.choosing import Choice, charged_in_words, choose_to_charge, choose_to_credit
from shared.invoicing.document import Document
from shared.invoicing.finding import Found, find_line
from shared.money import amount_in_words


@dataclass(frozen=True, slots=True)
class Terms:
    """The differences that the council accepts without a query, on invoices and in answers.

    `INVOICE_PRICE_TOLERANCE_PERCENT` sets the tolerance.
    """

    price_tolerance_percent: int = 5

    def highest(self, price: int) -> int:
        """Returns the highest net price that is not queried for an ordered price, in minor units."""
        return price + price * self.price_tolerance_percent // 100

    def lowest(self, price: int) -> int:
        """Returns the lowest price that is as good as the ordered price, in minor units."""
        return price - price * self.price_tolerance_percent // 100


DEFAULT_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Share:
    """One copy and the cost that is charged or credited for it. `stated` is what the line states about the copy."""

    copy: BookedCopy
    cost: Cost
    stated: StatedItem | None = None


@dataclass(frozen=True, slots=True)
class LineMatch:
    """One invoice line after matching: its ordered line, the copies with their costs (`shares`), and costs without a copy."""

    line: InvoicedLine
    found: Found | None
    shares: tuple[Share, ...]
    loose: tuple[Cost, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """The result of matching an invoice. Without queries every cost of a line has its copy; lines and charges make the total."""

    lines: tuple[LineMatch, ...]
    queries: tuple[InvoiceQuery, ...]


def match(document: Document, book: Book, terms: Terms) -> Matching:
    """Finds line and copies of everything that is charged or credited. Never raises: what does not match becomes a query."""
    queries = [*_document_queries(document), *_tax_queries(document)]
    found = [find_line(book, line) for line in document.lines]
    choices = _choices(document, found)
    lines = []
    for place, (line, of) in enumerate(zip(document.lines, found, strict=True)):
        if isinstance(of, InvoiceQuery):
            lines.append(LineMatch(line, None, (), line.costs))
            queries.append(of)
        else:
            shares, loose = _shared_out(choices[place])
            lines.append(LineMatch(line, of, shares, loose))
            queries += choices[place].queries
        queries += _cost_queries(line)
        if isinstance(of, Found) and not document.credit:
            queries += _price_queries(document, of.line, line, terms)
    return Matching(tuple(lines), tuple(dict.fromkeys(queries)))


def _choices(document: Document, found: Sequence[Found | InvoiceQuery]) -> dict[int, Choice]:
    """Returns the choice of each line by its place. Lines about the same ordered line choose together."""
    places: dict[str, list[int]] = {}
    ordered: dict[str, BookedLine] = {}
    for place, of in enumerate(found):
        if isinstance(of, Found):
            places.setdefault(of.line.line_key, []).append(place)
            ordered[of.line.line_key] = of.line
    choices: dict[int, Choice] = {}
    for key, together in places.items():
        lines = [document.lines[place] for place in together]
        chosen = choose_to_credit(ordered[key], lines, document) if document.credit else choose_to_charge(ordered[key], lines)
        choices |= dict(zip(together, chosen, strict=True))
    return choices


def _shared_out(choice: Choice) -> tuple[tuple[Share, ...], tuple[Cost, ...]]:
    costs = choice.line.costs
    if len(costs) != choice.line.quantity:
        # There are more or fewer amounts than copies: which cost belongs to which copy would be a guess.
        return (), costs
    slots = [*choice.slots, *[None] * (len(costs) - len(choice.slots))]
    items = [*(reference.item for reference in choice.references()), *[None] * len(costs)]
    pairs = list(zip(slots, costs, items, strict=False))
    shares = tuple(Share(copy, cost, item) for copy, cost, item in pairs if copy)
    return shares, tuple(cost for copy, cost, _ in pairs if not copy)


def _document_queries(document: Document) -> Iterator[InvoiceQuery]:
    for doubt in document.doubts:
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text=doubt)
    if not document.lines and not document.charges:
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text="neither a line nor a charge is given")
    if any(min(charge.net, charge.vat) < 0 for charge in document.charges):
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text="the amount of a charge is negative")
    together = sum(cost.total for line in document.lines for cost in line.costs)
    together += sum(charge.total for charge in document.charges)
    if together != document.total:
        stated, summed = (amount_in_words(amount, document.currency) for amount in (document.total, together))
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text=f"the total is {stated}, but its lines add up to {summed}")


def _tax_queries(document: Document) -> Iterator[InvoiceQuery]:
    """Queries tax that is not its rate of what it taxes, and tax that is not the tax of the lines and charges.

    Tax may have been rounded for each copy and each charge, so as many halves of a minor unit, and one unit, are no difference.
    """
    costs = [cost.vat for line in document.lines for cost in line.costs] + [charge.vat for charge in document.charges]
    slack = 1 + len(costs) / 2
    for group in document.taxes:
        made, rate = group.taxable * group.rate / 10_000, f"{group.rate / 100:g} %"
        if abs(made - group.tax) > slack:
            stated, right = (amount_in_words(amount, document.currency) for amount in (group.tax, round(made)))
            taxable = amount_in_words(group.taxable, document.currency)
            text = f"the tax at {rate} is {stated}, but {rate} of {taxable} is {right}"
            yield InvoiceQuery(code=QueryCode.ARITHMETIC, text=text)
    together = sum(group.tax for group in document.taxes)
    if document.taxes and abs(together - sum(costs)) > slack:
        stated, summed = (amount_in_words(amount, document.currency) for amount in (together, sum(costs)))
        text = f"the tax at all rates is {stated}, but that of its lines and charges is {summed}"
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text=text)


def _cost_queries(line: InvoicedLine) -> Iterator[InvoiceQuery]:
    if len(line.costs) != line.quantity or not line.costs:
        text = f"{charged_in_words(line.quantity)}, with amounts for {len(line.costs)}"
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text=text, line_number=line.line_number)
    if any(cost.net != cost.list_price - cost.discount for cost in line.costs):
        text = "the net price is not the list price less the discount"
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text=text, line_number=line.line_number)
    if any(min(cost.model_dump().values()) < 0 for cost in line.costs):
        yield InvoiceQuery(code=QueryCode.ARITHMETIC, text="an amount is negative", line_number=line.line_number)


def _price_queries(document: Document, booked: BookedLine, line: InvoicedLine, terms: Terms) -> Iterator[InvoiceQuery]:
    price, highest_net = booked.price, max((cost.net for cost in line.costs), default=0)
    if price is None or not line.costs:
        return
    if price.currency != document.currency:
        text = f"ordered in {price.currency}, charged in {document.currency}"
    elif highest_net > terms.highest(price.minor):
        charged, ordered = (amount_in_words(amount, price.currency) for amount in (highest_net, price.minor))
        text = f"a net price of {charged} is charged; {ordered} was ordered"
    else:
        return
    yield InvoiceQuery(code=QueryCode.PRICE, text=text, line_number=line.line_number)

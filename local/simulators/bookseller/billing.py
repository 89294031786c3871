"""Writes the bookseller's INVOIC for goods sent, with discount, servicing and tax, and sometimes with a mistake. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from local.simulators.bookseller.chance import digits, number, share
from local.simulators.bookseller.paper import by_line
from local.simulators.bookseller.plan import Sent, list_price
from local.simulators.bookseller.post import (
    Letter,
    article,
    heading_references,
    interchange,
    line_references,
    named_copy,
    parties,
)
from shared.formats.editeur import (
    Amount,
    Charge,
    Copy,
    Currencies,
    Date,
    Document,
    Invoice,
    InvoiceLine,
    Price,
    Quantity,
    Reference,
    Summary,
    Tax,
)
from shared.money import PENNY

_DISCOUNT = Decimal("0.20")
_OVERCHARGED = Decimal("1.6")
_TAX_RATE = Decimal(20)
_TAX = _TAX_RATE / 100
_SERVICING = {"BB": Decimal("0.25"), "BC": Decimal("0.30"), "BJ": Decimal("0.65"), "BI": Decimal("2.40")}
_OTHER_SERVICING = Decimal("0.40")
"""Multiples of five pence, so that the tax on any number of them is whole pence."""
_UNKNOWN_PRICE = Decimal("12.99")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an invoice: a number of copies of a book at a list price, and their servicing by code."""

    isbn: str
    list_price: Decimal
    count: int
    copies: tuple[Copy, ...]
    references: tuple[Reference, ...]
    servicing: tuple[tuple[str, Decimal], ...] = ()

    @property
    def unit_net(self) -> Decimal:
        """The price of one copy after discount."""
        return (self.list_price * (1 - _DISCOUNT)).quantize(PENNY, ROUND_HALF_UP)

    @property
    def net(self) -> Decimal:
        """The price of all copies after discount, without servicing."""
        return self.unit_net * self.count

    @property
    def serviced(self) -> Decimal:
        """All servicing, without tax."""
        return sum((amount for _, amount in self.servicing), Decimal())


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice, or a credit note for a part of one."""

    number: str
    items: tuple[Item, ...]
    credits: str = ""
    short: Decimal = Decimal()

    @property
    def total(self) -> Decimal:
        """The payable amount: books (untaxed), servicing and its tax, less the amount that the bookseller miscounts."""
        serviced = sum((item.serviced for item in self.items), Decimal())
        return sum((item.net for item in self.items), Decimal()) + serviced * (1 + _TAX) - self.short


def bills(letter: Letter, copies: Sequence[Sent]) -> Iterator[Bill]:
    """Yields the invoice for copies sent; sometimes with a mistake, a second time under another number, or with a credit note."""
    bill = Bill(f"I{letter.reference}", tuple(_item(letter, sent) for sent in by_line(copies)))
    match _mistake(letter):
        case "overcharged":
            yield replace(bill, items=(_overcharged(bill.items[0]), *bill.items[1:]))
        case "unknown_line":
            yield replace(bill, items=(*bill.items, _never_ordered(letter)))
        case "wrong_total":
            yield replace(bill, short=Decimal(1 + number(letter.options.seed, letter.reference, "short") % 9))
        case "invoiced_twice":
            yield from (bill, replace(bill, number=f"{bill.number}A"))
        case "credited":
            yield from (bill, Bill(f"C{letter.reference}", (_given_back(letter, copies),), credits=bill.number))
        case _:
            yield bill


def _mistake(letter: Letter) -> str:
    point = share(letter.options.seed, letter.reference, "mistake")
    for name in ("overcharged", "unknown_line", "wrong_total", "invoiced_twice", "credited"):
        width: float = getattr(letter.options.proportions, name)
        if point < width:
            return name
        point -= width
    return ""


def invoice(letter: Letter, bill: Bill) -> bytes:
    """Writes INVOIC 380, or 381 with the number of the invoice it corrects."""
    credited = (Reference("IV", bill.credits),) if bill.credits else ()
    message = Invoice(
        document=Document("381" if bill.credits else "380", bill.number, "9"),
        dates=(Date.day("131", letter.at), Date.minute("137", letter.at)),
        references=(*credited, *heading_references(letter)),
        parties=parties(letter),
        currencies=(Currencies("2", "GBP", "4"),),
        lines=tuple(_line(letter, position, item) for position, item in enumerate(bill.items, start=1)),
        summary=_summary(bill),
    )
    return interchange(letter, message)


def _item(letter: Letter, sent: Sequence[Sent]) -> Item:
    planned = sent[0].planned
    done = Counter(code for one in sent for code in one.copy.servicing)
    return Item(
        isbn=planned.shipped_isbn,
        list_price=planned.line.price or list_price(planned.shipped_isbn),
        count=len(sent),
        copies=tuple(named_copy(letter, planned.line.key, one.copy, barcode=True) for one in sent),
        references=line_references(letter.dialect, letter.order.number, planned.line.key),
        servicing=tuple((code, _SERVICING.get(code, _OTHER_SERVICING) * count) for code, count in done.items()),
    )


def _overcharged(item: Item) -> Item:
    return replace(item, list_price=(item.list_price * _OVERCHARGED).quantize(PENNY, ROUND_HALF_UP))


def _never_ordered(letter: Letter) -> Item:
    key = f"XX-{digits(16, letter.options.seed, letter.reference, 'never ordered')}"
    return Item("9780141439600", _UNKNOWN_PRICE, 1, (), line_references(letter.dialect, letter.order.number, key))


def _given_back(letter: Letter, copies: Sequence[Sent]) -> Item:
    """Returns one copy, as it was charged before."""
    chosen = copies[number(letter.options.seed, letter.reference, "given back") % len(copies)]
    return _item(letter, [chosen])


def _line(letter: Letter, position: int, item: Item) -> InvoiceLine:
    name, kind, numbers = article(letter.dialect, item.isbn)
    discount = (item.list_price - item.unit_net) * item.count
    return InvoiceLine(
        str(position),
        item=name,
        item_type=kind,
        numbers=numbers,
        quantities=(Quantity("47", Decimal(item.count)),),
        copies=item.copies,
        amounts=(Amount("203", item.net), Amount("52", discount)),
        prices=(Price("AAA", item.unit_net), Price("AAB", item.list_price)),
        references=item.references,
        taxes=(_tax(Decimal(), "Z", Amount("124", Decimal())),),
        charges=tuple(_servicing(code, amount) for code, amount in item.servicing),
    )


def _servicing(code: str, amount: Decimal) -> Charge:
    taxed = _tax(_TAX_RATE, "S", Amount("124", amount * _TAX))
    return Charge("C", code, agency="28", amounts=(Amount("8", amount),), taxes=(taxed,))


def _tax(rate: Decimal, category: str, *amounts: Amount) -> Tax:
    return Tax("7", "VAT", rate=rate, category=category, amounts=amounts)


def _summary(bill: Bill) -> Summary:
    net = sum((item.net for item in bill.items), Decimal())
    serviced = sum((item.serviced for item in bill.items), Decimal())
    taxes = [_tax(Decimal(), "Z", Amount("125", net), Amount("124", Decimal()))]
    if serviced:
        taxes.append(_tax(_TAX_RATE, "S", Amount("125", serviced), Amount("124", serviced * _TAX)))
    return Summary(amounts=(Amount("79", net), Amount("9", bill.total)), taxes=tuple(taxes))

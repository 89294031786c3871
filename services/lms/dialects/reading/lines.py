"""Reads one line of an order: article, texts, price and copies, and how the LMS names it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from services.lms.dialects.facts import LineNames
from services.lms.dialects.profile import Reading
from services.lms.dialects.quirks import Quirk
from services.lms.dialects.reading.codes import Odd, Wrong
from services.lms.dialects.reading.copies import CopyReader
from services.lms.dialects.reading.notes import Notes
from services.lms.dialects.reading.places import LinePlaces
from services.lms.dialects.reading.texts import author_of, clean, title_of
from shared.formats.editeur import Number, OrderLine, Orders
from shared.money import to_minor
from shared.values import first_isbn13

_HIGHEST_PRICE = 100_000_000
_STOCK_CATEGORY, _PHYSICAL = "LST", "180"


class LineReader:
    """Reads the lines of one order."""

    def __init__(self, order: Orders, reading: Reading, copies: CopyReader, notes: Notes) -> None:
        self._currency = order.currency.strip() or reading.currency
        self._reading = reading
        self._copies = copies
        self._notes = notes

    def read(self, index: int, number: int, line: OrderLine, places: LinePlaces) -> tuple[Mapping[str, JsonValue], LineNames]:
        """Returns a line as the order book takes it, and the LMS's names for it; `index` is its place in the document."""
        pointer = f"/lines/{index}"
        self._notes.segments |= {
            pointer: places.line,
            f"{pointer}/isbn": places.line if line.item.strip() else places.of("PIA"),
            f"{pointer}/title": places.of("IMD"),
            f"{pointer}/unit_price": places.of("PRI"),
            f"{pointer}/copies": places.of("QTY"),
        }
        copies, copy_names = self._copies.read(line, places, pointer)
        document: dict[str, JsonValue] = {"line_number": number, "isbn": self._isbn(line, pointer), "copies": copies}
        title, author = title_of(line, self._reading, self._notes), author_of(line, self._reading, self._notes)
        document.update({name: text for name, text in (("title", title), ("author", author)) if text})
        if material := self._material(line):
            document["material"] = material
        if price := self._price(line):
            document["unit_price"] = {**price}
        reference = clean(next((each.number for each in line.references if each.qualifier == self._reading.line_reference), ""))
        if not reference:
            kind = self._reading.line_reference
            text = f"line {line.number} has no reference (RFF+{kind}); answers can name it by order and number only"
            self._notes.found(Odd.NO_LINE_REFERENCE, text, line.at)
        article = _article(line)
        return document, LineNames(
            line_number=number,
            place=clean(line.number),
            reference=reference,
            article=clean(article.value),
            article_type=clean(article.type),
            copies=copy_names,
            article_in_line=bool(line.item.strip()),
        )

    def _isbn(self, line: OrderLine, pointer: str) -> str:
        """Returns the ISBN-13 of the line, else its best other number."""
        numbers = [clean(each.value) for each in line.articles]
        found = first_isbn13(numbers) or next(iter(numbers), "")
        if not found:
            text = f"Line {line.number} names no article by ISBN or EAN (LIN, PIA). Add the number and send the order again."
            self._notes.fault(f"{pointer}/isbn", Wrong.ARTICLE, text)
        return found

    def _material(self, line: OrderLine) -> str:
        """Returns the word of sourcing rules for what the LMS calls the kind of article; "" for a book."""
        called = (*(copy.first(_STOCK_CATEGORY) for copy in line.copies), line.described(_PHYSICAL))
        known = (self._reading.materials.get(each.strip().lower(), "") for each in called)
        return next(filter(None, known), "")

    def _price(self, line: OrderLine) -> Mapping[str, JsonValue] | None:
        """Returns the price of one copy that the council expects; None where it states none that can be used."""
        price = next((found for kind in self._reading.prices if (found := line.price(kind)) is not None), None)
        if not price:
            return None
        if Quirk.PRICE_OF_LINE in self._reading.quirks:
            price /= max(line.quantity("21") or 1, 1)
        currency = next((each.code.strip() for each in line.currencies if each.code.strip()), self._currency)
        minor = to_minor(price, currency) if 0 < price < _HIGHEST_PRICE else 0
        if not 0 < minor <= _HIGHEST_PRICE or not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            text = f"line {line.number}: a price of {price:.2f} {currency!r} cannot be used; the order has none"
            self._notes.found(Odd.PRICE, text, line.at)
            return None
        return {"minor": minor, "currency": currency}


def _article(line: OrderLine) -> Number:
    """Returns the number by which the LMS names the article: that in LIN, else the first in PIA."""
    if line.item.strip():
        return Number(line.item, line.item_type)
    return next((number for numbers in line.numbers for number in numbers.numbers if number.value.strip()), Number())

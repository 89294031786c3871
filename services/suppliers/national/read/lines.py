"""Reads the parts that the lines of all booksellers' messages share: book, copies, counts, references. Pure and tolerant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.suppliers.national.item_data import stated_item_of
from services.suppliers.national.read.codes import Odd, odd
from shared.contracts.stated import SupplierReferences
from shared.contracts.suppliers import CopyReference
from shared.findings import Finding, Severity
from shared.formats.edifact import Segment
from shared.formats.editeur import Copy, Date, Heading, Line, Number, Party, Split
from shared.values import BOOKLAND, article_number_or_none, first_isbn13

Findings = list[Finding]
_SUBSTITUTE = "3"
"""PIA 4347 of the article that is offered or sent instead."""


def number_of(number: str, what: str, findings: Findings, *, code: Odd = Odd.NO_NUMBER, at: Segment | None = None) -> str:
    """Returns the number of a whole document; "" when there is none, which is an error."""
    number = number.strip()
    if not number:
        findings.append(odd(code, f"the {what} has no number", at, Severity.ERROR))
    return number


def isbn_of(line: Line, findings: Findings, *, line_key: str | None = None) -> str:
    """Returns the ISBN-13 of the ordered book, from the best of its numbers (LIN C212, PIA 5, PIA 1).

    A number that is no ISBN is returned as it is, with a warning unless it is the EAN of an article that is no book. "" when
    there is no number, which is an error unless a line key identifies the line.
    """
    if not line.articles and (hidden := _hidden_isbn(line)):
        return hidden
    if not line.articles:
        if not line_key:
            findings.append(odd(Odd.NO_ISBN, "the line names no book", line.at, Severity.ERROR))
        return ""
    isbn = _isbn(line.articles)
    if isbn is not None:
        return isbn
    number = line.articles[0].value.strip()
    if article_number_or_none(number) is None:
        findings.append(odd(Odd.INVALID_ISBN, f"{number!r} is neither an ISBN nor an EAN", line.at))
    return number


def article_of(line: Line) -> str:
    """Returns the ISBN-13 of a line that may not be about a book, else its first other number, else ""."""
    numbers = line.articles
    return _isbn(numbers) or (numbers[0].value.strip() if numbers else "")


def substitute_of(line: Line) -> str | None:
    """Returns the book that is offered or sent instead (PIA 3), as ISBN-13 where its number is one."""
    if not line.substitutes:
        return None
    return _isbn(line.substitutes[:1]) or line.substitutes[0].value.strip()


def _hidden_isbn(line: Line) -> str | None:
    """Returns an ISBN-13 that some suppliers give under another type: in LIN as their own number, or in PIA as one of ours."""
    held = [line.item, *(each.value for numbers in line.numbers if numbers.function != _SUBSTITUTE for each in numbers.numbers)]
    likely = [Number(value) for value in map(str.strip, held) if value.startswith(BOOKLAND)]
    return _isbn(likely)


def _isbn(numbers: Sequence[Number]) -> str | None:
    return first_isbn13(number.value.strip() for number in numbers)


def references_of(line: Line, message: Heading) -> tuple[str | None, str | None]:
    """Returns our line key (RFF+LI) and the order number (RFF+ON) of the line, else of the message."""
    number = line.reference("ON") or message.reference("ON")
    return line.reference("LI").strip() or None, number.strip() or None


def buyer_of(message: Heading, findings: Findings) -> str:
    """Returns the buyer: NAD+BY, else the party that is charged (NAD+IV, BT), by code or account (RFF+API).

    "" when no code is given, with a warning: then the recipient of the interchange is used.
    """
    parties = [party for kind in ("BY", "IV", "BT") for party in message.parties if party.qualifier == kind]
    buyer = next((code for code in map(code_of, parties) if code), "")
    if not buyer:
        findings.append(odd(Odd.NO_BUYER, "no buyer is named by a code; the recipient of the interchange is used"))
    return buyer


def code_of(party: Party) -> str:
    """Returns the code of a party (NAD C082), else its account or place (RFF+API), or ""."""
    accounts = (reference.number for reference in party.references if reference.qualifier == "API")
    return next((code.strip() for code in (party.id, *accounts) if code.strip()), "")


def currency_of(*stated: str) -> str:
    """Returns the first code that has the form of a currency code (ISO 4217); GBP where none is stated."""
    return next((code for code in (each.strip().upper() for each in stated) if is_currency(code)), "GBP")


def is_currency(code: str) -> bool:
    """Returns whether a code has the form of a currency code: three capitals."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def title_of(line: Line) -> str:
    """Returns the title (IMD 050, or BTI, BST or JTI as American suppliers write) and the subtitle (IMD 060)."""
    title = next((found for code in ("050", "BTI", "BST", "JTI") if (found := line.described(code))), "")
    subtitle = line.described("060")
    return f"{title}: {subtitle}" if title and subtitle else title or subtitle


def name_of(line: Line) -> str:
    """Returns the title of a line that may not be about a book, else the first description (IMD) that it gives, or ""."""
    described = (each.text.strip() for each in line.descriptions)
    return title_of(line) or next((text for text in described if text), "")


def supplier_references_of(line: Line) -> SupplierReferences | None:
    """Returns what the supplier calls the line: RFF+SLI or SNL, RFF+SNA or VN, and PIA of type SA; None where it gives none."""
    own = (numbers for numbers in line.numbers if numbers.function.lstrip("0") != _SUBSTITUTE)
    articles = (Number(line.item, line.item_type), *(each for numbers in own for each in numbers.numbers))
    found = SupplierReferences(
        line=_referred(line, "SLI", "SNL"),
        order=_referred(line, "SNA", "VN"),
        article=next((each.value.strip() for each in articles if each.type == "SA" and each.value.strip()), ""),
    )
    return found if found.in_words() else None


def _referred(line: Line, *kinds: str) -> str:
    return next((number for kind in kinds if (number := line.reference(kind).strip())), "")


def day_of(*dates: Date | None) -> date | None:
    """Returns the day of the first date that is valid; None when none is."""
    moments = (found.moment for found in dates if found is not None)
    return next((moment.date() for moment in moments if moment is not None), None)


def count_of(line: Line, *qualifiers: str, findings: Findings) -> int | None:
    """Returns the quantity (QTY) of the first qualifier that the line has, as a number of copies.

    None when there is none, or when it is not a whole number of zero or more.
    """
    value = line.quantity(*qualifiers)
    if value is None:
        return None
    if value < 0 or value != value.to_integral_value():
        text = f"line {line.number}: QTY {' or '.join(qualifiers)} {value} is not a number of copies"
        findings.append(odd(Odd.INVALID_QUANTITY, text, line.at))
        return None
    return int(value)


def copies_of(line: Line) -> tuple[CopyReference, ...]:
    """Returns the copies that GIR names, else the copies that LOC counts for a branch.

    A GIR set with several barcodes, or with a count, is as many copies. The number of a set counts within its line of the
    message; it is our copy number only where it cannot be such a count.
    """
    counted = is_count(copy.number for copy in line.copies)
    named = tuple(reference for copy in line.copies for reference in _copies(copy, counted=counted))
    return named or tuple(reference for split in _final(line.splits) for reference in _counted(split))


def is_count(numbers: Iterable[int | None]) -> bool:
    """Returns whether the numbers of copies are 1, 2, 3 and so on, as where a supplier counts them within its own line."""
    given = sorted(number for number in numbers if number is not None)
    return given == list(range(1, len(given) + 1))


def numbered(number: int | None, *, counted: bool) -> dict[str, int | None]:
    """Returns a copy's number as the field of its reference: its place in the message where that counts, else our copy number."""
    return {"place" if counted else "copy_number": number}


def _final(splits: Sequence[Split]) -> list[Split]:
    """Returns the places where copies are shelved (LOC+20), else where they are delivered (LOC+7)."""
    by_kind = ([split for split in splits if split.qualifier == kind] for kind in ("20", "7"))
    return next((found for found in by_kind if found), [])


def _counted(split: Split) -> list[CopyReference]:
    value = next((each.value for each in split.quantities if each.value is not None), None)
    whole = value is not None and value == value.to_integral_value() and 0 < value <= _MOST_COPIES
    return [CopyReference(branch=split.place.strip())] * int(value or 0) if whole and split.place.strip() else []


_MOST_COPIES = 1_000


def _copies(copy: Copy, *, counted: bool) -> list[CopyReference]:
    branch, fund, sequence = (copy.first(code).strip() or None for code in ("LLO", "LFN", "LSQ"))
    item = stated_item_of(copy)
    barcodes = [barcode.strip() for barcode in copy.barcodes if barcode.strip()]
    if not barcodes and copy.number is None and branch is None:
        return []
    if len(barcodes) > 1:
        return [CopyReference(branch=branch, fund=fund, sequence=sequence, barcode=each, item=item) for each in barcodes]
    barcode = barcodes[0] if barcodes else None
    number = numbered(copy.number, counted=counted)
    one = CopyReference(**number, branch=branch, fund=fund, sequence=sequence, barcode=barcode, item=item)
    return [one] * (1 if copy.number or barcodes else min(copy.count or 1, _MOST_COPIES))

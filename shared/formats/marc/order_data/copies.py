"""For whom the copies of one record are: its fields of copies, in the three shapes that a mapping knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.formats.marc.fields import Field
from shared.formats.marc.order_data.mapping import CopyShape, OrderMapping, Places, compiled, subfield_of, tag_of
from shared.formats.marc.order_data.words import MOST_COPIES, Code, Unmappable
from shared.texts import plain

_KEYS = ("branch", "fund", "sequence", "shelfmark", "stock_category")
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class OrderedCopies:
    """Copies of a kind. A text is "" where the record does not state it."""

    quantity: int = 1
    branch: str = ""
    fund: str = ""
    sequence: str = ""
    shelfmark: str = ""
    stock_category: str = ""


class MappedRecord:
    """The fields of a record by tag, asked by the places of a mapping."""

    def __init__(self, fields: Sequence[Field], mapping: OrderMapping) -> None:
        self.mapping = mapping
        self._fields: dict[str, list[Field]] = {}
        for field in fields:
            self._fields.setdefault(field.tag, []).append(field)

    def fields(self, tag: str) -> Sequence[Field]:
        """Returns the fields with a tag."""
        return self._fields.get(tag, ())

    def texts(self, places: Places) -> Iterator[tuple[str, str]]:
        """Yields each value at these places, with its place."""
        for place in places:
            for field in self.fields(tag_of(place)):
                yield from ((place, text) for text in _texts(field, place) if text)

    def first(self, places: Places) -> str:
        """Returns the first value at these places; "" where there is none."""
        return next((text for _, text in self.texts(places)), "")

    def translated(self, name: str, text: str) -> str:
        """Returns our code for a supplier's: of a branch, fund, sequence, stock category or vendor."""
        codes: Mapping[str, str] = getattr(self.mapping.codes, name, {})
        return codes.get(text, text)


def copies_in(record: MappedRecord) -> tuple[list[OrderedCopies], int]:
    """Returns the copies that a record describes, and how many it orders: more where it leaves some open.

    Raises Unmappable.
    """
    total = _total(record)
    stated = [values for field in record.fields(record.mapping.copies.tag) for values in _shaped(record, field)] or [{}]
    if total is not None and len(stated) == 1 and not stated[0].get("quantity"):
        stated[0]["quantity"] = str(total)
    return _counted(record, [_copies(record, values) for values in stated], total)


def _counted(record: MappedRecord, copies: list[OrderedCopies], total: int | None) -> tuple[list[OrderedCopies], int]:
    tag, described = record.mapping.copies.tag, sum(one.quantity for one in copies)
    if total is not None and described > total:
        text = f"the fields describe {described} copies, the title has a quantity of {total}; correct one of them"
        raise Unmappable(tag, Code.TOTAL, text)
    quantity = described if total is None else total
    if quantity == 0:
        raise Unmappable(tag, Code.QUANTITY, "nothing is ordered: each quantity is 0; leave the record out, or correct it")
    if quantity > MOST_COPIES:
        text = f"{quantity} copies of one title, and a line has at most {MOST_COPIES}; correct the quantity, or use two records"
        raise Unmappable(tag, Code.TOO_MANY, text)
    return [one for one in copies if one.quantity and one != OrderedCopies(one.quantity)], quantity


def _shaped(record: MappedRecord, field: Field) -> Iterator[dict[str, str]]:
    """Yields the values of each kind of copies in one field. `quantity` is missing or "" where the field does not state it."""
    shape = record.mapping.copies.shape
    if shape is CopyShape.PARALLEL:
        yield from _parallel(record, field)
        return
    values = {name: _one(field, name, places) for name, places in _inside(record).items()}
    parts = list(_by_pattern(record, field)) if shape is CopyShape.PATTERN else []
    if not parts:
        yield values
        return
    of_field = values.pop("quantity")
    if of_field and len(parts) == 1:
        parts[0].setdefault("quantity", of_field)
    described = sum(_number(field.tag, part.get("quantity", "1")) for part in parts)
    if of_field and described != _number(field.tag, of_field):
        text = f"the field describes {described} copies and has a quantity of {_cut(of_field)}; correct one of them"
        raise Unmappable(field.tag, Code.TOTAL, text)
    yield from ({**values, **part} for part in parts)


def _inside(record: MappedRecord) -> dict[str, Places]:
    """Returns the places of the values of copies that are inside the field of copies."""
    mapping = record.mapping
    named = {name: getattr(mapping.places, name) for name in (*_KEYS, "quantity")}
    return {name: tuple(one for one in places if tag_of(one) == mapping.copies.tag) for name, places in named.items()}


def _one(field: Field, name: str, places: Places) -> str:
    for place in places:
        texts = list(dict.fromkeys(text for text in _texts(field, place) if text))
        if len(texts) > 1:
            shown = f"{place} has {len(texts)} values for {name} in one field, such as {_cut(texts[0])} and {_cut(texts[1])}"
            raise Unmappable(field.tag, Code.REPEATED, f"{shown}; map the shape `parallel`, or repeat the field")
        if texts:
            return texts[0]
    return ""


def _parallel(record: MappedRecord, field: Field) -> Iterator[dict[str, str]]:
    lists = {name: _all(field, places) for name, places in _inside(record).items()}
    count = max(map(len, lists.values()))
    if count > 1 and lists["quantity"] == [str(count)]:
        lists["quantity"] = []  # the number of all of them: one each
    uneven = [name for name, texts in lists.items() if len(texts) not in (0, 1, count)]
    if uneven or (count > 1 and len(lists["quantity"]) == 1):
        counted = ", ".join(f"{len(texts)} of {name}" for name, texts in lists.items() if texts)
        raise Unmappable(field.tag, Code.UNEVEN, f"parallel subfields do not pair up: {counted}; repeat each as often")
    for number in range(max(count, 1)):
        yield {name: (texts if len(texts) == count else texts * count or [""])[number] for name, texts in lists.items() if texts}


def _all(field: Field, places: Places) -> list[str]:
    return next((texts for texts in (_texts(field, place) for place in places) if texts), [])


def _by_pattern(record: MappedRecord, field: Field) -> Iterator[dict[str, str]]:
    rule = record.mapping.copies
    for text in _texts(field, f"{rule.tag}${rule.subfield}"):
        for part in filter(None, map(str.strip, text.split(rule.separator))):
            found = compiled(rule.pattern).fullmatch(part) if len(part) <= _LONGEST_TEXT else None
            if found is None:
                shown = f"{rule.tag}${rule.subfield} has {_cut(part)}, which is not as the pattern {rule.pattern!r} says"
                raise Unmappable(rule.tag, Code.PATTERN, f"{shown}; correct the text, or the pattern or separator of the mapping")
            yield {name: value.strip() for name, value in found.groupdict().items() if value is not None}


def _copies(record: MappedRecord, values: Mapping[str, str]) -> OrderedCopies:
    """Returns the copies with these values, else with those that other fields state for all copies of the title."""
    places, tag = record.mapping.places, record.mapping.copies.tag
    whole = {}
    for name in _KEYS:
        elsewhere = tuple(one for one in getattr(places, name) if tag_of(one) != tag)
        whole[name] = record.translated(name, values.get(name) or record.first(elsewhere))
    stated = values.get("quantity", "")
    return OrderedCopies(quantity=_number(tag, stated) if stated else 1, **whole)


def _total(record: MappedRecord) -> int | None:
    """Returns the quantity that is stated outside of the fields of copies."""
    tag = record.mapping.copies.tag
    places = tuple(one for one in record.mapping.places.quantity if tag_of(one) != tag)
    return next((_number(tag_of(place), text) for place, text in record.texts(places)), None)


def _number(tag: str, text: str) -> int:
    if text.isascii() and text.strip().isdecimal() and len(text.strip()) <= 6:
        return int(text)
    raise Unmappable(
        tag, Code.QUANTITY, f"the quantity {_cut(text)} is not a whole number; correct it, or its place in the mapping"
    )


def _texts(field: Field, place: str) -> list[str]:
    code = subfield_of(place)
    if not code:
        return [plain(field.data)]  # of a control field, as other texts are already
    return [text for found, text in field.subfields if found == code]


def _cut(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")

"""What changes of an order mean for the enquiries about its copies, and what those ask of a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.orders.domain.copies import Change, Copy
from services.orders.domain.decisions import OFFER_MARK
from services.orders.domain.enquiries import CHASED_MARK, ENQUIRY_MARK, Enquiry
from services.orders.domain.open_order import News, OpenOrder
from services.orders.domain.switching import ROUTE_MARK, SWITCH_MARK

_OWN = (ENQUIRY_MARK, CHASED_MARK)
_MARKS = (*_OWN, OFFER_MARK, SWITCH_MARK, ROUTE_MARK)


def with_enquiries(
    order: OpenOrder, changes: Sequence[Change], news: News, *, by_answer: bool, at: datetime
) -> tuple[News, dict[str, list[str]]]:
    """Returns news with what enquiries ask of a person, and by line key what the timeline says of those that ended.

    `by_answer`: the changes are what the supplier answered.
    """
    if not (order.enquiries or news.enquiries):
        return news, {}
    copies = order.copies_by_id() | {change.after.copy_id: change.after for change in changes}
    before = {**order.enquiries, **news.enquiries}
    after = {
        enquiry_id: enquiry.followed(copies, news.heard, by_answer=by_answer, at=at) if enquiry.is_unsettled else enquiry
        for enquiry_id, enquiry in before.items()
    }
    changed = {enquiry_id: each for enquiry_id, each in after.items() if each != order.enquiries.get(enquiry_id)}
    ended = [each for each in changed.values() if not each.is_unsettled]
    said: dict[str, list[str]] = {}
    for enquiry in ended:
        for key in sorted({copy.line_key for copy in enquiry.copies}):
            said.setdefault(key, []).append(f"{enquiry.in_words}: {enquiry.state}")
    attention = _asking(order, after.values(), copies, news.attention)
    return replace(news, attention=attention, enquiries=changed), said


def _asking(
    order: OpenOrder, enquiries: Iterable[Enquiry], copies: Mapping[UUID, Copy], attention: Mapping[str, str]
) -> dict[str, str]:
    """Returns what lines ask of a person, with what enquiries ask. `attention`: what lines ask by now that ask something else."""
    questions: dict[str, list[str]] = {}
    for enquiry in sorted(enquiries, key=lambda each: (each.asked_at, each.enquiry_id)):
        for key, text in enquiry.questions(copies).items():
            questions.setdefault(key, []).append(text)
    asked = dict(attention)
    for key, line in order.lines.items():
        text = " ".join([*_without_own(attention.get(key, line.attention)), *questions.get(key, ())])
        if key in attention or text != line.attention:
            asked[key] = text
    return asked


def _without_own(attention: str) -> list[str]:
    """Returns what a line asks without the questions of enquiries, in parts that begin with a mark."""
    starts = sorted({0, *(at for mark in _MARKS for at in _all(attention, mark))})
    parts = [attention[start:end].strip() for start, end in zip(starts, [*starts[1:], len(attention)], strict=True)]
    return [part for part in parts if part and not part.startswith(_OWN)]


def _all(text: str, mark: str) -> list[int]:
    found = [text.find(mark)]
    while found[-1] >= 0:
        found.append(text.find(mark, found[-1] + 1))
    return found[:-1]

"""What a wrong reference may mean, and what a replay would change: as the exchange answers, and in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.dashboard.domain.pages import Shape
from shared.wording import counted

FIELDS = {
    "order_number": "order number",
    "line_key": "line key",
    "isbn": "ISBN",
    "place": "place",
    "status_code": "status code",
    "buyer": "buyer",
}
"""The kinds of references that can be mapped, as the exchange names them, and in words."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A reference that a person maps: what the supplier wrote (`theirs`), and what it means (`ours`; "" for not chosen yet).

    `everywhere`: in all messages of the supplier, not in this one alone.
    """

    field: str
    theirs: str
    ours: str = ""
    everywhere: bool = False

    @property
    def named(self) -> str:
        """The kind of reference, in words."""
        return FIELDS.get(self.field, self.field.replace("_", " "))

    def body(self) -> dict[str, str]:
        """The mapping as the exchange takes it, without a reason."""
        scope = "supplier" if self.everywhere else "message"
        return {"field": self.field, "theirs": self.theirs, "ours": self.ours, "scope": scope}


class Suggestion(Shape):
    """A reference of ours that may be meant, and why; of which line, where it is of one."""

    ours: str
    why: str
    order_id: UUID | None = None
    order_number: str | None = None
    line_key: str | None = None
    isbn: str | None = None
    title: str | None = None


class PreviewedLine(Shape):
    """An ordered line that a part of a message is about."""

    order_id: UUID
    order_number: str
    line_key: str
    line_number: int
    isbn: str
    title: str
    copies: int


class PreviewedPart(Shape):
    """One part of a message, in words."""

    kind: str
    text: str
    details: Sequence[str] = ()
    lines: Sequence[PreviewedLine] = ()


class PreviewedHold(Shape):
    """A part that would still be held, and why."""

    reason: str
    may_arrive: bool = False


class Preview(Shape):
    """What a replay would change; of long lists the beginning, with the number of all."""

    version: int
    state: str
    reason: str = ""
    applied: Sequence[PreviewedPart] = ()
    applied_count: int = 0
    already_applied: Sequence[PreviewedPart] = ()
    already_applied_count: int = 0
    held: Sequence[PreviewedHold] = ()
    held_count: int = 0

    @property
    def line(self) -> str:
        """What a replay would change, in one sentence."""
        if self.state == "duplicate":
            return "A replay would change nothing: everything in it was applied from other messages."
        if self.state == "received":
            return "A replay would wait for the order that the message names."
        held = f"{counted(self.held_count, 'part')} would still be held" if self.held_count else "nothing would be held any more"
        if not self.applied_count:
            return f"A replay would apply nothing new, and {held}."
        return f"A replay would apply {counted(self.applied_count, 'part')}, and {held}."

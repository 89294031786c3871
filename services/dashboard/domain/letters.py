"""Dead letters, events that a service gave up: in words, by cause, and where they differ from their schema. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.dashboard.domain.messages import sentence_case
from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict
from services.dashboard.domain.work import pattern_of
from shared.contracts.differences import Difference, Problem, SchemaField, differences, fields_of, stored_schema
from shared.texts import visible

OUTBOX = "outbox"
STATES = {"dead": "waits", "replayed": "replayed", "discarded": "discarded"}


class Letter(Shape):
    """One event that a consumer could not handle, or that could not be sent."""

    dead_letter_id: UUID
    consumer: str
    event_id: UUID
    event_type: str | None
    council: str | None
    topic: str
    partition: int
    offset: int
    reason: str
    attempts: int
    first_failed_at: datetime
    dead_at: datetime
    state: str
    settled_at: datetime | None = None
    settled_by: str | None = None
    settled_reason: str | None = None

    @property
    def waits(self) -> bool:
        """Whether a person must settle it."""
        return self.state == "dead"

    @property
    def unsent(self) -> bool:
        """Whether it is an event of the service's own that could not be sent to Kafka."""
        return self.consumer == OUTBOX


class Header(Shape):
    """One header of the event."""

    name: str
    value: str | None


class WholeLetter(Letter):
    """A dead letter with headers, key and data; `encoding` is base64 where one of them is no text."""

    headers: Sequence[Header] = ()
    key: str | None = None
    value: str | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class OwnedLetter:
    """A dead letter and the service that has it; `supplier-<id>` for an exchange."""

    service: str
    letter: Letter

    @property
    def place(self) -> str:
        """What names it in a form."""
        return f"{self.service}/{self.letter.dead_letter_id}"


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Dead letters of one cause, oldest first."""

    letters: Sequence[OwnedLetter]

    @property
    def first(self) -> OwnedLetter:
        """The oldest, whose reason stands for all."""
        return self.letters[0]


def grouped(letters: Iterable[OwnedLetter]) -> list[LetterGroup]:
    """Returns letters by what gave them up and why, the largest group first; ids and numbers in reasons do not count."""
    groups: defaultdict[tuple[str, ...], list[OwnedLetter]] = defaultdict(list)
    for each in letters:
        letter = each.letter
        key = each.service, letter.consumer, letter.event_type or "", letter.state, pattern_of(letter.reason)
        groups[key].append(each)
    ordered = (LetterGroup(sorted(group, key=lambda each: each.letter.dead_at)) for group in groups.values())
    return sorted(ordered, key=lambda group: (-len(group.letters), group.first.letter.dead_at))


@dataclass(frozen=True, slots=True)
class Compared:
    """The data of a letter beside the schema of its type. `problem`: why they cannot be compared; `says`: what the event is."""

    fields: Sequence[SchemaField] = ()
    says: str = ""
    owner: str = ""
    differences: Sequence[Difference] = ()
    problem: str = ""

    @property
    def serious(self) -> bool:
        """Whether a consumer must refuse it: a field is missing or wrong. Fields that are unknown are ignored."""
        return any(each.problem is not Problem.UNKNOWN for each in self.differences)


def compared(letter: WholeLetter) -> Compared:
    """Returns where the data of a letter differs from the committed schema of its type."""
    text = stored_schema(letter.event_type) if letter.event_type else None
    if text is None:
        return Compared(problem=f"{letter.event_type or 'An event without a type'} is no event that this release knows.")
    schema = json.loads(text)
    fields = fields_of(schema)
    says, owner = str(schema.get("description", "")).partition("\n")[0], str(schema.get("x-owner", ""))
    if letter.encoding != "utf-8" or letter.value is None:
        return Compared(fields, says, owner, problem="It has no data that is text.")
    try:
        data = json.loads(letter.value)
    except (ValueError, RecursionError) as error:
        return Compared(fields, says, owner, problem=f"Its data is not JSON: {error}.")
    return Compared(fields, says, owner, differences(schema, data))


def verdict_on(service: str, letter: Letter, found: Compared) -> Verdict:
    """Returns what the page of a dead letter says first."""
    if not letter.waits:
        return Verdict(None, f"Settled: {STATES.get(letter.state, letter.state)}", "Nothing.")
    if letter.unsent:
        line = f"An event of {service} could not be sent to Kafka"
        return Verdict(Urgency.NOW, line, "Correct what the reason names, then replay it: it goes out under its own id.")
    line = f"{sentence_case(visible(letter.consumer))} could not apply an event"
    if found.problem or found.serious:
        who = f"whoever publishes it ({found.owner})" if found.owner else "whoever publishes it"
        advice = f"It is not what its schema says: ask {who} to correct and publish it again, then discard this one."
        return Verdict(Urgency.NOW, line, advice)
    advice = "Correct what the reason names, then replay it: nothing is applied twice. Discard what was settled by hand."
    return Verdict(Urgency.NOW, line, advice)

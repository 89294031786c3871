"""Whether the supplier can be reached, by each way of calling it, and whether a person stopped all calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.suppliers.contract import Kind
from shared.errors import DomainError
from shared.errors import Kind as ErrorKind


class Way(StrEnum):
    """A way of calling the supplier. One may fail while another works: a full disk refuses files and still lists them."""

    SENDING = "sending"
    FETCHING = "fetching"
    CONNECTING = "connecting"


class Standing(StrEnum):
    """What staff read first. `stopped`: a person opened the circuit, and nothing is called until a person closes it."""

    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why one way of calling the supplier does not work, since when, and when it is tried again."""

    since: datetime
    reason: str
    next_try_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A person stopped all calls."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reachability:
    """What is known of all ways, and what a person decided. `closings` counts how often a person had the supplier tried again."""

    troubles: Mapping[Way, Trouble]
    opened: Opened | None = None
    closings: int = 0

    @property
    def standing(self) -> Standing:
        """The state as a whole: a person's decision first."""
        if self.opened is not None:
            return Standing.STOPPED
        return Standing.UNREACHABLE if self.troubles else Standing.REACHABLE

    @property
    def since(self) -> datetime | None:
        """Since when the supplier is not called or not reached; None where it is reached."""
        if self.opened is not None:
            return self.opened.at
        return min((trouble.since for trouble in self.troubles.values()), default=None)

    @property
    def reason(self) -> str:
        """Why the supplier is not called or not reached; empty where it is reached."""
        if self.opened is not None:
            return self.opened.reason
        return "; ".join({trouble.reason: None for _, trouble in sorted(self.troubles.items())})

    @property
    def next_try_at(self) -> datetime | None:
        """When the supplier is called again by itself; None where a person must close the circuit, or all is well."""
        if self.opened is not None:
            return None
        return min((trouble.next_try_at for trouble in self.troubles.values()), default=None)

    def noted(self, way: Way, trouble: Trouble | None) -> Reachability:
        """Returns what is known after a way worked (None), or did not. A trouble that goes on keeps its beginning."""
        others = {other: known for other, known in self.troubles.items() if other is not way}
        if trouble is None:
            return replace(self, troubles=others)
        before = self.troubles.get(way)
        since = trouble.since if before is None else min(before.since, trouble.since)
        return replace(self, troubles={**others, way: replace(trouble, since=since)})

    def says_other_than(self, before: Reachability) -> bool:
        """Whether readers must learn of a change. When it is tried again changes with every attempt and is no news."""
        return (self.standing, self.since, self.reason) != (before.standing, before.since, before.reason)


class ActKind(StrEnum):
    """What a person did about the connection."""

    OPENED = "opened"
    CLOSED = "closed"
    TESTED = "tested"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a test of the connection: whether it worked, what came back, and how long it took."""

    name: str
    worked: bool
    answer: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages of one kind wait to be sent, or to be asked about."""

    kind: Kind
    number: int


def check_may_open(known: Reachability) -> None:
    """Raises DomainError (409) where a person opened the circuit already."""
    if known.opened is not None:
        at = f"{known.opened.at:%Y-%m-%d %H:%M} UTC"
        detail = (
            f"{known.opened.by} opened the circuit on {at}: {known.opened.reason}. Nothing is called until a person closes it."
        )
        raise DomainError("circuit-open", detail, ErrorKind.CONFLICT)

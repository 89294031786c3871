"""The path of one copy, from order to branch, as a strip of stations with their days. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.dashboard.domain.orders import CopySeen
from shared.contracts.orders import GIVEN_UP, CopyState

DONE, NOW, LATE, AHEAD, STOPPED = "reached", "here", "late", "ahead", "stopped"
# What each of these states means beside the stations: the path ends, or is interrupted.
_INTERRUPTED = {
    CopyState.REFUSED: "Refused by the supplier",
    CopyState.CANCELLED: "Cancelled",
    CopyState.MISSING: "Advised, and missing",
    CopyState.DAMAGED: "Arrived damaged",
    CopyState.HELD: "Held by the supplier",
    CopyState.BACK_ORDERED: "On back order",
}
_STATIONS = (
    (CopyState.ORDERED, "Ordered"),
    (CopyState.SENT, "Sent"),
    (CopyState.ACCEPTED, "Accepted"),
    (CopyState.DESPATCHED, "Despatched"),
    (CopyState.AT_HUB, "At the hub"),
    (CopyState.RECEIVED, "At the branch"),
)


@dataclass(frozen=True, slots=True)
class Station:
    """One station: reached at a moment, or expected on a day. `look`: reached, here, late, ahead or stopped."""

    name: str
    look: str
    reached_at: datetime | None = None
    expected_on: date | None = None

    @property
    def in_words(self) -> str:
        """How it is, for whoever does not see its colour."""
        return {DONE: "reached", NOW: "here now", LATE: "late", AHEAD: "to come", STOPPED: "stopped"}[self.look]


def path_of(copy: CopySeen, reached: Mapping[CopyState, datetime], today: date, *, by_hub: bool) -> Sequence[Station]:
    """Returns the stations of a copy. `reached`: when it came to each state that it was in. `by_hub`: its goods go by a hub."""
    hub = by_hub or CopyState.AT_HUB in reached or copy.through_hub
    stations = [(state, name) for state, name in _STATIONS if state is not CopyState.AT_HUB or hub]
    furthest = max((place for place, (state, _) in enumerate(stations) if state in reached), default=0)
    here = copy.state in dict(stations)
    found: list[Station] = []
    for place, (state, name) in enumerate(stations):
        if place <= furthest:
            last = place == furthest and here and state is not CopyState.RECEIVED
            found.append(Station(name, NOW if last else DONE, reached.get(state)))
        else:
            found.append(Station(name, AHEAD))
    if not here:
        ahead = [] if copy.state in GIVEN_UP else found[furthest + 1 :]
        found = [*found[: furthest + 1], Station(_INTERRUPTED[copy.state], STOPPED, reached.get(copy.state)), *ahead]
    return _with_day(found, copy, today)


def _with_day(stations: Sequence[Station], copy: CopySeen, today: date) -> Sequence[Station]:
    """Returns the stations with the expected day at the last one, where that is still to come."""
    last = stations[-1]
    if last.look != AHEAD or copy.expected_on is None:
        return stations
    look = LATE if copy.expected_on < today else AHEAD
    return [*stations[:-1], Station(last.name, look, expected_on=copy.expected_on)]

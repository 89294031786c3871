"""A supplier as its exchange, the evidence and the strands know it, and what a page says about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.dashboard.domain.needs import Urgency
from services.dashboard.domain.pages import Shape, Verdict
from services.dashboard.domain.reaches import Unreached
from services.dashboard.domain.words import kind_in_words
from shared.sourcing.rules import Strand
from shared.wording import counted, time_in_words


class Feed(Shape):
    """One kind of message that the supplier sends, and how often it usually does."""

    kind: str
    usual_hours: float
    weekends: bool = False
    last_heard_at: datetime | None = None
    quieted_at: datetime | None = None

    @property
    def rhythm(self) -> str:
        """How often it usually arrives, in words."""
        usual = f"at least every {time_in_words(timedelta(hours=self.usual_hours))}"
        return usual if self.weekends else f"{usual}, weekends apart"


class Waiting(Shape):
    """Messages of one kind that wait for the supplier."""

    kind: str
    number: int


class Reachability(Shape):
    """Whether the supplier is reached, by its exchange."""

    standing: str = "reachable"
    began_at: datetime | None = None
    reason: str = ""
    next_try_at: datetime | None = None
    opened_by: str = ""
    waiting: Sequence[Waiting] = ()
    last_sent_at: datetime | None = None


class Profile(Shape):
    """What the supplier's exchange answers about it."""

    supplier_id: str
    name: str
    kind: str
    capabilities: Sequence[str] = ()
    deduplicates: bool = False
    hub_code: str | None = None
    hub_gln: str | None = None
    councils: Sequence[str] = ()
    pushes: bool = False
    secrets_withdrawn_at: datetime | None = None
    feeds: Sequence[Feed] = ()
    reachability: Reachability = Reachability()


class Step(Shape):
    """One step of a test of the connection."""

    name: str
    worked: bool
    answer: str
    milliseconds: int


class Act(Shape):
    """What a person did about the connection."""

    kind: str
    acted_at: datetime
    actor: str
    reason: str
    steps: Sequence[Step] = ()


class Tie(Shape):
    """Something that still ties a council to a supplier that it leaves, and how many there are of it."""

    strand: Strand
    meaning: str
    count: int
    oldest_on: date | None = None


class Departure(Shape):
    """What still ties a council to a supplier, by the evidence; `unknown` has what it cannot say, each with what to do."""

    left: bool
    ties: Sequence[Tie] = ()
    unknown: Sequence[str] = ()

    @property
    def open(self) -> Sequence[Tie]:
        """The ties of which there are any."""
        return [tie for tie in self.ties if tie.count]


class Measure(Shape):
    """A measure of the supplier's copies with its interval; None where too little was observed."""

    measure: str
    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    note: str | None = None

    @property
    def words(self) -> str:
        """The value as people read it."""
        return "not known yet" if self.value is None else _in_unit(self.value, self.unit)

    @property
    def between(self) -> str:
        """The 95 % interval in words; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        return f"{_number(self.low, self.unit)} to {_in_unit(self.high, self.unit)}"


def _in_unit(value: float, unit: str) -> str:
    return f"{_number(value, unit)} {'%' if unit == 'share' else unit}"


def _number(value: float, unit: str) -> str:
    return f"{value * 100:.0f}" if unit == "share" else f"{value:,.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class SeenSupplier:
    """A supplier on a page. `profile` is None where its exchange did not answer, and `silence` says why.

    `unreached` is what the events say: it is known also while the exchange is away. `declines`: what it does worse than before.
    """

    supplier_id: str
    name: str
    profile: Profile | None
    silence: str
    unreached: Unreached | None
    measures: Mapping[str, Measure]
    declines: Sequence[str] = ()

    @property
    def reach(self) -> Reachability:
        """Whether it is reached: what its exchange says, else what the events say."""
        if self.profile is not None:
            return self.profile.reachability
        if self.unreached is None:
            return Reachability(standing="unknown")
        known = self.unreached
        standing = "stopped" if known.opened_by else "unreachable"
        waiting = [Waiting(kind="message", number=known.waiting)] if known.waiting else []
        about = {"began_at": known.since, "reason": known.reason, "next_try_at": known.next_try_at}
        return Reachability(standing=standing, opened_by=known.opened_by, waiting=waiting, **about)

    @property
    def standing(self) -> tuple[str, str]:
        """Whether it is reached, in words, and how a tag with them looks."""
        return STANDINGS[self.reach.standing]

    @property
    def waits(self) -> str:
        """What waits for it, in words; empty for nothing."""
        waiting = self.reach.waiting
        if not waiting:
            return ""
        kinds = ", ".join(f"{kind_in_words(each.kind)} {each.number}" for each in waiting)
        return f"{counted(sum(each.number for each in waiting), 'message')} ({kinds})"

    @property
    def quiet(self) -> Sequence[Feed]:
        """Its feeds that are silent for longer than usual."""
        return [feed for feed in self.profile.feeds if feed.quieted_at is not None] if self.profile else []

    @property
    def is_wrong(self) -> bool:
        """Whether a person should look at it."""
        return self.reach.standing != "reachable" or bool(self.quiet) or self.is_withdrawn

    @property
    def is_withdrawn(self) -> bool:
        """Whether its secrets do not count any more."""
        return self.profile is not None and self.profile.secrets_withdrawn_at is not None


STANDINGS: Mapping[str, tuple[str, str]] = {
    "reachable": ("reached", "good"),
    "unreachable": ("not reached", "bad"),
    "stopped": ("stopped by a person", "warn"),
    "unknown": ("not known: its exchange does not answer", "bad"),
}

# What a supplier can do, in the order of the work: the words, and what follows where it cannot.
CAPABILITIES: Sequence[tuple[str, str, str]] = (
    ("cancels", "takes cancellations", "a copy that is not wanted any more must be cancelled by telephone"),
    ("takes_route_changes", "takes another place of delivery", "open copies keep the place that they were ordered for"),
    ("takes_offer_answers", "takes answers to its offers", "what was decided about an offer must be told by telephone"),
    ("takes_enquiries", "answers enquiries about copies", "late copies are asked about by telephone"),
    ("takes_rush", "takes urgent orders", "an order cannot be marked as urgent"),
    ("acknowledges", "acknowledges each message", "a message that it could not read shows only by its silence"),
    ("confirms_receipt", "confirms that it has a message", "whether it has a message shows only by its answer"),
    ("delivers_direct", "delivers straight to branches", "every copy goes through a hub"),
    ("delivers_to_hub", "delivers to a hub", "no copy can go through the hub"),
    ("supplies_records", "supplies records on request", "a missing record cannot be asked of it"),
    ("sends_records", "sends records by itself", "records come only where they are asked for"),
    ("invoices", "sends invoices", "its invoices come on paper"),
    ("selects", "selects titles for councils", "it proposes no orders"),
    ("reports_open_lines", "lists its open lines", "its open lines must be asked for as a file"),
)

# The measures that a page shows, each with its title.
MEASURES: Sequence[tuple[str, str]] = (
    ("response_hours_median", "First answer, half within"),
    ("lead_days_median", "Receipt, half within"),
    ("promises_kept", "Promised days kept"),
    ("invoice_queries_per_thousand", "Invoice queries"),
    ("discrepancies_per_thousand", "Discrepancies"),
    ("record_score_mean", "Score of its records"),
    ("hands_per_thousand", "Work of staff"),
)
WITHIN: Sequence[int] = (7, 28, 90)
FILL = "received_within_28_days"


def verdict_on_all(suppliers: Sequence[SeenSupplier]) -> Verdict:
    """Returns what the page of all suppliers says first."""
    if not suppliers:
        return Verdict(Urgency.TODAY, "No supplier is known here", "Start a supplier's exchange, and add it to EXCHANGE_URLS.")
    for standing, verdict in _FIRST:
        if found := [one.name for one in suppliers if one.reach.standing == standing]:
            return replace(verdict, line=f"{', '.join(found)}: {verdict.line}")
    if quiet := [one.name for one in suppliers if one.quiet]:
        advice = "Ask whether it still sends, and look at its newest messages."
        return Verdict(Urgency.TODAY, f"{', '.join(quiet)}: nothing arrives any more", advice)
    return Verdict(None, f"All {counted(len(suppliers), 'supplier')} reached", "")


# What the page of all suppliers says first, of several the first one here.
_FIRST: Sequence[tuple[str, Verdict]] = (
    (
        "unreachable",
        Verdict(
            Urgency.NOW,
            "not reached",
            "Open the page of the supplier and test the connection: the first step that does not work says whom to call. What "
            "waits goes out by itself.",
        ),
    ),
    (
        "unknown",
        Verdict(
            Urgency.NOW,
            "the exchange does not answer",
            "Report it to the people who run Stockbridge: nothing is sent or fetched meanwhile.",
        ),
    ),
    ("stopped", Verdict(Urgency.TODAY, "calls were stopped by a person", "Close the circuit when it may be called again.")),
)


def verdict_on(one: SeenSupplier) -> Verdict:
    """Returns what the page of one supplier says first."""
    reach = one.reach
    if one.profile is None:
        advice = "Report it to the people who run Stockbridge: its exchange does not answer, so nothing is sent or fetched."
        return Verdict(Urgency.NOW, f"The exchange of {one.name} does not answer", advice)
    if reach.standing == "stopped":
        return Verdict(
            Urgency.TODAY, f"{reach.opened_by} stopped all calls to {one.name}", "Close the circuit when it may be called."
        )
    if reach.standing == "unreachable":
        advice = "Test the connection below: the first step that does not work says whom to call. What waits goes out by itself."
        return Verdict(Urgency.NOW, f"{one.name} is not reached", advice)
    if one.is_withdrawn:
        return Verdict(None, f"The secrets of {one.name} are withdrawn", "Nothing is sent to it, and what it sends is refused.")
    if one.quiet:
        kinds = " and ".join(kind_in_words(feed.kind) for feed in one.quiet)
        return Verdict(Urgency.TODAY, f"{one.name} is reached, but sends no {kinds}", "Ask it whether it sends.")
    return Verdict(None, f"{one.name} is reached", "")

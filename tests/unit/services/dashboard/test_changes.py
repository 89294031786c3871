"""What the page of changes says of each: what it would do, and whether it waits for the person at the page."""

from typing import Any

import pytest

from services.dashboard.domain.changes import Change, Content, SeenChange, verdict_on
from services.dashboard.domain.needs import Urgency
from shared.sourcing.changes import ChangeKind
from shared.sourcing.rules import Strand
from tests.services.hearing import number, on_day

SCOPE: dict[str, Any] = {"branches": ["IPSW", "LOWE"], "materials": []}
HUB = {"kind": "hub", "hub": {"code": "CSU"}}


def seen(kind: str, strand: Strand = Strand.ORDERING, **asked: Any) -> SeenChange:
    """A change that ann proposed."""
    known = {"change_id": number(1), "kind": kind, "asked": asked, "reason": "", "proposed_by": "ann", "proposed_at": on_day(2)}
    decided = {"state": "waiting", "decided_by": None, "decided_at": None, "decided_reason": ""}
    return SeenChange(strand, Change.model_validate({**known, **decided}), Content.model_validate(asked))


@pytest.mark.parametrize(
    ("change", "line", "facts"),
    [
        (
            seen("switch", from_supplier="eastern", to_supplier=None, **SCOPE, open_copies="cancel", first_day="2026-03-09"),
            "Switch from eastern to nobody",
            {"Branches": "IPSW, LOWE", "Materials": "all", "First day": "9 March 2026", "Open copies": "are cancelled"},
        ),
        (
            seen("switch", from_supplier="eastern", to_supplier="northern", open_copies="drain", drain_until="2026-04-01"),
            "Switch from eastern to northern",
            {"Open copies": "stay until 1 April 2026, and are then moved to northern"},
        ),
        (
            seen("switch", from_supplier="eastern", to_supplier="northern", open_copies="move", dead=True),
            "eastern answers no more: its open copies are freed and placed with northern",
            {},
        ),
        (
            seen("switch", Strand.DELIVERY, from_supplier=None, to_supplier=None, route=HUB, open_copies="move"),
            "Switch of the route: goods of any supplier go through the hub CSU",
            {"Open copies": "take the new route"},
        ),
        (seen("end_trial", trial="bookseller"), "End of the trial bookseller, at once", {}),
        (
            seen("end_contract", supplier_id="eastern", last_day="2026-06-30", next_supplier=None),
            "End of the contract with eastern",
            {"Last day": "30 June 2026", "What is too late for it": "goes to nobody"},
        ),
        (seen("end_rule", rule_id=str(number(7))), "End of a rule, at once", {}),
        (seen("merge_rules", **SCOPE), "Merge rules", {"Branches": "IPSW, LOWE", "Materials": "all"}),
    ],
)
def test_a_change_says_what_it_would_do(change: SeenChange, line: str, facts: dict[str, str]) -> None:
    assert (change.line, dict(change.facts)) == (line, facts)


@pytest.mark.parametrize("kind", list(ChangeKind))
@pytest.mark.parametrize("strand", list(Strand))
def test_every_kind_of_change_has_words_of_its_own_in_each_strand(kind: ChangeKind, strand: Strand) -> None:
    assert seen(kind, strand).line != kind.replace("_", " ").capitalize()


def test_the_first_line_says_whether_something_waits_for_the_person_at_the_page() -> None:
    one = [seen("one_person")]
    assert verdict_on(one, 1, []).line == "1 change waits for you"
    several = verdict_on(one * 3, 2, [])
    assert (several.urgency, several.line) == (Urgency.TODAY, "2 changes wait for you")
    assert several.advice.endswith("1 change waits for another person.")
    other = verdict_on(one, 0, [])
    assert (other.urgency, other.line) == (None, "1 change waits for another person")
    unknown = verdict_on([], 0, [Strand.DELIVERY])
    assert (unknown.urgency, unknown.line) == (
        Urgency.TODAY,
        "It is not known whether something waits: no answer about deliveries",
    )
    assert verdict_on([], 0, []).line == "Nothing waits for a second person"

"""A run that does not settle ends with one cause and a report of everything that is wrong."""

from uuid import UUID

import pytest

from local.demo.exchange import Message
from local.demo.reckoning import CopyNow
from local.demo.unsettled import Seen, cause, report
from local.lms.orders import CopyKey

HELD = Message(message_id=UUID(int=1), kind="despatch", state="quarantined", name="out/D1.EDI", reason="No order SFK-l.")


def copies(*states: str, supplier: str = "national") -> dict[CopyKey, CopyNow]:
    return {CopyKey("SFK-1", 1, "IPSW", nth): CopyNow(supplier, state) for nth, state in enumerate(states, start=1)}


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (Seen(answers=False), "The exchange of national does not answer (3 copies)"),
        (Seen([HELD], cut_off=True), "The exchange of national cannot reach its supplier (3 copies)"),
        (Seen([HELD]), "Messages of national that wait for a person: 1, most because: No order SFK-l."),
        (Seen(), "Copies of national that are sent: 2; the supplier has not answered the order"),
    ],
)
def test_the_cause_is_what_explains_the_most_copies(seen: Seen, why: str) -> None:  # case D5
    stuck = copies("sent", "sent", "despatched") | {CopyKey("SFK-2", 1, "LOWE", 1): CopyNow("consortium", "ordered")}

    assert cause(stuck, {"national": seen, "consortium": Seen([HELD])}) == why


def test_the_report_lists_faults_copies_and_messages() -> None:
    assert report(["1 still on the way: ..."], copies("at_hub"), {"national": Seen([HELD])}) == [
        "What is wrong:",
        "  1 still on the way: ...",
        "Copies on their way (order|line|branch|nth):",
        "  SFK-1|1|IPSW|1  national  at_hub: the hub has not sent the goods on",
        "Messages that wait for a person:",
        "  national  out/D1.EDI  despatch, quarantined: No order SFK-l.",
    ]

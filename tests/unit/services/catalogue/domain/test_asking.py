"""Which supplier is asked for a record."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.catalogue.domain.asking import Wanted, requests_of, whom_to_ask
from shared.contracts.trials import Arm, DrawUnit, TrialArm
from shared.sourcing.rules import Mode, SourcingRule, Strand, Trial
from shared.sourcing.trials import chooser

DAY = date(2026, 3, 2)


def test_several_copies_of_one_book_lead_to_one_ask() -> None:
    wanted = [Wanted("9781526622433", branch, "book", "eastern") for branch in ("IPSW", "LOWE", "IPSW")]
    asked = whom_to_ask(wanted, chooser([], council="GB-SFK", on=DAY), council="GB-SFK")
    assert [each.branch for each in asked] == ["IPSW", "LOWE"]
    asks = requests_of(asked)
    assert [(ask.isbn, ask.supplier_id, ask.council) for ask in asks] == [("9781526622433", "eastern", "GB-SFK")]


def test_a_request_for_copies_in_and_outside_a_trial_carries_it() -> None:
    trial = Trial("records", Decimal(1), DrawUnit.LINE)
    live = SourcingRule(UUID(int=1), "GB-SFK", Strand.CATALOGUE, "eastern", None, None, DAY, None, Mode.LIVE)
    pilot = replace(live, rule_id=UUID(int=2), branch="LOWE", mode=Mode.PILOT, trial=trial)
    choose = chooser([live, pilot], council="GB-SFK", on=DAY)
    wanted = [Wanted("9781526622433", branch, "book", "harbour") for branch in ("BURY", "LOWE", "IPSW")]
    for arrived in (wanted, wanted[::-1]):
        (ask,) = requests_of(whom_to_ask(arrived, choose, council="GB-SFK"))
        assert (ask.supplier_id, ask.trial) == ("eastern", TrialArm(trial="records", arm=Arm.PILOT))

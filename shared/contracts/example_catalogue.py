"""Examples of the catalogue's events: about the book of the order of `example_events`.

Councils are invented; the book exists.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts import catalogue
from shared.contracts.base import Event
from shared.contracts.switches import SwitchState
from shared.contracts.trials import Arm, DrawUnit, TrialArm, TrialTerms

_COUNCIL = "GB-SFK"
_SUPPLIER = "harbour-books"
_ISBN = "9781526622433"


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


EXAMPLES: tuple[Event, ...] = (
    catalogue.TitleChanged(
        isbn=_ISBN,
        title="Piranesi",
        author="Clarke, Susanna",
        publisher="Bloomsbury",
        published="2021",
        form="paperback",
        supplier_id=_SUPPLIER,
        version=1,
        changed_at=_at(2, 13, 1),
        editions=("9781526622426",),
    ),
    catalogue.RecordRequested(
        council=_COUNCIL,
        isbn=_ISBN,
        supplier_id=_SUPPLIER,
        requested_at=_at(2, 9, 32),
        trial=TrialArm(trial="records-2026", arm=Arm.CONTROL),
    ),
    catalogue.RecordsFiled(
        council=_COUNCIL,
        file_number=7,
        records=1,
        content=b64encode(b"00052nam a2200037 a 450000100140000000000\x1e9781526622433\x1e\x1d"),
        filed_at=_at(3, 4, 0),
    ),
    catalogue.CatalogueRuleChanged(
        council=_COUNCIL,
        rule_id=UUID("a4d07b8e-51c6-4e0b-b8d7-92c3f6e1a066"),
        supplier_id=_SUPPLIER,
        branch="LOWE",
        material="book",
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 9, 1),
        pilot=True,
        trial=TrialTerms(name="records-2026", share="0.5", unit=DrawUnit.LINE, seed="b"),
    ),
    catalogue.CatalogueSwitchChanged(
        council=_COUNCIL,
        switch_id=UUID("5e0f3b7a-94d2-4c1e-8a6b-1f7c2d9e4b30"),
        version=2,
        state=SwitchState.RUNNING,
        from_supplier=_SUPPLIER,
        to_supplier="northern",
        branches=("LOWE",),
        materials=("book",),
        first_day=date(2026, 3, 1),
        open_copies=None,
        reason="Records come from elsewhere",
        at=_at(2, 13, 1),
    ),
    catalogue.RecordJudged(
        council=_COUNCIL,
        isbn=_ISBN,
        supplier_id=_SUPPLIER,
        score=62,
        pass_mark=70,
        passes=False,
        shortfalls=(
            catalogue.RecordShortfall(code="dewey", reason="there is no Dewey number to shelve by", place="082"),
            catalogue.RecordShortfall(code="extent", reason="neither pages nor playing time are stated", place="300 $a"),
        ),
        version=1,
        judged_at=_at(2, 13, 1),
        first_supplier_id=_SUPPLIER,
        first_judged_at=_at(2, 13, 1),
    ),
    catalogue.RecordCounted(isbn=_ISBN, supplier_id=_SUPPLIER, times=3, supplied_at=_at(2, 13, 1)),
    catalogue.DuplicationCounted(
        council=_COUNCIL,
        day=date(2026, 3, 2),
        supplier_id=_SUPPLIER,
        received=214,
        repeated=37,
        already_held=12,
        requests_saved=9,
        used=(catalogue.TitlesUsed(nth=1, titles=180), catalogue.TitlesUsed(nth=2, titles=9)),
        version=461,
    ),
)

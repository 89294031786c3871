"""Builds the contract events of the catalogue. Knows no Kafka and no HTTP."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from datetime import date, datetime

from services.catalogue.domain.asking import Ask
from services.catalogue.domain.duplication import Duplication, What
from services.catalogue.domain.filing import Filing
from services.catalogue.domain.judging import Judgement
from services.catalogue.domain.merging import Title
from services.catalogue.domain.records import TimesSupplied
from services.catalogue.domain.switching import RecordSwitch
from shared.contracts.catalogue import (
    CatalogueRuleChanged,
    CatalogueSwitchChanged,
    DuplicationCounted,
    RecordCounted,
    RecordJudged,
    RecordRequested,
    RecordsFiled,
    RecordShortfall,
    TitleChanged,
    TitlesUsed,
)
from shared.records.brief import brief_of
from shared.sourcing.rules import SourcingRule
from shared.sourcing.switches.life import switch_event
from shared.sourcing.switches.store import Entered
from shared.sourcing.trials import rule_event


def title_changed(title: Title) -> TitleChanged:
    """Returns the event of a new or changed title; it belongs to no council."""
    return TitleChanged(
        isbn=title.isbn,
        supplier_id=title.supplier_id,
        version=title.version,
        changed_at=title.changed_at,
        editions=title.editions,
        **asdict(brief_of(title.description)),
    )


def records_filed(filing: Filing, records: int, content: bytes) -> RecordsFiled:
    """Returns the event of a file of records, which the state after it numbers."""
    return RecordsFiled(
        council=filing.council,
        file_number=filing.file_number,
        records=records,
        content=b64encode(content),
        filed_at=filing.reached_at,
    )


def record_requested(ask: Ask, at: datetime) -> RecordRequested:
    """Returns the event that requests a record from one supplier."""
    return RecordRequested(council=ask.council, isbn=ask.isbn, supplier_id=ask.supplier_id, requested_at=at, trial=ask.trial)


def record_judged(judged: Judgement) -> RecordJudged:
    """Returns the event of what a council's minimum says of the record of a book that it ordered."""
    return RecordJudged(
        council=judged.council,
        isbn=judged.isbn,
        supplier_id=judged.supplier_id,
        score=judged.points,
        pass_mark=judged.pass_mark,
        passes=judged.passes,
        shortfalls=tuple(RecordShortfall(code=each.code, reason=each.reason, place=each.place) for each in judged.shortfalls),
        version=judged.version,
        judged_at=judged.judged_at,
        first_supplier_id=judged.first_supplier_id,
        first_judged_at=judged.first_at,
    )


def record_counted(counted: TimesSupplied) -> RecordCounted:
    """Returns the event of how often a supplier has sent a record of a book."""
    return RecordCounted(**asdict(counted))


def duplication_counted(day: date, counted: Duplication) -> DuplicationCounted:
    """Returns the event of how much cataloguing of a day was done twice or saved."""
    return DuplicationCounted(
        council=counted.council or None,
        day=day,
        supplier_id=counted.supplier_id,
        received=counted.counts[What.RECEIVED],
        repeated=counted.counts[What.REPEATED],
        already_held=counted.counts[What.ALREADY_HELD],
        requests_saved=counted.counts[What.REQUEST_SAVED],
        used=tuple(TitlesUsed(nth=nth, titles=titles) for nth, titles in counted.used.items()),
        version=counted.version,
    )


def rule_changed(rule: SourcingRule) -> CatalogueRuleChanged:
    """Returns the event of a rule that is new or was ended."""
    return rule_event(CatalogueRuleChanged, rule)


def switch_changed(switch: RecordSwitch, entered: Entered) -> CatalogueSwitchChanged:
    """Returns the event of a switch that came to its state."""
    return switch_event(CatalogueSwitchChanged, switch, entered)

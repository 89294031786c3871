"""Subjects to check: the bookseller's and the consortium's adapters, built from committed profiles and without a secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from services.suppliers import consortium, national
from services.suppliers.conformance import Subject, check
from services.suppliers.conformance.report import FileReport, Report
from services.suppliers.contract import Capability, Fact, InvoiceFact, Kind, RawMessage, Reading
from shared.records import Record
from tests.architecture.source import ROOT
from tests.fixtures.scripted_supplier import ScriptedSupplier

BOOKSELLER = ROOT / "services/suppliers/national/profiles/albion.json"
CONSORTIUM = ROOT / "docs/examples/profiles/consortium.json"
SAMPLES = ROOT / "tests/unit/services/suppliers/national/files"


@pytest.fixture(scope="session")
def bookseller() -> Subject:
    return Subject(national.adapter(BOOKSELLER.read_text(), None), "national")


@pytest.fixture(scope="session")
def hub() -> Subject:
    """The consortium, which delivers to its hub."""
    return Subject(consortium.adapter(CONSORTIUM.read_text(), None), "consortium")


Checked = Callable[[str], FileReport]


@pytest.fixture
def checked(bookseller: Subject) -> Checked:
    """`checked(name)`: the report on one of the bookseller's sample files."""

    def check_one(name: str) -> FileReport:
        (report,) = check(bookseller, [RawMessage(name, (SAMPLES / name).read_bytes())]).files
        return report

    return check_one


_KINDS = {Record: Kind.RECORD, InvoiceFact: Kind.INVOICE}


def checked_facts(*facts: Fact, capabilities: tuple[Capability, ...] | list[Capability] = tuple(Capability)) -> Report:
    """The report on one message that states these facts."""
    supplier = ScriptedSupplier(capabilities=capabilities)
    supplier.readings[b"x"] = Reading(_KINDS.get(type(facts[0]), Kind.RESPONSE), facts)
    return check(Subject(supplier, "scripted"), [RawMessage("any", b"x")])


def pushed(kind: str, data: Mapping[str, object], **envelope: object) -> RawMessage:
    """A push of the consortium."""
    body = {"id": "evt-1", "type": kind, "occurred_at": "2026-03-02T10:00:00Z", "data": data, **envelope}
    return RawMessage(kind, json.dumps(body).encode())


def written(folder: Path, name: str, content: object) -> Path:
    """A JSON file."""
    path = folder / name
    path.write_text(json.dumps(content))
    return path

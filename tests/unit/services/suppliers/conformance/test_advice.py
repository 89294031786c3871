"""What the kit advises: something particular for each code that the formats and the bookseller's adapter can find."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType

import services.suppliers.national
import shared.formats
from services.suppliers.conformance.advice import advice_for, advice_for_code
from shared.findings import Finding, Severity
from tests.architecture.source import ROOT

_FINDING_CODE = "Code", "Odd"
# What these refuse is a caller's request, and no supplier's file.
_DOORS = ("shared.formats.cql", "shared.formats.marc.order_data", "shared.formats.oai_pmh", "shared.formats.sru")

_CALL = r"(?:\b(?:notes|self)\.(?:error|warning|note|invalid|parsed|each)|\bFinding|\b_held)"
_CODE = re.compile(rf"""{_CALL}\(\s*(?:\w+, )?"([a-z-]+)\"""")
WRITTEN_OUT = {
    code
    for folder in ("consortium", "contract", "domain", "usecases")
    for path in (ROOT / "services" / "suppliers" / folder).glob("*.py")
    for code in _CODE.findall(path.read_text())
}


def test_every_code_has_advice_of_its_own() -> None:
    codes = {code for package in (shared.formats, services.suppliers.national) for code in _codes(package)}
    general = {advice_for(Finding("x-nobody-knows", "", severity)) for severity in Severity}

    without = sorted(code for code in codes if advice_for(Finding(code, "", Severity.ERROR)) in general)

    assert not without, f"write in conformance/advice.py how to fix these: {without}"
    assert len(codes) > 50


def test_every_code_that_an_adapter_or_the_exchange_writes_out_has_advice_of_its_own() -> None:
    general = {advice_for_code("x-nobody-knows", severity) for severity in Severity}

    without = sorted(code for code in WRITTEN_OUT if advice_for_code(code) in general)

    assert not without, f"write in conformance/advice.py how to fix these: {without}"
    assert {"bad-date", "nul-character", "empty-shipment", "bad-line"} <= WRITTEN_OUT


def test_an_unknown_code_is_advised_on_by_its_severity() -> None:
    assert advice_for(Finding("x-nobody-knows", "", Severity.INFO)) == "Nothing needs to be done."


def _codes(package: ModuleType) -> Iterator[str]:
    """The values of every enumeration of finding codes below a package."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if found.name.endswith("__main__") or found.name.startswith(_DOORS):
            continue
        for name, kind in inspect.getmembers(importlib.import_module(found.name), inspect.isclass):
            if name in _FINDING_CODE and issubclass(kind, StrEnum):
                yield from kind

"""A third supplier plugs in as a package of its own: nothing under services/ or shared/ knows that it exists.

Its own tests, its types and an order played through the whole system are where the guide has them, in test_guides.py.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from local.machine.processes import Child, Program, port_answers, wait_until
from local.stack.further import further_suppliers
from tests.architecture.source import ROOT
from tests.examples.conftest import THIRD_SUPPLIER, Run

KIT = ("-m", "services.suppliers.conformance", THIRD_SUPPLIER / "profile.json")
ADAPTER = ("--adapter", "quillfeather")
ORDERS = ("--orders", THIRD_SUPPLIER / "orders.json")

# For each bad file: the state in which it would end in production, and the finding or reason for it.
BAD = {
    "not-json.json": ("quarantined", "quillfeather-not-json"),
    "price-list.json": ("quarantined", "quillfeather-not-theirs"),
    "no-line-reference.json": ("quarantined", "has neither a line key nor an order number"),
    "no-such-line.json": ("quarantined", "order PO-2026-0611 has no line SB-0000000000000000"),
    "no-quantity.json": ("partly_applied", "quillfeather-bad-line"),
    "despatch-to-nowhere.json": ("quarantined", "NORW is neither the hub nor a branch"),
    "no-despatch-number.json": ("quarantined", "quillfeather-no-despatch"),
}


def test_nothing_of_the_system_knows_its_name() -> None:
    files = [path for folder in ("services", "shared", "local") for path in (ROOT / folder).rglob("*") if path.is_file()]
    settings = [ROOT / name for name in ("pyproject.toml", "docker-compose.yml", "Makefile")]
    knowing = [path for path in (*files, *settings) if b"quillfeather" in path.read_bytes().lower()]

    assert not knowing
    assert len(files) > 100


def test_the_adapter_stays_short_because_the_contract_carries_what_adapters_repeat() -> None:
    lines = [len(path.read_text().splitlines()) for path in (THIRD_SUPPLIER / "quillfeather").rglob("*.py")]

    assert sum(lines) <= 300


def test_its_good_files_pass_the_kit(run: Run) -> None:
    done = run(*KIT, THIRD_SUPPLIER / "samples/good", *ADAPTER, *ORDERS, "--json")

    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert {file["end_state"] for file in report["files"]} == {"applied"}
    assert {one["capability"]: one["result"] for one in report["capabilities"]} == {
        "answers_orders": "pass",
        "delivers_direct": "pass",
        "invoices": "pass",
        "sends_records": "pass",
    }


def test_its_bad_files_fail_the_kit_each_for_its_reason(run: Run) -> None:
    done = run(*KIT, THIRD_SUPPLIER / "samples/bad", *ADAPTER, *ORDERS, "--json")

    files = {Path(file["name"]).name: file for file in json.loads(done.stdout)["files"]}
    assert done.returncode == 1
    assert set(files) == set(BAD)
    for name, (state, expected) in BAD.items():
        reported = [files[name]["reason"], *(finding["code"] for finding in files[name]["findings"])]
        assert files[name]["end_state"] == state, name
        assert any(expected in text for text in reported), (name, reported)
        assert not files[name]["passed"], name


@pytest.mark.processes
async def test_the_kit_tries_its_transport_on_its_simulator(run: Run, tmp_path: Path) -> None:
    (supplier,) = further_suppliers([THIRD_SUPPLIER], tmp_path, lambda _: None)
    simulator, secrets, profile = supplier.simulator, tmp_path / "secrets.json", tmp_path / "profile.json"
    assert simulator is not None
    secrets.write_text(json.dumps(dict(supplier.secrets)))
    profile.write_text(supplier.profile)
    environment = {"PATH": os.environ["PATH"], **simulator.environment}
    child = Child(Program("simulator", simulator.command, tmp_path / "log", environment=environment))
    try:
        await wait_until(lambda: port_answers(simulator.port), child=child)
        limits = ("--set", "answer_seconds=0.5", "--seconds", 5)
        tried = ("-m", "services.suppliers.conformance", profile, *ADAPTER, "--secrets", secrets, *limits, "--json")
        done = await asyncio.to_thread(run, *tried)
    finally:
        await child.kill()

    report = json.loads(done.stdout)
    assert {trial["result"] for trial in report["trials"]} == {"pass"}, report["trials"]
    assert len(report["trials"]) == 13
    assert [file["end_state"] for file in report["files"]] == ["applied"]
    assert done.returncode == 0


def test_the_kit_knows_it_by_its_entry_point_alone(run: Run) -> None:
    done = run("-c", "from services.suppliers.contract.registry import adapter_names; print(*adapter_names())")

    assert done.stdout.split() == ["consortium", "national", "quillfeather"]

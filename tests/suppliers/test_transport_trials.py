"""Our own transports pass the kit's trials, on simulators in processes of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import asyncssh

from local.machine.certificates import mint_certificates
from services.suppliers.conformance import Subject
from services.suppliers.conformance.report import Result
from services.suppliers.conformance.settings import altered, messages_to_try, with_fields
from services.suppliers.conformance.trials import Candidate, Tried, try_transport
from services.suppliers.contract.registry import adapter_factory
from shared.clock import SystemClock
from tests.suppliers.other_side import ConsortiumSide, NationalSide, OtherSide

_SECONDS = 3.0


async def test_the_booksellers_transport_passes_in_every_situation(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    side = NationalSide(tmp_path, "", ())

    tried = await _tried(side, ["mailbox.operation_seconds=0.5", "mailbox.connect_seconds=2"], {"sftp_private_key": key})

    assert _failed(tried) == []
    assert {report.result for report in tried.reports} == {Result.PASS}
    assert {message.name.partition("/")[0] for message in tried.received} >= {"responses"}


async def test_the_consortiums_transport_passes_though_its_mailbox_is_always_empty(tmp_path: Path) -> None:
    certificates = mint_certificates(tmp_path, clock=SystemClock())
    side = ConsortiumSide(tmp_path, "http://127.0.0.1:1/", (), certificates=certificates)

    tried = await _tried(side, ["answer_seconds=0.5", "connect_seconds=0.5"], None)

    assert _failed(tried) == []
    assert {report.reason for report in tried.reports} == {"", "nothing was fetched: the supplier pushes"}
    assert len(tried.reports) > 8


async def test_the_consortiums_transport_passes_where_it_lists_its_records(tmp_path: Path) -> None:
    certificates = mint_certificates(tmp_path, clock=SystemClock())
    side = ConsortiumSide(tmp_path, "http://127.0.0.1:1/", (), certificates=certificates)

    tried = await _tried(side, ["answer_seconds=0.5", "connect_seconds=0.5", "lists_records=true"], None)

    assert _failed(tried) == []
    assert {report.result for report in tried.reports} == {Result.PASS}
    assert "/v1/records?since=" in {message.name for message in tried.received}


async def _tried(side: OtherSide, limits: list[str], wrong: Mapping[str, str] | None) -> Tried:
    await side.start()
    try:
        text, secrets = side.profile_and_secrets()
        profile, build = with_fields(text, limits), adapter_factory(side.name)
        adapter, stranger = build(profile, secrets), build(profile, wrong or altered(secrets))
        messages = messages_to_try(Subject(adapter, side.name), reference=1)
        return await asyncio.to_thread(try_transport, Candidate(adapter, stranger, messages, _SECONDS))
    finally:
        await side.stop()


def _failed(tried: Tried) -> list[tuple[str, ...]]:
    found = (report for report in tried.reports if report.result is Result.FAIL)
    return [(report.situation, report.call, report.outcome, report.reason) for report in found]

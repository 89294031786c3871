"""Staff work through messages from the command line, against a real server."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from local.machine.ports import LOOPBACK, free_port
from services.suppliers.contract import Feed, Kind, LineAnswer
from services.suppliers.domain.messages import Direction, State
from services.suppliers.loops.watcher import Watcher
from shared.contracts.suppliers import OrderResponded
from tests.fixtures import scripted_supplier as does
from tests.fixtures.scripted_supplier import ScriptedSupplier
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import Rig, a_line, a_response, an_order
from tests.waiting import eventually

pytestmark = pytest.mark.processes

REASON = ("--reason", "asked by telephone")


@dataclass(frozen=True)
class Ended:
    """What a command printed, and how it ended."""

    code: int
    out: bytes
    error: str


@dataclass(frozen=True)
class Terminal:
    """A shell with the exchange's address and a token in its environment."""

    environment: Mapping[str, str]

    async def run(self, *arguments: str) -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.suppliers.cli",
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(self.environment),
        )
        out, error = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out, error.decode())

    async def json(self, *arguments: str) -> dict[str, Any]:
        ended = await self.run(*arguments, "--json")
        assert ended.code == 0, ended.error
        answer: dict[str, Any] = json.loads(ended.out)
        return answer


@pytest.fixture
def supplier() -> ScriptedSupplier:
    scripted = ScriptedSupplier(deduplicates=False, can_be_asked=False)
    scripted.profile = scripted.profile.model_copy(update={"feeds": {Kind.RESPONSE: Feed(hours=1)}})
    return scripted


@pytest.fixture
async def terminal(app: FastAPI, tokens: Tokens) -> AsyncIterator[Terminal]:
    """A terminal, and the server that it calls."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=port, log_config=None, ws="none"))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    header = tokens.headers("exchange:read", "exchange:write", council=None)["Authorization"]
    yield Terminal({"EXCHANGE_URL": f"http://{LOOPBACK}:{port}", "EXCHANGE_TOKEN": header.removeprefix("Bearer ")})
    server.should_exit = True
    await serving


async def test_a_held_message_is_found_looked_into_mapped_and_replayed(rig: Rig, terminal: Terminal) -> None:
    line = a_line()
    await rig.hears(an_order(line))
    body = rig.means(b"\x1b[2Jodd", a_response(LineAnswer(None, "P0-1", line.isbn, status_code="100")))
    await rig.receives(body)
    await rig.advance(61)
    await rig.read_all()
    (message,) = await rig.messages(direction=Direction.IN)
    name = str(message.id)

    listed = await terminal.run("list", "--state", "quarantined")
    shown = await terminal.run("show", name)
    planted = await terminal.run("tree", name)
    mapped = await terminal.run("map", name, "order_number", "P0-1", "PO-1", *REASON)
    replayed = await terminal.run("replay", name, *REASON)
    await rig.read_all()
    touched = await terminal.run("orders", name)

    assert name in listed.out.decode()
    assert "order P0-1" in shown.out.decode()
    assert "·[2Jodd" in planted.out.decode()
    assert b"\x1b" not in planted.out
    assert [ended.code for ended in (listed, shown, planted, mapped, replayed, touched)] == [0] * 6
    assert line.line_key in touched.out.decode()
    assert len(await rig.published(OrderResponded)) == 1
    assert (await terminal.run("raw", name)).out == body

    (added,) = (await terminal.json("mappings", "--message", name))["items"]
    ended = await terminal.json("withdraw", added["mapping_id"], *REASON)
    assert ended["withdrawn_reason"] == REASON[1]
    assert (await terminal.json("mappings", "--in-force"))["items"] == []


async def test_messages_are_discarded_and_released_with_a_reason(rig: Rig, terminal: Terminal) -> None:
    rig.supplier.script = [does.accepts_but_breaks]
    await rig.hears(an_order())
    await rig.send_all()
    await rig.receives(b"?")
    sent, unread = await rig.messages()

    assert (await terminal.run("discard", str(unread.id))).code == 2
    discarded = await terminal.json("discard", str(unread.id), *REASON)
    released = await terminal.json("release", str(sent.id), "--decision", "treat_as_sent", *REASON)

    assert (discarded["state"], released["state"]) == (State.DISCARDED, State.SENT)


async def test_a_list_is_compared_and_the_differences_are_printed(rig: Rig, terminal: Terminal, tmp_path: Path) -> None:
    await rig.hears(an_order())
    good, bad = tmp_path / "open.csv", tmp_path / "bad.csv"
    good.write_text("isbn;order_number;quantity\n9780141439518;PO-1;4\n")
    bad.write_text("isbn;quantity\n9780141439518;four\n")

    compared = await terminal.run("reconcile", str(good), "--council", "GB-SFK")
    refused = await terminal.run("reconcile", str(bad), "--council", "GB-SFK")

    assert "they hold 4 as open, we hold 1" in compared.out.decode()
    assert refused.code == 1
    assert "/2/quantity: line 2, column quantity: 'four' is not a number of copies" in refused.error


async def test_a_silent_supplier_ends_with_a_code_of_its_own(rig: Rig, terminal: Terminal) -> None:
    await rig.hears(an_order())
    await rig.send_all()
    before = await terminal.run("quiet", "scripted")
    await rig.advance(7200)
    await Watcher(rig.engine, rig.exchange).check()

    after = await terminal.run("quiet", "scripted")

    assert (before.code, after.code) == (0, 3)
    assert "response" in after.out.decode()


async def test_a_failed_call_is_explained(rig: Rig, terminal: Terminal) -> None:
    away = Terminal({**terminal.environment, "EXCHANGE_URL": f"http://{LOOPBACK}:{free_port()}"})
    stranger = Terminal({**terminal.environment, "EXCHANGE_TOKEN": "nonsense"})
    nowhere = "00000000-0000-7000-8000-000000000000"

    failures = [await away.run("list"), await stranger.run("list"), await terminal.run("show", nowhere)]

    assert [failure.code for failure in failures] == [1, 1, 1]
    assert "cannot be reached" in failures[0].error
    assert "no-such-message: There is no message" in failures[2].error

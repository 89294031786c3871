"""Sends the bad requests to a stack, puts broken EDIFACT files into a mailbox, and checks what became of them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from local.bad_requests.cases import COUNCIL, ORDER, Case, Cases
from local.stack import Stack

# Files that a supplier might send by mistake: one is cut off, one names an unknown order, one is random bytes.
BROKEN_FILES = {
    "cut-off.edi": b"UNB+UNOC:3+5098765432100:14+5012345678900:14+261124:0900+77'UNH+1+ORDRSP:D:96A:UN:EAN005'BGM+231+R1+4'LIN+1",
    "not-ours.edi": (
        b"UNB+UNOC:3+5098765432100:14+5012345678900:14+261124:0900+78'UNH+1+ORDRSP:D:96A:UN:EAN005'BGM+231+R2+4'"
        b"DTM+137:20261124:102'RFF+ON:NOBODYS'NAD+BY+5098765000019::9'NAD+SU+5098765432100::9'LIN+1+5+9780141439518:EN'"
        b"QTY+21:1'FTX+LIN++100:12B:28'RFF+LI:SB-NOBODYS'UNS+S'CNT+2:1'UNT+13+1'UNZ+1+78'"
    ),
    "garbage.edi": bytes(range(256)) * 20,
}
_SETTLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a case. `expected`: whether it is the expected one."""

    name: str
    status: int
    code: str
    detail: str
    expected: bool


async def send_all(stack: Stack) -> list[Answer]:
    """Sets up a council with one good order, then sends every bad request and file; returns the answers in order."""
    async with httpx.AsyncClient(timeout=30.0) as client:
        order_id = await _good_order(stack, client)
        secrets = json.loads((stack.options.folder / "suppliers" / "consortium" / "secrets.json").read_text())
        cases = Cases(stack, order_id, secrets["webhook_secret_current"])
        answers = [await _send(client, case) for case in cases.all()]
        _drop_files(stack.options.folder)
        return answers + await _held(stack, client)


async def _good_order(stack: Stack, client: httpx.AsyncClient) -> str:
    url = stack.endpoints.orders
    headers = {"Authorization": f"Bearer {stack.token(COUNCIL, 'orders:read', 'orders:write')}"}
    branch = [{"code": "IPSW", "name": "Ipswich"}]
    # A day after the rules that an LMS of the stack sets up: the later one decides.
    rule = {"supplier_id": "national", "valid_from": "2020-01-02"}
    # Whatever the branch was before.
    (await client.put(f"{url}/v1/branches", json=branch, headers={**headers, "If-Match": "*"})).raise_for_status()
    keyed = {**headers, "Idempotency-Key": "good"}
    (await client.post(f"{url}/v1/sourcing-rules", json=rule, headers=keyed)).raise_for_status()
    placed = await client.post(f"{url}/v1/orders", json=ORDER, headers=keyed)
    placed.raise_for_status()
    return str(placed.json()["order_id"])


async def _send(client: httpx.AsyncClient, case: Case) -> Answer:
    answer = await client.request(case.method, case.url, headers=case.headers, content=case.body)
    problem: dict[str, Any] = answer.json() if answer.content else {}
    faults = "; ".join(f"{fault['pointer']} {fault['detail']}" for fault in problem.get("errors", [])[:3])
    code = str(problem.get("code", ""))
    expected = answer.status_code == case.status and case.code in ("", code)
    return Answer(case.name, answer.status_code, code, faults or str(problem.get("detail", "kept; see below")), expected)


def _drop_files(folder: Path) -> None:
    mailbox = folder / "simulators" / "bookseller" / "mailbox" / "responses"
    for name, content in BROKEN_FILES.items():
        (mailbox / name).write_bytes(content)


async def _held(stack: Stack, client: httpx.AsyncClient) -> list[Answer]:
    """Returns one answer per push and file that was accepted; each must be in quarantine, with a reason."""
    headers = {"Authorization": f"Bearer {stack.token(None, 'exchange:read', subject='operations')}"}
    wanted = {"consortium": {"push-1", "push-3"}, "national": set(BROKEN_FILES)}
    answers = []
    for supplier, names in wanted.items():
        url = f"{stack.endpoints.suppliers[supplier]}/v1/messages?direction=in&limit=200"
        messages = await _at_rest(client, url, headers, names)
        for message in messages:
            held = message["state"] == "quarantined" and bool(message["reason"])
            answers.append(Answer(f"message {message['name']}", 202, message["state"], message["reason"], held))
    return answers


async def _at_rest(client: httpx.AsyncClient, url: str, headers: dict[str, str], names: set[str]) -> list[dict[str, Any]]:
    async with asyncio.timeout(_SETTLE_SECONDS):
        while True:
            listed = (await client.get(url, headers=headers)).json()["items"]
            found = [message for message in listed if Path(message["name"]).name in names]
            if len(found) == len(names) and all(message["state"] not in ("received", "read") for message in found):
                return found
            await asyncio.sleep(0.5)

"""The SFTP server of mailboxes is killed while an LMS puts files: what was answered is there, and what was not is put again."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh
import httpx
import pytest

from local.brokers.tansu import Tansu
from local.machine.keys import mint_ssh_key
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import port_answers
from services.lms.domain.mailbox_messages import State
from services.lms.store import post
from tests.faults.feeding import Service, common_settings, service_of
from tests.fixtures.chance import Chance
from tests.fixtures.tokens import Tokens
from tests.waiting import eventually, until

pytestmark = [pytest.mark.slow, pytest.mark.processes]

_KILLS, _FILES = 4, 60
_ORDER = b"UNB+UNOC:3+5098765000019:14+5012345678900:14+261130:0900+%d'UNZ+0+%d'"
_GONE = (asyncssh.Error, OSError)


class Koha:
    """An LMS that puts each file until it is answered that it is there."""

    def __init__(self, port: int, key: asyncssh.SSHKey) -> None:
        self._port = port
        self._key = key
        self.answered: list[str] = []

    def has_put(self, number: int) -> bool:
        """Returns whether more than so many files were answered."""
        return len(self.answered) > number

    @asynccontextmanager
    async def session(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """A session, whoever answers."""
        login: dict[str, Any] = {"username": "suffolk-koha", "client_keys": [self._key], "known_hosts": None, "config": None}
        async with (
            asyncssh.connect(LOOPBACK, self._port, agent_path=None, connect_timeout=5, login_timeout=5, **login) as connection,
            connection.start_sftp_client() as client,
        ):
            yield client

    async def put_all(self) -> None:
        """Puts every file, in its order, with a pause after each connection that broke."""
        while len(self.answered) < _FILES:
            try:
                await self._put_some()
            except _GONE:
                await asyncio.sleep(0.2)

    async def _put_some(self) -> None:
        """Puts files until all are there, or the connection breaks."""
        async with self.session() as client:
            while len(self.answered) < _FILES:
                await self._put(client, len(self.answered))

    async def _put(self, client: asyncssh.SFTPClient, number: int) -> None:
        name = f"{number:03d}.CEP"
        async with asyncio.timeout(10):
            async with client.open(f"orders/{name}.tmp", "wb") as file:
                await file.write(_ORDER % (number, number))
            await client.rename(f"orders/{name}.tmp", f"orders/{name}")
        self.answered.append(name)


async def test_kills_lose_no_file_that_was_answered_and_none_is_read_that_was_not_whole(
    tmp_path: Path, database_from: Callable[[str], str], tokens: Tokens, chance: Chance
) -> None:
    dice, key = random.Random(chance.seed), asyncssh.generate_private_key("ssh-ed25519")
    async with _running(tmp_path, database_from, tokens) as (lms, port):
        await _make(lms, tokens, key)
        koha = Koha(port, key)
        await until(lambda: port_answers(port))
        with contextlib.suppress(*_GONE):
            async with koha.session() as client:
                file = await client.open("orders/half.CEP", "wb")
                await file.write(_ORDER[:30])
                await lms.kill()
        putting = asyncio.create_task(koha.put_all())
        for number in range(_KILLS):
            reached = number * _FILES // (_KILLS + 1)
            await eventually(partial(koha.has_put, reached))
            await asyncio.sleep(dice.uniform(0.0, 0.3))
            await lms.kill()
        await putting
        async with lms.engine.connect() as connection:
            kept = await post.page(connection, post.Filter(), after=None, limit=1_000)
    whole = {row.name for row in kept if row.direction == "in" and row.state is not State.CUT_OFF}
    assert whole == set(koha.answered)
    assert "half.CEP" not in whole


async def _make(lms: Service, tokens: Tokens, key: asyncssh.SSHKey) -> None:
    headers = {**tokens.headers("lms:read", "lms:write"), "Idempotency-Key": "first"}
    credentials = {"public_keys": [key.export_public_key().decode()]}
    body = {"mailbox_id": "suffolk-koha", "profile": "koha", "credentials": credentials}
    async with httpx.AsyncClient(base_url=lms.url, headers=headers) as client:
        answer = await client.post("/v1/mailboxes", json=body)
    assert answer.status_code == 201, answer.text


@asynccontextmanager
async def _running(folder: Path, database_from: Callable[[str], str], tokens: Tokens) -> AsyncIterator[tuple[Service, int]]:
    broker, port = Tansu(folder / "broker.log"), free_port()
    mint_ssh_key(folder / "host_key")
    own = {"MAILBOX_PORT": str(port), "MAILBOX_HOST_KEY_FILE": str(folder / "host_key"), "WEBHOOK_KEYS": "k" * 32}
    await broker.start()
    lms = service_of("services.lms", folder, database_from("services.lms"), common_settings(broker, tokens) | own)
    try:
        await lms.ready()
        yield lms, port
    finally:
        await lms.stop()
        await broker.stop()

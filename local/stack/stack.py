"""Starts and stops a whole system in the right order, and restarts services and simulators that end meanwhile.

Owns the processes; must not know what is ordered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

import httpx
from pydantic import SecretStr

from local.brokers.apache import ApacheKafka
from local.brokers.broker import Broker
from local.brokers.jars import apache_unavailable
from local.brokers.tansu import Tansu
from local.machine.certificates import mint_certificates
from local.machine.errors import CannotStartError
from local.machine.keys import mint_signing_key, mint_token, write_jwks, write_signing_key
from local.machine.ports import free_port
from local.machine.postgres import Postgres
from local.machine.processes import START_SECONDS, ChildFailedError, Supervised, http_answers, port_answers
from local.machine.warm import warm_up
from local.stack.options import Endpoints, MailboxServer, StackOptions
from local.stack.programs import (
    MAILBOXES,
    PRELOAD,
    PROCESSES,
    SERVICES,
    SIGN_IN,
    SIMULATORS,
    SUPPLIERS,
    Surroundings,
    bookseller_program,
    consortium_program,
    database_of,
    extra_programs,
    mailbox_host_key,
    package_of,
    service_program,
    sign_in_program,
)
from shared.clock import SystemClock
from shared.db.engine import create_engine
from shared.db.migrations import upgrade_to_head

_POLL_SECONDS = 0.1
_DASHBOARD = "dashboard"


class Stack:
    """One running system. Use it as an async context manager; the child processes end with this one, however it ends.

    A script needs `if __name__ == "__main__":` for it: services are copies of a process that imports the script.
    """

    def __init__(self, options: StackOptions, say: Callable[[str], None] = lambda _: None) -> None:
        """`say` is called with each step of the start, in words."""
        self._say = say
        options.folder.mkdir(parents=True, exist_ok=True)
        self.options = options
        self._clock = SystemClock()
        self._extra = options.extra_suppliers
        self._services = (*PROCESSES, *(extra.process for extra in self._extra))
        self._ports = {
            name: options.ports.get(name) or free_port() for name in (*self._services, *SIMULATORS, MAILBOXES, SIGN_IN)
        }
        self._ports |= {extra.simulator_process: extra.simulator.port for extra in self._extra if extra.simulator is not None}
        self._signing_key = mint_signing_key()
        self._jwks_file = options.folder / "keys" / "jwks.json"
        self._signing_key_file = options.folder / "keys" / "signing_key"
        self.postgres = Postgres(options.folder / "postgres", port=options.ports.get("postgres"))
        self.broker: Broker = (
            Tansu(options.folder / "logs" / "broker.log", port=options.ports.get("broker"))
            if options.broker == "embedded"
            else ApacheKafka(options.folder / "kafka", brokers=options.brokers)
        )
        self.processes: dict[str, Supervised] = {}

    @property
    def endpoints(self) -> Endpoints:
        """Base URLs of the services."""
        urls = {name: f"http://127.0.0.1:{self._ports[name]}" for name in self._services}
        supplier_ids = (*SUPPLIERS, *(extra.supplier_id for extra in self._extra))
        suppliers = {supplier: urls[f"supplier-{supplier}"] for supplier in supplier_ids}
        return Endpoints(**{name: urls[name] for name in SERVICES}, suppliers=suppliers)

    @property
    def mailbox_server(self) -> MailboxServer:
        """Where LMSs log in to their mailboxes; its key is there once the stack has started."""
        key_file = mailbox_host_key(self.options.folder)
        return MailboxServer("127.0.0.1", self._ports[MAILBOXES], key_file.with_name(f"{key_file.name}.pub"))

    def token(self, council: str | None, *scopes: str, subject: str = "lms") -> str:
        """Returns a bearer token, valid for twelve hours, for a council or for operations staff of all councils."""
        return mint_token(
            self._signing_key, subject=subject, council=council, scopes=scopes, clock=self._clock, lifetime=timedelta(hours=12)
        )

    @property
    def page(self) -> str:
        """The address of the pages for staff, who choose there who they are."""
        return self.endpoints.dashboard

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    async def start(self) -> None:
        """Starts everything; returns when every service is ready and sourcing rules can name every supplier.

        Raises CannotStartError.
        """
        if self.options.broker == "kafka" and (reason := apache_unavailable()) is not None:
            raise CannotStartError(reason)
        self._say(f"PostgreSQL and the broker start; data and logs are in {self.options.folder}")
        warm_up(PRELOAD)
        write_jwks(self._jwks_file, [self._signing_key])
        write_signing_key(self._signing_key_file, self._signing_key)
        await asyncio.gather(self._server("PostgreSQL", self.postgres), self._server("The broker", self.broker))
        urls = {process: await self._database(process) for process in self._services}
        for process, url in urls.items():
            # One after the other, because Alembic keeps the current migration in a global of this process.
            await _migrate(url, package_of(process))
            self._say(f"The database of {process} is ready")
        around = Surroundings(
            options=self.options,
            ports=self._ports,
            broker=self.broker,
            database_urls=urls,
            certificates=mint_certificates(self.options.folder / "keys", clock=self._clock),
            jwks_file=self._jwks_file,
            signing_key_file=self._signing_key_file,
        )
        others = [sign_in_program(around), consortium_program(around), bookseller_program(around)]
        programs = [*others, *(service_program(process, around) for process in PROCESSES)]
        programs += [program for extra in self._extra for program in extra_programs(extra, around)]
        self._say(f"{len(programs)} programs start: the services, the simulated suppliers and the provider of sign-in")
        self.processes = {program.name: Supervised(program) for program in programs}
        for supervised in self.processes.values():
            await supervised.start()
        await asyncio.gather(*(self._ready(name) for name in self.processes))
        await self._announced()

    async def stop(self) -> None:
        """Stops the services first, so that they drain, then the simulators, then broker and database."""
        services = [process for name, process in self.processes.items() if name in self._services]
        others = [process for name, process in self.processes.items() if name not in self._services]
        await asyncio.gather(*(process.stop() for process in services))
        await asyncio.gather(*(process.stop() for process in others))
        await asyncio.gather(self.broker.stop(), self.postgres.stop())

    async def _server(self, name: str, server: Postgres | Broker) -> None:
        await server.start()
        self._say(f"{name} is ready")

    async def _database(self, process: str) -> str:
        name = database_of(process)
        if await self.postgres.has_database(name):
            return self.postgres.url(name)
        return await self.postgres.create_database(name)

    async def _ready(self, name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not await self._answers(name):
            if self.processes[name].restarts > 2 or time.monotonic() > deadline:
                raise _not_ready(self.processes[name])
            await asyncio.sleep(_POLL_SECONDS)
        self._say(f"{name} is ready" + (f". The pages for staff: {self.page}" if name == _DASHBOARD else ""))

    async def _announced(self) -> None:
        """Waits until the order book knows every supplier: their exchanges announce themselves by an event."""
        deadline = time.monotonic() + START_SECONDS
        headers = {"Authorization": f"Bearer {self.token(None, 'orders:read', subject='operations')}"}
        async with httpx.AsyncClient(base_url=self.endpoints.orders, headers=headers, trust_env=False) as orders:
            while missing := self.endpoints.suppliers.keys() - await _suppliers_known(orders):
                if time.monotonic() > deadline:
                    raise _not_ready(self.processes[f"supplier-{min(missing)}"])
                await asyncio.sleep(_POLL_SECONDS)

    async def _answers(self, name: str) -> bool:
        port = self._ports[name]
        return await (http_answers(port) if name in self._services else port_answers(port))


async def _migrate(url: str, package: str) -> None:
    engine = create_engine(SecretStr(url))
    try:
        await upgrade_to_head(engine, package)
    finally:
        await engine.dispose()


async def _suppliers_known(orders: httpx.AsyncClient) -> set[str]:
    answer = await orders.get("/v1/suppliers")
    return {one["supplier_id"] for one in answer.raise_for_status().json()["items"]}


def _not_ready(process: Supervised) -> ChildFailedError:
    return ChildFailedError(f"{process.program.name} did not become ready", process.program.log_file)

"""A supplier that takes orders line by line over TCP, and a transport for it whose faults a test chooses."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto

from services.suppliers.contract import (
    CredentialsRefused,
    OrderToSend,
    OutboundMessage,
    RawMessage,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
)
from tests.fixtures.scripted_supplier import ScriptedSupplier

PASSWORD = "open-sesame"
_SECONDS = 0.1


class Fault(Enum):
    """What a transport does wrong."""

    CALLS_LATE_ANSWERS_UNAVAILABLE = auto()
    CALLS_WRONG_CREDENTIALS_REFUSED = auto()
    RETURNS_WITHOUT_AN_ANSWER = auto()
    REMOVES_WHAT_IT_FETCHES = auto()
    NEVER_REMOVES = auto()
    LETS_ERRORS_THROUGH = auto()
    DENIES_WHAT_WAS_SENT = auto()
    ENDS_WITHOUT_AN_ANSWER = auto()
    BLOCKS_ON_A_SOCKET_OF_ITS_OWN = auto()


class LineServer:
    """The supplier: `password put N`, `has N`, `list` and `take NAME`, each answered with one line."""

    def __init__(self) -> None:
        self.orders: set[str] = set()
        self.mailbox = ["answer-1"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(f"{self._answer(line.decode().split())}\n".encode())
        finally:
            writer.close()

    def _answer(self, words: list[str]) -> str:
        password, verb, *names = words
        if password != PASSWORD:
            return "who are you"
        if verb == "put":
            self.orders.add(names[0])
        if verb == "take":
            self.mailbox = [name for name in self.mailbox if name not in names]
        return {"has": str(names and names[0] in self.orders), "list": " ".join(self.mailbox)}.get(verb, "ok")


@contextmanager
def line_server() -> Iterator[int]:
    """Serves in a thread, with a loop of its own; gives the port."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(LineServer().serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_end(server))
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Closes the server and every connection: on a busy machine, the loop stops before it has seen that the callers left."""
    server.close()
    await asyncio.sleep(0)  # what was just accepted begins to be served
    serving = asyncio.all_tasks() - {asyncio.current_task()}
    for task in serving:
        task.cancel()
    await asyncio.gather(*serving, return_exceptions=True)
    await asyncio.sleep(0)  # the loop closes the sockets


class LineSupplier(ScriptedSupplier):
    """The adapter. Its transport has the faults, and opens a connection for every call."""

    def __init__(self, port: int, *faults: Fault, password: str = PASSWORD) -> None:
        super().__init__(capabilities=[])
        self.profile = self.profile.model_copy(update={"fetch_seconds": 0.02})
        self.push_secrets = []
        self._port = port
        self._faults = faults
        self._password = password

    @asynccontextmanager
    async def transport(self) -> AsyncIterator[LineSupplier]:
        yield self

    def write_order(self, order: OrderToSend, reference: int) -> OutboundMessage:
        return super().write_order(order, reference)

    async def send(self, message: OutboundMessage) -> RawMessage | None:
        late = SendOutcomeUnknown
        if Fault.CALLS_LATE_ANSWERS_UNAVAILABLE in self._faults:
            late = SupplierUnavailable  # type: ignore[assignment]
        try:
            await self._ask(f"put {message.reference}")
        except TimeoutError as error:
            if Fault.RETURNS_WITHOUT_AN_ANSWER in self._faults:
                return None
            raise late("no answer in time") from error
        except PermissionError as error:
            if Fault.CALLS_WRONG_CREDENTIALS_REFUSED in self._faults:
                raise SupplierRefused("401", "who are you") from error
            raise CredentialsRefused("the password is refused") from error
        except ConnectionError as error:
            raise SupplierUnavailable(str(error)) from error
        return None

    async def has_received(self, message: OutboundMessage) -> bool | None:
        found = await self._asked(f"has {message.reference}") == "True"
        return found and Fault.DENIES_WHAT_WAS_SENT not in self._faults

    async def fetch(self, _: str | None) -> AsyncIterator[RawMessage]:
        for name in (await self._asked("list")).split():
            if Fault.REMOVES_WHAT_IT_FETCHES in self._faults:
                await self._asked(f"take {name}")
            yield RawMessage(name, name.encode())

    async def taken(self, message: RawMessage) -> None:
        if Fault.NEVER_REMOVES not in self._faults:
            await self._asked(f"take {message.name}")

    async def _asked(self, words: str) -> str:
        """Asks for anything but an order, and makes every failure the one error that is allowed."""
        try:
            return await self._ask(words)
        except PermissionError as error:
            raise CredentialsRefused("the password is refused") from error
        except (OSError, TimeoutError) as error:
            if Fault.LETS_ERRORS_THROUGH in self._faults:
                raise
            if Fault.ENDS_WITHOUT_AN_ANSWER in self._faults and isinstance(error, TimeoutError):
                return ""
            raise SupplierUnavailable(repr(error)) from error

    async def _ask(self, words: str) -> str:
        line = f"{self._password} {words}\n".encode()
        if Fault.BLOCKS_ON_A_SOCKET_OF_ITS_OWN in self._faults:
            answer = await asyncio.to_thread(_ask_by_a_socket, self._port, line)
        else:
            answer = await self._ask_by_the_loop(line)
        if answer == "who are you":
            raise PermissionError(answer)
        return answer

    async def _ask_by_the_loop(self, line: bytes) -> str:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection("localhost", self._port)
            try:
                writer.write(line)
                answer = await reader.readline()
            finally:
                writer.close()
        if not answer:
            raise ConnectionResetError("the server broke the connection off")
        return answer.decode().strip()


def _ask_by_a_socket(port: int, line: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile() as answers:
        connection.sendall(line)
        return answers.readline().strip()

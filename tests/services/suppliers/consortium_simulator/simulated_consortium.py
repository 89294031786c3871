"""A simulated consortium in a process of its own, and the address its pushes go to."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

from local.machine.certificates import Certificates
from local.machine.processes import Child, Program
from local.stack.profiles_consortium import consortium_profile
from local.stack.programs import module
from services.suppliers.consortium import Consortium, adapter
from services.suppliers.contract import Fact, OrderToSend, RawMessage
from shared.contracts.base import Place
from shared.contracts.orders import OrderedCopy, OrderedLine
from tests.waiting import eventually

AUSTEN = "9780141439518"
DICKENS = "9780141439563"
COUNCIL = "GB-SFK"


@dataclass(frozen=True, slots=True)
class Received:
    """One push as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def push_id(self) -> str:
        return self.headers["webhook-id"]


class Inbox:
    """Takes pushes on a free port; the first `refusals` are answered 503."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refusals = 0
        self._server = _Server(("127.0.0.1", 0), self._handler())
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/suppliers/consortium/webhooks"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def of_type(self, name: str) -> list[Received]:
        """Pushes of one type."""
        return [push for push in self.received if json.loads(push.body)["type"] == name]

    def answered_orders(self) -> set[str]:
        """Numbers of the orders that were answered."""
        return {json.loads(push.body)["data"]["order_number"] for push in self.of_type("order.responded")}

    def statuses(self) -> Counter[str]:
        """Status words of all answered lines, pushes of the same content counted once."""
        bodies = {push.body for push in self.of_type("order.responded")}
        return Counter(line["status"] for body in bodies for line in json.loads(body)["data"]["lines"])

    def shipped(self) -> list[dict[str, object]]:
        """Every copy shipped, with its line and order, pushes of the same content counted once."""
        bodies = {push.body for push in self.of_type("shipment.despatched")}
        return [
            {**copy, "sscc": parcel["sscc"], "isbn": line["isbn"], "order_number": line["order_number"]}
            for body in bodies
            for parcel in json.loads(body)["data"]["parcels"]
            for line in parcel["lines"]
            for copy in line["copies"]
        ]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.received.append(Received({name.lower(): value for name, value in self.headers.items()}, body))
                refuse = len(inbox.received) <= inbox.refusals
                self.send_response(503 if refuse else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Logs nothing."""

        return Handler


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


@dataclass
class Simulator:
    """One run of the simulated consortium; `start` may be called again after `stop`."""

    certificates: Certificates
    secrets: dict[str, str]
    inbox: Inbox
    folder: Path
    options: Sequence[str] = ()
    port: int = 0
    children: list[Child] = field(default_factory=list)

    async def start(self) -> None:
        """Return once it listens."""
        log = self.folder / f"consortium-{len(self.children)}.log"
        child = Child(Program("consortium", module(*self._command()), log, environment=self._environment()))
        self.children.append(child)
        await eventually(lambda: '"ready"' in log.read_text() or not child.running)
        assert child.running, log.read_text()
        self.port = json.loads(log.read_text().splitlines()[0])["port"]

    async def stop(self) -> None:
        """Kill it, as a crash would."""
        for child in self.children:
            await child.kill()

    def adapter(self, *, ca: Path | None = None, **secrets: str) -> Consortium:
        """Our side of the line, with other secrets or another authority where given."""
        profile = consortium_profile(
            f"https://127.0.0.1:{self.port}", ca or self.certificates.authority, {COUNCIL: "5098765000019"}
        )
        return adapter(profile, {**self.secrets, **secrets})

    def facts(self) -> list[Fact]:
        """What our side reads in the pushes that came."""
        ours = self.adapter()
        return [fact for push in self.inbox.received for fact in ours.read(RawMessage(push.push_id, push.body)).facts]

    def planned(self) -> int:
        """How many pushes wait to be sent, taken from the consortium's own file."""
        with closing(sqlite3.connect(self.folder / "consortium.sqlite")) as state:
            (count,) = state.execute("SELECT count(*) FROM pushes WHERE due IS NOT NULL").fetchone()
        return int(count)

    def _command(self) -> list[str]:
        files = ["--cert", str(self.certificates.server), "--key", str(self.certificates.server_key)]
        delays = ["--response-delay", "0", "--despatch-delay", "0", "--release-delay", "0"]
        state = ["--state", str(self.folder / "consortium.sqlite"), "--port", str(self.port)]
        return ["local.simulators.consortium", *files, *state, *delays, *self.options]

    def _environment(self) -> dict[str, str]:
        return {
            "CONSORTIUM_CLIENT_ID": self.secrets["client_id"],
            "CONSORTIUM_CLIENT_SECRET": self.secrets["client_secret"],
            "CONSORTIUM_WEBHOOK_SECRET": self.secrets["webhook_secret_current"],
            "CONSORTIUM_WEBHOOK_URL": self.inbox.url,
        }


OUTCOMES = ("accept", "back_order", "refuse", "substitute", "unknown_word")

Simulate = Callable[..., "Simulator"]


def an_order(number: int, *, lines: int = 1, copies: int = 3) -> OrderToSend:
    """An order whose every identity follows from its number."""
    return OrderToSend(
        council=COUNCIL,
        order_id=str(UUID(int=number)),
        order_number=f"SFK-{number:04d}",
        placed_at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
        lines=tuple(_line(number, line, copies) for line in range(1, lines + 1)),
    )


def _line(order: int, number: int, copies: int) -> OrderedLine:
    return OrderedLine(
        line_key=f"SB-{order:08d}{number:08d}",
        line_number=number,
        supplier_id="consortium",
        isbn=AUSTEN,
        copies=tuple(
            OrderedCopy(
                copy_id=UUID(int=order * 10**6 + number * 10**3 + copy), copy_number=copy, branch=Place(code="IPSW"), fund="ADFIC"
            )
            for copy in range(1, copies + 1)
        ),
    )


def always(outcome: str, **others: float) -> list[str]:
    """Returns options with which every line has one outcome, and nothing else happens except what the arguments ask for."""
    quiet = dict.fromkeys(("partial_ship", "late_ship", "release", "send_twice", "lost_answer", "cancel_silent"), 0.0)
    numbers = {**dict.fromkeys(OUTCOMES, 0.0), outcome: 1.0, **quiet, **others}
    return [option for name, number in numbers.items() for option in ("--proportion", f"{name}={number}")]


async def send(simulator: Simulator, *orders: OrderToSend) -> None:
    """Send orders under references that follow from their numbers."""
    ours = simulator.adapter()
    async with ours.transport() as transport:
        for order in orders:
            await transport.send(ours.write_order(order, int(order.order_number[-4:])))

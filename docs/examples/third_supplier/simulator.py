"""A small Quillfeather to try the adapter on: takes orders, decides later about large ones, despatches. Keeps nothing on disk.

`python simulator.py --port N --cert PEM --key PEM`; the API key comes from QUILLFEATHER_API_KEY.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response

LARGE = 3
"""Copies: an order of so many gets a ticket first."""


class Bookseller:
    """Keeps orders by reference and documents by mark, oldest first. An order that is taken is answered, then despatched.

    `pause`: seconds from taking an order to its despatch, and from a ticket to the decision. A record goes with each despatch,
    unasked. An order number with `REFUSED` in it is refused when its ticket is decided.
    """

    def __init__(self, pause: float) -> None:
        self.orders: dict[int, bytes] = {}
        self._documents: dict[str, bytes] = {}
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._tickets: dict[str, Mapping[str, str]] = {}
        self._pause = pause
        self._cartons = 0

    def take(self, reference: int, body: bytes) -> str | None:
        """Takes an order; returns a ticket for a large one. The same order again has no effect. Raises ValueError otherwise."""
        ticket = f"T-{reference}"
        known = self.orders.get(reference)
        if known is not None:
            if known != body:
                raise ValueError(f"reference {reference} was used for another order")
            return ticket if ticket in self._tickets else None
        order = json.loads(body)
        if not isinstance(order, dict) or order.get("type") != "order":
            raise ValueError("the document is not an order")
        self.orders[reference] = body
        if sum(len(line["copies"]) for line in order["lines"]) < LARGE:
            self._accept(reference, order)
            return None
        self._tickets[ticket] = {"ticket": ticket, "state": "waiting"}
        self._later(lambda: self._decide(ticket, reference, order))
        return ticket

    def ticket(self, ticket: str) -> Mapping[str, str] | None:
        """Returns what was decided under a ticket; None for one that was never given."""
        self._work()
        return self._tickets.get(ticket)

    def marks(self, after: str) -> list[str]:
        """Returns the marks of at most ten documents after this one."""
        self._work()
        return [mark for mark in self._documents if not after or int(mark) > int(after)][:10]

    def document(self, mark: str) -> bytes | None:
        """Returns a document; None where there is none."""
        return self._documents.get(mark)

    def _decide(self, ticket: str, reference: int, order: Mapping[str, Any]) -> None:
        if "REFUSED" in order["number"]:
            self._tickets[ticket] = {"ticket": ticket, "state": "refused", "reason": "more than your credit allows"}
            return
        self._tickets[ticket] = {"ticket": ticket, "state": "taken"}
        self._accept(reference, order)

    def _accept(self, reference: int, order: Mapping[str, Any]) -> None:
        lines = [_answered(reference, line) for line in order["lines"]]
        self._add({"type": "answer", "number": f"QR-{reference}", "your_order": order["number"], "lines": lines})
        self._later(lambda: self._despatch(reference, order))

    def _despatch(self, reference: int, order: Mapping[str, Any]) -> None:
        """Sends one notice for all branches of the order, and the records of its books."""
        branches = dict.fromkeys(copy["branch"] for line in order["lines"] for copy in line["copies"])
        cartons = [{"sscc": self._sscc(), "to": branch, "lines": _packed(order, branch)} for branch in branches]
        self._add({"type": "despatch", "number": f"QD-{reference}", "cartons": cartons})
        books = [{"isbn": line["isbn"], "title": line["title"], "author": line["author"]} for line in order["lines"]]
        self._add({"type": "records", "records": books})

    def _add(self, document: Mapping[str, Any]) -> None:
        self._documents[str(len(self._documents) + 1)] = json.dumps(document).encode()

    def _later(self, action: Callable[[], None]) -> None:
        self._due.append((time.monotonic() + self._pause, action))

    def _work(self) -> None:
        """Does what is due: that may add what is due later."""
        due, self._due = self._due, []
        for moment, action in due:
            if moment <= time.monotonic():
                action()
            else:
                self._due.append((moment, action))

    def _sscc(self) -> str:
        """Returns an SSCC of 18 digits (GS1): the bookseller's prefix, the carton's number, the check digit."""
        self._cartons += 1
        digits = f"3509876{self._cartons:010d}"
        total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
        return f"{digits}{-total % 10}"


def _answered(reference: int, line: Mapping[str, Any]) -> Mapping[str, Any]:
    counts = {"ordered": len(line["copies"]), "accepted": len(line["copies"])}
    names = {"your_line": line["your_line"], "our_line": f"{reference}/{line['your_line'][-4:]}"}
    return {**names, "isbn": line["isbn"], "status": "yes", "quantities": counts}


def _packed(order: Mapping[str, Any], branch: str) -> list[Mapping[str, Any]]:
    """Returns what one branch gets of each line."""
    packed = []
    for line in order["lines"]:
        copies = [{"copy": copy["copy"], "branch": branch} for copy in line["copies"] if copy["branch"] == branch]
        if copies:
            packed.append({"your_line": line["your_line"], "isbn": line["isbn"], "quantity": len(copies), "copies": copies})
    return packed


def create_app(shop: Bookseller, api_key: str) -> FastAPI:
    """Returns the API: orders are put, tickets and documents are asked for."""
    app = FastAPI(openapi_url=None)

    @app.middleware("http")
    async def check_key(request: Request, call_next: Callable[[Request], Any]) -> Response:
        known: Response = await call_next(request) if request.headers.get("x-api-key") == api_key else Response(status_code=401)
        return known

    @app.put("/orders/{reference}")
    async def put_order(reference: int, request: Request) -> Response:
        try:
            ticket = shop.take(reference, await request.body())
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        if ticket is None:
            return Response(status_code=204)
        return Response(json.dumps({"ticket": ticket}), 202, {"Retry-After": "1"}, "application/json")

    @app.get("/orders/{reference}")
    async def get_order(reference: int) -> Response:
        return _found(shop.orders.get(reference))

    @app.get("/tickets/{ticket}")
    async def get_ticket(ticket: str) -> Response:
        decided = shop.ticket(ticket)
        return _found(None if decided is None else json.dumps(decided).encode())

    @app.get("/documents")
    async def list_documents(after: str = "") -> list[str]:
        return shop.marks(after)

    @app.get("/documents/{mark}")
    async def get_document(mark: str) -> Response:
        return _found(shop.document(mark))

    return app


def _found(body: bytes | None) -> Response:
    if body is None:
        raise HTTPException(404, "there is no such order, ticket or document")
    return Response(body, media_type="application/json")


def main() -> None:
    """Serve over TLS on 127.0.0.1 until SIGTERM."""
    parser = argparse.ArgumentParser(description="A simulated Quillfeather Library Books.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds to a decision, and to the despatch")
    options = parser.parse_args()
    app = create_app(Bookseller(options.pause), os.environ["QUILLFEATHER_API_KEY"])
    files = {"ssl_certfile": str(options.cert), "ssl_keyfile": str(options.key)}
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning", ws="none", **files)


if __name__ == "__main__":
    main()

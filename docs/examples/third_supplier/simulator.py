"""A small Quillfeather to try the adapter on: takes orders, accepts every copy, despatches to each branch. Keeps nothing on disk.

`python simulator.py --port N --cert PEM --key PEM`; the API key comes from QUILLFEATHER_API_KEY.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response

Document = dict[str, Any]


class Bookseller:
    """Orders by reference, and the outbox: documents by name, oldest first."""

    def __init__(self) -> None:
        self.orders: dict[int, bytes] = {}
        self.outbox: dict[str, bytes] = {}
        self._cartons = 0

    def take(self, reference: int, body: bytes) -> None:
        """Answer and despatch an order; the same order again has no effect. Raises ValueError for another under its reference."""
        known = self.orders.setdefault(reference, body)
        if known != body:
            raise ValueError(f"reference {reference} was used for another order")
        if f"response-{reference}.json" not in self.outbox:
            order: Document = json.loads(body)
            self._put(f"response-{reference}.json", _response(reference, order))
            for number, (branch, lines) in enumerate(_by_branch(order).items(), 1):
                self._cartons += 1
                despatch = _despatch(f"QD-{reference}-{number}", branch, _sscc(self._cartons), lines)
                self._put(f"despatch-{reference}-{number}.json", despatch)

    def _put(self, name: str, document: Document) -> None:
        self.outbox[name] = json.dumps(document, indent=2).encode()


def create_app(shop: Bookseller, api_key: str) -> FastAPI:
    """The API: orders are put, documents listed, fetched and deleted."""
    app = FastAPI(openapi_url=None)

    def check_key(request: Request) -> None:
        if request.headers.get("x-api-key") != api_key:
            raise HTTPException(401, "the API key is missing or wrong")

    @app.put("/orders/{reference}", status_code=204)
    async def put_order(reference: int, request: Request) -> None:
        check_key(request)
        try:
            shop.take(reference, await request.body())
        except (ValueError, KeyError, TypeError) as error:
            raise HTTPException(422, f"no order: {error}") from error

    @app.get("/orders/{reference}")
    async def get_order(reference: int, request: Request) -> Response:
        check_key(request)
        return _found(shop.orders.get(reference))

    @app.get("/outbox")
    async def list_outbox(request: Request) -> list[str]:
        check_key(request)
        return list(shop.outbox)

    @app.get("/outbox/{name}")
    async def get_document(name: str, request: Request) -> Response:
        check_key(request)
        return _found(shop.outbox.get(name))

    @app.delete("/outbox/{name}", status_code=204)
    async def delete_document(name: str, request: Request) -> None:
        check_key(request)
        shop.outbox.pop(name, None)

    return app


def _found(body: bytes | None) -> Response:
    if body is None:
        raise HTTPException(404, "there is no such thing")
    return Response(body, media_type="application/json")


def _response(reference: int, order: Document) -> Document:
    lines = [
        {
            "lineReference": line["lineReference"],
            "isbn": line["isbn"],
            "status": "100",
            "ordered": line["quantity"],
            "accepted": line["quantity"],
        }
        for line in order["lines"]
    ]
    return {"document": "orderResponse", "number": f"QR-{reference}", "orderNumber": order["orderNumber"], "lines": lines}


def _by_branch(order: Document) -> dict[str, list[Document]]:
    """What each branch gets: its copies of each line."""
    found: defaultdict[str, list[Document]] = defaultdict(list)
    for line in order["lines"]:
        copies: defaultdict[str, list[Document]] = defaultdict(list)
        for copy in line["copies"]:
            copies[copy["branch"]].append({"number": copy["number"], "branch": copy["branch"]})
        for branch, those in copies.items():
            named = {"lineReference": line["lineReference"], "isbn": line["isbn"]}
            found[branch].append({**named, "quantity": len(those), "copies": those})
    return found


def _despatch(number: str, branch: str, sscc: str, lines: Sequence[Document]) -> Document:
    parcels = [{"sscc": sscc, "lines": lines}]
    return {"document": "despatchAdvice", "number": number, "deliverTo": branch, "parcels": parcels}


def _sscc(number: int) -> str:
    """An SSCC of 18 digits (GS1): our prefix, the carton's number, the check digit."""
    digits = f"3509876{number:010d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def main() -> None:
    """Serve over TLS on 127.0.0.1 until SIGTERM."""
    parser = argparse.ArgumentParser(description="A simulated Quillfeather Library Books.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    options = parser.parse_args()
    app = create_app(Bookseller(), os.environ["QUILLFEATHER_API_KEY"])
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=options.port,
        ssl_certfile=str(options.cert),
        ssl_keyfile=str(options.key),
        log_level="warning",
        ws="none",
    )


if __name__ == "__main__":
    main()

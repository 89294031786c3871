"""A small Quillfeather to try the adapter on: takes orders, accepts every copy, despatches to each branch. Keeps nothing on disk.

`python simulator.py --port N --cert PEM --key PEM`; the API key comes from QUILLFEATHER_API_KEY.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response

from quillfeather import bic


class Bookseller:
    """Keeps orders by reference, and the outbox. Goods leave `pause` seconds after the answer to their order was removed."""

    def __init__(self, pause: float) -> None:
        self.orders: dict[int, bytes] = {}
        self._outbox: dict[str, bytes] = {}
        # By the name of the answer before them: the despatches to come, and the time from which they are listed.
        self._later: dict[str, dict[str, bytes]] = {}
        self._due: dict[str, float] = {}
        self._pause = pause
        self._cartons = 0

    def take(self, reference: int, body: bytes) -> None:
        """Answers and despatches an order; the same order again has no effect. Raises ValueError for anything else."""
        order = bic.read(body).document
        if not isinstance(order, bic.Order):
            raise ValueError("the document is not an order")
        if reference in self.orders:
            if self.orders[reference] != body:
                raise ValueError(f"reference {reference} was used for another order")
            return
        self.orders[reference] = body
        answer = f"response-{reference}.json"
        self._outbox[answer] = bic.write(_response(reference, order))
        self._later[answer] = {
            f"despatch-{reference}-{number}.json": bic.write(_despatch(f"QD-{reference}-{number}", branch, self._packed(items)))
            for number, (branch, items) in enumerate(_by_branch(order).items(), 1)
        }

    def listed(self) -> dict[str, bytes]:
        """Returns the documents that are in the outbox now, oldest first."""
        for answer in [answer for answer, due in self._due.items() if due <= time.monotonic()]:
            del self._due[answer]
            self._outbox |= self._later.pop(answer)
        return self._outbox

    def remove(self, name: str) -> None:
        """Removes a document from the outbox; does nothing when it is not there."""
        if self._outbox.pop(name, None) is not None and name in self._later:
            self._due[name] = time.monotonic() + self._pause

    def _packed(self, items: list[bic.DespatchedItem]) -> bic.Parcel:
        self._cartons += 1
        return bic.Parcel(package_reference=_sscc(self._cartons), item_detail=tuple(items))


def create_app(shop: Bookseller, api_key: str) -> FastAPI:
    """Returns the API: orders are put, documents are listed, fetched and deleted."""
    app = FastAPI(openapi_url=None)

    def check_key(request: Request) -> None:
        if request.headers.get("x-api-key") != api_key:
            raise HTTPException(401, "the API key is missing or wrong")

    @app.put("/orders/{reference}", status_code=204)
    async def put_order(reference: int, request: Request) -> None:
        check_key(request)
        try:
            shop.take(reference, await request.body())
        except ValueError as error:
            raise HTTPException(422, str(error)) from error

    @app.get("/orders/{reference}")
    async def get_order(reference: int, request: Request) -> Response:
        check_key(request)
        return _found(shop.orders.get(reference))

    @app.get("/outbox")
    async def list_outbox(request: Request) -> list[str]:
        check_key(request)
        return list(shop.listed())

    @app.get("/outbox/{name}")
    async def get_document(name: str, request: Request) -> Response:
        check_key(request)
        return _found(shop.listed().get(name))

    @app.delete("/outbox/{name}", status_code=204)
    async def delete_document(name: str, request: Request) -> None:
        check_key(request)
        shop.remove(name)

    return app


def _found(body: bytes | None) -> Response:
    if body is None:
        raise HTTPException(404, "there is no such order or document")
    return Response(body, media_type="application/json")


def _response(reference: int, order: bic.Order) -> bic.OrderResponse:
    items = tuple(
        bic.ResponseItem(
            line_number=item.line_number,
            ean13=item.ean13,
            reference_coded=item.reference_coded,
            order_line_status_coded="100",
            order_quantity=item.order_quantity,
            quantity_shipping=item.order_quantity,
        )
        for item in order.item_detail
    )
    return bic.OrderResponse(response_number=f"QR-{reference}", order_number=order.order_number, item_detail=items)


def _by_branch(order: bic.Order) -> dict[str, list[bic.DespatchedItem]]:
    """Returns what each branch gets: its copies of each line."""
    found: defaultdict[str, list[bic.DespatchedItem]] = defaultdict(list)
    for item in order.item_detail:
        for branch in dict.fromkeys(copy.deliver_to_location for copy in item.copy_detail):
            numbers = [copy.copy_number for copy in item.copy_detail if copy.deliver_to_location == branch]
            copies = tuple(bic.DespatchedCopy(copy_number=number, destination_location=branch) for number in numbers)
            found[branch].append(
                bic.DespatchedItem(
                    line_number=item.line_number,
                    ean13=item.ean13,
                    reference_coded=item.reference_coded,
                    quantity_shipping=len(copies),
                    copy_detail=copies,
                )
            )
    return found


def _despatch(number: str, branch: str, parcel: bic.Parcel) -> bic.Despatch:
    place = bic.Party(ids=(bic.PartyId(type="01", identifier=branch),))
    return bic.Despatch(ship_notice_number=number, ship_to_party=place, package_detail=(parcel,))


def _sscc(number: int) -> str:
    """Returns an SSCC of 18 digits (GS1): the bookseller's prefix, the carton's number, the check digit."""
    digits = f"3509876{number:010d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def main() -> None:
    """Serve over TLS on 127.0.0.1 until SIGTERM."""
    parser = argparse.ArgumentParser(description="A simulated Quillfeather Library Books.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds from the answer to the despatch")
    options = parser.parse_args()
    app = create_app(Bookseller(options.pause), os.environ["QUILLFEATHER_API_KEY"])
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

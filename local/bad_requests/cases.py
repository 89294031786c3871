"""The bad requests: what is sent, and which status and problem code the answer must have. Sends nothing itself."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from standardwebhooks.webhooks import Webhook

from local.stack import Stack
from shared.clock import SystemClock

COUNCIL, OTHER_COUNCIL = "GB-SFK", "GB-ESS"
ORDER: Mapping[str, Any] = {
    "order_number": "BAD-1",
    "lines": [{"line_number": 1, "isbn": "9780141439518", "copies": [{"branch": "IPSW", "fund": "FIC"}]}],
}
_TEN_MEGABYTES = 10_000_000
_SCOPES = ("orders:read", "orders:write", "delivery:read", "delivery:write", "catalogue:read")


@dataclass(frozen=True, slots=True)
class Case:
    """One request and the expected answer. A `status` below 300 means: accepted, but quarantined instead of applied."""

    name: str
    method: str
    url: str
    status: int
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | AsyncIterator[bytes] = b""


def _order(**change: Any) -> bytes:
    return json.dumps({**ORDER, **change}).encode()


def _line(**change: Any) -> bytes:
    order = deepcopy(dict(ORDER))
    order["lines"][0].update(change)
    return json.dumps(order).encode()


async def _endless_chunks() -> AsyncIterator[bytes]:
    for _ in range(_TEN_MEGABYTES // 100_000):
        yield b" " * 100_000


class Cases:
    """Builds all cases for one stack. `order_id` is a good order of the council, `webhook_secret` the consortium's secret."""

    def __init__(self, stack: Stack, order_id: str, webhook_secret: str) -> None:
        self._orders = stack.endpoints.orders
        self._delivery = stack.endpoints.delivery
        self._catalogue = stack.endpoints.catalogue
        self._supplier = f"{stack.endpoints.suppliers['consortium']}/v1/suppliers"
        self._stack = stack
        self._order_id = order_id
        self._secret = webhook_secret
        self._bearer = {"Authorization": f"Bearer {stack.token(COUNCIL, *_SCOPES)}"}

    def all(self) -> list[Case]:
        """Returns every case, in the order of sending."""
        return [*self._content(), *self._repetition(), *self._form(), *self._callers(), *self._reading(), *self._pushes()]

    def _place(self, name: str, status: int, code: str, body: bytes | AsyncIterator[bytes], **headers: str) -> Case:
        sent = {**self._bearer, "Idempotency-Key": name, "Content-Type": "application/json", **headers}
        return Case(name, "POST", f"{self._orders}/v1/orders", status, code, sent, body)

    def _content(self) -> list[Case]:
        copy = {"branch": "IPSW", "fund": "FIC"}
        line = ORDER["lines"][0]
        twice = [line, line]
        faults = {"isbn": "9780141439517", "copies": [{"branch": "NOWHERE", "fund": "FIC"}]}
        return [
            self._place("wrong check digit", 422, "order-refused", _line(isbn="9780141439517")),
            self._place("no ISBN at all", 422, "order-refused", _line(isbn="Pride and Prejudice")),
            self._place("two faults at once", 422, "order-refused", _line(**faults)),
            self._place("no lines", 422, "order-refused", _order(lines=[])),
            self._place("no copies", 422, "order-refused", _line(copies=[])),
            self._place("unknown branch", 422, "order-refused", _line(copies=[{**copy, "branch": "NOWHERE"}])),
            self._place("a million copies", 422, "order-refused", _line(copies=[{**copy, "quantity": 1_000_000}])),
            self._place("minus one copy", 422, "order-refused", _line(copies=[{**copy, "quantity": -1}])),
            self._place("the same line number twice", 422, "order-refused", _order(lines=twice)),
            self._place("no fund", 422, "order-refused", _line(copies=[{"branch": "IPSW"}])),
            self._place(
                "a NUL in the order's title",
                422,
                "order-refused",
                _order(order_number="BAD-3", lines=[{**line, "title": "\0"}]),
            ),
        ]

    def _repetition(self) -> list[Case]:
        other = _line(copies=[{"branch": "IPSW", "fund": "OTHER"}])
        return [
            self._place("a used number with other content", 409, "duplicate-order-number", other),
            self._place(
                "a used key with other content", 422, "idempotency-key-reused", _order(order_number="BAD-2"), **_key("good")
            ),
            self._place("no Idempotency-Key", 400, "idempotency-key-required", _order(), **_key("")),
        ]

    def _form(self) -> list[Case]:
        return [
            self._place("not JSON", 400, "malformed-json", b"{"),
            self._place("EDIFACT instead of JSON", 400, "malformed-json", b"UNB+UNOC:3+1+2'"),
            self._place("an unknown field", 422, "order-refused", _order(colour="red")),
            self._place("10 MB of body", 413, "body-too-large", b" " * _TEN_MEGABYTES),
            self._place("10 MB without a length", 413, "body-too-large", _endless_chunks()),
            self._place("brackets 100,000 deep", 400, "malformed-json", b"[" * 100_000),
        ]

    def _callers(self) -> list[Case]:
        reader = {"Authorization": f"Bearer {self._stack.token(COUNCIL, 'orders:read')}"}
        other = {"Authorization": f"Bearer {self._stack.token(OTHER_COUNCIL, *_SCOPES)}"}
        forged = {"Authorization": self._bearer["Authorization"][:-6] + "AAAAAA"}
        one = f"{self._orders}/v1/orders/{self._order_id}"
        return [
            Case("no token", "GET", one, 401, "unauthenticated"),
            Case("a forged token", "GET", one, 401, "unauthenticated", forged),
            self._place("a token that may only read", 403, "missing-scope", _order(), **reader),
            Case("another council's order", "GET", one, 404, "no-such-order", other),
        ]

    def _reading(self) -> list[Case]:
        cancel = f"{self._orders}/v1/orders/{self._order_id}/cancellations"
        body = json.dumps({"copy_ids": [self._order_id], "reason": "Not wanted"}).encode()
        typed = {**self._bearer, "Content-Type": "application/json", "Idempotency-Key": "refused"}
        receipt = f"{self._delivery}/v1/consignments/{self._order_id}/receipts"
        return [
            Case("cancelling unread", "POST", cancel, 428, "if-match-required", typed, body),
            Case("cancelling an older version", "POST", cancel, 412, "stale-version", {**typed, "If-Match": '"0"'}, body),
            Case("a cursor of one's own making", "GET", f"{self._orders}/v1/orders?cursor=abc", 400, "bad-cursor", self._bearer),
            Case("an unknown filter value", "GET", f"{self._orders}/v1/orders?state=lost", 422, "invalid-request", self._bearer),
            Case("no such route", "GET", f"{self._orders}/v1/books", 404, "not-found", self._bearer),
            Case("a wrong method", "DELETE", f"{self._orders}/v1/orders", 405, "method-not-allowed", self._bearer),
            Case("a title by a wrong ISBN", "GET", f"{self._catalogue}/v1/titles/9780141439517", 422, "", self._bearer),
            Case("a receipt for no consignment", "POST", receipt, 404, "", typed, b'{"complete": true}'),
        ]

    def _pushes(self) -> list[Case]:
        event = json.dumps({"type": "order.responded", "data": {"order_number": "NOT-OURS", "lines": []}}).encode()
        url = f"{self._supplier}/consortium/webhooks"
        signed = self.signed("push-1", event)
        return [
            Case("an unsigned push", "POST", url, 401, "bad-signature", {}, event),
            Case(
                "a push with a wrong signature",
                "POST",
                url,
                401,
                "bad-signature",
                {**signed, "webhook-signature": "v1,AAAA"},
                event,
            ),
            Case("a push with junk for headers", "POST", url, 401, "bad-signature", {**signed, "webhook-signature": "v1"}, event),
            Case("a push an hour old", "POST", url, 401, "push-out-of-time", self.signed("push-2", event, age=3600), event),
            Case("a push whose body was changed", "POST", url, 401, "bad-signature", signed, event + b" "),
            Case(
                "a push to another supplier", "POST", f"{self._supplier}/nobody/webhooks", 404, "no-such-supplier", signed, event
            ),
            Case("a push about an unknown order", "POST", url, 202, "", signed, event),
            Case("the same push again", "POST", url, 202, "", signed, event),
            Case("a signed push of no JSON", "POST", url, 202, "", self.signed("push-3", b"{{{"), b"{{{"),
        ]

    def signed(self, push_id: str, body: bytes, *, age: float = 0.0) -> dict[str, str]:
        """Returns the headers of a push that the consortium signed `age` seconds ago."""
        at = SystemClock().now() - timedelta(seconds=age)
        signature = Webhook(self._secret).sign(push_id, at, body.decode())
        stamp = str(int(at.timestamp()))
        return {
            "webhook-id": push_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature,
            "Content-Type": "application/json",
        }


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}

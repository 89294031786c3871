"""Accepts requests, each key once, and plans and saves everything that follows in one transaction. Knows no HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from local.simulators.consortium import enquiries, offers
from local.simulators.consortium.brain import Brain, CopyPlan, Fate, LinePlan, Push, Wave
from local.simulators.consortium.cancellations import Verdict, decide, without
from local.simulators.consortium.decisions import Decisions, Manner
from local.simulators.consortium.route_changes import divided
from local.simulators.consortium.store import Request, Store, StoredPush
from local.simulators.consortium.wire import Cancellation, Enquiry, Line, OfferAnswer, Order, RecordRequest, RouteChange
from shared.clock import Clock

_REPEAT_SECONDS = 1.0
# A late answer to a cancellation takes so many times longer than others.
_LATE = 10.0


class UnknownOrder(Exception):
    """There is no order under this reference."""


class KeyReused(Exception):
    """The key was used for another request."""


class Desk:
    """The consortium's order desk. Methods that take a request return its receipt.

    A request seen before gets its first receipt again, word for word: see `repeated`.
    """

    def __init__(self, store: Store, brain: Brain, decisions: Decisions, clock: Clock) -> None:
        self._store = store
        self._brain = brain
        self._decisions = decisions
        self._clock = clock

    def repeated(self, key: str, body: bytes) -> str | None:
        """Returns the receipt of a request taken before under this key, else None. Raises KeyReused when its body was another."""
        taken = self._store.request(key)
        if taken is None:
            return None
        if taken.digest != _digest(body):
            raise KeyReused(key)
        return taken.receipt

    def take_order(self, key: str, body: bytes, order: Order) -> str:
        """Takes an order, or more lines of one; lines taken before are answered as duplicates."""
        now = self._clock.now()
        known = self._store.lines(order.reference)
        plans = self._brain.plan_lines(order, [line for line in order.lines if line.line_key not in known], now)
        entries = [entry for plan in plans for entry in plan.entries]
        entries += [_duplicate(line) for line in order.lines if line.line_key in known]
        pushes = self._brain.responses(order, entries, now) + self._brain.shipments(order, plans, now)
        with self._store.transaction:
            self._store.add_order(order.reference, order.model_dump_json())
            self._store.put_lines(
                order.reference, [(plan.line.line_key, plan.line.isbn, json.dumps(plan.fates)) for plan in plans]
            )
            self._store.add_taken(key, [line.line_key for line in order.lines])
            self._plan(pushes, order.reference, now)
            return self._receipt(key, body, order.reference, now)

    def take_cancellation(self, key: str, body: bytes, reference: str, cancellation: Cancellation) -> str:
        """Takes a cancellation: waiting copies are cancelled, as a rule, picked copies are not. Raises UnknownOrder."""
        stored = self._store.order(reference)
        if stored is None:
            raise UnknownOrder(reference)
        order, now = Order.model_validate_json(stored), self._clock.now()
        releases = self._store.pushes_of(reference, "release")
        unsent = [push for push in releases if push.attempts == 0]
        manners = {line.line_key: self._manner(order, line) for line in order.lines}
        verdict = decide(cancellation, self._store.lines(reference), manners, releases_left=len(unsent) < len(releases))
        with self._store.transaction:
            self._store.put_lines(reference, verdict.lines)
            for push in unsent:
                self._store.replace_push(push.number, without(push.body, verdict.unloaded))
            self._plan(self._follow(order, verdict, now, key), reference, now)
            return self._receipt(key, body, reference, now)

    def take_route_change(self, key: str, body: bytes, reference: str, change: RouteChange) -> str:
        """Takes another place for copies of an order; what has left goes where it was to go. Raises UnknownOrder."""
        if self._store.order(reference) is None:
            raise UnknownOrder(reference)
        moved = frozenset((line.line_key, number) for line in change.lines for number in line.copy_numbers)
        with self._store.transaction:
            for push in self._store.unsent_shipments(reference):
                stays, goes = divided(push.body, moved, change.deliver_to)
                if goes is not None:
                    self._store.replace_push(push.number, stays)
                    self._store.add_pushes([replace(push, push_id=f"{push.push_id}-{change.deliver_to.code}", body=goes)])
            return self._receipt(key, body, reference, self._clock.now())

    def take_offer_answer(self, key: str, body: bytes, reference: str, answer: OfferAnswer) -> str:
        """Takes an answer to an offer: copies are sent, ordered or cancelled as the council says. Raises UnknownOrder."""
        stored = self._store.order(reference)
        if stored is None:
            raise UnknownOrder(reference)
        order, now = Order.model_validate_json(stored), self._clock.now()
        verdict = offers.decide(answer, order, self._store.lines(reference))
        pushes = [self._brain.response(order, verdict.entries, now, ("offer", key))] if verdict.entries else []
        with self._store.transaction:
            self._store.put_lines(reference, verdict.lines)
            self._plan(pushes + self._brain.shipments(order, verdict.plans, now), reference, now)
            return self._receipt(key, body, reference, now)

    def take_enquiry(self, key: str, body: bytes, reference: str, enquiry: Enquiry) -> str:
        """Takes an enquiry or a claim: it is answered, and short copies are sent again. Raises UnknownOrder."""
        stored = self._store.order(reference)
        if stored is None:
            raise UnknownOrder(reference)
        order, now = Order.model_validate_json(stored), self._clock.now()
        verdict = enquiries.decide(enquiry, order, self._store.lines(reference), self._clock.today())
        with self._store.transaction:
            answer = self._brain.response(order, verdict.entries, now, ("enquiry", key))
            self._plan([answer, *self._brain.shipments(order, verdict.plans, now)], reference, now)
            return self._receipt(key, body, reference, now)

    def _manner(self, order: Order, line: Line) -> Manner:
        return self._decisions.manner(order.buyer.isil, order.order_number, line.line_number, line.isbn)

    def _follow(self, order: Order, verdict: Verdict, now: datetime, key: str) -> list[Push]:
        """Returns the pushes that answer a cancellation, some late or twice, and announce copies sent all the same."""
        pushes = []
        for manner, entries in verdict.answers.items():
            push = self._brain.response(order, entries, now, ("cancellation", key))
            delay = push.delay * (_LATE if manner is Manner.LATE else 1.0)
            pushes += [replace(push, delay=delay)] * (2 if manner is Manner.TWICE else 1)
        plans = [_sent_late(line, verdict.sent) for line in order.lines]
        return pushes + self._brain.shipments(order, plans, now)

    def take_record_request(self, key: str, body: bytes, request: RecordRequest) -> str:
        """Takes a request for records."""
        now = self._clock.now()
        with self._store.transaction:
            self._plan(self._brain.records(request.isbns), None, now)
            return self._receipt(key, body, None, now)

    def held(self, reference: str) -> Mapping[str, object]:
        """Returns the requests of an order, and its lines with the fates of their copies. Raises UnknownOrder."""
        if self._store.order(reference) is None:
            raise UnknownOrder(reference)
        fates = self._store.lines(reference)
        lines = [{"line_key": key, "copies": json.loads(text)} for key, text in fates.items()]
        return {"reference": reference, "requests": self._store.keys_of(reference), "lines": lines}

    def _receipt(self, key: str, body: bytes, reference: str | None, now: datetime) -> str:
        data = {"request": key, "order_reference": reference, "received_at": now.isoformat()}
        receipt = json.dumps({"type": "request.received", "timestamp": now.isoformat(), "data": data})
        self._store.add_request(Request(key, _digest(body), reference, receipt))
        return receipt

    def _plan(self, pushes: Sequence[Push], reference: str | None, now: datetime) -> None:
        self._store.add_pushes([stored for push in pushes for stored in self._stored(push, reference, now)])

    def _stored(self, push: Push, reference: str | None, now: datetime) -> Iterable[StoredPush]:
        """Yields the push, and for some pushes a repetition: under the same id, or under a new one."""
        body = json.dumps({"type": push.type, "timestamp": now.isoformat(), "data": push.data})
        due = now.timestamp() + push.delay
        push_id = _push_id()
        yield StoredPush(push_id, reference, push.wave, body, due)
        if self._decisions.share("twice", push.type, *push.names) < self._decisions.proportions.send_twice:
            again = push_id if self._decisions.number(2, "same id", push.type, *push.names) else _push_id()
            yield StoredPush(again, reference, push.wave, body, due + _REPEAT_SECONDS)


def _sent_late(line: Line, sent: frozenset[tuple[str, int]]) -> LinePlan:
    """Returns the copies of a line that are sent although their cancellation was asked for."""
    copies = [copy for copy in line.copies if (line.line_key, copy.copy_number) in sent]
    return LinePlan(line, line.isbn, tuple(CopyPlan(copy, Fate.SHIPS, Wave.LATE) for copy in copies), ())


def _push_id() -> str:
    # Not a decision: it must differ even for an order number that was used before.
    return f"msg_{uuid4().hex}"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _duplicate(line: Line) -> Mapping[str, object]:
    return {"line_key": line.line_key, "isbn": line.isbn, "status": "duplicate"}

"""A message that an exchange holds, a dead letter and a file of a mailbox, as their owners answer them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.services.dashboard.answering import Answering, page_of
from tests.services.hearing import number

HELD: UUID = number(500)
ORDER, COPY, LETTER, FILE = number(501), number(502), number(503), number(504)
RAW = b"UNH+1+ORDRSP:D:96A:UN'RFF+ON:P0-1'LIN+1++9780141439518:EN'UNT+4+1'"
PATH = f"/v1/messages/{HELD}"
AT = "2026-03-02T09:00:00Z"
REASON = "order P0-1 (ISBN 9780141439518) is not known here"


def a_finding(text: str = "the order number is not known") -> dict[str, Any]:
    return {"code": "unknown-order", "text": text, "severity": "error", "segment": 2, "offset": 22, "advice": "Give our number."}


def the_message(**changed: Any) -> dict[str, Any]:
    known = {
        "message_id": str(HELD),
        "direction": "in",
        "kind": "response",
        "state": "quarantined",
        "reason": REASON,
        "reference": None,
        "control_reference": "00412",
        "name": "out/ordrsp-0412.edi",
        "size": len(RAW),
        "order_ids": [str(ORDER)],
        "line_keys": ["SB-1"],
        "created_at": AT,
        "version": 3,
        "findings": [a_finding()],
        "history": [{"from_state": "received", "to_state": "quarantined", "changed_at": AT, "actor": "system", "reason": REASON}],
        "progress": None,
    }
    return known | changed


def the_tree() -> dict[str, Any]:
    def segment(label: str, offset: int, elements: list[list[str]], findings: Any = ()) -> dict[str, Any]:
        return {"kind": "segment", "label": label, "number": 1, "offset": offset, "elements": elements,
                "findings": list(findings), "children": []}  # fmt: skip

    leaves = [
        segment("UNH", 0, [["1"], ["ORDRSP", "D", "96A", "UN"]]),
        segment("RFF", 22, [["ON", "P0-1"]], [a_finding()]),
        segment("LIN", 34, [["1"], [""], ["9780141439518", "EN"]]),
        segment("UNT", 58, [["4"], ["1"]]),
    ]
    outer = {"kind": "message", "label": "ORDRSP, reference 1", "number": 1, "offset": 0, "elements": [], "findings": []}
    return {"form": "edifact", "nodes": [outer | {"children": leaves}], "total": 4, "note": ""}


def the_preview(**changed: Any) -> dict[str, Any]:
    line = {"order_id": str(ORDER), "order_number": "PO-1", "council": "GB-SFK", "line_key": "SB-1", "line_number": 1,
            "isbn": "9780141439518", "title": "Pride and Prejudice", "copies": 2}  # fmt: skip
    part = {"kind": "response", "text": "line SB-1: accepted", "details": ["copy 1 for IPSW"], "lines": [line]}
    known = {"message_id": str(HELD), "version": 3, "state": "applied", "reason": "", "applied": [part], "applied_count": 1,
             "already_applied": [part], "already_applied_count": 1, "held": [], "held_count": 0, "findings": []}  # fmt: skip
    return known | changed


def the_orders() -> dict[str, Any]:
    copy = {"copy_id": str(COPY), "copy_number": 1, "branch": "IPSW", "state": "sent", "changed_at": AT}
    line = {"line_key": "SB-1", "line_number": 1, "isbn": "9780141439518", "title": "Pride and Prejudice",
            "supplier_reference": "", "message_id": str(HELD), "copies": [copy]}  # fmt: skip
    return page_of({"order_id": str(ORDER), "order_number": "PO-1", "council": "GB-SFK", "lines": [line]})


def an_exchange(**changed: Any) -> Answering:
    """An exchange that holds one message, whose order number was mistyped."""
    suggestion = {"ours": "PO-1", "why": "the ISBN is the same", "order_id": str(ORDER), "order_number": "PO-1",
                  "line_key": "SB-1", "isbn": "9780141439518", "title": "Pride and Prejudice"}  # fmt: skip
    references = [
        {"field": "order_number", "theirs": "P0-1", "known": False, "mapped_to": None},
        {"field": "isbn", "theirs": "9780141439518", "known": True, "mapped_to": None},
    ]
    return Answering(
        {
            PATH: the_message(**changed),
            f"{PATH}/raw": RAW,
            f"{PATH}/tree": the_tree(),
            f"{PATH}/orders": the_orders(),
            f"{PATH}/references": {"references": references},
            f"{PATH}/suggestions": {"suggestions": [suggestion, suggestion | {"ours": "PO-7", "why": "it is written alike"}]},
            f"{PATH}/replay/preview": the_preview(),
            "/v1/messages": page_of(the_message(**changed), next_cursor="older"),
            "/v1/dead-letters": page_of(),
        }
    )


def a_letter(**changed: Any) -> dict[str, Any]:
    known = {
        "dead_letter_id": str(LETTER),
        "consumer": "orders",
        "event_id": str(number(505)),
        "event_type": "suppliers.order.responded.v1",
        "council": "GB-SFK",
        "topic": "suppliers",
        "partition": 3,
        "offset": 18042,
        "reason": "no line has the key SB-1",
        "attempts": 2,
        "first_failed_at": AT,
        "dead_at": AT,
        "state": "dead",
        "settled_at": None,
        "settled_by": None,
        "settled_reason": None,
        "headers": [{"name": "ce_type", "value": "suppliers.order.responded.v1"}, {"name": "odd", "value": None}],
        "key": "k",
        "value": '{"supplier_id": "harbour-books", "order_id": 12, "colour": "red"}',
        "encoding": "utf-8",
    }
    return known | changed


def a_service(*letters: dict[str, Any]) -> Answering:
    """A service with dead letters."""
    listed = {f"/v1/dead-letters/{letter['dead_letter_id']}": letter for letter in letters}
    return Answering({"/v1/dead-letters": page_of(*letters), **listed})


def a_file(**changed: Any) -> dict[str, Any]:
    fault = {"pointer": "/lines/0/copies/0/branch", "code": "unknown-branch", "detail": "Branch 'LOWE' is not registered",
             "segment": 3}  # fmt: skip
    refused = {"order_number": "PO-9", "state": "refused", "order_id": None, "code": "order-refused",
               "detail": "The order has 1 fault; nothing was ordered.", "faults": [fault], "links": []}  # fmt: skip
    placed = refused | {"order_number": "PO-1", "state": "placed", "order_id": str(ORDER), "detail": "", "faults": []}
    known = {
        "message_id": str(FILE),
        "mailbox_id": "suffolk-koha",
        "council": "GB-SFK",
        "direction": "in",
        "kind": "ORDERS",
        "folder": "orders",
        "name": "ordr0412.CEP",
        "state": "partly_taken",
        "reason": "order PO-9: Branch 'LOWE' is not registered",
        "size": len(RAW),
        "order_numbers": ["PO-9", "PO-1"],
        "answers_message_id": None,
        "created_at": AT,
        "moved_at": AT,
        "version": 4,
        "findings": [a_finding()],
        "orders": [refused, placed],
        "answered_by": [],
        "history": [
            {"from_state": "asked", "to_state": "partly_taken", "changed_at": AT, "actor": "orders", "reason": "1 fault"}
        ],
    }
    known["answered_by"] = [{name: known[name] for name in known if name not in ("findings", "orders", "answered_by", "history")}]
    return known | changed


def an_lms(**changed: Any) -> Answering:
    """Lms with one file of a mailbox, of which one order was refused."""
    path = f"/v1/mailbox-messages/{FILE}"
    return Answering({path: a_file(**changed), f"{path}/raw": RAW, f"{path}/tree": the_tree(), "/v1/dead-letters": page_of()})

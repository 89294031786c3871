"""A supplier's list of open lines is compared with the lines open here, and the result is kept for staff."""

from collections.abc import Mapping
from datetime import UTC, datetime

import httpx
import pytest

from services.suppliers.contract import Kind, LineAnswer, OpenLine, OpenLinesFact
from services.suppliers.domain.messages import Direction, State
from services.suppliers.store import reconciliations
from shared.contracts.orders import CopyState, OrderedLine, OrderPlaced
from shared.contracts.suppliers import ReconciliationCompared
from tests.builders import a_line_progressed
from tests.fixtures.tokens import Tokens
from tests.services.suppliers.conftest import (
    Rig,
    a_line,
    a_response,
    an_order,
    decide,
)

LISTS = "/v1/reconciliations"
CSV = {"content-type": "text/csv"}
SUFFOLK = {"council": "GB-SFK"}


@pytest.fixture
def staff(tokens: Tokens) -> Mapping[str, str]:
    """Headers of operations staff of all councils."""
    return tokens.headers("exchange:read", "exchange:write", council=None)


@pytest.fixture
async def order(rig: Rig) -> OrderPlaced:
    """Three lines: one of two copies, one with a copy on the way, one refused."""
    lines = (
        a_line("9780141439518", ("IPSW", "LOWE"), number=1),
        a_line("9780141439600", ("IPSW", "LOWE"), number=2),
        a_line("9780140449136", number=3),
    )
    placed = an_order(*lines)
    await rig.hears(
        placed,
        a_line_progressed(placed, lines[1], CopyState.DESPATCHED, copies=lines[1].copies[:1]),
        a_line_progressed(placed, lines[2], CopyState.REFUSED, copies=lines[2].copies),
    )
    return placed


def row(line: OrderedLine, quantity: int) -> str:
    return f"PO-1,{line.isbn},{quantity}\n"


async def test_an_uploaded_list_is_compared_line_by_line(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str], order: OrderPlaced
) -> None:
    first, second, third = order.lines
    await rig.advance(10 * 86_400)
    body = "order_number,isbn,quantity\n" + row(first, 2) + row(second, 2) + row(third, 1) + "PO-9,9780140449136,1\n"

    made = await client.post(LISTS, headers={**staff, **CSV}, params=SUFFOLK, content=body.encode())
    shown = (await client.get(made.headers["Location"], headers=staff)).json()

    assert made.status_code == 201
    assert {name: made.json()[name] for name in ("agreed", "disagreeing", "ours_only", "theirs_only")} == {
        "agreed": 1,
        "disagreeing": 1,
        "ours_only": 0,
        "theirs_only": 2,
    }
    assert [(item["outcome"], item["our_quantity"], item["their_quantity"]) for item in shown["items"]] == [
        ("agreed", 2, 2),
        ("disagreeing", 1, 2),
        ("theirs_only", 0, 1),
        ("theirs_only", None, 1),
    ]
    assert (shown["items"][0]["age_days"], shown["items"][0]["order_id"]) == (10, str(order.order_id))


async def test_lines_are_shown_page_by_page_and_by_outcome(
    client: httpx.AsyncClient, staff: Mapping[str, str], order: OrderPlaced
) -> None:
    made = (await client.post(LISTS, headers=staff, params=SUFFOLK, json={"lines": []})).json()
    path = f"{LISTS}/{made['reconciliation_id']}"

    first = (await client.get(path, headers=staff, params={"limit": 1})).json()
    second = (await client.get(path, headers=staff, params={"limit": 1, "cursor": first["next_cursor"]})).json()

    assert [item["isbn"] for item in first["items"] + second["items"]] == [order.lines[0].isbn, order.lines[1].isbn]
    assert second["next_cursor"] is None
    assert (await client.get(path, headers=staff, params={"outcome": "agreed"})).json()["items"] == []
    assert [item["reconciliation_id"] for item in (await client.get(LISTS, headers=staff)).json()["items"]] == [
        made["reconciliation_id"]
    ]


@pytest.mark.slow
async def test_a_long_list_is_compared_too(client: httpx.AsyncClient, staff: Mapping[str, str], order: OrderPlaced) -> None:
    strangers = "".join(f"SB-{number},PO-{number}\n" for number in range(40_000))

    made = await client.post(LISTS, headers={**staff, **CSV}, params=SUFFOLK, content=f"line_key,order_number\n{strangers}")

    assert (made.status_code, made.json()["theirs_only"], made.json()["ours_only"]) == (201, 40_000, 2)
    assert len(order.lines) == 3


async def test_a_list_from_the_mailbox_is_compared_once(
    rig: Rig, client: httpx.AsyncClient, staff: Mapping[str, str], order: OrderPlaced
) -> None:
    reported = datetime(2026, 3, 1, tzinfo=UTC)
    fact = OpenLinesFact("5099990000013", reported, (OpenLine(order.lines[0].line_key, None, order.lines[0].isbn, 2),))
    await rig.receives(rig.means(b"1", fact))
    (message,) = await rig.messages(direction=Direction.IN)
    await decide(client, message.id, "replay", staff, {"reason": "again please"})
    await rig.read_all()

    (made,) = (await client.get(LISTS, headers=staff)).json()["items"]
    (told,) = await rig.published(ReconciliationCompared)

    assert isinstance(told, ReconciliationCompared)
    assert (str(told.reconciliation_id), told.council, told.reported_at) == (made["reconciliation_id"], "GB-SFK", reported)
    assert (told.agreed, told.disagreeing, told.ours_only, told.theirs_only) == (1, 0, 1, 0)
    assert (message.kind, message.state, message.councils) == (Kind.OPEN_LINES, State.APPLIED, ("GB-SFK",))
    assert (made["message_id"], made["agreed"], made["ours_only"]) == (str(message.id), 1, 1)
    assert datetime.fromisoformat(made["reported_at"]) == reported


async def test_a_list_for_an_unknown_buyer_is_held(rig: Rig) -> None:
    await rig.receives(rig.means(b"1", OpenLinesFact("SHOP 12", None, ())))

    (message,) = await rig.messages()
    assert message.reason == "the list of open lines is for 'SHOP 12', which is not the account of one council in the profile"


async def test_a_council_compares_its_own_lines_and_sees_nobody_elses(
    rig: Rig, client: httpx.AsyncClient, tokens: Tokens, order: OrderPlaced
) -> None:
    norfolk = tokens.headers("exchange:read", "exchange:write", council="GB-NFK")
    suffolk = tokens.headers("exchange:read", "exchange:write", council="GB-SFK")
    body = {"lines": [{"line_key": order.lines[0].line_key, "isbn": order.lines[0].isbn, "quantity": 2}]}

    theirs = (await client.post(LISTS, headers=norfolk, json=body)).json()
    ours = (await client.post(LISTS, headers=suffolk, json=body)).json()

    assert (theirs["council"], theirs["theirs_only"], theirs["agreed"]) == ("GB-NFK", 1, 0)
    assert (ours["council"], ours["agreed"]) == ("GB-SFK", 1)
    assert (await client.get(f"{LISTS}/{ours['reconciliation_id']}", headers=norfolk)).status_code == 404
    assert (await client.post(LISTS, headers=norfolk, params=SUFFOLK, json=body)).status_code == 422


@pytest.mark.parametrize(
    ("headers", "params", "content", "status", "code"),
    [
        (CSV, SUFFOLK, b"isbn,quantity\n1,two\n", 422, "unreadable-list"),
        (CSV, {}, b"isbn\n1\n", 422, "council-not-named"),
        (CSV, {"council": "GB-XXX"}, b"isbn\n1\n", 422, "no-account"),
        ({"content-type": "application/json"}, SUFFOLK, b'{"lines": [{"isbn": 7}]}', 422, "invalid-request"),
        ({"content-type": "application/pdf"}, SUFFOLK, b"%PDF", 400, "unknown-form"),
    ],
)
async def test_a_list_that_cannot_be_read_is_refused_with_the_reason(
    client: httpx.AsyncClient,
    staff: Mapping[str, str],
    headers: Mapping[str, str],
    params: Mapping[str, str],
    content: bytes,
    status: int,
    code: str,
) -> None:
    answer = await client.post(LISTS, headers={**staff, **headers}, params=params, content=content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]


async def test_a_line_that_the_supplier_cannot_trace_is_in_the_reconciliations(rig: Rig) -> None:
    line = a_line()
    await rig.hears(an_order(line))

    await rig.receives(rig.means(b"1", a_response(LineAnswer(line.line_key, None, line.isbn, status_code="900"))))

    async with rig.engine.connect() as connection:
        (found,) = await reconciliations.page(connection, "GB-SFK", after=None, limit=9)
        ((_, row),) = await reconciliations.rows_of(connection, found.id, None, after=None, limit=9)
    assert await rig.published(ReconciliationCompared) == [], "no list of what is open was compared"
    assert (found.ours_only, row.line_key, row.their_status) == (1, line.line_key, "900")
    assert "cannot trace the line" in row.text

"""Takes over copies and costs from before it was kept what they commit.

These are there at an upgrade, and the previous release writes more while it still runs.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal, select, text, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.orders.store.tables import copy, copy_cost

# The price that the last answer stated, as `domain.commitments.price_to_pay` chooses it.
_COPIES = text("""
UPDATE copy SET
    fund_year = '',
    expected_minor = coalesce(stated.minor, line.price_minor),
    expected_currency = CASE WHEN stated.minor IS NOT NULL OR line.price_minor IS NOT NULL
        THEN coalesce(stated.currency, line.price_currency, 'GBP') END
FROM order_line AS line LEFT JOIN LATERAL (
    SELECT (price->>'minor')::bigint AS minor, price->>'currency' AS currency
    FROM jsonb_array_elements(line.stated_prices) WITH ORDINALITY AS each (price, place)
    ORDER BY array_position(ARRAY['net', 'unstated', 'gross', 'retail'], coalesce(price->>'basis', 'unstated')), place LIMIT 1
) AS stated ON true
WHERE line.line_key = copy.line_key AND copy.order_id = ANY(:order_ids) AND copy.fund_year IS NULL
""").bindparams(bindparam("order_ids", type_=ARRAY(Uuid)))
# Only of copies that were charged or credited.
_CHARGED = text("""
UPDATE copy SET spend = CASE
    WHEN EXISTS (SELECT FROM copy_cost AS cost WHERE cost.copy_id = copy.copy_id AND reverses IS NULL AND settled_by IS NULL)
    THEN 'charged' WHEN copy.state = 'received' THEN 'credited' ELSE 'open' END
WHERE copy.order_id = ANY(:order_ids) AND EXISTS (
    SELECT FROM copy_cost AS cost
    WHERE cost.order_id = copy.order_id AND cost.copy_id = copy.copy_id AND cost.fund_year IS NULL
)
""").bindparams(bindparam("order_ids", type_=ARRAY(Uuid)))
_COSTS = text("""
UPDATE copy_cost SET fund = copy.fund, fund_year = copy.fund_year FROM copy
WHERE copy.copy_id = copy_cost.copy_id AND copy_cost.order_id = ANY(:order_ids) AND copy_cost.fund_year IS NULL
""").bindparams(bindparam("order_ids", type_=ARRAY(Uuid)))


async def orders_not_taken_over(connection: AsyncConnection, *, limit: int) -> list[UUID]:
    """Returns orders with copies or costs that were not taken over, by id."""
    copies = select(copy.c.order_id).where(copy.c.fund_year.is_(None))
    costs = select(copy_cost.c.order_id).where(copy_cost.c.fund_year.is_(None), copy_cost.c.copy_id.is_not(None))
    first = [query.distinct().order_by("order_id").limit(literal(limit)).subquery() for query in (copies, costs)]
    found = union(*(select(each.c.order_id) for each in first)).subquery()
    return list((await connection.execute(select(found.c.order_id).order_by(found.c.order_id).limit(limit))).scalars())


async def take_over_copies(connection: AsyncConnection, order_ids: Collection[UUID]) -> None:
    """Lets copies and costs of orders count that do not yet. Their orders and accounts are locked."""
    given = {"order_ids": list(order_ids)}
    for statement in (_COPIES, _CHARGED, _COSTS):
        await connection.execute(statement, given)

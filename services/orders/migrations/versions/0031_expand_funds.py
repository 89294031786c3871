"""Financial years of funds, what each copy commits of its fund, and the counts that triggers keep of both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031"
down_revision = "0030"

# What a row of `copy` counts as; those that were not taken over yet count as nothing.
_COUNTED = """
SELECT order_id, fund, fund_year, coalesce(expected_currency, '') AS currency, coalesce(expected_minor, 0) AS amount,
    expected_minor IS NULL AS unpriced,
    CASE WHEN spend <> 'open' THEN 'replaced' WHEN state IN ('refused', 'cancelled') THEN 'released' ELSE 'open' END AS stage,
    {sign} AS sign
FROM {rows} WHERE fund_year IS NOT NULL
"""
_NEW, _OLD = _COUNTED.format(rows="new_rows", sign=1), _COUNTED.format(rows="old_rows", sign=-1)
# Copies of one order first: an order whose sums are as before is not looked for.
_COUNT_COPIES = """
INSERT INTO fund_count (
    council, fund, fund_year, currency, committed, released, replaced, invoiced, credited, copies, open_copies, unpriced
)
SELECT book.council, fund, fund_year, currency, sum(committed), sum(released), sum(replaced), 0, 0, sum(of_order.copies),
    sum(open_copies), sum(unpriced)
FROM (
    SELECT order_id, fund, fund_year, currency, sum(sign * amount) AS committed,
        sum(CASE stage WHEN 'released' THEN sign * amount ELSE 0 END) AS released,
        sum(CASE stage WHEN 'replaced' THEN sign * amount ELSE 0 END) AS replaced,
        sum(sign) AS copies,
        sum(CASE stage WHEN 'open' THEN sign ELSE 0 END) AS open_copies,
        sum(CASE WHEN stage = 'open' AND unpriced THEN sign ELSE 0 END) AS unpriced
    FROM ({rows}) AS counted
    GROUP BY order_id, fund, fund_year, currency
    HAVING sum(sign * amount) <> 0 OR sum(sign) <> 0
        OR sum(CASE stage WHEN 'released' THEN sign * amount ELSE 0 END) <> 0
        OR sum(CASE stage WHEN 'replaced' THEN sign * amount ELSE 0 END) <> 0
        OR sum(CASE stage WHEN 'open' THEN sign ELSE 0 END) <> 0
        OR sum(CASE WHEN stage = 'open' AND unpriced THEN sign ELSE 0 END) <> 0
) AS of_order JOIN purchase_order AS book USING (order_id)
GROUP BY book.council, fund, fund_year, currency;
"""
_COST = """
SELECT invoice_id, fund, fund_year, currency, reverses, {sign} * (net + servicing + carriage + other + vat) AS total
FROM {rows} WHERE fund_year IS NOT NULL AND copy_id IS NOT NULL
"""
_NEW_COSTS, _OLD_COSTS = _COST.format(rows="new_rows", sign=1), _COST.format(rows="old_rows", sign=-1)
_COUNT_COSTS = """
INSERT INTO fund_count (
    council, fund, fund_year, currency, committed, released, replaced, invoiced, credited, copies, open_copies, unpriced
)
SELECT of.council, fund, fund_year, cost.currency, 0, 0, 0,
    sum(CASE WHEN reverses IS NULL THEN cost.total ELSE 0 END), sum(CASE WHEN reverses IS NULL THEN 0 ELSE -cost.total END), 0, 0, 0
FROM ({rows}) AS cost JOIN invoice AS of USING (invoice_id)
GROUP BY of.council, fund, fund_year, cost.currency
HAVING sum(CASE WHEN reverses IS NULL THEN cost.total ELSE 0 END) <> 0
    OR sum(CASE WHEN reverses IS NULL THEN 0 ELSE cost.total END) <> 0;
"""
_BOTH = "{new} UNION ALL {old}"
# Name, body, and what the function is for.
_FUNCTIONS = (
    ("count_committed_copies", _COUNT_COPIES.format(rows=_NEW), "Adds what new copies commit to fund_count"),
    (
        "count_changed_commitments",
        _COUNT_COPIES.format(rows=_BOTH.format(new=_NEW, old=_OLD)),
        "Adds to fund_count by how much changed copies commit more or less",
    ),
    ("count_new_costs", _COUNT_COSTS.format(rows=_NEW_COSTS), "Adds new charges and credits to fund_count"),
    (
        "count_changed_costs",
        _COUNT_COSTS.format(rows=_BOTH.format(new=_NEW_COSTS, old=_OLD_COSTS)),
        "Adds to fund_count what changed of charges and credits",
    ),
)
_BY_INSERT = "AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION"
_BY_UPDATE = "AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION"
_TRIGGERS = (
    f"CREATE TRIGGER copies_committed {_BY_INSERT.format(table='copy')} count_committed_copies()",
    f"CREATE TRIGGER commitments_changed {_BY_UPDATE.format(table='copy')} count_changed_commitments()",
    f"CREATE TRIGGER costs_added {_BY_INSERT.format(table='copy_cost')} count_new_costs()",
    f"CREATE TRIGGER costs_changed {_BY_UPDATE.format(table='copy_cost')} count_changed_costs()",
)
_AMOUNTS = ("committed", "released", "replaced", "invoiced", "credited", "copies", "open_copies", "unpriced")
# As for the counts of states (0016): orders and invoices are found by their keys.
_WITHOUT = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


def upgrade() -> None:
    op.add_column("fund", sa.Column("open_from", sa.Date(), nullable=True))
    op.add_column("fund", sa.Column("years", JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.create_table(
        "fund_count",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("fund_year", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _AMOUNTS),
    )
    op.create_index("fund_count_of_fund", "fund_count", ["council", "fund", "fund_year"])
    _let_copies_commit()
    _let_costs_count()
    _add_rollovers()
    for name, body, purpose in _FUNCTIONS:
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
        op.execute(f"COMMENT ON FUNCTION {name} IS '{purpose}'")
        for kind in _WITHOUT:
            op.execute(f"ALTER FUNCTION {name}() SET {kind} = off")
    for trigger in _TRIGGERS:
        op.execute(trigger)


def _let_copies_commit() -> None:
    op.add_column("copy", sa.Column("fund_year", sa.Text(), nullable=True))
    op.add_column("copy", sa.Column("expected_minor", sa.BigInteger(), nullable=True))
    op.add_column("copy", sa.Column("expected_currency", sa.Text(), nullable=True))
    op.add_column("copy", sa.Column("spend", sa.Text(), server_default=sa.text("'open'"), nullable=False))
    # What is there already is taken over by the worker, batch by batch, and so is what the previous release writes meanwhile.
    op.create_index("copy_not_taken_over", "copy", ["order_id"], postgresql_where=sa.text("fund_year IS NULL"))


def _let_costs_count() -> None:
    op.add_column("copy_cost", sa.Column("fund", sa.Text(), nullable=True))
    op.add_column("copy_cost", sa.Column("fund_year", sa.Text(), nullable=True))
    left = sa.text("fund_year IS NULL AND copy_id IS NOT NULL")
    op.create_index("copy_cost_not_taken_over", "copy_cost", ["order_id"], postgresql_where=left)


def _add_rollovers() -> None:
    op.create_table(
        "fund_rollover",
        sa.Column("rollover_id", sa.Uuid(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("fund", sa.Text(), nullable=False),
        sa.Column("from_year", sa.Text(), nullable=False),
        sa.Column("to_year", sa.Text(), nullable=False),
        sa.Column("rolls_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("passes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copies", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("moved", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("rollover_id"),
    )
    once = ["council", "fund", "from_year", "to_year", "rolls_on"]
    op.create_index("fund_rollover_once", "fund_rollover", once, unique=True)
    op.create_index("fund_rollover_of_key", "fund_rollover", ["council", "idempotency_key"])
    op.create_index("fund_rollover_by_time", "fund_rollover", ["council", "decided_at", "rollover_id"])
    op.create_index("fund_rollover_to_do", "fund_rollover", ["rolls_on"], postgresql_where=sa.text("done_at IS NULL"))

"""Counts of what happened on each day, kept by the database in the transaction that changes a row that is counted."""

from __future__ import annotations

import os
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

# The setting by which the service will count; a migration is given no settings.
_ZONE = os.environ.get("TIME_ZONE", "Europe/London")

# Left: table; then the measures that its rows count in, and how: THE_ROWS are the rows, THE_ZONE is the zone of the days.
_COUNTED = {
    "copy": (
        ("ordered", "answered", "despatched", "received", "lead"),
        """
        SELECT council, (at AT TIME ZONE THE_ZONE)::date AS day, measure, supplier_id, '' AS part, 1::bigint AS number
        FROM THE_ROWS, LATERAL (VALUES ('ordered', ordered_at), ('answered', answered_at), ('despatched', despatched_at),
            ('received', received_at)) AS milestone (measure, at)
        WHERE at IS NOT NULL
        UNION ALL
        SELECT council, received_on, 'lead', supplier_id, least(greatest(received_on - ordered_on, 0), 366)::text, 1
        FROM (SELECT council, supplier_id, (received_at AT TIME ZONE THE_ZONE)::date AS received_on,
                (ordered_at AT TIME ZONE THE_ZONE)::date AS ordered_on
            FROM THE_ROWS WHERE received_at IS NOT NULL AND ordered_at IS NOT NULL) AS arrived
        """,
    ),
    "placed_order": (
        ("orders",),
        """
        SELECT council, (placed_at AT TIME ZONE THE_ZONE)::date AS day, 'orders' AS measure, supplier_id, '' AS part,
            1::bigint AS number
        FROM THE_ROWS
        """,
    ),
    "sending": (
        ("order_messages",),
        """
        SELECT council, (sent_at AT TIME ZONE THE_ZONE)::date AS day, 'order_messages' AS measure, supplier_id, outcome AS part,
            1::bigint AS number
        FROM THE_ROWS
        """,
    ),
    "quarantined": (
        ("messages_held", "messages_settled"),
        """
        SELECT coalesce(council, '') AS council, (at AT TIME ZONE THE_ZONE)::date AS day, measure, supplier_id, '' AS part,
            1::bigint AS number
        FROM THE_ROWS, LATERAL (VALUES ('messages_held', quarantined_at),
            ('messages_settled', CASE WHEN settled_at >= quarantined_at THEN settled_at END)) AS step (measure, at)
        WHERE at IS NOT NULL
        """,
    ),
    "invoice": (
        ("invoices_queried", "invoices_settled", "spend"),
        """
        SELECT council, (at AT TIME ZONE THE_ZONE)::date AS day, measure, supplier_id, '' AS part, 1::bigint AS number
        FROM THE_ROWS, LATERAL (VALUES ('invoices_queried', queried_at),
            ('invoices_settled', CASE WHEN settled_at >= queried_at THEN settled_at END)) AS step (measure, at)
        WHERE at IS NOT NULL
        UNION ALL
        SELECT council, spent_on, 'spend', supplier_id, currency, CASE WHEN credit THEN -total ELSE total END
        FROM THE_ROWS WHERE spent_on IS NOT NULL
        """,
    ),
    "discrepancy": (
        ("discrepancies",),
        """
        SELECT council, (found_at AT TIME ZONE THE_ZONE)::date AS day, 'discrepancies' AS measure, supplier_id, '' AS part,
            1::bigint AS number
        FROM THE_ROWS
        """,
    ),
}

# Counts the rows of a statement, and takes away what they were before. A trigger, so that a release from before it, which may
# still run, and a person's own statements count too.
_COUNT = """
CREATE FUNCTION count_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted text := replace(TG_ARGV[0], 'THE_ZONE', quote_literal(coalesce((SELECT zone FROM counted_in), 'UTC')));
    changes text[] := '{}';
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM day_count WHERE measure = ANY (TG_ARGV[1]::text[]);
        RETURN NULL;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        changes := changes || format('SELECT * FROM (%s) AS added', replace(counted, 'THE_ROWS', 'new_rows'));
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        changes := changes || format('SELECT council, day, measure, supplier_id, part, -number AS number FROM (%s) AS removed',
            replace(counted, 'THE_ROWS', 'old_rows'));
    END IF;
    EXECUTE format('INSERT INTO day_change SELECT *, row_number() OVER () = 1 FROM (
        SELECT council, day, measure, supplier_id, part, sum(number)::bigint FROM (%s) AS change
        GROUP BY council, day, measure, supplier_id, part HAVING sum(number) <> 0) AS counted',
        array_to_string(changes, ' UNION ALL '));
    RETURN NULL;
END $$
"""
_COUNT_COMMENT = "COMMENT ON FUNCTION count_days IS 'Notes what rows change in day_count, which is changed on commit'"

# On commit, and in the order of the key: a transaction that counts waits for none that still waits for other rows, so that none
# deadlock. Its rows of `day_change` are its own: those of others are gone when they are committed.
_FOLD = """
CREATE FUNCTION fold_day_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes day_count[];
BEGIN
    WITH change AS (DELETE FROM day_change RETURNING *)
    SELECT array_agg((council, day, measure, supplier_id, part, number)::day_count) INTO changes FROM (
        SELECT council, day, measure, supplier_id, part, sum(number)::bigint AS number FROM change
        GROUP BY council, day, measure, supplier_id, part HAVING sum(number) <> 0) AS summed;
    INSERT INTO day_count (council, day, measure, supplier_id, part, number)
    SELECT council, day, measure, supplier_id, part, number FROM unnest(changes)
    ORDER BY council, day, measure, supplier_id, part
    ON CONFLICT (council, day, measure, supplier_id, part) DO UPDATE SET number = day_count.number + excluded.number;
    DELETE FROM day_count AS counted USING unnest(changes) AS change
    WHERE counted.number = 0 AND counted.council = change.council AND counted.day = change.day
        AND counted.measure = change.measure AND counted.supplier_id = change.supplier_id AND counted.part = change.part;
    RETURN NULL;
END $$
"""
_FOLD_COMMENT = "COMMENT ON FUNCTION fold_day_changes IS 'Adds what a transaction changed to day_count'"
_FOLDED = """
CREATE CONSTRAINT TRIGGER day_changes_folded AFTER INSERT ON day_change DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (new.folds) EXECUTE FUNCTION fold_day_changes()
"""

# Left: the end of the trigger's name; then when it runs, and what rows it is given.
_TRIGGERS = {
    "added": ("INSERT", "REFERENCING NEW TABLE AS new_rows"),
    "moved": ("UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    "removed": ("DELETE", "REFERENCING OLD TABLE AS old_rows"),
    "emptied": ("TRUNCATE", ""),
}

_FILL = """
INSERT INTO day_count SELECT council, day, measure, supplier_id, part, sum(number) FROM (THE_COUNTED) AS counted
GROUP BY council, day, measure, supplier_id, part HAVING sum(number) <> 0
"""


def upgrade() -> None:
    _create_tables()
    for name in ("ordered_at", "answered_at", "despatched_at", "received_at"):
        op.add_column("copy", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("invoice", sa.Column("spent_on", sa.Date(), nullable=True))
    op.execute(sa.text("INSERT INTO counted_in (zone) VALUES (:zone)").bindparams(zone=_ZONE))
    for statement in (_COUNT, _COUNT_COMMENT, _FOLD, _FOLD_COMMENT, _FOLDED):
        op.execute(statement)
    for table, (measures, counted) in _COUNTED.items():
        _count_days_of(table, measures, counted)


def _create_tables() -> None:
    op.create_table(
        "placed_order",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "supplier_id"),
    )
    keys = ("council", "day", "measure", "supplier_id", "part")
    op.create_table("day_count", *_of_day(), sa.PrimaryKeyConstraint(*keys))
    op.create_index("day_count_of_measure", "day_count", ["measure", "day"])
    op.create_table("day_change", *_of_day(), sa.Column("folds", sa.Boolean(), nullable=False))
    op.create_table(
        "counted_in",
        sa.Column("only", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("only"),
    )


def _of_day() -> list[sa.Column[Any]]:
    texts = (sa.Column(name, sa.Text(), nullable=False) for name in ("council", "measure", "supplier_id", "part"))
    council, measure, supplier_id, part = texts
    day, number = sa.Column("day", sa.Date(), nullable=False), sa.Column("number", sa.BigInteger(), nullable=False)
    return [council, day, measure, supplier_id, part, number]


def _count_days_of(table: str, measures: tuple[str, ...], counted: str) -> None:
    """Counts the rows that are there after the triggers have locked out writers: what is written later is counted by them."""
    quoted = counted.replace("'", "''")
    for end, (event, given) in _TRIGGERS.items():
        name = f"days_of_{table}_{end}"
        run = f"EXECUTE FUNCTION count_days('{quoted}', '{{{','.join(measures)}}}')"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} {given} FOR EACH STATEMENT {run}")
    there = counted.replace("THE_ROWS", table).replace("THE_ZONE", "(SELECT zone FROM counted_in)")
    op.execute(_FILL.replace("THE_COUNTED", there))

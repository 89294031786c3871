"""Counts of copies, kept by the database in the transaction that changes a copy, and what the lists of the page wait for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# Nobody waits in a settled state, so its copies need no day of their own.
_DAY = """
CREATE FUNCTION day_counted(state text, changed_at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN state IN ('received', 'refused', 'cancelled') THEN '-infinity'::date
        ELSE (changed_at AT TIME ZONE 'UTC')::date END
$$
"""
_DAY_COMMENT = "COMMENT ON FUNCTION day_counted IS 'The day by which copy_count counts a copy'"

# A trigger, so that a release from before it, which may still run, and a person's own statements count too. One transaction
# counts at a time, from here to its commit: locks on the rows of copy_count, taken in no common order, would deadlock.
_COUNT = """
CREATE FUNCTION count_copies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes copy_count[] := '{}';
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM copy_count;
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('copy_count', 0));
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        changes := ARRAY(
            SELECT (council, supplier_id, state, day_counted(state, changed_at), count(*))::copy_count
            FROM new_rows GROUP BY council, supplier_id, state, day_counted(state, changed_at));
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        changes := changes || ARRAY(
            SELECT (council, supplier_id, state, day_counted(state, changed_at), -count(*))::copy_count
            FROM old_rows GROUP BY council, supplier_id, state, day_counted(state, changed_at));
    END IF;
    MERGE INTO copy_count AS counted
    USING (
        SELECT council, supplier_id, state, day, sum(copies) AS copies
        FROM unnest(changes) GROUP BY council, supplier_id, state, day HAVING sum(copies) <> 0
    ) AS change
    ON counted.council = change.council AND counted.supplier_id = change.supplier_id
        AND counted.state = change.state AND counted.day = change.day
    WHEN MATCHED AND counted.copies + change.copies = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET copies = counted.copies + change.copies
    WHEN NOT MATCHED THEN INSERT VALUES (change.council, change.supplier_id, change.state, change.day, change.copies);
    RETURN NULL;
END $$
"""
_COUNT_COMMENT = "COMMENT ON FUNCTION count_copies IS 'Keeps copy_count equal to a count over copy'"

_TRIGGERS = (
    "CREATE TRIGGER copies_added AFTER INSERT ON copy REFERENCING NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_copies()",
    "CREATE TRIGGER copies_moved AFTER UPDATE ON copy REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_copies()",
    "CREATE TRIGGER copies_removed AFTER DELETE ON copy REFERENCING OLD TABLE AS old_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_copies()",
    "CREATE TRIGGER copies_emptied AFTER TRUNCATE ON copy FOR EACH STATEMENT EXECUTE FUNCTION count_copies()",
)

# Last, after the triggers have locked out writers: what is written later is counted by them.
_FILL = """
INSERT INTO copy_count (council, supplier_id, state, day, copies)
SELECT council, supplier_id, state, day_counted(state, changed_at), count(*) FROM copy GROUP BY 1, 2, 3, 4
"""

# The copies that a place reported as short are as good as scanned: nobody waits for them there.
_SHORT = """
UPDATE consigned_copy SET received = true FROM consignment, discrepancy
WHERE NOT received AND consignment.consignment_id = consigned_copy.consignment_id AND discrepancy.kind = 'short'
    AND discrepancy.copy_id = consigned_copy.copy_id AND discrepancy.supplier_id = consignment.supplier_id
    AND discrepancy.despatch_number = consignment.despatch_number
"""
_DUE = """
UPDATE consigned_copy SET due = coalesce(consignment.expected_on, 'infinity') FROM consignment
WHERE NOT received AND consignment.consignment_id = consigned_copy.consignment_id
"""

_WAITING = "state NOT IN ('received', 'refused', 'cancelled')"
# Left: name and table; then the columns, and the rows that the index has.
_PARTIAL = (
    ("copy_to_come", "copy", ["line_key"], "state NOT IN ('received', 'cancelled')"),
    ("copy_to_send", "copy", ["order_id", "supplier_id"], "state = 'ordered'"),
    ("copy_owed_again", "copy", ["copy_id"], "state IN ('missing', 'damaged')"),
    ("consigned_copy_due", "consigned_copy", ["due"], "NOT received"),
    ("discrepancy_untied", "discrepancy", ["found_at"], "copy_id IS NULL"),
)
# Table, since when a row of it can wait, until when.
_WAITS = (
    ("cancellation", "requested_at", "answered_at"),
    ("quarantined", "quarantined_at", "settled_at"),
    ("invoice", "queried_at", "settled_at"),
)
# What these lists read before; the previous release works without, more slowly.
_REPLACED = (
    ("copy_by_state", "copy"),
    ("copy_by_council", "copy"),
    ("copy_of_order", "copy"),
    ("cancellation_requested", "cancellation"),
    ("invoice_queried", "invoice"),
    ("consignment_due", "consignment"),
    ("discrepancy_by_time", "discrepancy"),
)


def upgrade() -> None:
    _count_copies()
    _date_consigned_copies()
    _mark_what_waits()
    _index_what_waits()


def _count_copies() -> None:
    op.create_table(
        "copy_count",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("council", "supplier_id", "state", "day"),
    )
    for statement in (_DAY, _DAY_COMMENT, _COUNT, _COUNT_COMMENT, *_TRIGGERS, _FILL):
        op.execute(statement)


def _date_consigned_copies() -> None:
    op.add_column("consigned_copy", sa.Column("due", sa.Date(), nullable=True))
    # What the previous release writes meanwhile counts as due, whatever its day: the list then looks at the consignment.
    op.alter_column("consigned_copy", "due", server_default=sa.text("'-infinity'"))
    op.execute(_SHORT)
    op.execute(_DUE)


def _mark_what_waits() -> None:
    for table, begun, until in _WAITS:
        waiting = sa.Computed(f"CASE WHEN {begun} > coalesce({until}, '-infinity') THEN {begun} END", persisted=True)
        op.add_column(table, sa.Column("waits_since", sa.DateTime(timezone=True), waiting, nullable=True))
        op.create_index(f"{table}_waiting", table, ["waits_since"], postgresql_where=sa.text("waits_since IS NOT NULL"))


def _index_what_waits() -> None:
    keys = ["state", "changed_at", "copy_id"]
    for name, columns in (("copy_waiting", keys), ("copy_waiting_of_council", ["council", *keys])):
        op.create_index(name, "copy", columns, postgresql_include=["supplier_id"], postgresql_where=sa.text(_WAITING))
    op.create_index("discrepancy_of_copy", "discrepancy", ["copy_id"])
    for name, table, columns, waiting in _PARTIAL:
        op.create_index(name, table, columns, postgresql_where=sa.text(waiting))
    for name, table in _REPLACED:
        op.drop_index(name, table)

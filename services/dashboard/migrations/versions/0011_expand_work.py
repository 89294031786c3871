"""One table of all that waits for a person, how many do by cause, and what people do about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_WAITS_SINCE = "CASE WHEN began_at > coalesce(ended_at, '-infinity') THEN began_at END"
_WAITS = "waits_since IS NOT NULL"

# As count_copies does: one transaction counts at a time, because locks on the rows of work_count would be taken in no common order.
_COUNT = """
CREATE FUNCTION count_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes work_count[] := '{}';
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM work_count;
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('work_count', 0));
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        changes := ARRAY(
            SELECT (kind, cause, coalesce(council, ''), supplier_id, shows_on, hides_on, count(*))::work_count
            FROM new_rows WHERE waits_since IS NOT NULL
            GROUP BY kind, cause, coalesce(council, ''), supplier_id, shows_on, hides_on);
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        changes := changes || ARRAY(
            SELECT (kind, cause, coalesce(council, ''), supplier_id, shows_on, hides_on, -count(*))::work_count
            FROM old_rows WHERE waits_since IS NOT NULL
            GROUP BY kind, cause, coalesce(council, ''), supplier_id, shows_on, hides_on);
    END IF;
    MERGE INTO work_count AS counted
    USING (
        SELECT kind, cause, council, supplier_id, shows_on, hides_on, sum(things) AS things
        FROM unnest(changes) GROUP BY kind, cause, council, supplier_id, shows_on, hides_on HAVING sum(things) <> 0
    ) AS change
    ON counted.kind = change.kind AND counted.cause = change.cause AND counted.council = change.council
        AND counted.supplier_id = change.supplier_id AND counted.shows_on = change.shows_on AND counted.hides_on = change.hides_on
    WHEN MATCHED AND counted.things + change.things = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET things = counted.things + change.things
    WHEN NOT MATCHED THEN INSERT VALUES (
        change.kind, change.cause, change.council, change.supplier_id, change.shows_on, change.hides_on, change.things);
    RETURN NULL;
END $$
"""
_COUNT_COMMENT = "COMMENT ON FUNCTION count_work IS 'Keeps work_count equal to a count over work'"
_TRIGGERS = (
    "CREATE TRIGGER work_added AFTER INSERT ON work REFERENCING NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_work()",
    "CREATE TRIGGER work_changed AFTER UPDATE ON work REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_work()",
    "CREATE TRIGGER work_removed AFTER DELETE ON work REFERENCING OLD TABLE AS old_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_work()",
    "CREATE TRIGGER work_emptied AFTER TRUNCATE ON work FOR EACH STATEMENT EXECUTE FUNCTION count_work()",
)
_TEXTS = ("supplier_id", "service", "cause", "subject", "detail", "place", "isbn", "order_number", "line_key")


def upgrade() -> None:
    _create_work()
    _count_work()
    _create_handling()
    op.create_index("consigned_copy_of_copy", "consigned_copy", ["copy_id"], postgresql_where=sa.text("NOT received"))


def _create_work() -> None:
    def moment(name: str) -> sa.Column[object]:
        return sa.Column(name, sa.DateTime(timezone=True), nullable=True)

    def limit(name: str, default: str) -> sa.Column[object]:
        return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text(default))

    def day(name: str, of: str) -> sa.Column[object]:
        return sa.Column(name, sa.Date(), sa.Computed(f"({of} AT TIME ZONE 'UTC')::date", persisted=True), nullable=True)

    op.create_table(
        "work",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")) for name in _TEXTS),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        moment("began_at"),
        moment("ended_at"),
        limit("shows_at", "'-infinity'"),
        limit("hides_at", "'infinity'"),
        sa.Column("waits_since", sa.DateTime(timezone=True), sa.Computed(_WAITS_SINCE, persisted=True), nullable=True),
        day("shows_on", "shows_at"),
        day("hides_on", "hides_at"),
        sa.PrimaryKeyConstraint("kind", "item"),
    )
    keys = ["kind", "cause", "waits_since", "item"]
    for name, columns in (("work_waiting", keys), ("work_waiting_of_council", ["council", *keys])):
        op.create_index(name, "work", columns, postgresql_where=sa.text(_WAITS))
    for name in ("shows_on", "hides_on"):
        op.create_index(f"work_{name}", "work", [name], postgresql_where=sa.text(f"{_WAITS} AND isfinite({name})"))


def _count_work() -> None:
    op.create_table(
        "work_count",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "cause", "council", "supplier_id")),
        sa.Column("shows_on", sa.Date(), nullable=False),
        sa.Column("hides_on", sa.Date(), nullable=False),
        sa.Column("things", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "cause", "council", "supplier_id", "shows_on", "hides_on"),
    )
    for statement in (_COUNT, _COUNT_COMMENT, *_TRIGGERS):
        op.execute(statement)


def _create_handling() -> None:
    op.create_table(
        "handling",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_name", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "item"),
    )
    op.create_index("handling_taken", "handling", ["taken_by"], postgresql_where=sa.text("taken_by IS NOT NULL"))
    op.create_index("handling_snoozed", "handling", ["snoozed_until"], postgresql_where=sa.text("snoozed_until IS NOT NULL"))
    op.create_table(
        "handling_note",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("note_id"),
    )
    op.create_index("handling_note_of_item", "handling_note", ["kind", "item", "written_at"])

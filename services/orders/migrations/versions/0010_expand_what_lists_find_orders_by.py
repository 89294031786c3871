"""What lists find orders by, kept by the database: which orders ask for a decision, and the states and suppliers of their copies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# Triggers, so that what the previous release changes, which may still run, counts too. Whoever changes a line or a copy holds the
# row lock of its order already, so these wait for nobody.
_ASKING = """
CREATE FUNCTION mark_order_that_asks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE purchase_order
    SET asking = EXISTS (SELECT FROM order_line WHERE order_line.order_id = NEW.order_id AND attention <> '')
    WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$
"""
_PLACED = """
CREATE FUNCTION count_placed_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_state (order_id, supplier_id, state, council, placed_at, copies)
    SELECT placed.order_id, line.supplier_id, placed.state, book.council, book.placed_at, count(*)
    FROM new_rows AS placed JOIN order_line AS line USING (line_key)
        JOIN purchase_order AS book ON book.order_id = placed.order_id
    GROUP BY placed.order_id, line.supplier_id, placed.state, book.council, book.placed_at
    ON CONFLICT (order_id, supplier_id, state) DO UPDATE SET copies = order_state.copies + excluded.copies;
    RETURN NULL;
END $$
"""
_MOVED = """
CREATE FUNCTION count_moved_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    MERGE INTO order_state AS kept
    USING (
        SELECT moved.order_id, line.supplier_id, moved.state, book.council, book.placed_at, sum(moved.copies) AS copies
        FROM (
            SELECT order_id, line_key, state, sum(copies) AS copies
            FROM (
                SELECT order_id, line_key, state, 1 AS copies FROM new_rows
                UNION ALL SELECT order_id, line_key, state, -1 FROM old_rows
            ) AS changed GROUP BY order_id, line_key, state HAVING sum(copies) <> 0
        ) AS moved JOIN order_line AS line USING (line_key) JOIN purchase_order AS book ON book.order_id = moved.order_id
        GROUP BY moved.order_id, line.supplier_id, moved.state, book.council, book.placed_at HAVING sum(moved.copies) <> 0
    ) AS change
    ON kept.order_id = change.order_id AND kept.supplier_id = change.supplier_id AND kept.state = change.state
    WHEN MATCHED AND kept.copies + change.copies = 0 THEN DELETE
    WHEN MATCHED THEN UPDATE SET copies = kept.copies + change.copies
    WHEN NOT MATCHED THEN INSERT (order_id, supplier_id, state, council, placed_at, copies)
        VALUES (change.order_id, change.supplier_id, change.state, change.council, change.placed_at, change.copies);
    RETURN NULL;
END $$
"""
_TRIGGERS = (
    "CREATE TRIGGER line_asks AFTER UPDATE OF attention ON order_line FOR EACH ROW "
    "WHEN ((OLD.attention = '') <> (NEW.attention = '')) EXECUTE FUNCTION mark_order_that_asks()",
    "CREATE TRIGGER copies_placed AFTER INSERT ON copy REFERENCING NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_placed_copies()",
    "CREATE TRIGGER copies_moved AFTER UPDATE ON copy REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_moved_copies()",
)
_COMMENTS = (
    "COMMENT ON FUNCTION mark_order_that_asks IS 'Keeps purchase_order.asking: whether a line of the order asks'",
    "COMMENT ON FUNCTION count_placed_copies IS 'Adds new copies to order_state'",
    "COMMENT ON FUNCTION count_moved_copies IS 'Moves copies in order_state from their states before to their new ones'",
)
# After the triggers, which lock out writers until the migration is committed: what is written later is counted by them.
_FILL = (
    "UPDATE purchase_order SET asking = true WHERE order_id IN (SELECT order_id FROM order_line WHERE attention <> '')",
    """
    INSERT INTO order_state (order_id, supplier_id, state, council, placed_at, copies)
    SELECT book.order_id, line.supplier_id, copy.state, book.council, book.placed_at, count(*)
    FROM copy JOIN order_line AS line USING (line_key) JOIN purchase_order AS book ON book.order_id = copy.order_id
    GROUP BY book.order_id, line.supplier_id, copy.state
    """,
)
_KEYS = ["placed_at", "order_id"]


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("asking", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("order_line_asking", "order_line", ["order_id"], postgresql_where=sa.text("attention <> ''"))
    op.create_table(
        "order_state",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "supplier_id", "state"),
    )
    for statement in (_ASKING, _PLACED, _MOVED, *_TRIGGERS, *_COMMENTS, *_FILL):
        op.execute(statement)
    op.create_index("purchase_order_asking", "purchase_order", ["council", *_KEYS], postgresql_where=sa.text("asking"))
    op.create_index("order_state_by_time", "order_state", ["council", "state", *_KEYS])
    op.create_index("order_state_of_supplier", "order_state", ["council", "supplier_id", *_KEYS])
    # Lists by state read it before; the previous release works without, more slowly.
    op.drop_index("copy_waiting", "copy")

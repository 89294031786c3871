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
CREATE FUNCTION count_moved_copy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    supplier text := (SELECT supplier_id FROM order_line WHERE line_key = NEW.line_key);
BEGIN
    INSERT INTO order_state (order_id, supplier_id, state, council, placed_at, copies)
    SELECT order_id, supplier_id, NEW.state, council, placed_at, 1 FROM order_state
    WHERE order_id = OLD.order_id AND supplier_id = supplier AND state = OLD.state
    ON CONFLICT (order_id, supplier_id, state) DO UPDATE SET copies = order_state.copies + 1;
    DELETE FROM order_state WHERE order_id = OLD.order_id AND supplier_id = supplier AND state = OLD.state AND copies = 1;
    IF NOT FOUND THEN
        UPDATE order_state SET copies = copies - 1
        WHERE order_id = OLD.order_id AND supplier_id = supplier AND state = OLD.state;
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGERS = (
    "CREATE TRIGGER line_asks AFTER UPDATE OF attention ON order_line FOR EACH ROW "
    "WHEN ((OLD.attention = '') <> (NEW.attention = '')) EXECUTE FUNCTION mark_order_that_asks()",
    "CREATE TRIGGER copies_placed AFTER INSERT ON copy REFERENCING NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_placed_copies()",
    "CREATE TRIGGER copy_moved AFTER UPDATE OF state ON copy FOR EACH ROW "
    "WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION count_moved_copy()",
)
_COMMENTS = (
    "COMMENT ON FUNCTION mark_order_that_asks IS 'Keeps purchase_order.asking: whether a line of the order asks'",
    "COMMENT ON FUNCTION count_placed_copies IS 'Adds new copies to order_state'",
    "COMMENT ON FUNCTION count_moved_copy IS 'Moves a copy in order_state from its state before to its new one'",
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

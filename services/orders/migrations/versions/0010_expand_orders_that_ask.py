"""Which orders ask a person for a decision, kept by the database when a line begins or ends to ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# A trigger, so that lines that the previous release changes, which may still run, count too. Whoever changes a line holds the
# row lock of its order already.
_FUNCTION = """
CREATE FUNCTION mark_order_that_asks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE purchase_order
    SET asking = EXISTS (SELECT FROM order_line WHERE order_line.order_id = NEW.order_id AND attention <> '')
    WHERE order_id = NEW.order_id;
    RETURN NULL;
END $$
"""
_COMMENT = "COMMENT ON FUNCTION mark_order_that_asks IS 'Keeps purchase_order.asking: whether a line of the order asks'"
_TRIGGER = """
CREATE TRIGGER line_asks AFTER UPDATE OF attention ON order_line FOR EACH ROW
WHEN ((OLD.attention = '') <> (NEW.attention = '')) EXECUTE FUNCTION mark_order_that_asks()
"""
_FILL = "UPDATE purchase_order SET asking = true WHERE order_id IN (SELECT order_id FROM order_line WHERE attention <> '')"


def upgrade() -> None:
    op.add_column("purchase_order", sa.Column("asking", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("order_line_asking", "order_line", ["order_id"], postgresql_where=sa.text("attention <> ''"))
    for statement in (_FUNCTION, _COMMENT, _TRIGGER, _FILL):
        op.execute(statement)
    keys = ["council", "placed_at", "order_id"]
    op.create_index("purchase_order_asking", "purchase_order", keys, postgresql_where=sa.text("asking"))

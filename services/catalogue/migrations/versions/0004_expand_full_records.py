"""Full records and titles, what cataloguers fixed in them, and which councils ordered which books.

The six texts stay beside the full descriptions for the release before this one, and for lists. Every title there is was published:
it is taken as ordered, by a council without a name, so that its changes are published as before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

_TRANSACTION = "(pg_current_xact_id()::text)::bigint"


def upgrade() -> None:
    for name, empty in (("description", "{}"), ("offers", "[]"), ("copies", "[]"), ("remainder", "[]")):
        op.add_column("record", sa.Column(name, JSONB(), server_default=sa.text(f"'{empty}'"), nullable=False))
    op.add_column("record", sa.Column("reference", sa.Text(), server_default="", nullable=False))
    op.add_column("record", sa.Column("encoding_true", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("record", sa.Column("score", sa.SmallInteger(), server_default="0", nullable=False))
    for name in ("description", "sources"):
        op.add_column("title", sa.Column(name, JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("title", sa.Column("withdrawn", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("title", sa.Column("position", sa.BigInteger(), server_default=sa.text(_TRANSACTION), nullable=False))
    op.create_index("title_position", "title", ["position", "isbn"])
    op.create_table(
        "ordered_title",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text(_TRANSACTION), nullable=False),
        sa.PrimaryKeyConstraint("isbn", "council"),
    )
    op.create_index("ordered_title_position", "ordered_title", ["council", "position", "isbn"])
    op.create_index("ordered_title_unpublished", "ordered_title", ["isbn"], postgresql_where=sa.text("NOT published"))
    op.create_table(
        "title_fix",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("description", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), server_default="", nullable=False),
        sa.Column("lifted_reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    in_force = sa.text("lifted_at IS NULL")
    op.create_index("title_fix_in_force", "title_fix", ["isbn", "field"], unique=True, postgresql_where=in_force)
    op.create_index("title_fix_of_title", "title_fix", ["isbn", "made_at"])
    op.execute("INSERT INTO ordered_title SELECT isbn, '', changed_at, true FROM title")

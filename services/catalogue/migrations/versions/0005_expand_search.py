"""What search knows of titles: words and values, and words to correct misspelt ones to.

No extension is needed. Entries of the titles there are, and of those that the release before this one still writes, are made by the
reminders of this release, a batch after another: the partial index finds those titles. The generated column `title.words` stays for
the release before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("isbn", sa.Text(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("facets", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("isbn"),
    )
    op.create_index("search_entry_words", "search_entry", ["words"], postgresql_using="gin")
    op.create_index("search_entry_issued", "search_entry", ["issued", "isbn"])
    # A word of 1,000 titles should be known as common: the plan depends on it.
    op.execute("ALTER TABLE search_entry ALTER COLUMN words SET STATISTICS 500")
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("neighbours", ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint("word"),
    )
    op.create_table(
        "search_waiting_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("words", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("search_word_neighbours", "search_word", ["neighbours"], postgresql_using="gin")
    op.add_column("title", sa.Column("searched_version", sa.Integer(), server_default="0", nullable=False))
    op.create_index("title_unsearched", "title", ["isbn"], postgresql_where=sa.text("searched_version <> version"))

"""The catalogue's tables. Titles and records belong to all councils; only orders, rules and requests name one."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from services.catalogue.store.stated import Stated
from shared.formats.marc import CopyFields
from shared.records import CopyData, Description, Offer, Remainder

T = TypeVar("T")

metadata = MetaData()

CURRENT_TRANSACTION = "(pg_current_xact_id()::text)::bigint"

BRIEF = ("title", "subtitle", "author", "publisher", "published", "form")
"""The columns that hold a description in six texts, as `shared.records.brief` makes them: what lists show."""


def _brief_columns() -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in BRIEF]


def _stated(name: str, shape: type[T], empty: str) -> Column[T]:
    return Column(name, Stated(shape), nullable=False, server_default=text(f"'{empty}'"))


def _position() -> Column[int]:
    """Returns the column for the transaction that changed a row last.

    Readers of changes go by it, up to the oldest transaction that still runs: so none is skipped that commits late.
    """
    return Column("position", BigInteger, nullable=False, server_default=text(CURRENT_TRANSACTION))


# `description` is empty in rows that an earlier release wrote: the six texts then say all that is known.
# `digest` is that of the latest statement as it arrived, for `usecases/taking.py`; empty where it is not known.
# `times`: how often a record arrived, withdrawals apart; what came before that was counted is one.
record = Table(
    "record",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    *_brief_columns(),
    Column("price_minor", Integer),
    Column("price_currency", Text),
    Column("message_id", Uuid, nullable=False),
    Column("supplied_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    _stated("description", Description, "{}"),
    _stated("offers", tuple[Offer, ...], "[]"),
    Column("offered_at", DateTime(timezone=True)),
    _stated("copies", tuple[CopyData, ...], "[]"),
    _stated("remainder", tuple[Remainder, ...], "[]"),
    Column("reference", Text, nullable=False, server_default=""),
    Column("encoding_true", Boolean, nullable=False, server_default=text("true")),
    Column("score", SmallInteger, nullable=False, server_default="0"),
    Column("digest", LargeBinary, nullable=False, server_default=""),
    Column("times", Integer, nullable=False, server_default="1"),
)

_WORDS = "to_tsvector('simple'::regconfig, ((((title || ' '::text) || subtitle) || ' '::text) || author))"

title = Table(
    "title",
    metadata,
    Column("isbn", Text, primary_key=True),
    *_brief_columns(),
    Column("supplier_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("words", TSVECTOR, Computed(_WORDS, persisted=True)),
    _stated("description", Description, "{}"),
    _stated("sources", dict[str, str], "{}"),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    _position(),
    Column("searched_version", Integer, nullable=False, server_default="0"),
    Index("title_words", "words", postgresql_using="gin"),
    Index("title_position", "position", "isbn"),
)
# An earlier release does not write `searched_version`, so what it writes is here until the reminders take it up.
Index("title_unsearched", title.c.isbn, postgresql_where=title.c.searched_version != title.c.version)

# What search knows of each title: see `domain/entry.py`. Apart from the title, because what suppliers offer changes it far more
# often, and because a search reads thousands of these rows.
entry = Table(
    "search_entry",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("words", TSVECTOR, nullable=False),
    Column("issued", Integer, nullable=False),
    Column("facets", ARRAY(Text), nullable=False),
    Index("search_entry_words", "words", postgresql_using="gin"),
    Index("search_entry_issued", "issued", "isbn"),
)

# Words of titles and contributors, to which misspelt ones are corrected: see `domain/correcting.py`. In the order of their bytes,
# so that those that begin with something are one range of the key.
word = Table(
    "search_word",
    metadata,
    Column("word", Text(collation="C"), primary_key=True),
    Column("neighbours", ARRAY(Integer), nullable=False),
    Index("search_word_neighbours", "neighbours", postgresql_using="gin"),
)

# Words that are not known yet, in the order in which they came; the reminders learn them. A transaction that wrote them into
# `search_word` itself would hold up every other one with the same new words until it ends.
waiting_words = Table(
    "search_waiting_words",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("words", ARRAY(Text), nullable=False),
)

# Books that a council ordered. Only their titles are published: nobody waits for an event about the rest of a bookseller's list.
# `published`: whether the title was; until then its record has not arrived. `position` moves whenever the title changes.
ordered_title = Table(
    "ordered_title",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    Column("ordered_at", DateTime(timezone=True), nullable=False),
    Column("published", Boolean, nullable=False),
    _position(),
)
Index("ordered_title_position", ordered_title.c.council, ordered_title.c.position, ordered_title.c.isbn)
Index("ordered_title_unpublished", ordered_title.c.isbn, postgresql_where=~ordered_title.c.published)

# Copies that councils ordered: what their systems load with the record. `data` is what the order states; `barcode` comes later.
ordered_copy = Table(
    "ordered_copy",
    metadata,
    Column("copy_id", Uuid, primary_key=True),
    Column("isbn", Text, nullable=False),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("line_key", Text, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("copy_number", Integer, nullable=False),
    _stated("data", CopyData, "{}"),
    Column("barcode", Text, nullable=False, server_default=""),
    Column("given_up", Boolean, nullable=False, server_default=text("false")),
    Index("ordered_copy_isbn", "isbn"),
)

# The field of MARC in which a council's system loads a copy, where it is not Koha's.
item_profile = Table(
    "item_profile",
    metadata,
    Column("council", Text, primary_key=True),
    _stated("written", CopyFields, "{}"),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
)

# When a council's mailboxes get files of its records (`days` as ISO has them, Monday 1), and how far the files are: after title
# `isbn` of transaction `position` in the numbering `history`. A council without a row gets none.
record_filing = Table(
    "record_filing",
    metadata,
    Column("council", Text, primary_key=True),
    Column("days", ARRAY(SmallInteger), nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("only_passing", Boolean, nullable=False),
    Column("history", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("file_number", Integer, nullable=False, server_default=text("0")),
    Column("turn_on", Date),
    Column("reached_at", DateTime(timezone=True), nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
)

# Rules by which councils order, as the orders service publishes them: whose prices a council sees.
ordering_rule = Table(
    "ordering_rule",
    metadata,
    Column("rule_id", Uuid, primary_key=True),
    Column("council", Text, nullable=False),
    Column("supplier_id", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index("ordering_rule_of_council", "council"),
)

# Fields that cataloguers fixed. A row stays when its fix is lifted: who fixed what, and why, is the audit.
title_fix = Table(
    "title_fix",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("isbn", Text, nullable=False),
    Column("field", Text, nullable=False),
    _stated("description", Description, "{}"),
    Column("council", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("lifted_at", DateTime(timezone=True)),
    Column("lifted_by", Text, nullable=False, server_default=""),
    Column("lifted_reason", Text, nullable=False, server_default=""),
)
Index("title_fix_in_force", title_fix.c.isbn, title_fix.c.field, unique=True, postgresql_where=title_fix.c.lifted_at.is_(None))
Index("title_fix_of_title", title_fix.c.isbn, title_fix.c.made_at)

# A row stays after the record arrived: it keeps who was asked, and when last. `trial`, `arm`: what drew the supplier when the
# row's council last asked; null where nothing did. `left_at`: when switches had asked other suppliers for whoever had
# waited for it.
ask = Table(
    "ask",
    metadata,
    Column("isbn", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("council", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("times", Integer, nullable=False),
    Column("trial", Text),
    Column("arm", Text),
    Column("left_at", DateTime(timezone=True)),
    Index("ask_by_time", "asked_at"),
)

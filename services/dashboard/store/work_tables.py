"""The tables of what waits for a person, part of the read model, and of how many do."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Computed, Date, DateTime, Index, Table, Text, Uuid, text

from services.dashboard.store.tables import metadata

_NOTHING = text("''")
_ALWAYS, _FOR_EVER = text("'-infinity'"), text("'infinity'")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=_NOTHING)


def _day_of(moment: str) -> Computed:
    return Computed(f"({moment} AT TIME ZONE 'UTC')::date", persisted=True)


WAITS = text("work.waits_since IS NOT NULL")

# One row for each thing that waits, or did: it waits while it began later than it ended, from `shows_at` until `hides_at`, which
# need no event. `item` names it within its kind. The row of a thing that other tables know is a function of their rows, and is
# removed when it waits no more (store/work_sources.py); of all others the latest times stay: events may come in any order.
work = Table(
    "work",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("council", Text),
    *map(_text, ("supplier_id", "service", "cause", "subject", "detail", "place", "isbn", "order_number", "line_key")),
    Column("order_id", Uuid),
    Column("began_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("shows_at", DateTime(timezone=True), nullable=False, server_default=_ALWAYS),
    Column("hides_at", DateTime(timezone=True), nullable=False, server_default=_FOR_EVER),
    Column(
        "waits_since",
        DateTime(timezone=True),
        Computed("CASE WHEN began_at > coalesce(ended_at, '-infinity') THEN began_at END", persisted=True),
    ),
    Column("shows_on", Date, _day_of("shows_at")),
    Column("hides_on", Date, _day_of("hides_at")),
    Index("work_waiting", "kind", "cause", "waits_since", "item", postgresql_where=WAITS),
    Index("work_waiting_of_council", "council", "kind", "cause", "waits_since", "item", postgresql_where=WAITS),
    Index("work_shows_on", "shows_on", postgresql_where=text("work.waits_since IS NOT NULL AND isfinite(work.shows_on)")),
    Index("work_hides_on", "hides_on", postgresql_where=text("work.waits_since IS NOT NULL AND isfinite(work.hides_on)")),
)

# How many rows of `work` wait. Triggers of `work` keep it, as those of `copy` keep copy_count. A council of "": none is named.
# Days are whole (UTC); on the day itself the rows that begin or end to be shown on it are counted one by one.
work_count = Table(
    "work_count",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("council", Text, primary_key=True),
    Column("supplier_id", Text, primary_key=True),
    Column("shows_on", Date, primary_key=True),
    Column("hides_on", Date, primary_key=True),
    Column("things", BigInteger, nullable=False),
)

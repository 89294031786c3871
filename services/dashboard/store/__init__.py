"""The dashboard's tables, writing events into them, and reading the overview from them. Built from events alone."""

# So that whoever has the metadata of the read model has all its tables.
from services.dashboard.store import day_tables as day_tables
from services.dashboard.store import reach_tables as reach_tables
from services.dashboard.store import work_tables as work_tables

"""What an error of the database means for whoever sent a request: the same for programs, and for people at a page."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import DBAPIError

from shared.db.errors import is_disk_full, is_locked, is_unstorable
from shared.http.common_problems import DATABASE_AWAY, DISK_FULL, LOCKED, UNSTORABLE
from shared.http.problem_kinds import ProblemKind

log = structlog.get_logger(__name__)


def kind_of_trouble(path: str, error: Exception) -> ProblemKind:
    """Returns 422 for a value that the database cannot store, and a 503, which is logged, for any other error."""
    if isinstance(error, DBAPIError) and is_unstorable(error):
        return UNSTORABLE
    log.warning("database refused a request", path=path, error=repr(error))
    return LOCKED if is_locked(error) else DISK_FULL if is_disk_full(error) else DATABASE_AWAY

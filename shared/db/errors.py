"""Decides whether a database error is passing (a later attempt may succeed) or lies in what was written.

Owns the classes of SQLSTATE; must not know what a caller does about either.
"""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import DBAPIError, PendingRollbackError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Classes whose cause is the server or another transaction, never the content.
_PASSING_CLASSES = (
    "08",  # connections
    "25",  # state of the transaction: a standby that only reads, a session idle for too long
    "28",  # who may connect: a password that is being changed
    "3D",  # a database that is being restored
    "40",  # serialization, deadlocks
    "53",  # resources
    "55",  # locks, objects in use
    "57",  # operators: shutdowns
    "58",  # system errors
    "XX",  # internal errors, damaged disks
)
# A person or a time limit ended this statement; repeated without end, it would block everything after it.
_STATEMENT_CANCELLED = "57014"
_DATA_EXCEPTION = "22"

# Another transaction holds what this one needs, for longer than `lock_timeout`, or in a circle; or it has changed what this one
# sees as it was (REPEATABLE READ).
_LOCKED = ("55P03", "40P01", "40001")

_DISK_FULL = "53100"

# Data or an index that the server cannot read: its disk has lost or changed a part of it.
_DAMAGED = ("XX001", "XX002")

_CLOSED = (OSError, PoolTimeout, PendingRollbackError, ResourceClosedError)
# What the libraries raise when they cannot reach the database or lose it, each a base of its own.
DATABASE_ERRORS = (DBAPIError, *_CLOSED, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# A plan or a schema that the driver remembers and the server no longer has: it asks again next time.
_OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.InternalClientError)


def is_passing(error: BaseException) -> bool:
    """Returns whether the cause is the database or the way to it. False for errors that the database did not raise."""
    if isinstance(error, DBAPIError):
        # With the connection intact, an InterfaceError means that the driver refused the call: too many values, say.
        return error.connection_invalidated or _server_passes(_driver_error(error))
    return isinstance(error, _CLOSED) or _server_passes(error) or _connection_passes(error)


def is_locked(error: BaseException) -> bool:
    """Returns whether another transaction held a lock for too long."""
    return _state_of(error) in _LOCKED


def is_out_of_time(error: BaseException) -> bool:
    """Returns whether a statement was ended by its limit of time, or by a person."""
    return _state_of(error) == _STATEMENT_CANCELLED


def is_disk_full(error: BaseException) -> bool:
    """Returns whether the server has no room for what was written. Reading goes on, so only a write shows it."""
    return _state_of(error) == _DISK_FULL


def is_damaged(error: BaseException) -> bool:
    """Returns whether the server found that what it was to read is damaged. Other rows may be whole."""
    return _state_of(error) in _DAMAGED


def trouble_with(error: BaseException) -> str:
    """Returns in words, for `/readyz` and logs, what an error of the database means for whoever runs it."""
    if is_disk_full(error):
        return "the disk of the database is full: give it room; work goes on by itself"
    return f"the database cannot be reached: {type(error).__name__}"


def is_unstorable(error: DBAPIError) -> bool:
    """Returns whether a value fits no column: refused by the server, or by the driver before it asked the server."""
    cause = _driver_error(error)
    return isinstance(cause, ValueError) or _sqlstate(cause).startswith(_DATA_EXCEPTION)


def _driver_error(error: DBAPIError) -> BaseException | None:
    """Returns what asyncpg raised; SQLAlchemy wraps it twice."""
    return error.orig if error.orig is None else error.orig.__cause__ or error.orig


def _server_passes(error: BaseException | None) -> bool:
    sqlstate = _sqlstate(error)
    return isinstance(error, _OUTDATED) or (sqlstate.startswith(_PASSING_CLASSES) and sqlstate != _STATEMENT_CANCELLED)


def _connection_passes(error: BaseException) -> bool:
    return isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError)


def _state_of(error: BaseException) -> str:
    return _sqlstate(_driver_error(error) if isinstance(error, DBAPIError) else error)


def _sqlstate(error: BaseException | None) -> str:
    return getattr(error, "sqlstate", None) or ""

"""Each class of SQLSTATE either passes or lies in what was written, whoever raised it."""

import asyncpg
import pytest
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, NoResultFound, PendingRollbackError, ResourceClosedError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.db.errors import is_out_of_time, is_passing, is_unstorable

PASSES, CONTENT = True, False
CLASSES = [
    ("08006", PASSES, "the connection failed"),
    ("09000", CONTENT, "a trigger's action failed"),
    ("0A000", CONTENT, "a feature is not supported"),
    ("21000", CONTENT, "more rows than one"),
    ("22003", CONTENT, "a number out of range"),
    ("22021", CONTENT, "a character that cannot be stored"),
    ("23505", CONTENT, "a unique key is taken"),
    ("25006", PASSES, "the server only reads"),
    ("25P02", PASSES, "the transaction failed before"),
    ("25P03", PASSES, "the session was idle for too long"),
    ("28P01", PASSES, "the password is another one"),
    ("2F005", CONTENT, "a function returned nothing"),
    ("34000", CONTENT, "no such cursor"),
    ("3D000", PASSES, "the database is not there"),
    ("3F000", CONTENT, "no such schema"),
    ("40001", PASSES, "transactions collided"),
    ("40P01", PASSES, "transactions waited for each other in a circle"),
    ("42501", CONTENT, "not permitted"),
    ("42P01", CONTENT, "no such table"),
    ("44000", CONTENT, "a view's check failed"),
    ("53300", PASSES, "too many connections"),
    ("53100", PASSES, "the disk is full"),
    ("54001", CONTENT, "the statement is too complex"),
    ("55P03", PASSES, "a lock was not to be had"),
    ("57014", CONTENT, "the statement was cancelled"),
    ("57P01", PASSES, "the server shuts down"),
    ("57P03", PASSES, "the server starts up"),
    ("58030", PASSES, "the disk cannot be read"),
    ("F0000", CONTENT, "the configuration is wrong"),
    ("HV000", CONTENT, "a foreign table failed"),
    ("P0001", CONTENT, "a function raised it"),
    ("XX000", PASSES, "an internal error"),
    ("XX001", PASSES, "a page is damaged"),
]


def _of_server(sqlstate: str) -> asyncpg.PostgresError:
    error = asyncpg.PostgresError("no matter")
    error.sqlstate = sqlstate  # type: ignore[misc] # each known state has a class of its own; this serves for any
    return error


def _wrapped(cause: Exception, *, gone: bool = False) -> DBAPIError:
    """As SQLAlchemy gives it to us."""
    orig = AsyncAdapt_asyncpg_dbapi.Error("no matter", cause)  # type: ignore[no-untyped-call] # SQLAlchemy gives it no types
    orig.__cause__ = cause
    return DBAPIError("SELECT 1", {}, orig, connection_invalidated=gone)


@pytest.mark.parametrize(("sqlstate", "passes", "meaning"), CLASSES)
def test_a_class_of_sqlstate_passes_or_lies_in_the_content(sqlstate: str, passes: bool, meaning: str) -> None:
    assert is_passing(_of_server(sqlstate)) is passes, meaning
    assert is_passing(_wrapped(_of_server(sqlstate))) is passes, meaning
    assert is_passing(_wrapped(_of_server(sqlstate), gone=True)), "a lost connection is passing, whatever the server sent before"
    assert is_unstorable(_wrapped(_of_server(sqlstate))) is sqlstate.startswith("22"), meaning


OTHERS = [
    (ConnectionResetError(), PASSES),
    (TimeoutError(), PASSES),
    (OSError("no such host"), PASSES),
    (PoolTimeout("no connection is free"), PASSES),
    (PendingRollbackError("the connection was lost before"), PASSES),
    (ResourceClosedError("the connection is closed"), PASSES),
    (asyncpg.InterfaceError("the connection is closed"), PASSES),
    (asyncpg.InvalidCachedStatementError("the plan is outdated"), PASSES),
    (_wrapped(asyncpg.InvalidCachedStatementError("the plan is outdated")), PASSES),
    (_wrapped(asyncpg.InternalClientError("the schema is outdated")), PASSES),
    (_wrapped(asyncpg.InterfaceError("the connection is closed"), gone=True), PASSES),
    (_wrapped(asyncpg.InterfaceError("more values than 32767")), CONTENT),
    (asyncpg.ClientConfigurationError("no such option"), CONTENT),
    (_wrapped(ValueError("out of int64 range")), CONTENT),
    (StatementError("a value is missing", "SELECT 1", {}, KeyError()), CONTENT),
    (NoResultFound(), CONTENT),
    (ZeroDivisionError(), CONTENT),
]


@pytest.mark.parametrize(("error", "passes"), OTHERS, ids=repr)
def test_an_error_without_sqlstate_passes_or_lies_in_the_content(error: Exception, passes: bool) -> None:
    assert is_passing(error) is passes


def test_a_value_that_the_driver_refuses_cannot_be_stored() -> None:
    assert is_unstorable(_wrapped(ValueError("out of int64 range")))
    assert not is_unstorable(_wrapped(asyncpg.InterfaceError("the connection is closed"), gone=True))


def test_a_statement_that_took_too_long_is_told_from_other_errors() -> None:
    assert is_out_of_time(_wrapped(_of_server("57014")))
    assert not is_out_of_time(_wrapped(_of_server("57P01")))
    assert not is_out_of_time(OSError())

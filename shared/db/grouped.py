"""Grouped commits: concurrent requests share one transaction, because the commit is the expensive part.

Must not know what is written: the caller passes a function that writes many inputs at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Input = TypeVar("Input")
Output = TypeVar("Output")

WriteMany = Callable[[AsyncConnection, Sequence[Input]], Awaitable[Sequence[Output | Exception]]]


@dataclass(slots=True)
class _Waiting(Generic[Input, Output]):
    value: Input
    answer: asyncio.Future[Output]


class GroupedCommit(Generic[Input, Output]):
    """Collects the inputs of concurrent callers and commits them in groups.

    `write` runs in one transaction for the whole group and returns, for each input in order, its result or the
    exception to raise for it. A caller of `submit` gets its result only after the commit. The next group collects while
    one is being committed, so a single request never waits for others to arrive.
    """

    def __init__(self, engine: AsyncEngine, write: WriteMany[Input, Output], *, largest: int = 200) -> None:
        self._engine = engine
        self._write = write
        self._largest = largest
        self._waiting: list[_Waiting[Input, Output]] = []
        self._committing: asyncio.Task[None] | None = None

    async def submit(self, value: Input) -> Output:
        """Writes `value` together with all other waiting inputs; returns after the commit.

        Raises the exception that `write` returned for this input, or the database's error if the commit failed.
        """
        waiting: _Waiting[Input, Output] = _Waiting(value, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())
        return await waiting.answer

    async def _commit_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            try:
                await self._commit(group)
            except DBAPIError as error:
                await self._commit_one_by_one(group, error)
            except BaseException as error:
                _fail(group, error)
                if not isinstance(error, Exception):
                    raise

    async def _commit(self, group: list[_Waiting[Input, Output]]) -> None:
        async with self._engine.begin() as connection:
            answers = await self._write(connection, [waiting.value for waiting in group])
        for waiting, answer in zip(group, answers, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(answer, Exception):
                waiting.answer.set_exception(answer)
            else:
                waiting.answer.set_result(answer)

    async def _commit_one_by_one(self, group: list[_Waiting[Input, Output]], error: DBAPIError) -> None:
        """Commits each input alone, so that a bad one fails alone: another process may have taken one of the numbers."""
        if len(group) == 1 or error.connection_invalidated:
            _fail(group, error)
            return
        for waiting in group:
            try:
                await self._commit([waiting])
            except Exception as alone:  # noqa: BLE001  # it is raised in the caller of submit
                _fail([waiting], alone)


def _fail(group: list[_Waiting[Input, Output]], error: BaseException) -> None:
    for waiting in group:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)

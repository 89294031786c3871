"""One library with its system: orders baskets by file, fetches answers, and keeps its own ledger of both."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from random import Random

from local.simulators.library.basket import Basket
from local.simulators.library.files import File, System
from local.simulators.library.ledger import Ledger
from local.simulators.library.post import Post


class Library:
    """A library that orders by mailbox. `seed` decides what its system leaves to chance."""

    def __init__(self, system: System, post: Post, *, seed: int = 1) -> None:
        self.system = system
        self.post = post
        self.ledger = Ledger()
        # The files it has fetched, in the order of fetching.
        self.fetched: list[File] = []
        self._chance = Random(seed)
        self._seen: set[str] = set()

    def write(self, basket: Basket) -> File:
        """Enters a basket as ordered and returns its file, which is not sent yet."""
        self.ledger.note_ordered(basket, self.system.references(basket))
        return self.system.write(basket, self._chance)

    async def order(self, baskets: Iterable[Basket], *, renamed: bool = False) -> list[File]:
        """Sends each basket as a file of its own; returns the files. `renamed`: under a temporary name until each is whole."""
        files = [self.write(basket) for basket in baskets]
        await self.post.send(files, renamed=renamed)
        return files

    async def fetch(self) -> int:
        """Fetches what is new for its system and reads it into the ledger; returns how many files that were."""
        before = len(self.fetched)
        async with contextlib.aclosing(self.post.fetch(self.system, self._seen)) as files:
            async for file in files:
                self.system.read(file.name, file.body, self.ledger)
                self.fetched.append(file)
        return len(self.fetched) - before

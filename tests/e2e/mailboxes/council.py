"""One council with libraries on a whole system: what works beside a test, and what its staff can see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from local.demo.watch import Watch
from local.lms.answers import Answer
from local.lms.branches import BRANCHES, read_branches
from local.lms.lms import SCOPES, Addresses, Lms, open_lms
from local.simulators import CATALOGUE
from local.simulators.library.basket import Basket, books_of, fill_baskets
from local.simulators.library.files import Name
from local.simulators.library.library import Library
from local.simulators.library.post import RemotePost
from local.simulators.library.systems import FIRST_ORDERS, system_of
from local.stack import Stack
from local.stack.mailboxes import set_up_mailboxes
from local.stack.seeding import COUNCIL
from shared.clock import SystemClock
from tests.e2e.mailboxes.books import differences, order_number
from tests.e2e.mailboxes.sending import keep_fetching
from tests.e2e.mailboxes.staff import Staff

_BOOKS = books_of(CATALOGUE.read_text("utf-8"))
_BRANCHES = sorted(read_branches(BRANCHES))


class MessageInList(Answer):
    """A file of a mailbox, as staff see it in the list."""

    message_id: str
    name: str
    state: str
    reason: str


@dataclass
class Member:
    """A library with its mailbox. `next_number`: of its next order."""

    mailbox_id: str
    library: Library
    next_number: int

    def wishes(self, count: int, *, seed: int = 1) -> list[Basket]:
        """Returns new baskets."""
        first, self.next_number = self.next_number, self.next_number + count
        own_copies = self.library.system.name is not Name.FOLIO
        return list(fill_baskets(_BOOKS, _BRANCHES, count, seed=seed, first=first, own_copies=own_copies))

    def copies_of(self, baskets: Iterable[Basket]) -> dict[str, int]:
        """Returns the numbers of orders as the order book must have them, with how many copies of each."""
        numbers = ((basket, order_number(self.library, basket.number)) for basket in baskets)
        return {number: sum(len(line.copies) for line in basket.lines) for basket, number in numbers}


@dataclass
class Council:
    """A council whose libraries order by mailbox."""

    stack: Stack
    lms: Lms
    staff: Staff
    watch: Watch
    beside: AsyncExitStack
    members: list[Member] = field(default_factory=list)

    async def join(self, member: Member) -> None:
        """Lets a library take part: its staff receive for it, and it fetches."""
        self.members.append(member)
        self.staff.libraries.append(member.library)
        await self.beside.enter_async_context(_beside(keep_fetching(member.library)))

    async def files(self, member: Member, **filters: str) -> list[MessageInList]:
        """Returns the files of one mailbox, as the council's staff find them."""
        query: dict[str, str | int] = {"mailbox_id": member.mailbox_id, **filters}
        return await self.lms.feed.pages("/v1/mailbox-messages", MessageInList, query)

    async def placed(self) -> Mapping[str, int]:
        """Returns all orders of the order book: number -> copies."""
        await self.watch.refresh()
        found: dict[str, int] = {}
        for key in self.watch.copies:
            found[key.order_number] = found.get(key.order_number, 0) + 1
        return found

    async def unsettled(self) -> list[str]:
        """Returns what the libraries' ledgers and the order book do not agree about, in words."""
        await self.watch.refresh()
        return [text for member in self.members for text in differences(member.library, self.watch.copies)]


@asynccontextmanager
async def open_council(stack: Stack) -> AsyncIterator[Council]:
    """Yields a council at work with a library of each system. Raises what stopped them."""
    here = stack.endpoints
    addresses = Addresses(here.orders, here.catalogue, here.delivery, here.lms, lambda: stack.token(COUNCIL, *SCOPES))
    async with open_lms(addresses, seed=1) as lms, AsyncExitStack() as beside:
        await lms.set_up(read_branches(BRANCHES), only=None)
        council = Council(stack, lms, Staff(lms.orders, lms.delivery), Watch(lms.orders), beside)
        await beside.enter_async_context(_beside(council.staff.work()))
        for name, login in (await set_up_mailboxes(stack)).items():
            library = Library(system_of(name, SystemClock()), RemotePost(login))
            await council.join(Member(login.user, library, FIRST_ORDERS[name]))
        yield council


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        (end,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(end, Exception):
            raise end

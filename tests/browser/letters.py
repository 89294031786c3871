"""What else may wait on a bad day, beside what follows from orders: proposed titles, a file for a closed branch, a damaged book.

Must not know pages.
"""

from __future__ import annotations

from local.simulators import CATALOGUE
from local.simulators.bookseller.desk import leave_note
from local.simulators.bookseller.notes import SelectionNote
from local.simulators.library.basket import books_of, fill_baskets
from local.simulators.library.files import Name
from local.simulators.library.library import Library
from local.simulators.library.post import RemotePost
from local.simulators.library.systems import FIRST_ORDERS, system_of
from local.stack import Stack
from local.stack.mailboxes import set_up_mailboxes
from local.stack.options import COUNCILS
from local.stack.seeding import COUNCIL
from shared.clock import SystemClock
from tests.browser.owners import found, found_all, owner
from tests.waiting import until

_CLOSED_BRANCH = "OLDTOWN"


async def post_letters(stack: Stack) -> None:
    """Makes the bookseller propose titles, and a library system send an order that its mailbox refuses."""
    bookseller = stack.options.folder / "simulators" / "bookseller"
    note = SelectionNote(buyer=COUNCILS[COUNCIL], number="SEL-1", branches=("IPSW", "LOWE"), funds=("ADULT-FIC",))
    leave_note(bookseller, "selection", note)
    logins = await set_up_mailboxes(stack)
    library = Library(system_of(Name.KOHA, SystemClock()), RemotePost(logins[Name.KOHA]), seed=1)
    books = books_of(CATALOGUE.read_text("utf-8"))
    await library.order(list(fill_baskets(books, [_CLOSED_BRANCH], 1, seed=1, first=FIRST_ORDERS[Name.KOHA], own_copies=True)))


async def unpack_a_damaged_book(stack: Stack) -> None:
    """Reports, once a delivery is on its way to a branch, that a book of it arrived damaged."""
    summary, *_ = await until(lambda: found_all(stack, "delivery", "/v1/consignments?limit=1&state=expected&leg=direct"))
    path = f"/v1/consignments/{summary['consignment_id']}"
    (item, *_) = (await found(stack, "delivery", path))["copies"]
    async with owner(stack, "delivery") as delivery:
        scans = [{"item_id": item["item_id"], "condition": "damaged"}]
        (await delivery.post(f"{path}/receipts", json={"scans": scans})).raise_for_status()

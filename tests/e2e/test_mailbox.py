"""Three library systems that know EDIFACT and SFTP alone, on a whole system with both suppliers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import asyncssh
import httpx
import pytest
import pytest_asyncio

from local.machine.processes import http_answers
from local.simulators import CATALOGUE
from local.simulators.library.basket import Basket
from local.simulators.library.files import File, Name
from local.simulators.library.ledger import CopyState, Ledger
from local.simulators.library.library import Library
from local.simulators.library.own_server import OwnFolders, serve
from local.simulators.library.post import Folders, Login, RemotePost
from local.simulators.library.systems import system_of
from local.stack import Stack, StackOptions
from local.stack.mailboxes import set_up_mailboxes
from local.stack.options import SimulatorOptions
from local.stack.signing_in import sign_in
from shared.clock import SystemClock
from tests.e2e.mailboxes.council import Council, Member, MessageInList, open_council
from tests.e2e.mailboxes.sending import Sent, send_until_taken
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

_SEED = 20260302
_ORDERS_EACH = 4
_AT_ONCE = (67, 67, 66)
_KILLS = 3
_OWN_FOLDERS = Folders("orders", ("answers",))
# Some times as long as on a machine with nothing else to do.
_LIMIT_SECONDS = 300.0
# Every copy ends: what is back ordered is sent in the end, or refused. What a supplier charges wrongly is for other tests.
_NATIONAL = {
    "substitute_offered": 0, "substitute_sent": 0, "unknown_code": 0, "released": 1,
    "overcharged": 0, "unknown_line": 0, "wrong_total": 0, "invoiced_twice": 0, "credited": 0,
}  # fmt: skip
_CONSORTIUM = {"substitute": 0, "unknown_word": 0, "release": 1}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council() -> AsyncIterator[Council]:
    """One council at work for all tests: each orders with numbers of its own, and the last one compares all books."""
    folder = Path(tempfile.mkdtemp(prefix="stockbridge-mailbox-"))
    simulators = SimulatorOptions(
        catalogue=CATALOGUE,
        national_proportions=tuple(f"{name}={number}" for name, number in _NATIONAL.items()),
        consortium_proportions=tuple(f"{name}={number}" for name, number in _CONSORTIUM.items()),
        national_invoices="despatch",
        invoice_delay=1.0,
    )
    try:
        async with Stack(StackOptions(folder, simulators=simulators)) as stack, open_council(stack) as working:
            yield working
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def test_mailboxes_that_are_set_up_again_keep_their_logins(council: Council) -> None:
    logins = (await set_up_mailboxes(council.stack)).values()
    assert list(logins) == [_login(member) for member in council.members]


async def test_each_system_orders_and_the_same_file_twice_orders_once(council: Council) -> None:
    await asyncio.gather(*(_order_twice(council, member) for member in council.members))


async def test_a_faulty_order_is_answered_in_the_systems_own_way_and_waits_for_staff(council: Council) -> None:
    await asyncio.gather(*(_order_for_nowhere(council, member) for member in council.members))


async def test_half_a_file_orders_nothing_and_the_whole_file_once(council: Council) -> None:
    await asyncio.gather(*(_order_by_halves(council, member) for member in council.members))


async def test_200_files_at_once_are_all_taken_once_though_the_service_is_killed(council: Council) -> None:
    began, sent = time.monotonic(), Sent()
    wanted: dict[str, int] = {}
    killing = asyncio.create_task(_kill(council.stack))
    sending = []
    for member, count in zip(council.members, _AT_ONCE, strict=True):
        baskets = [_one_copy(basket) for basket in member.wishes(count, seed=3)]
        wanted |= member.copies_of(baskets)
        sending.append(send_until_taken(member.library, [member.library.write(basket) for basket in baskets], sent))
    await asyncio.gather(*sending)
    uploaded = time.monotonic() - began
    await killing
    placed = await until(lambda: _all_placed(council, wanted), limit=_LIMIT_SECONDS)
    assert {number: placed[number] for number in wanted} == wanted, "none lost, none doubled"
    print(  # noqa: T201
        f"{sent.files} files uploaded in {uploaded:.1f} s, {_KILLS} kills, connections lost {sent.lost} times; "
        f"all placed after {time.monotonic() - began:.1f} s"
    )


async def test_a_system_with_a_server_of_its_own_is_visited_there(council: Council) -> None:
    host, ours = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    root = council.stack.options.folder / "library"
    member = Member("suffolk-prison-koha", Library(system_of(Name.KOHA, SystemClock()), OwnFolders(root, _OWN_FOLDERS)), 90_001)
    port = await council.beside.enter_async_context(serve(root, host, ours.export_public_key().decode()))
    place = {"host": "127.0.0.1", "port": port, "host_keys": [host.export_public_key().decode().strip()]}
    credentials = {"private_key": ours.export_private_key().decode()}
    body = {"mailbox_id": member.mailbox_id, "profile": "koha", "lms_server": place, "credentials": credentials}
    await council.lms.feed.post("/v1/mailboxes", body)
    await council.join(member)
    baskets = member.wishes(_ORDERS_EACH, seed=4)
    await member.library.order(baskets)
    await until(lambda: _all_placed(council, member.copies_of(baskets)), limit=_LIMIT_SECONDS)


async def test_every_copy_ends_received_and_invoiced_in_the_systems_own_ledger(council: Council) -> None:
    began = time.monotonic()
    with contextlib.suppress(TimeoutError):
        await until(lambda: _settled(council), limit=_LIMIT_SECONDS)
    for member in council.members:
        ledger, copies = member.library.ledger, list(member.library.ledger.copies())
        print(  # noqa: T201
            f"{member.mailbox_id}: {len(ledger.lines)} lines, {len(copies)} copies, "
            f"{sum(copy.state is CopyState.RECEIVED for copy in copies)} received, "
            f"{sum(copy.pence is not None for copy in copies)} invoiced on {len(ledger.invoices)} invoices, "
            f"{len(member.library.fetched)} files fetched, {ledger.put_right} cancelled at the wrong branch and put right"
        )
    print(f"settled {time.monotonic() - began:.1f} s after the last order")  # noqa: T201
    assert await council.unsettled() == []
    assert [complaint for member in council.members for complaint in member.library.ledger.complaints] == []


def _login(member: Member) -> Login:
    assert isinstance(member.library.post, RemotePost)
    return member.library.post.login


async def _order_twice(council: Council, member: Member) -> None:
    baskets = member.wishes(_ORDERS_EACH)
    files = await member.library.order(baskets, renamed=member.library.system.name is Name.FOLIO)
    # Once more under its own name, and as another file.
    await member.library.post.send([files[0], replace(files[0], name=f"again-{files[0].name}")])
    wanted = member.copies_of(baskets)
    placed = await until(lambda: _all_placed(council, wanted), limit=_LIMIT_SECONDS)
    assert {number: placed[number] for number in wanted} == wanted
    await until(lambda: _in_state(council, member, "duplicate", 2), limit=_LIMIT_SECONDS)


async def _order_for_nowhere(council: Council, member: Member) -> None:
    """Orders something that no rule allows; the books need not agree about it, because nothing of it is in the order book."""
    (basket,), ledger = member.wishes(1), member.library.ledger
    nowhere = [replace(line, copies=tuple(replace(copy, branch="NOWHERE") for copy in line.copies)) for line in basket.lines]
    (file,) = await member.library.order([replace(basket, lines=tuple(nowhere))])
    (message,) = await until(lambda: _in_state(council, member, "refused", 1, file), limit=_LIMIT_SECONDS)
    assert message.reason
    if member.library.system.name is not Name.FOLIO:
        await until(lambda: _all_cancelled(ledger, basket.number), limit=_LIMIT_SECONDS)
    await until(lambda: _on_page(council, file.name), limit=_LIMIT_SECONDS)
    for line in ledger.of_order(basket.number):
        del ledger.lines[line.reference]


async def _order_by_halves(council: Council, member: Member) -> None:
    baskets, post = member.wishes(2, seed=2), member.library.post
    dice = random.Random(f"{_SEED} {member.mailbox_id}")
    cut, closed = (member.library.write(basket) for basket in baskets)
    assert isinstance(post, RemotePost)
    await post.send_half(cut, dice.randrange(1, len(cut.body)))
    length = dice.randrange(len(closed.body) // 2, len(closed.body) - 9)
    await post.send([replace(closed, body=closed.body[:length])])
    await until(lambda: _in_state(council, member, "cut_off", 1, cut), limit=_LIMIT_SECONDS)
    await until(lambda: _in_state(council, member, "refused", 1, closed), limit=_LIMIT_SECONDS)
    wanted = member.copies_of(baskets)
    assert not wanted.keys() & (await council.placed()).keys()
    await post.send([cut, closed])
    placed = await until(lambda: _all_placed(council, wanted), limit=_LIMIT_SECONDS)
    assert {number: placed[number] for number in wanted} == wanted


def _one_copy(basket: Basket) -> Basket:
    line = basket.lines[0]
    return replace(basket, lines=(replace(line, copies=line.copies[:1]),))


async def _settled(council: Council) -> bool:
    return not await council.unsettled()


async def _all_placed(council: Council, wanted: Mapping[str, int]) -> Mapping[str, int]:
    """Returns the orders of the book once it has all that are wanted."""
    placed = await council.placed()
    return placed if wanted.keys() <= placed.keys() else {}


async def _in_state(council: Council, member: Member, state: str, count: int, file: File | None = None) -> list[MessageInList]:
    """Returns the files of a mailbox in a state, once there are so many; of a `file`, those of its name."""
    listed = await council.files(member, direction="in", state=state)
    named = [message for message in listed if file is None or message.name == file.name]
    return named if len(named) >= count else []


async def _all_cancelled(ledger: Ledger, order: int) -> bool:
    return all(copy.state is CopyState.CANCELLED for line in ledger.of_order(order) for copy in line.copies)


async def _on_page(council: Council, text: str) -> bool:
    """Returns whether the council's staff find a text among what waits."""
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        desk = await sign_in(browser, council.stack.page, "ann")
        listed = (await browser.get(desk.url.join("/work?kind=held_file"))).text
        groups = [unescape(address) for address in re.findall(r'href="(/work/group[^"]*)"', listed)]
        return any([text in (await browser.get(desk.url.join(group))).text for group in groups])


async def _kill(stack: Stack) -> None:
    """Kills the service with all its processes, some times."""
    dice, lms = random.Random(_SEED), stack.processes["lms"]
    for _ in range(_KILLS):
        await asyncio.sleep(dice.uniform(0.3, 1.5))
        assert lms.pid is not None
        os.killpg(lms.pid, signal.SIGKILL)
        await until(lambda: _is_back(stack), limit=_LIMIT_SECONDS)


async def _is_back(stack: Stack) -> bool:
    return stack.processes["lms"].pid is not None and await http_answers(httpx.URL(stack.endpoints.lms).port or 0)

"""Files of MARC records in mailboxes: each file of the catalogue, byte for byte."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from services.lms.dialects import PROFILES
from services.lms.dialects.profile import Files, FilesIn, FilesOut
from services.lms.domain.mailbox_messages import Direction, State
from services.lms.speaking import Correspondent
from services.lms.store import post
from services.lms.store.post import Filter
from services.lms.usecases.correspondents import ProfileDialect
from shared.contracts.catalogue import RecordsFiled
from tests.services.hearing import on_day
from tests.services.lms.post.conftest import SUFFOLK, Rig
from tests.services.lms.post.dialect import Boxes

MARC = b"00052nam a2200037 a 450000100140000000000\x1e9781526622433\x1e\x1d"


def filed(council: str = SUFFOLK, number: int = 1) -> RecordsFiled:
    """A file of the catalogue."""
    return RecordsFiled(council=council, file_number=number, records=1, content=b64encode(MARC), filed_at=on_day(3))


def box(name: str, *, records: bool = True) -> Correspondent:
    """A mailbox of Suffolk for a library system of a profile that ships."""
    profile = PROFILES[name]
    files = profile.files if records else profile.files.model_copy(update={"records": None})
    return Correspondent(name, SUFFOLK, ProfileDialect(profile.model_copy(update={"files": files})))


async def out(rig: Rig, mailbox_id: str) -> list[tuple[str, str, bytes, State]]:
    """Folder, name, bytes and state of each file that a mailbox offers."""
    async with rig.engine.connect() as connection:
        found = await post.page(connection, Filter(mailbox_id=mailbox_id, direction=Direction.OUT), after=None, limit=100)
        return [
            (each.folder, each.name, await post.bytes_of(connection, each.message_id), each.state) for each in reversed(found)
        ]


@pytest.mark.parametrize("profile", list(PROFILES))
async def test_a_file_is_in_the_mailbox_as_the_catalogue_wrote_it(rig: Rig, profile: str) -> None:
    rig = replace(rig, boxes=Boxes([box(profile)]))
    await rig.hears(filed(), filed(number=2))
    assert await out(rig, profile) == [
        ("records", "sb0000000001.mrc", MARC, State.READY),
        ("records", "sb0000000002.mrc", MARC, State.READY),
    ]


async def test_only_mailboxes_of_the_council_that_take_records_get_one(rig: Rig) -> None:
    rig = replace(rig, boxes=Boxes([box("koha", records=False), box("folio")]))
    await rig.hears(filed(), filed("GB-NFK"))
    assert await out(rig, "koha") == []
    assert [name for _, name, _, _ in await out(rig, "folio")] == ["sb0000000001.mrc"]


async def test_a_file_that_is_published_again_is_not_written_again(rig: Rig) -> None:
    rig = replace(rig, boxes=Boxes([box("folio")]))
    await rig.hears(filed(), republished=True)
    assert await out(rig, "folio") == []


def test_records_are_not_put_where_orders_are_read() -> None:
    records = FilesOut(folder="orders", name="{reference:08d}.mrc")
    with pytest.raises(ValueError, match="folder of the orders"):
        Files(orders=FilesIn(folder="orders"), records=records)
    assert "records" in PROFILES["koha"].files.folders

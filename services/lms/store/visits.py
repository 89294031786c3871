"""What a look at an LMS's own server must know of the files that were kept before."""

from __future__ import annotations

import hashlib

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailbox_messages import Direction
from services.lms.store.post_tables import post

_C = post.c


async def was_kept(connection: AsyncConnection, mailbox_id: str, folder: str, name: str, content: bytes) -> bool:
    """Returns whether a file of this name with these bytes was kept before."""
    digest = hashlib.sha256(content).hexdigest()
    same = (_C.mailbox_id == mailbox_id, _C.digest == digest, _C.folder == folder, _C.name == name)
    found = select(exists().where(*same, _C.direction == Direction.IN))
    return bool((await connection.execute(found)).scalar_one())

"""What councils and operations staff do with mailboxes. Each use case runs in its caller's transaction; nothing is connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lms.domain.mailboxes import Credentials, Mailbox, Mode, Place, Profile, Quota
from services.lms.keys import key_pair, new_key_pair
from services.lms.passwords import hashed, new_password
from services.lms.sealing import Seal
from services.lms.store import mailboxes
from shared.acts.noting import note_change
from shared.clock import Clock
from shared.db.locks import lock_names
from shared.errors import DomainError, Fault, Kind, no_such
from shared.http.headers import stale


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is stated of a mailbox. `place` is None where the LMS logs in to us."""

    description: str
    profile: Profile
    user: str
    place: Place | None
    quota: Quota
    enabled: bool

    @property
    def mode(self) -> Mode:
        """Who connects to whom."""
        return Mode.SERVER if self.place is None else Mode.CLIENT


@dataclass(frozen=True, slots=True)
class Given:
    """Credentials as a person gives them; where nothing is given, we make what is needed."""

    public_keys: tuple[str, ...] = ()
    password: SecretStr | None = None
    private_key: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Credentials as they are kept, and the password that we made, to be shown once."""

    credentials: Credentials
    made: SecretStr | None


@dataclass(frozen=True, slots=True)
class Read:
    """A mailbox that is to be changed. `version`: the one that the caller had read; None if it does not say. `by`: who it is."""

    council: str | None
    mailbox_id: str
    version: int | None
    by: str


def refused(pointer: str, detail: str) -> DomainError:
    """Returns the error (422) for a mailbox that cannot be as it is stated."""
    return DomainError(
        "refused-mailbox",
        "The mailbox cannot be as it is stated; correct what `errors` lists.",
        Kind.INVALID,
        [Fault(pointer, "refused-mailbox", detail)],
    )


def prepare(given: Given, mode: Mode, seal: Seal, *, at: str) -> Prepared:
    """Returns given credentials as they are kept; makes what is missing. `at` is their JSON pointer in the request.

    Raises DomainError (422) where they do not fit the mode.
    """
    if mode is Mode.CLIENT:
        return _of_ours(given, seal, at)
    if given.private_key is not None:
        raise refused(f"{at}/private_key", "Keep the private key: the LMS logs in to us, which needs its public key only.")
    made = new_password() if given.password is None and not given.public_keys else None
    password = given.password or made
    return Prepared(Credentials(given.public_keys, "" if password is None else hashed(password)), made)


def _of_ours(given: Given, seal: Seal, at: str) -> Prepared:
    if given.public_keys:
        raise refused(
            f"{at}/public_keys", "We log in to the LMS: give our private key or password, or nothing, and we make a key."
        )
    if given.password is not None:
        if given.private_key is not None:
            raise refused(f"{at}/password", "Give the password or the private key, not both.")
        return Prepared(Credentials(password=seal.seal(given.password)), None)
    pair = new_key_pair() if given.private_key is None else key_pair(given.private_key)
    return Prepared(Credentials((pair.public,), private_key=seal.seal(pair.private)), None)


async def create(
    connection: AsyncConnection, read: Read, wanted: Wanted, credentials: Credentials, clock: Clock, *, most: int
) -> Mailbox:
    """Adds a mailbox of the council in `read`. Raises DomainError (409): one too many, or a name that is taken."""
    assert read.council is not None
    # Two at once would both find room, or the name free.
    await lock_names(connection, "mailboxes")
    if await mailboxes.count_mailboxes(connection, read.council) >= most:
        detail = f"A council may have {most} mailboxes; delete one that is not needed."
        raise DomainError("too-many-mailboxes", detail, Kind.CONFLICT)
    await _check_names(connection, read.mailbox_id, wanted, new=True)
    values = {
        **_stated(wanted),
        "mailbox_id": read.mailbox_id,
        "council": read.council,
        "credentials": mailboxes.columns_of(credentials),
        "created_at": clock.now(),
        "created_by": read.by,
    }
    made = await mailboxes.add_mailbox(connection, values)
    await mailboxes.add_change(connection, read.mailbox_id, clock.now(), "created", "", read.by)
    return made


async def get(connection: AsyncConnection, council: str | None, mailbox_id: str, *, lock: bool = False) -> Mailbox:
    """Returns a mailbox, of any council where `council` is None. Raises DomainError (404)."""
    found = await mailboxes.find_mailbox(connection, mailbox_id, council, lock=lock)
    if found is None:
        raise no_such("mailbox")
    return found


async def change(connection: AsyncConnection, read: Read, wanted: Wanted, clock: Clock) -> Mailbox:
    """States a mailbox again; its credentials stay. Raises DomainError: 404, 412; 409 for another mode or a taken user."""
    await lock_names(connection, "mailboxes")
    found = await _locked(connection, read)
    if wanted.mode is not found.mode:
        detail = "Who logs in to whom does not change: make another mailbox, and delete this one when it is empty."
        raise DomainError("mailbox-mode-fixed", detail, Kind.CONFLICT)
    await _check_names(connection, read.mailbox_id, wanted, new=False)
    changed = await mailboxes.change_mailbox(connection, read.mailbox_id, _stated(wanted))
    await note_change(connection, found, changed)
    await mailboxes.add_change(connection, read.mailbox_id, clock.now(), "changed", _differences(found, changed), read.by)
    return changed


async def rotate(connection: AsyncConnection, read: Read, credentials: Credentials, clock: Clock, *, keep: timedelta) -> Mailbox:
    """Gives a mailbox other credentials; those before count for as long as `keep`. Raises DomainError: 404, 412."""
    found = await _locked(connection, read)
    values = {
        "credentials": mailboxes.columns_of(credentials),
        "previous_credentials": mailboxes.columns_of(found.credentials) if keep else None,
        "previous_until": clock.now() + keep if keep else None,
    }
    changed = await mailboxes.change_mailbox(connection, read.mailbox_id, values)
    await mailboxes.add_change(connection, read.mailbox_id, clock.now(), "credentials rotated", "", read.by)
    return changed


async def delete(connection: AsyncConnection, read: Read, reason: str, clock: Clock) -> None:
    """Closes a mailbox for ever; its files stay, and its credentials do not. Raises DomainError: 404, 412."""
    await _locked(connection, read)
    now, none = clock.now(), mailboxes.columns_of(Credentials())
    values = {"deleted_at": now, "enabled": False, "credentials": none, "previous_credentials": None, "previous_until": None}
    await mailboxes.change_mailbox(connection, read.mailbox_id, values)
    await mailboxes.add_change(connection, read.mailbox_id, now, "deleted", reason, read.by)


async def _locked(connection: AsyncConnection, read: Read) -> Mailbox:
    found = await get(connection, read.council, read.mailbox_id, lock=True)
    if read.version is not None and read.version != found.version:
        raise stale("mailbox")
    return found


async def _check_names(connection: AsyncConnection, mailbox_id: str, wanted: Wanted, *, new: bool) -> None:
    taken = await mailboxes.names_taken(connection, mailbox_id, wanted.user if wanted.mode is Mode.SERVER else "")
    if new and "mailbox_id" in taken:
        detail = "Another mailbox has or had this id; choose another one, such as one that begins with the council's name."
        raise DomainError("mailbox-name-taken", detail, Kind.CONFLICT)
    if taken.get("user", mailbox_id) != mailbox_id:
        raise DomainError("mailbox-name-taken", "Another mailbox has this user; choose another `user`.", Kind.CONFLICT)


def _stated(wanted: Wanted) -> dict[str, object]:
    profile = wanted.profile
    return {
        "description": wanted.description,
        "profile": profile if isinstance(profile, str) else dict(profile),
        "user": wanted.user,
        "place": mailboxes.columns_of(wanted.place),
        "quota": mailboxes.columns_of(wanted.quota),
        "enabled": wanted.enabled,
    }


def _differences(before: Mailbox, after: Mailbox) -> str:
    names = ("description", "profile", "user", "place", "quota", "enabled")
    changed: Mapping[str, bool] = {name: getattr(before, name) != getattr(after, name) for name in names}
    return ", ".join(name for name, differs in changed.items() if differs)

"""HTTP shapes of mailboxes. Decides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Self

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr, StrictBool, field_validator, model_validator

from services.lms.domain.mailboxes import Mailbox, MailboxChange, Mode, Place, Quota
from services.lms.keys import fingerprint, key_pair, public_key
from services.lms.store.mailboxes import Standing
from services.lms.usecases.mailboxes import Given, Wanted
from services.lms.usecases.profiles import profile_of
from services.lms.visiting import Look
from shared.contracts import words
from shared.texts import Reference, Text
from shared.values import check_isil

_USER = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_MIB = 1024 * 1024

MailboxId = Annotated[
    str,
    Field(
        max_length=40,
        pattern=r"^[a-z0-9][a-z0-9-]{2,39}$",
        description="Its name, chosen once: small letters, digits and hyphens",
        examples=["suffolk-koha"],
    ),
]
Description = Annotated[Text, Field(max_length=200, description="What it is for, in your words", examples=["Live Koha"])]
ProfileField = Annotated[
    Annotated[str, Field(max_length=40)] | Annotated[Mapping[str, JsonValue], Field(max_length=100)],
    Field(
        description="How the LMS speaks: `koha`, `evergreen` or `folio`, or a whole profile of your own",
        examples=["koha"],
    ),
]
User = Annotated[
    Reference,
    Field(
        max_length=100,
        description='Who logs in: the LMS here, or we at its server; "": as the mailbox\'s id. For the LMS small letters, '
        "digits, `.`, `_` and `-`, not the user of another mailbox",
        examples=["suffolk-koha"],
    ),
]
WhyDeleted = Annotated[
    Text, Query(min_length=3, max_length=300, description="Why it is closed", examples=["We have changed to another LMS"])
]
PublicKeyLine = Annotated[
    str, Field(max_length=4_000, description="`type base64` of a public key", examples=["ssh-ed25519 AAAAC3Nz"])
]


class LmsServer(BaseModel):
    """The LMS's own SFTP server, at which we log in."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    host: Annotated[
        Reference,
        Field(
            min_length=1, max_length=253, description="A host that the internet can reach", examples=["sftp.lms.suffolk.example"]
        ),
    ]
    port: int = Field(default=22, ge=1, le=65_535, description="Its port for SSH")
    host_keys: Sequence[PublicKeyLine] = Field(
        min_length=1,
        max_length=10,
        description="Its public keys, each as in known_hosts without the host; any other key is refused. Two while it changes",
    )

    @field_validator("host_keys")
    @classmethod
    def _read(cls, keys: Sequence[str]) -> Sequence[str]:
        return [public_key(text) for text in keys]


class MailboxQuota(BaseModel):
    """How much a mailbox may hold."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    files_waiting: int = Field(default=2_000, ge=1, le=100_000, description="Files that may wait to be read; more are refused")
    bytes_waiting: int = Field(default=200 * _MIB, ge=_MIB, le=4_096 * _MIB, description="Bytes of files that wait to be read")
    bytes_on_offer: int = Field(
        default=500 * _MIB,
        ge=_MIB,
        le=16_384 * _MIB,
        description="Bytes of files out that are listed; the oldest fetched ones go first",
    )


class MailboxBody(BaseModel):
    """What is stated of a mailbox."""

    model_config = ConfigDict(extra="forbid")

    profile: ProfileField
    description: Description = ""
    user: User = ""
    lms_server: LmsServer | None = Field(
        default=None, description="The LMS's own server, where we fetch and put files; null: the LMS logs in here"
    )
    quota: MailboxQuota = Field(default=MailboxQuota(), description="How much it may hold")
    enabled: StrictBool = Field(default=True, description="Whether anybody may log in; its files stay either way")

    @field_validator("profile")
    @classmethod
    def _known(cls, profile: str | Mapping[str, JsonValue]) -> str | Mapping[str, JsonValue]:
        profile_of(profile)
        return profile

    @model_validator(mode="after")
    def _user_can_log_in(self) -> Self:
        if self.lms_server is None and self.user and not _USER.fullmatch(self.user):
            raise ValueError("user: use 2 to 40 small letters, digits, full stops, underscores and hyphens")
        return self

    def wanted(self, mailbox_id: str) -> Wanted:
        """Returns it for the use cases."""
        at = self.lms_server
        return Wanted(
            description=self.description,
            profile=self.profile,
            user=self.user or mailbox_id,
            place=None if at is None else Place(at.host.lower(), at.port, tuple(at.host_keys)),
            quota=Quota(**dict(self.quota)),
            enabled=self.enabled,
        )


class MailboxCredentials(BaseModel):
    """What opens a mailbox; whatever is left out and needed, we make."""

    model_config = ConfigDict(extra="forbid")

    public_keys: Sequence[PublicKeyLine] = Field(default=(), max_length=10, description="Keys with which the LMS logs in here")
    password: SecretStr | None = Field(
        default=None,
        min_length=12,
        max_length=128,
        description="Password of the LMS here, or ours at its server: 12 ASCII characters or more; null: none, or made by us",
        examples=["correct-horse-battery"],
    )
    private_key: SecretStr | None = Field(
        default=None,
        max_length=20_000,
        description="Our key for the LMS's server, in OpenSSH's form, no passphrase; null: we make one, and show its public part",
        examples=["-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz"],
    )

    @field_validator("public_keys")
    @classmethod
    def _read(cls, keys: Sequence[str]) -> Sequence[str]:
        return [public_key(text) for text in keys]

    @field_validator("password")
    @classmethod
    def _is_plain(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None and not re.fullmatch(r"[\x21-\x7e]+", password.get_secret_value()):
            raise ValueError("use ASCII letters, digits and signs only, without spaces: clients differ in how they send others")
        return password

    @field_validator("private_key")
    @classmethod
    def _is_usable(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            key_pair(key)
        return key

    def given(self) -> Given:
        """Returns them for the use cases."""
        return Given(tuple(dict.fromkeys(self.public_keys)), self.password, self.private_key)


class NewMailbox(MailboxBody):
    """A new mailbox."""

    mailbox_id: MailboxId
    council: str | None = Field(
        default=None, max_length=16, description="ISIL of its council; only operations staff state it", examples=["GB-SFK"]
    )
    credentials: MailboxCredentials = Field(default=MailboxCredentials(), description="What opens it")

    @field_validator("council")
    @classmethod
    def _is_isil(cls, council: str | None) -> str | None:
        return None if council is None else check_isil(council)


class NewCredentials(MailboxCredentials):
    """Other credentials for a mailbox: all of them, as they shall be."""

    keep_previous_hours: int = Field(
        default=24, ge=0, le=720, description="For how long those before count, too; 0 where somebody else may know them"
    )


class PublicKeyView(BaseModel):
    """A public key."""

    public_key: str = Field(description="`type base64`", examples=["ssh-ed25519 AAAAC3Nz"])
    fingerprint: str = Field(description="As `ssh-keygen -l` shows it", examples=["SHA256:JGxwFSDu8VJJrqqYWTnX8sS69S"])


class MailboxView(BaseModel):
    """A mailbox."""

    mailbox_id: str = Field(description="Its name", examples=["suffolk-koha"])
    council: words.CouncilCode
    description: str = Field(description="What it is for, in the council's words", examples=["Live Koha"])
    profile: ProfileField
    mode: Mode = Field(description="`server`: the LMS logs in here; `client`: we log in at the LMS's own server")
    user: str = Field(description="Who logs in", examples=["suffolk-koha"])
    lms_server: LmsServer | None = Field(description="The LMS's own server; null: the LMS logs in here")
    quota: MailboxQuota = Field(description="How much it may hold")
    enabled: bool = Field(description="Whether anybody may log in")
    public_keys: Sequence[PublicKeyView] = Field(
        description="Mode `server`: keys with which the LMS logs in. Mode `client`: our key, which its server must take"
    )
    has_password: bool = Field(description="Whether there is a password; it is never shown again")
    previous_credentials_end_at: datetime | None = Field(description="Until when those before count, too; null: they do not")
    created_at: datetime = Field(description="When it was made")
    created_by: words.Actor


class MailboxWithPassword(MailboxView):
    """A mailbox with new credentials."""

    password: str | None = Field(
        description="The password that we made, shown this once; null where we made none, and in a repeated answer",
        examples=["JpW0yC3b9Qm1f4kTz7Xv2aLs8RdE5uHn"],
    )


class MailboxStandingView(BaseModel):
    """How a mailbox does."""

    model_config = ConfigDict(from_attributes=True)

    reached_at: datetime | None = Field(description="When somebody last logged in: the LMS here, or we there; null: never")
    trouble: str = Field(
        description='What went wrong since then, in words; "" for nothing',
        examples=["It did not take our key: authorise the public key of this mailbox there."],
    )
    trouble_at: datetime | None = Field(description="When that was; null: nothing went wrong")


class FolderView(BaseModel):
    """A folder of the LMS's own server, as a test found it."""

    model_config = ConfigDict(from_attributes=True)

    folder: str = Field(description="Its path", examples=["orders"])
    files: int | None = Field(description="How many files are in it; null where it cannot be listed", examples=[3])
    trouble: str = Field(description='Why it cannot be listed; "" where it can', examples=["No such file"])


class MailboxTestView(BaseModel):
    """What came back when we logged in at the LMS's own server."""

    model_config = ConfigDict(from_attributes=True)

    reached: bool = Field(description="Whether we could log in")
    trouble: str = Field(
        description='What went wrong, and what to do; "" where nothing did',
        examples=["The server does not take our key: authorise the public key of this mailbox there."],
    )
    folders: Sequence[FolderView] = Field(description="The folders of the profile; none where we could not log in")


class MailboxChangeView(BaseModel):
    """One thing that a person did with a mailbox."""

    model_config = ConfigDict(from_attributes=True)

    changed_at: datetime = Field(validation_alias="at", description="When it was done")
    what: str = Field(description="What was done", examples=["changed"])
    reason: str = Field(description='Why, or what differs; "" where there is nothing to add', examples=["quota, enabled"])
    actor: words.Actor
    correlation_id: words.CorrelationId


def mailbox_view(mailbox: Mailbox, now: datetime) -> MailboxView:
    """Returns a mailbox as it is answered at a moment."""
    return MailboxView.model_validate(_stated(mailbox, now))


def with_password(mailbox: Mailbox, password: SecretStr | None, now: datetime) -> MailboxWithPassword:
    """Returns a mailbox with the password that we made."""
    shown = None if password is None else password.get_secret_value()
    return MailboxWithPassword.model_validate({**_stated(mailbox, now), "password": shown})


def standing_view(standing: Standing) -> MailboxStandingView:
    """Returns how a mailbox does as it is answered."""
    return MailboxStandingView.model_validate(standing)


def test_view(look: Look) -> MailboxTestView:
    """Returns what a test found as it is answered."""
    return MailboxTestView.model_validate(look)


def change_view(change: MailboxChange) -> MailboxChangeView:
    """Returns what a person did as it is answered."""
    return MailboxChangeView.model_validate(change)


def _stated(mailbox: Mailbox, now: datetime) -> dict[str, object]:
    keys = mailbox.credentials.public_keys
    both = len(mailbox.credentials_at(now)) > 1
    return {
        "mailbox_id": mailbox.mailbox_id,
        "council": mailbox.council,
        "description": mailbox.description,
        "profile": mailbox.profile,
        "mode": mailbox.mode,
        "user": mailbox.user,
        "lms_server": None if mailbox.place is None else LmsServer.model_validate(mailbox.place),
        "quota": MailboxQuota.model_validate(mailbox.quota),
        "enabled": mailbox.enabled,
        "public_keys": [PublicKeyView(public_key=key, fingerprint=fingerprint(key)) for key in keys],
        "has_password": bool(mailbox.credentials.password),
        "previous_credentials_end_at": mailbox.previous_until if both else None,
        "created_at": mailbox.created_at,
        "created_by": mailbox.created_by,
    }

"""Where an LMS puts its files, and where it expects ours: what the door needs of its profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.lms.domain.mailboxes import Profile


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of a mailbox, without slashes at their ends: where files come in, and where they go out."""

    folders_in: tuple[str, ...]
    folders_out: tuple[str, ...]
    temporary_endings: tuple[str, ...]


class _Stated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    folders_in: tuple[str, ...] = Field(default=("orders",), min_length=1)
    folders_out: tuple[str, ...] = Field(default=("responses", "despatches", "invoices", "quotes"), min_length=1)
    temporary_endings: tuple[str, ...] = (".part", ".partial", ".tmp", ".temp", ".filepart")


SHIPPED: Mapping[str, _Stated] = MappingProxyType({"koha": _Stated(), "evergreen": _Stated(), "folio": _Stated()})


def layout_of(profile: Profile) -> Layout:
    """Returns what the door needs of a profile. Raises ValueError for one that we do not know, or that contradicts itself."""
    if isinstance(profile, str):
        if profile not in SHIPPED:
            raise ValueError(f"there is no profile {profile!r}; give {', '.join(sorted(SHIPPED))} or a whole profile")
        return Layout(**SHIPPED[profile].model_dump())
    try:
        return Layout(**_Stated.model_validate(profile).model_dump())
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(step) for step in first["loc"])
        raise ValueError(f"the profile cannot be used: {where}: {first['msg']}") from error

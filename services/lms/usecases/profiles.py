"""The profile of a mailbox: one that we ship, by its name, or a council's own."""

from __future__ import annotations

from pydantic import ValidationError

from services.lms.dialects import PROFILES, LmsProfile
from services.lms.domain.mailboxes import Profile


def profile_of(stated: Profile) -> LmsProfile:
    """Returns a profile. Raises ValueError that states which one we do not know, or how one contradicts itself."""
    if isinstance(stated, str):
        if stated not in PROFILES:
            raise ValueError(f"there is no profile {stated!r}; give {', '.join(sorted(PROFILES))} or a whole profile")
        return PROFILES[stated]
    try:
        return LmsProfile.model_validate(stated)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(str(step) for step in first["loc"]) or "the whole"
        raise ValueError(f"the profile cannot be used: {where}: {first['msg']}") from error

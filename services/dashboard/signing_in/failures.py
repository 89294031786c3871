"""Why somebody could not be signed in, as sentences for that person and for whoever sets up the provider."""

from __future__ import annotations

from shared.errors import DomainError, Kind


def no_answer(why: str) -> DomainError:
    """Returns the error (503) of a provider that does not answer."""
    text = f"The provider of sign-in does not answer. Try again in a minute; if that does not help, report it ({why})."
    return DomainError("sign-in-unavailable", text, Kind.UNAVAILABLE)


def wrongly_set(why: str) -> DomainError:
    """Returns the error (503) of a provider that cannot be used as it is set up: nobody can sign in until that is mended."""
    text = f"Sign-in is not set up rightly: about the provider, {why}. Tell the people who run Stockbridge."
    return DomainError("sign-in-unavailable", text, Kind.UNAVAILABLE)


def refused(why: str) -> DomainError:
    """Returns the error (403) of a sign-in that was not completed."""
    return DomainError("sign-in-refused", why, Kind.FORBIDDEN)


def not_set_up() -> DomainError:
    """Returns the error (503) of a dashboard without a provider."""
    text = "Nobody can sign in yet: the people who run Stockbridge must set OIDC_ISSUER, as docs/sign-in.md says."
    return DomainError("sign-in-unavailable", text, Kind.UNAVAILABLE)

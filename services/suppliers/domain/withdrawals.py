"""When the secrets shared with the supplier do not count: withdrawn by a person, until a person restores them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.errors import DomainError, Fault, Kind
from shared.wording import counted


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who withdrew the secrets, when and why; and who restored them, None while nobody has."""

    id: UUID
    withdrawn_at: datetime
    withdrawn_by: str
    withdrawn_reason: str
    restored_at: datetime | None
    restored_by: str | None
    restored_reason: str | None

    @property
    def in_words(self) -> str:
        """Since when, and why: for staff and for the supplier."""
        since = f"{self.withdrawn_at:%Y-%m-%d %H:%M} UTC"
        return f"the supplier's secrets were withdrawn on {since}: {self.withdrawn_reason.rstrip('.')}"


def refused_push(withdrawal: Withdrawal, name: str) -> DomainError:
    """Returns the error (403) for a push of the supplier; it is kept all the same."""
    detail = (
        f"The message of {name} was kept and not read, because {withdrawal.in_words}. "
        "Sending it again changes nothing; ask the people who run Stockbridge."
    )
    return DomainError("secrets-withdrawn", detail, Kind.FORBIDDEN)


def cannot_send(withdrawal: Withdrawal) -> DomainError:
    """Returns the error (409) for what would send something to the supplier."""
    detail = f"Nothing is sent, because {withdrawal.in_words}. Restore them first (`/v1/suppliers/{{supplier_id}}/withdrawals`)."
    return DomainError("sending-stopped", detail, Kind.CONFLICT)


def already_withdrawn(withdrawal: Withdrawal) -> DomainError:
    """Returns the error (409) for secrets that are withdrawn already."""
    detail = f"They already are: {withdrawal.in_words} (by {withdrawal.withdrawn_by})."
    return DomainError("already-withdrawn", detail, Kind.CONFLICT)


def no_such_withdrawal(withdrawal_id: UUID) -> DomainError:
    """Returns the error (404) for a withdrawal that does not exist, or is not in force where it must be."""
    detail = (
        f"There is no withdrawal {withdrawal_id}, or it has ended; `GET /v1/suppliers/{{supplier_id}}/withdrawals` lists them."
    )
    return DomainError("no-such-withdrawal", detail, Kind.NOT_FOUND)


def check_confirmed(confirm: str, name: str) -> None:
    """Raises DomainError (422) where the supplier's name was not given in full."""
    if confirm != name:
        text = f"This ends all exchange with the supplier, for every council. To confirm, send its name: {name!r}."
        raise DomainError("not-confirmed", text, Kind.INVALID, [Fault("/confirm", "not-confirmed", text)])


def check_nothing_open(open_lines: Mapping[str, int]) -> None:
    """Raises DomainError (409) where councils still have open lines; it names them."""
    if open_lines:
        named = ", ".join(f"{council} {counted(lines, 'open line')}" for council, lines in open_lines.items())
        text = (
            f"Councils still expect goods of this supplier: {named}. Its despatches and invoices would be refused. Have the "
            "councils leave it first (`/v1/departures` of evidence), or send `despite_open_lines`: true."
        )
        raise DomainError("lines-still-open", text, Kind.CONFLICT, [Fault("/despite_open_lines", "lines-still-open", text)])

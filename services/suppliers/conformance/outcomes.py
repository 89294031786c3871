"""What production does with each way in which a call of a transport can end: the rules of `Transport`, as data. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass

from services.suppliers.contract import (
    CredentialsRefused,
    RawMessage,
    SendOutcomeUnknown,
    SupplierRefused,
    SupplierUnavailable,
    SupplierUnintelligible,
    Undecided,
)
from shared.wording import counted

# What follows each error of a send, the narrower one first; any other error counts as the last one.
AFTER_SEND: Mapping[type[BaseException], str] = {
    CredentialsRefused: "queued: its kind waits for 15 minutes or a restart, and staff get a report",
    SupplierUnavailable: "queued, and sent again after a pause",
    SupplierRefused: "failed: the order's lines count as refused",
    SupplierUnintelligible: "unknown: the answer is quarantined, and the supplier is asked",
    SendOutcomeUnknown: "unknown: the supplier is asked before anything is sent again",
}
_UNKNOWN = AFTER_SEND[SendOutcomeUnknown]
_AGAIN = "tried again after a pause; health shows the failure"
_FAULT = "a fault of the adapter: it is logged, and the connection is closed and opened again"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended: a value, an error of the transport, or the limit of time (TimeoutError)."""

    value: object = None
    error: BaseException | None = None

    @property
    def words(self) -> str:
        """The outcome, for people."""
        if self.error is None:
            return _words(self.value)
        if isinstance(self.error, TimeoutError):
            return "did not end within its limit"
        return f"{type(self.error).__name__}: {self.error}"

    @property
    def after_send(self) -> str:
        """What production does after a send that ended so."""
        if self.error is None:
            return "undecided: the supplier is asked under its token" if isinstance(self.value, Undecided) else "sent"
        return next((after for kind, after in AFTER_SEND.items() if isinstance(self.error, kind)), _UNKNOWN)

    @property
    def after_call(self) -> str:
        """What production does after any other call that ended so."""
        if self.error is None:
            return "goes on"
        return _AGAIN if self.failed_as_allowed else _FAULT

    @property
    def failed_as_allowed(self) -> bool:
        """Whether it is the one error that calls other than `send` may raise, or the limit of time."""
        return isinstance(self.error, SupplierUnavailable | TimeoutError)


def _words(value: object) -> str:
    if isinstance(value, RawMessage):
        return f"returned an answer of {counted(len(value.body), 'byte')}"
    if isinstance(value, Undecided):
        return f"taken, to be decided under the token {value.token}"
    if isinstance(value, Sized):
        return f"returned {counted(len(value), 'message')}"
    return "done" if value is None else f"returned {value}"

"""The only errors a transport may raise. `Transport` (adapter.py) states which method may raise which, and what follows.

SupplierError
├── SupplierUnavailable     the supplier did not take the message; it is sent again later
│   └── CredentialsRefused  it does not take our credentials; a person must renew them
├── SupplierRefused         the supplier understood the message and said no; it is not sent again
├── SupplierUnintelligible  the supplier's answer cannot be read; it is kept and quarantined
└── SendOutcomeUnknown      the supplier may or may not have the message; the exchange asks before it sends again
"""

from shared.texts import replace_nul

# Many suppliers lock an account after a few wrong attempts.
_SECONDS_AFTER_REFUSED_CREDENTIALS = 900.0


class SupplierError(Exception):
    """Base of all errors that a transport raises. Its text may be the supplier's own and is stored."""

    def __init__(self, text: str = "") -> None:
        super().__init__(replace_nul(text))


class SupplierUnavailable(SupplierError):
    """The supplier cannot be reached, or is too busy, and certainly did not take the message. The exchange tries again.

    `retry_after` is the time in seconds for which the supplier asks to be left alone; None where it does not ask.
    """

    def __init__(self, text: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class CredentialsRefused(SupplierUnavailable):
    """The supplier is there, but does not take our credentials: no repetition helps before a person renews them."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text, retry_after=_SECONDS_AFTER_REFUSED_CREDENTIALS)


class SupplierRefused(SupplierError):
    """The supplier understood the message and refused it. `code` is the supplier's own."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = replace_nul(code)


class SupplierUnintelligible(SupplierError):
    """The supplier gave an answer that cannot be read. `raw` is kept byte for byte."""

    def __init__(self, text: str, raw: bytes) -> None:
        super().__init__(text)
        self.raw = raw


class SendOutcomeUnknown(SupplierError):
    """The connection broke after the message left: the supplier may have it. The exchange asks before it sends again."""

"""The errors a transport may raise, and no others.

SupplierError
├── SupplierUnavailable     nothing was taken; try again later
├── SupplierRefused         a business answer: the supplier understood and said no
├── SupplierUnintelligible  an answer nobody can read; it is kept and quarantined
└── SendOutcomeUnknown      the message may or may not have been taken; never blindly repeated
"""


class SupplierError(Exception):
    """Base of the errors that leave a transport."""


class SupplierUnavailable(SupplierError):
    """The supplier did not take the message and it is certain that it did not; the exchange tries again."""


class SupplierRefused(SupplierError):
    """The supplier understood the message and refused it. `code` is the supplier's own."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class SupplierUnintelligible(SupplierError):
    """The supplier answered something that cannot be read. `raw` is kept byte for byte."""

    def __init__(self, text: str, raw: bytes) -> None:
        super().__init__(text)
        self.raw = raw


class SendOutcomeUnknown(SupplierError):
    """The connection broke after the message left: the supplier may have it. The exchange asks before it resends."""

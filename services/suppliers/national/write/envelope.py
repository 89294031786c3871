"""Puts a message into the interchange that one bookseller expects. Pure; knows no order."""

from __future__ import annotations

import re
from datetime import datetime

from services.suppliers.national.profile import NationalProfile
from shared.formats import edifact
from shared.formats.editeur import LibraryMessage, to_message

_GLN = "14"
_SEGMENT = re.compile(rb"(?:\?.|[^?'])*'", re.DOTALL)
"""A segment: everything up to a terminator without a release character."""


def interchange(message: LibraryMessage, profile: NationalProfile, reference: int, prepared: datetime) -> bytes:
    """Returns one message as an interchange under our reference, in the supplier's dialect.

    Raises ValueError for what cannot be sent.
    """
    dialect = profile.dialect
    written = to_message(message, association=dialect.association)
    body = edifact.write(
        edifact.OutboundInterchange(
            sender=profile.our_gln if dialect.our_qualifier == _GLN else profile.our_code,
            sender_qualifier=dialect.our_qualifier,
            recipient=profile.supplier_gln if dialect.supplier_qualifier == _GLN else profile.supplier_code,
            recipient_qualifier=dialect.supplier_qualifier,
            control_reference=f"{reference:0{max(dialect.reference_digits, 1)}d}",
            prepared=prepared,
            messages=[written],
            charset=dialect.charset,
            application_reference=written.type if dialect.application_reference else "",
            agreement=dialect.agreement,
            acknowledgement_requested=dialect.acknowledgement,
            test=dialect.test,
            advice=dialect.advice,
        )
    )
    return _SEGMENT.sub(rb"\g<0>\r\n", body) if dialect.line_breaks else body

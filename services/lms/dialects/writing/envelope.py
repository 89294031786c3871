"""Puts messages into the interchange and file that one LMS expects. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.lms.dialects.facts import FileOut, PartyName, Sending
from services.lms.dialects.profile import LmsProfile, OutKind
from services.lms.dialects.writing.wording import Wording
from shared.formats import edifact
from shared.formats.editeur import LibraryMessage, to_message

_REFERENCE_LENGTH = 14


def file_of(
    kind: OutKind,
    messages: Sequence[LibraryMessage],
    parties: tuple[PartyName, PartyName],
    profile: LmsProfile,
    sending: Sending,
) -> FileOut:
    """Returns one interchange with messages of one kind as a file; `parties` are its sender and recipient."""
    writing, files = profile.writing, profile.files.out[kind]
    wording = Wording(writing)
    sender, recipient = parties
    content = edifact.write(
        edifact.OutboundInterchange(
            sender=wording.code(sender.code),
            sender_qualifier=wording.code(sender.qualifier),
            recipient=wording.code(recipient.code),
            recipient_qualifier=wording.code(recipient.qualifier),
            control_reference=f"{sending.reference:0{max(writing.reference_digits, 1)}d}"[-_REFERENCE_LENGTH:],
            prepared=sending.prepared_at.astimezone(writing.time_zone),
            messages=[to_message(message, association=writing.associations.get(kind, "")) for message in messages],
            charset=writing.charset,
            application_reference=kind.value if writing.application_reference else "",
        )
    )
    return FileOut(files.folder, files.named(sending.reference), kind.value, content)

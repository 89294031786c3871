"""The README of a pack explains every word that its files use for a state."""

from services.evidence.packs.readme import COPY_STATES, MESSAGE_STATES
from services.suppliers.domain.messages import State
from shared.contracts.orders import CopyState


def test_every_state_of_copies_and_messages_is_explained() -> None:
    assert set(COPY_STATES) == set(CopyState)
    assert set(MESSAGE_STATES) == set(State)

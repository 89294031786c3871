"""The states a message can be in, and the canonical despatch."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.suppliers.contract import Kind, RawMessage
from services.suppliers.domain.despatch_form import read_despatch
from services.suppliers.domain.messages import MOVES, Direction, Message, State, check_move
from services.suppliers.exchange import limits_from, load_adapter
from services.suppliers.settings import SuppliersSettings
from shared.errors import DomainError

FINAL = {State.ANSWERED, State.TEST, State.DISCARDED}


def a_message(state: State) -> Message:
    return Message(
        id=UUID(int=1),
        seq=1,
        direction=Direction.IN,
        kind=Kind.UNKNOWN,
        state=state,
        reference=None,
        control_reference="",
        name="",
        content_type="",
        sender="",
        push_id=None,
        digest="",
        size=0,
        reason="",
        findings=(),
        order_ids=(),
        line_keys=(),
        councils=(),
        attempts=0,
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
        sent_at=None,
        next_attempt_at=None,
        correlation_id="",
        version=1,
        profile_version=None,
    )


@given(state=st.sampled_from(State), to=st.sampled_from(State))
def test_only_listed_moves_are_allowed(state: State, to: State) -> None:
    if to in MOVES[state]:
        check_move(a_message(state), to)
    else:
        with pytest.raises(DomainError, match=f"The message is {state}"):
            check_move(a_message(state), to)


@given(state=st.sampled_from(State))
def test_every_state_leads_to_an_end_or_is_one(state: State) -> None:
    reached, edge = {state}, {state}
    while edge:
        edge = {to for one in edge for to in MOVES[one]} - reached
        reached |= edge

    assert reached & FINAL


def test_what_was_sent_is_never_queued_again() -> None:
    assert State.QUEUED not in MOVES[State.SENT] | MOVES[State.ANSWERED]


@given(body=st.binary(max_size=200))
def test_garbage_in_a_canonical_despatch_is_a_finding(body: bytes) -> None:
    reading = read_despatch(RawMessage("x", body))

    assert reading.facts == ()
    assert reading.findings


def test_an_unknown_adapter_is_named_with_the_installed_ones(tmp_path: Path) -> None:
    settings = SuppliersSettings(
        database_url=SecretStr("postgresql+asyncpg://x"),
        kafka_bootstrap_servers="127.0.0.1:1",
        auth_jwks_file=tmp_path / "jwks.json",
        supplier_adapter="nobody",
        supplier_profile_file=tmp_path / "profile.json",
        supplier_secrets_file=tmp_path / "secrets.json",
        send_seconds=7,
    )

    with pytest.raises(ValueError, match="'nobody'; installed are: consortium, national"):
        load_adapter(settings)
    assert limits_from(settings).send == 7

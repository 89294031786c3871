"""Properties of writing: whatever an LMS calls things, and whatever others say, is written and can be read again."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lms.dialects import PROFILES, write
from services.lms.dialects.facts import (
    CopyMark,
    CopyNames,
    KnownLine,
    LineNames,
    LinesAnswered,
    OrderNames,
    OrderNotPlaced,
    PartyName,
)
from services.lms.dialects.profiles import EVERGREEN, KOHA
from shared.contracts.suppliers import CopyReference, LineAction, OrderResponded, Quantities, RespondedLine
from shared.errors import Fault
from shared.formats import edifact
from shared.formats.editeur import Objections, Response
from shared.formats.editeur.codes import STATUSES
from tests.services.lms.dialects.lms_files import AskedCopy, AskedLine, evergreen, koha
from tests.services.lms.dialects.ordered import NOW, SENDING, known_lines, order_of, written


def looks_like_utf8(text: str) -> bool:
    """Whether a reader that guesses takes the Latin-1 bytes of a text for UTF-8. Such texts do not occur by accident."""
    try:
        return text.encode("latin-1").decode() != text
    except UnicodeDecodeError:
        return False


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
latin = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"]), min_size=1, max_size=35).filter(
    lambda text: text == text.strip() and not looks_like_utf8(text)
)
parties = st.builds(lambda code, qualifier: PartyName(code=code, qualifier=qualifier), anything, anything)


def order_names(texts: st.SearchStrategy[str]) -> st.SearchStrategy[OrderNames]:
    """Names of an order with one line of two copies."""
    marks = st.tuples(st.builds(lambda value: CopyMark(value=value, code="LLO"), texts))
    copies = st.builds(lambda number, held: CopyNames(number=number, marks=held), texts, marks)
    line = st.builds(
        lambda place, reference, article, kind, held: LineNames(
            line_number=1, place=place, reference=reference, article=article, article_type=kind, copies=(held, held)
        ),
        texts,
        texts,
        texts,
        st.sampled_from(("EN", "IB", "")),
        copies,
    )
    return st.builds(
        lambda number, sender, recipient, buyer, supplier, held: OrderNames(
            order_number=number,
            control_reference="1",
            message_reference="1",
            sender=sender,
            recipient=recipient,
            buyer=buyer,
            supplier=supplier,
            lines=(held,),
        ),
        texts,
        parties,
        parties,
        parties,
        parties,
        line,
    )


responded = st.builds(
    RespondedLine,
    line_key=st.just("SB-0001"),
    action=st.none() | st.sampled_from(LineAction),
    status_code=st.none() | st.sampled_from([*STATUSES, "Z9"]),
    availability_code=st.none() | st.sampled_from(["OP", "IB", "??"]),
    quantities=st.builds(Quantities, accepted=st.none() | st.integers(0, 9), cancelled=st.none() | st.integers(0, 9)),
    copies=st.lists(st.builds(CopyReference, branch=st.sampled_from(["IPSW", "LOWE", None])), max_size=4).map(tuple),
    note=anything,
)


@pytest.mark.parametrize("name", PROFILES)
@given(
    names=order_names(anything), line=responded, detail=anything, pointer=st.sampled_from(["", "/lines/0/copies/0/branch", "/x"])
)
def test_nothing_that_is_said_or_named_stops_a_file_from_being_written(
    name: str, names: OrderNames, line: RespondedLine, detail: str, pointer: str
) -> None:
    (known,) = known_lines(order_of(koha([AskedLine(copies=(AskedCopy(), AskedCopy("LOWE")))]), KOHA)).values()
    lines = {"SB-0001": KnownLine(known.order_id, known.ordered, names, names.lines[0])}
    event = OrderResponded(
        supplier_id="albion", order_id=known.order_id, message_id=known.order_id, responded_at=NOW, lines=(line,)
    )

    for answer in (
        LinesAnswered(names, event, lines),
        OrderNotPlaced(names, (Fault(pointer, "odd", detail),), {"/lines/0": 6}, date(2026, 11, 30)),
    ):
        file = write(answer, PROFILES[name], SENDING)
        if file is not None:
            reading = edifact.read(file.content)
            assert all(interchange.complete for interchange in reading.interchanges)
            assert [message.complete for interchange in reading.interchanges for message in interchange.messages] == [True]


@given(names=order_names(latin))
def test_references_that_the_character_set_holds_come_back_as_they_were(names: OrderNames) -> None:
    (known,) = known_lines(order_of(koha([AskedLine(copies=(AskedCopy(), AskedCopy("LOWE")))]), KOHA)).values()
    lines = {"SB-0001": KnownLine(known.order_id, known.ordered, names, names.lines[0])}
    line = RespondedLine(line_key="SB-0001", status_code="100")
    event = OrderResponded(
        supplier_id="albion", order_id=known.order_id, message_id=known.order_id, responded_at=NOW, lines=(line,)
    )

    plain = KOHA.model_copy(update={"writing": KOHA.writing.model_copy(update={"associations": {}})})
    file = write(LinesAnswered(replace_parties(names), event, lines), plain, SENDING)

    assert file is not None
    (message,) = edifact.read(file.content).interchanges[0].messages
    values = {segment.tag: segment for segment in message.segments}
    assert values["LIN"].get(0) == names.lines[0].place
    assert values["LIN"].get(2) == names.lines[0].article
    assert values["RFF"].get(0, 1) == names.lines[0].reference


def replace_parties(names: OrderNames) -> OrderNames:
    """Returns names whose parties are plain."""
    party = PartyName(code="5012345678900", qualifier="14")
    return names.model_copy(update={"sender": party, "recipient": party, "buyer": party, "supplier": party})


@given(st.lists(st.sampled_from(["IPSW", "LOWE", "BECC"]), min_size=1, max_size=6), st.integers(0, 5))
def test_each_copy_is_named_by_the_set_in_which_the_lms_ordered_it(branches: list[str], concerned: int) -> None:
    raw, profile = koha([AskedLine(copies=tuple(map(AskedCopy, branches)))]), KOHA
    order = order_of(raw, profile)
    lines = known_lines(order)
    copy = lines["SB-0001"].ordered.copies[concerned % len(branches)]
    line = RespondedLine(line_key="SB-0001", status_code="200", copies=(CopyReference(copy_number=copy.copy_number),))
    event = OrderResponded(supplier_id="albion", order_id=copy.copy_id, message_id=copy.copy_id, responded_at=NOW, lines=(line,))

    message = written(write(LinesAnswered(order.names, event, lines), profile, SENDING))

    assert isinstance(message, Response)
    (named,) = message.lines[0].copies
    assert (int(named.label), named.first("LLO")) == (copy.copy_number, copy.branch.code)


@given(detail=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=400))
def test_an_lms_that_ignores_release_characters_is_sent_none_in_texts(detail: str) -> None:
    order = order_of(evergreen(), EVERGREEN)
    answer = OrderNotPlaced(order.names, (Fault("/lines/0", "odd", detail),), order.segments, date(2026, 11, 30))

    file = write(answer, EVERGREEN, SENDING)

    assert file is not None
    assert b"?" not in file.content.removeprefix(b"UNA:+.? '")


@given(detail=latin)
def test_the_words_of_a_fault_are_whole_in_aperak(detail: str) -> None:
    order = order_of(koha(), KOHA)
    profile = PROFILES["folio"].model_copy(update={"writing": PROFILES["folio"].writing.model_copy(update={"avoided": ""})})
    answer = OrderNotPlaced(
        order.names, (replace(Fault("/lines/0", "odd", ""), detail=detail),), order.segments, date(2026, 11, 30)
    )

    message = written(write(answer, profile, SENDING))

    assert isinstance(message, Objections)
    words = " ".join("".join(remark.text for remark in message.objections[0].remarks).split())
    assert words == " ".join(f"{detail} (segment 6, odd)".split())

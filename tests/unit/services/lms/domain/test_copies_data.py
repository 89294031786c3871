"""Changes say where a copy goes on to: its collection and the plan by which it moves to other branches."""

from datetime import UTC, datetime
from uuid import UUID

from services.lms.domain import bodies
from services.lms.domain.reading.goods import consignment_expected, order_responded
from services.lms.domain.reading.orders import line_progressed, order_placed
from services.lms.domain.reading.stated import Stated
from shared.contracts.base import Event
from shared.contracts.delivery import ConsignmentExpected
from shared.contracts.example_events import EXAMPLES
from shared.contracts.orders import CopyState, LineProgressed, OrderPlaced
from shared.contracts.stated import StatedItem
from shared.contracts.suppliers import CopyReference, OrderResponded, RespondedLine

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
STATED = Stated("GB-SFK", AT, 2, again=False)


def example(event: type[Event]) -> Event:
    return next(each for each in EXAMPLES if isinstance(each, event))


def test_goods_on_the_way_say_it_of_each_copy() -> None:
    event = example(ConsignmentExpected)
    assert isinstance(event, ConsignmentExpected)
    (body,) = [news.body for news in consignment_expected(event, STATED)]
    assert isinstance(body, bodies.CopyExpected)
    assert (body.sequence, body.rotation_plan) == ("ANF", "ROT-A")


def test_a_copy_that_moved_or_changed_says_it() -> None:
    event = example(LineProgressed)
    assert isinstance(event, LineProgressed)
    same = event.copies[0].model_copy(update={"to_state": CopyState.SENT})
    told = event.model_copy(update={"copies": (event.copies[0], same), "attention": None})
    moved, changed = (news.body for news in line_progressed(told, STATED))
    assert isinstance(moved, bodies.CopyMoved)
    assert isinstance(changed, bodies.CopyChanged)
    assert {(body.sequence, body.rotation_plan) for body in (moved, changed)} == {("ANF", "ROT-A")}


def test_an_answer_says_what_the_supplier_states_of_each_copy_that_it_names() -> None:
    copies = (
        CopyReference(copy_number=1, branch="IPSW", sequence="ANF", item=StatedItem(rotation_plan="ROT-A")),
        CopyReference(copy_number=2, item=StatedItem(value="8.99")),
    )
    event = OrderResponded(
        supplier_id="eastern",
        order_id=UUID(int=1),
        message_id=UUID(int=2),
        responded_at=AT,
        lines=(RespondedLine(line_key="SB-1", copies=copies), RespondedLine(line_key="SB-1")),
    )
    (body,) = [news.body for news in order_responded(event, STATED)]
    assert isinstance(body, bodies.LineAnswered)
    named, unnamed = body.answers
    assert [(copy.copy_number, copy.branch, copy.sequence, copy.rotation_plan) for copy in named.copies] == [
        (1, "IPSW", "ANF", "ROT-A"),
        (2, None, None, None),
    ]
    assert unnamed.copies == ()


def test_a_rush_order_is_told_as_one() -> None:
    event = example(OrderPlaced)
    assert isinstance(event, OrderPlaced)
    bodies_of = [next(order_placed(event.model_copy(update={"rush": rush}), STATED)).body for rush in (True, False)]
    assert [isinstance(body, bodies.OrderPlaced) and body.rush for body in bodies_of] == [True, False]

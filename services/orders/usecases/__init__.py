"""What can be done with the order book, one function per use case. Each runs in its caller's transaction."""

from services.orders.usecases.cancelling import CancelCopies, no_such_order, request_cancellation
from services.orders.usecases.goods import expect_copies, receive_copies, reopen_copy
from services.orders.usecases.placing import Placed, PlaceOrder, find_faults, place_orders, refused_order
from services.orders.usecases.responses import apply_responses, record_sent
from services.orders.usecases.titles import learn_title

__all__ = [
    "CancelCopies",
    "PlaceOrder",
    "Placed",
    "apply_responses",
    "expect_copies",
    "find_faults",
    "learn_title",
    "no_such_order",
    "place_orders",
    "receive_copies",
    "record_sent",
    "refused_order",
    "reopen_copy",
    "request_cancellation",
]

"""Commitments, releases and actuals sum to the copies' costs, to the penny, whatever happens to orders and in whatever order."""

from random import Random

from tests.fixtures.chance import Chance
from tests.services.orders.conftest import Orders
from tests.services.orders.fund_lives import Lives

_ORDERS, _STEPS = 3, 50
_DEEP_ORDERS, _DEEP_STEPS = 12, 600


async def test_all_books_agree_after_every_step_of_random_lives(orders: Orders, chance: Chance) -> None:
    lives = Lives(orders, Random(chance.seed), most_orders=_DEEP_ORDERS if chance.deep else _ORDERS)
    await lives.set_up()
    await lives.live(_DEEP_STEPS if chance.deep else _STEPS)

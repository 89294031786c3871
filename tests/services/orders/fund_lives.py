"""Random lives of orders, beside a ledger that knows only events and a model that knows only what the API shows of copies."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from services.orders.fund_timer import FundTimer
from services.orders.store.funds import fold_counts, totals_of, wrong_totals
from shared.contracts.base import Event
from shared.contracts.delivery import DiscrepancyFound, DiscrepancyKind, Leg
from shared.contracts.invoices import Cost
from shared.contracts.spend import FundSpend, SpendCommitted, SpendInvoiced, SpendReleased
from shared.contracts.stated import PriceBasis, StatedPrice
from shared.contracts.suppliers import Quantities
from shared.messaging.tables import outbox
from tests.services.orders.conftest import Orders
from tests.services.orders.goods import NOW, answered, charge, consigned, expected, invoice, received
from tests.services.orders.switched import Switches

FUNDS = ("FIC", "LOCAL", "NONF")
OLD, NEW = "2025-26", "2026-27"
YEARS = [
    {"year": OLD, "starts_on": "2025-04-01", "ends_on": "2026-03-31"},
    {"year": NEW, "starts_on": "2026-04-01", "ends_on": "2027-03-31"},
]
# Accepted, held for the price, a substitute, refused, cancelled, cancelled as asked, and back ordered by another supplier.
CODES = ("100", "101", "110", "200", "221", "222", "222", "300", "400")
_ISBNS = ("9780141439518", "9780141439600", "9780241988268")
_GIVEN_UP = {"refused", "cancelled"}
_BEST = ("net", "unstated", "gross", "retail")
_EVENTS: dict[str, type[SpendCommitted | SpendReleased | SpendInvoiced]] = {
    event.event_type: event for event in (SpendCommitted, SpendReleased, SpendInvoiced)
}
Key = tuple[str, str, str]


@dataclass
class Ledger:
    """A council's ledger: it adds up events, and finds fault with any that do not fit those before."""

    open: dict[UUID, tuple[Key, int | None]] = field(default_factory=dict)
    spent: Counter[Key] = field(default_factory=Counter)
    read: int = 0

    async def hear(self, orders: Orders) -> None:
        query = select(outbox.c.seq, outbox.c.type, outbox.c.data).where(outbox.c.type.in_(_EVENTS), outbox.c.seq > self.read)
        async with orders.engine.connect() as connection:
            rows = (await connection.execute(query.order_by(outbox.c.seq))).all()
        for row in rows:
            self.read = row.seq
            self._add(_EVENTS[row.type].model_validate_json(row.data))

    def _add(self, event: SpendCommitted | SpendReleased | SpendInvoiced) -> None:
        for spend in event.funds:
            key = (spend.fund, spend.year, spend.currency or "")
            copies = list(_copies(spend))
            assert spend.total == sum(each or 0 for _, each in copies)
            for copy_id, each in copies:
                match event:
                    case SpendCommitted():
                        assert copy_id not in self.open, "a copy commits once at a time"
                        self.open[copy_id] = (key, each)
                    case SpendReleased():
                        assert self.open.pop(copy_id) == (key, each), "what is released is what was committed"
                    case SpendInvoiced():
                        self.spent[key] += each or 0

    @property
    def commitments(self) -> Counter[Key]:
        """Open commitments by fund, year and currency."""
        sums: Counter[Key] = Counter()
        for key, each in self.open.values():
            sums[key] += each or 0
        return sums


def _copies(spend: FundSpend) -> Iterator[tuple[UUID, int | None]]:
    for copies in spend.copies:
        for copy_id in copies.copy_ids:
            yield copy_id, copies.each


@dataclass
class Model:
    """What copies should commit and have cost, by what the API shows of them. It knows no year."""

    # Copies that were received and whose charge was credited in full: nothing more is expected.
    settled: set[str] = field(default_factory=set)
    # How many charges and credits each copy had when last seen.
    entries: Counter[str] = field(default_factory=Counter)
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    spent: Counter[tuple[str, str]] = field(default_factory=Counter)

    def see(self, orders: list[dict[str, Any]]) -> None:
        self.open, self.spent = Counter(), Counter()
        lines = [line for order in orders for line in order["lines"]]
        for price, copy in ((_price(line), copy) for line in lines for copy in line["copies"]):
            fund = copy["fund"]
            for cost in copy["costs"]:
                self.spent[fund, cost["currency"]] += cost["total"]
            if self._commits(copy) and price is not None:
                self.open[fund, price[1]] += price[0]

    def _commits(self, copy: dict[str, Any]) -> bool:
        key, costs = copy["copy_id"], copy["costs"]
        if len(costs) > self.entries[key] and copy["state"] == "received":
            self.settled.add(key)
        self.entries[key] = len(costs)
        if sum(cost["total"] for cost in costs):
            return False
        return key not in self.settled and copy["state"] not in _GIVEN_UP


def _price(line: dict[str, Any]) -> tuple[int, str] | None:
    asked = line["unit_price"]
    for basis in _BEST:
        for price in line["stated_prices"]:
            if price["basis"] == basis:
                return price["minor"], price["currency"] or (asked["currency"] if asked else "GBP")
    return (asked["minor"], asked["currency"]) if asked else None


class Lives:
    """Lets orders of a council live at random, and checks after every step that all books agree."""

    def __init__(self, orders: Orders, chance: Random, *, most_orders: int) -> None:
        self.orders, self.chance, self.most_orders = orders, chance, most_orders
        self.switches, self.ledger, self.model = Switches(orders), Ledger(), Model()
        self.placed: list[str] = []
        self.heard: list[Event] = []
        self.charged: list[tuple[dict[str, Any], str, int, Cost, str]] = []
        self.number = 0

    async def set_up(self) -> None:
        """Registers the funds. The last one has no years."""
        funds = [{"code": code, "years": YEARS if code != FUNDS[-1] else []} for code in FUNDS]
        answer = await self.orders.client.put("/v1/funds", json=funds, headers=self.orders.headers)
        assert answer.status_code == 200, answer.text

    async def live(self, steps: int) -> None:
        """Does so many things, each kind of them once or more often."""
        kinds: list[tuple[int, Callable[[], Any]]] = [
            (3, self.place), (7, self.answer), (7, self.despatch), (5, self.receive), (3, self.lose), (8, self.charge),
            (7, self.credit), (3, self.decide), (3, self.ask_to_cancel), (5, self.repeat), (1, self.switch), (2, self.roll_over),
            (1, self.fold), (1, self.take_over),
        ]  # fmt: skip
        once = self.chance.sample([act for _, act in kinds], len(kinds))
        further = self.chance.choices([act for _, act in kinds], [weight for weight, _ in kinds], k=max(0, steps - len(kinds)))
        await self.place()
        for step, act in enumerate(once + further):
            await act()
            await self.check(f"step {step}: {act.__name__}")
            self.orders.clock.advance(timedelta(hours=self.chance.choice((1, 20, 30))))

    async def check(self, step: str) -> None:
        """All agree to the penny: counters and copies, counters and ledger, counters and what the API shows."""
        async with self.orders.engine.connect() as connection:
            assert await wrong_totals(connection) == [], step
            totals = await totals_of(connection, self.orders.council, FUNDS)
        await self.ledger.hear(self.orders)
        counted = [total for of_fund in totals.values() for total in of_fund]
        assert +Counter({(t.fund, t.year, t.currency): t.open for t in counted}) == +self.ledger.commitments, step
        spent = {(t.fund, t.year, t.currency): t.invoiced - t.credited for t in counted if t.invoiced != t.credited}
        assert spent == {key: minor for key, minor in self.ledger.spent.items() if minor}, step
        self.model.see([await self.orders.read(order_id) for order_id in self.placed])
        by_fund: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for total in counted:
            by_fund["open"][total.fund, total.currency] += total.open
            by_fund["spent"][total.fund, total.currency] += total.invoiced - total.credited
        assert +by_fund["open"] == +self.model.open, step
        assert +by_fund["spent"] == +self.model.spent, step

    async def place(self) -> None:
        if len(self.placed) == self.most_orders:
            return
        self.number += 1
        prices = (None, {"minor": self.chance.randint(1, 2_000)}, {"minor": self.chance.randint(1, 2_000), "currency": "EUR"})
        lines = [
            {
                "line_number": number,
                "isbn": self.chance.choice(_ISBNS),
                "unit_price": self.chance.choice(prices),
                "copies": [
                    {"branch": branch, "fund": fund, "quantity": self.chance.randint(1, 2)}
                    for branch in self.chance.sample(("IPSW", "LOWE"), self.chance.randint(1, 2))
                    for fund in self.chance.sample(FUNDS, self.chance.randint(1, 2))
                ],
            }
            for number in range(1, self.chance.randint(2, 3))
        ]
        lines = [{name: value for name, value in line.items() if value is not None} for line in lines]
        answer = await self.orders.post({"order_number": f"SFK-{self.number}", "lines": lines}, key=f"life-{self.number}")
        assert answer.status_code == 201, answer.text
        self.placed.append(answer.json()["order_id"])

    async def _some_line(self) -> tuple[dict[str, Any], dict[str, Any]]:
        order = await self.orders.read(self.chance.choice(self.placed))
        return order, self.chance.choice(order["lines"])

    async def _part(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A line with only some of its copies."""
        order, line = await self._some_line()
        return order, {**line, "copies": self.chance.sample(line["copies"], self.chance.randint(1, len(line["copies"])))}

    async def _hear(self, *events: Event) -> None:
        self.heard += events
        await self.orders.hear(*events)

    async def answer(self) -> None:
        await self._hear(*[await self._an_answer() for _ in range(self.chance.randint(1, 2))])

    async def _an_answer(self) -> Event:
        order, line = await self._some_line()
        price = StatedPrice(
            minor=self.chance.randint(1, 2_000),
            currency=self.chance.choice((None, None, "GBP", "USD")),
            basis=self.chance.choice(list(PriceBasis)),
        )
        code, some = self.chance.choice(CODES), self.chance.randint(1, len(line["copies"]))
        prices = (price,) if self.chance.random() < 0.4 else ()
        quantities = Quantities() if self.chance.random() < 0.5 else Quantities(accepted=some)
        substitute = "9780241988268" if code == "110" else None
        return answered(order, line, code, prices=prices, quantities=quantities, substitute_isbn=substitute)

    async def despatch(self) -> None:
        await self._hear(expected(*await self._part(), Leg.DIRECT))

    async def receive(self) -> None:
        await self._hear(received(*await self._part(), Leg.DIRECT))

    async def lose(self) -> None:
        order, line = await self._part()
        kind = self.chance.choice((DiscrepancyKind.DAMAGED, DiscrepancyKind.SHORT))
        found = DiscrepancyFound(
            discrepancy_id=uuid4(), consignment_id=UUID(int=1), supplier_id=line["supplier_id"], despatch_number="D1",
            kind=kind, isbn=line["isbn"], consigned_copy=consigned(order, line)[0], found_at=NOW,
        )  # fmt: skip
        await self._hear(found)

    async def charge(self) -> None:
        _, line = await self._some_line()
        self.number += 1
        number, quantity = f"INV-{self.number}", self.chance.randint(1, len(line["copies"]))
        net = self.chance.randint(1, 900)
        cost = Cost(list_price=net, net=net, servicing=self.chance.randint(0, 50), vat=self.chance.randint(0, 9))
        currency = (line["unit_price"] or {"currency": "GBP"})["currency"]
        charged = charge(line, quantity, costs=(cost,) * quantity)
        await self._hear(invoice(charged, number=number, supplier=line["supplier_id"], currency=currency))
        self.charged.append((line, number, quantity, cost, currency))

    async def credit(self) -> None:
        if not self.charged:
            return
        self.number += 1
        line, of, quantity, cost, currency = self.chance.choice(self.charged[-4:])
        part = cost if self.chance.random() < 0.8 else Cost(list_price=1, net=1)
        back = charge(line, quantity, costs=(part,) * quantity)
        named = of if self.chance.random() < 0.7 else None
        note = invoice(
            back, number=f"CN-{self.number}", supplier=line["supplier_id"], currency=currency, credit=True, credits_invoice=named
        )
        await self._hear(note)

    async def decide(self) -> None:
        queried = (await self.orders.get("/v1/invoices?state=queried"))["items"]
        if queried:
            found = await self.orders.get(f"/v1/invoices/{self.chance.choice(queried)['invoice_id']}")
            path = f"/v1/invoices/{found['invoice_id']}/{self.chance.choice(('accept', 'accept', 'reject'))}"
            answer = await self.orders.decide(path, {"reason": "agreed on the telephone"}, If_Match=f'"{found["version"]}"')
            assert answer.status_code == 200, answer.text

    async def ask_to_cancel(self) -> None:
        order, line = await self._part()
        body = {"copy_ids": [copy["copy_id"] for copy in line["copies"]], "reason": "no longer wanted"}
        await self.orders.decide(f"/v1/orders/{order['order_id']}/cancellations", body, If_Match=f'"{order["version"]}"')

    async def repeat(self) -> None:
        """Events arrive again, and in another order."""
        again = self.chance.sample(self.heard, min(len(self.heard), self.chance.randint(1, 3)))
        await self.orders.hear(*again)

    async def switch(self) -> None:
        await self.switches.ask(open_copies=self.chance.choice(("move", "cancel")))
        await self.switches.turn()

    async def roll_over(self) -> None:
        """What is still committed to the old year of a fund counts in the new one; the old one has nothing open then."""
        self.number += 1
        body = {"from_year": OLD, "to_year": NEW, "rolls_on": self.orders.clock.today().isoformat(), "reason": "the year ends"}
        path = self.chance.choice((f"/v1/funds/{FUNDS[0]}/rollovers", "/v1/fund-rollovers"))
        answer = await self.orders.decide(path, body, Idempotency_Key=f"roll-{self.number}")
        assert answer.status_code == 201, answer.text
        await FundTimer(self.orders.engine, self.orders.clock).turn()
        if "Idempotent-Replayed" not in answer.headers:
            async with self.orders.engine.connect() as connection:
                left = (await totals_of(connection, self.orders.council, [FUNDS[0]], year=OLD)).get(FUNDS[0], [])
            assert [total.open_copies for total in left if total.open_copies] == []

    async def fold(self) -> None:
        async with self.orders.engine.begin() as connection:
            await fold_counts(connection)

    async def take_over(self) -> None:
        await FundTimer(self.orders.engine, self.orders.clock).turn()

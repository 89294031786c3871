"""Invoices and credit notes as each LMS reads them: the amounts add up to the penny, whatever was invoiced."""

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lms.dialects import LmsProfile, write
from services.lms.dialects.facts import FileOut, InvoiceAccepted, KnownLine
from services.lms.dialects.profiles import EVERGREEN, FOLIO, KOHA
from shared.contracts.invoices import ChargeKind, Cost, InvoicedCharge, InvoicedCopy, InvoiceMatched, MatchedInvoiceLine
from shared.formats.editeur import Invoice, check_amounts, costs_of, total_of
from shared.money import to_minor
from tests.services.lms.dialects.lms_files import AskedCopy, AskedLine, evergreen, folio, koha
from tests.services.lms.dialects.ordered import NOW, SENDING, known_lines, order_of, segments, written

LINES = (
    AskedLine(copies=(AskedCopy(), AskedCopy("LOWE"), AskedCopy())),
    AskedLine(reference="4712", copies=(AskedCopy("BECC"),)),
)
RAW = {"koha": (koha(LINES), KOHA), "evergreen": (evergreen(LINES), EVERGREEN), "folio": (folio(LINES), FOLIO)}
COST = Cost(list_price=999, discount=250, net=749, servicing=120, carriage=15, vat=27)


def known(name: str) -> tuple[dict[str, KnownLine], LmsProfile]:
    """Returns the ordered lines of an LMS, with barcodes, and its profile."""
    raw, profile = RAW[name]
    lines = known_lines(order_of(raw, profile))
    for place, line in enumerate(lines.values()):
        barcodes = {copy.copy_id: f"30123004{place}{copy.copy_number}" for copy in line.ordered.copies}
        lines[line.ordered.line_key] = KnownLine(line.order_id, line.ordered, line.order_names, line.names, barcodes)
    return lines, profile


def matched(
    lines: dict[str, KnownLine],
    costs: Sequence[Sequence[Cost]],
    charges: Sequence[InvoicedCharge] = (),
    *,
    credit: bool = False,
    extra: int = 0,
) -> InvoiceMatched:
    """Returns an invoice for the first copies of the lines, one for each cost; `extra` is what its total has beyond them."""
    total = sum(cost.total for line in costs for cost in line) + sum(charge.total for charge in charges) + extra
    return InvoiceMatched(
        supplier_id="albion",
        invoice_id=uuid4(),
        invoice_number="INV-88231",
        credit=credit,
        invoiced_on=date(2026, 11, 30),
        currency="GBP",
        total=total,
        matched_at=NOW,
        charges=tuple(charges),
        lines=tuple(
            MatchedInvoiceLine(
                line_number=number,
                line_key=line.ordered.line_key,
                order_id=line.order_id,
                copies=tuple(
                    InvoicedCopy(copy_id=copy.copy_id, cost=cost) for copy, cost in zip(line.ordered.copies, held, strict=False)
                ),
            )
            for number, (line, held) in enumerate(zip(lines.values(), costs, strict=False), start=1)
        ),
    )


def invoice(file: FileOut | None) -> Invoice:
    """Reads what was written."""
    message = written(file)
    assert isinstance(message, Invoice)
    return message


def test_koha_reads_prices_with_servicing_and_carriage_before_the_lines() -> None:
    lines, profile = known("koha")

    file = write(InvoiceAccepted((matched(lines, [[COST, COST]]),), lines), profile, SENDING)

    assert file is not None
    assert file.name == "sb0000000042.CEI"
    assert segments(file)[2:] == [
        "BGM+380+INV-88231+9'",
        "DTM+137:20261130:102'",
        "DTM+131:20261130:102'",
        "NAD+BY+5098765000019::9'",
        "NAD+SU+5012345678900::9'",
        "CUX+2:GBP:4'",
        "ALC+C++++DL'",
        "MOA+8:0.3'",
        "LIN+1++9780141439518:EN'",
        "IMD+L+050+:::Pride and prejudice'",
        "QTY+47:2'",
        "GIR+001+ADULT-FIC:LFN+IPSW:LLO+AF:LSQ+3012300401:LAC'",
        "GIR+002+ADULT-FIC:LFN+LOWE:LLO+AF:LSQ+3012300402:LAC'",
        "MOA+203:17.38'",
        "MOA+128:17.92'",
        "MOA+146:7.49'",
        "MOA+52:5'",
        "PRI+AAA:7.49'",
        "PRI+AAB:9.99'",
        "RFF+LI:4711'",
        "RFF+ON:00000000123'",
        "TAX+7+VAT'",
        "MOA+124:0.54'",
        "ALC+C++++BG::28'",
        "MOA+8:2.4'",
        "UNS+S'",
        "CNT+2:1'",
        "MOA+79:17.38'",
        "MOA+86:18.22'",
        "MOA+9:18.22'",
        "TAX+7+VAT'",
        "MOA+124:0.54'",
        "UNT+34+1'",
        "UNZ+1+42'",
    ]


def test_evergreen_has_goods_in_its_lines_and_all_charges_beside_them() -> None:
    lines, profile = known("evergreen")

    message = invoice(write(InvoiceAccepted((matched(lines, [[COST], [COST]]),), lines), profile, SENDING))

    assert [str(line.amount("203")) for line in message.lines] == ["7.49", "7.49"]
    assert [charge.code for line in message.lines for charge in line.charges] == ["BG", "BG"]
    assert [charge.code for charge in message.summary.charges] == ["DL"]
    assert [line.reference("LI") for line in message.lines] == ["218/90001", "218/90002"]


def test_a_line_that_goes_on_in_the_next_part_is_one_line() -> None:
    lines, profile = known("koha")
    whole = matched(lines, [[COST, COST, COST], [COST]])
    one, two = whole.lines
    first = whole.model_copy(update={"parts": 2, "lines": (one.model_copy(update={"copies": one.copies[:1]}),)})
    second = whole.model_copy(update={"parts": 2, "part": 2, "lines": (one.model_copy(update={"copies": one.copies[1:]}), two)})

    message = invoice(write(InvoiceAccepted((first, second), lines), profile, SENDING))

    assert [str(line.invoiced) for line in message.lines] == ["3", "1"]
    assert check_amounts(message) == []


def test_a_credit_note_is_withheld_from_an_lms_that_cannot_tell_it_from_an_invoice() -> None:
    lines, profile = known("folio")
    credited = matched(lines, [[COST]], credit=True)

    offered = write(InvoiceAccepted((credited,), lines), profile, SENDING)
    assert offered is not None
    assert (offered.withheld, invoice(offered).credit) == ("", True)
    for name, title in (("koha", "Koha"), ("evergreen", "Evergreen")):
        others, other = known(name)
        withheld = write(InvoiceAccepted((matched(others, [[COST]], credit=True),), others), other, SENDING)
        assert withheld is not None
        assert invoice(withheld).credit
        assert withheld.withheld.startswith(f"{title} cannot tell a credit note from an invoice: enter INV-88231 ")


def test_a_total_that_a_person_accepted_though_it_does_not_add_up_is_explained_by_a_charge() -> None:
    lines, profile = known("koha")

    for extra, kind in ((7, "C"), (-7, "A")):
        message = invoice(write(InvoiceAccepted((matched(lines, [[COST]], extra=extra),), lines), profile, SENDING))

        assert [(charge.kind, charge.texts[0]) for charge in message.summary.charges] == [
            (kind, "Difference to the supplier's total")
        ]
        assert check_amounts(message) == []


def test_a_line_that_is_unknown_is_charged_under_our_key() -> None:
    lines, profile = known("koha")

    file = write(InvoiceAccepted((matched(lines, [[COST], [COST]]),), {"SB-0001": lines["SB-0001"]}), profile, SENDING)

    assert [each for each in segments(file) if each.startswith("RFF+LI")] == ["RFF+LI:4711'", "RFF+LI:SB-0002'"]


def test_all_that_koha_adds_up_is_the_total() -> None:
    lines, profile = known("koha")
    postage = InvoicedCharge(description="Postage", kind=ChargeKind.CARRIAGE, net=450, vat=90)

    message = invoice(write(InvoiceAccepted((matched(lines, [[COST], [COST]], [postage]),), lines), profile, SENDING))

    shipment = [amount.value or 0 for charge in message.charges for amount in charge.amounts]
    shipment += [amount.value or 0 for charge in message.charges for tax in charge.taxes for amount in tax.amounts]
    assert sum(shipment) + sum(line.amount("128") or 0 for line in message.lines) == total_of(message)


pennies = st.integers(0, 100_000)


@st.composite
def costs(draw: st.DrawFn) -> Cost:
    """What a copy may cost."""
    net, discount = draw(pennies), draw(st.sampled_from((0, 0, 1, 250)))
    servicing, carriage, other = (draw(st.just(0) | st.integers(0, 999)) for _ in range(3))
    vat = draw(st.sampled_from((0, 20))) * (net + servicing) // 100
    return Cost(
        list_price=net + discount, discount=discount, net=net, servicing=servicing, carriage=carriage, other=other, vat=vat
    )


@st.composite
def loose(draw: st.DrawFn) -> InvoicedCharge:
    """A charge for no copy."""
    net = draw(st.integers(1, 2_000))
    kind = draw(st.sampled_from(ChargeKind))
    return InvoicedCharge(
        description="Postage & packing: one crate", kind=kind, net=net, vat=draw(st.sampled_from((0, net // 5)))
    )


@pytest.mark.parametrize("name", RAW)
@given(
    held=st.tuples(st.lists(costs(), min_size=1, max_size=3), st.lists(costs(), max_size=1)),
    charges=st.lists(loose(), max_size=2),
)
def test_every_invoice_adds_up_and_comes_back_as_the_same_total(
    name: str, held: tuple[list[Cost], list[Cost]], charges: list[InvoicedCharge]
) -> None:
    lines, profile = known(name)
    event = matched(lines, held, charges)

    message = invoice(write(InvoiceAccepted((event,), lines), profile, SENDING))

    assert [finding.text for finding in check_amounts(message)] == []
    total = total_of(message)
    assert total is not None
    assert to_minor(total, "GBP") == event.total
    divided = costs_of(message)
    assert sum(cost.total for cost in divided.copies) + sum(charge.net + charge.tax for charge in divided.charges) == event.total

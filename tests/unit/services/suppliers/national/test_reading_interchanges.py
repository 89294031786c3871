"""Several interchanges in one file, in EDIFACT and X12: each has its own sender, reference, buyer, test flag and fate."""

from collections.abc import Callable, Sequence

import pytest

from services.suppliers.contract import DespatchFact, InvoiceFact, Kind, RawMessage, Reading, ResponseFact
from services.suppliers.national.read import read
from shared.findings import Severity

ISBN = "9780141439518"
RESPONSE = ("ORDRSP", f"BGM+231+R-{{0}}+9'LIN+1+5+{ISBN}:EN'QTY+21:1'QTY+12:1'RFF+LI:SB-{{0}}'")
INVOICE = ("INVOIC", f"BGM+380+I-{{0}}+9'LIN+1++{ISBN}:EN'QTY+47:1'MOA+203:1'RFF+LI:SB-{{0}}'UNS+S'MOA+9:1'")


def edifact(number: int, *, test: bool = False, message: tuple[str, str] = RESPONSE, recipient: str = "5012345678900") -> bytes:
    kind, template = message
    body = template.format(number)
    segments = f"UNH+1+{kind}:D:96A:UN'{body}UNT+{body.count(chr(39)) + 2}+1'"
    flag = "1" if test else ""
    header = f"UNB+UNOC:3+SENDER{number}:14+{recipient}:14+260303:0915+{number}++{kind}++++{flag}".rstrip("+")
    return f"UNA:+.? '{header}'{segments}UNZ+1+{number}'".encode()


def x12(number: int, *, test: bool = False) -> bytes:
    usage = "T" if test else "P"
    sender, blank = f"SENDER{number}", " " * 10
    return (
        f"ISA*00*{blank}*00*{blank}*ZZ*{sender:15}*ZZ*{'SFK':15}*260303*0915*U*00401*{number:09}*0*{usage}*>~"
        f"GS*SH*A*SFK*20260303*0915*{number}*X*004010~ST*856*0001~BSN*00*D-{number}*20260303*0915*0001~HL*1**S~"
        f"N1*ST*C*92*IPSW~HL*2*1*I~LIN*1*EN*{ISBN}*PL*SB-{number}~SN1*1*1*EA~SE*8*0001~GE*1*{number}~IEA*1*{number:09}~"
    ).encode()


Form = Callable[..., bytes]
FORMS: list[Form] = [edifact, x12]


def a_reading(*parts: bytes) -> Reading:
    return read(RawMessage("several", b"\r\n".join(parts)))


def keys(reading: Reading) -> list[str | None]:
    found: list[str | None] = []
    for fact in reading.facts:
        if isinstance(fact, ResponseFact):
            found += [line.line_key for line in fact.lines]
        elif isinstance(fact, DespatchFact):
            found += [line.line_key for parcel in fact.parcels for line in parcel.lines]
    return found


def codes(reading: Reading, *severities: Severity) -> list[str]:
    return [finding.code for finding in reading.findings if not severities or finding.severity in severities]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tests", [(1,), (2,), (3,), (1, 2), (1, 3), (2, 3)])
def test_a_test_interchange_silences_no_other(form: Form, tests: Sequence[int]) -> None:  # case B3
    reading = a_reading(*(form(number, test=number in tests) for number in (1, 2, 3)))
    live = [number for number in (1, 2, 3) if number not in tests]

    assert not reading.test
    assert keys(reading) == [f"SB-{number}" for number in live]
    assert reading.sender == f"SENDER{live[0]}"
    assert reading.control_reference.lstrip("0") == str(live[0])
    left_out = [finding for finding in reading.findings if finding.severity is not Severity.INFO]
    assert [finding.code for finding in left_out] == ["national-test-left-out"] * len(tests)
    assert all(f"'SENDER{number}'" in finding.text for number, finding in zip(tests, left_out, strict=True))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [1, 2])
def test_a_file_of_nothing_but_tests_is_a_test_and_shows_what_it_would_do(form: Form, count: int) -> None:
    reading = a_reading(*(form(number, test=True) for number in range(1, count + 1)))

    assert (reading.test, len(keys(reading)), codes(reading, Severity.WARNING, Severity.ERROR)) == (True, count, [])


def test_what_is_wrong_in_a_test_interchange_holds_nothing_up() -> None:
    damaged = edifact(1, test=True, message=INVOICE).replace(b"UNT+9", b"UNT+11").replace(b"QTY+47:1", b"QTY+47:x")
    cut_off = edifact(3, test=True).partition(b"UNT")[0]
    reading = a_reading(damaged, edifact(2), cut_off)

    assert keys(reading) == ["SB-2"]
    assert codes(reading, Severity.ERROR, Severity.WARNING) == ["national-test-left-out"] * 2
    assert "edifact-segment-count" in codes(reading, Severity.INFO)


def test_what_is_wrong_in_a_live_interchange_is_no_matter_of_the_test_beside_it() -> None:
    for order in (1, -1):
        damaged = edifact(2).replace(b"UNT+7", b"UNT+9")
        reading = a_reading(*[edifact(1, test=True), damaged, edifact(3, test=True)][::order])

        assert codes(reading, Severity.ERROR) == ["edifact-segment-count"]
        assert keys(reading) == ["SB-2"]


@pytest.mark.parametrize("before", [edifact(1, test=True), edifact(1, test=True).partition(b"UNT")[0]])
def test_a_live_interchange_that_is_cut_off_is_an_error_beside_a_test(before: bytes) -> None:
    cut_off = edifact(2).partition(b"UNZ")[0]

    assert codes(a_reading(before, cut_off), Severity.ERROR) == ["edifact-interchange-unterminated"]
    assert codes(a_reading(cut_off, before), Severity.ERROR) == ["edifact-interchange-unterminated"]


def test_each_interchange_has_its_own_recipient_as_buyer() -> None:
    reading = a_reading(*(edifact(number, message=INVOICE, recipient=f"BUYER{number}") for number in (1, 2)))

    assert [fact.buyer for fact in reading.facts if isinstance(fact, InvoiceFact)] == ["BUYER1", "BUYER2"]


def test_every_kind_of_message_in_the_file_is_named() -> None:
    reading = a_reading(edifact(1), edifact(2, message=INVOICE), edifact(3))

    assert (reading.kind, reading.kinds) == (Kind.RESPONSE, frozenset({Kind.INVOICE}))


def test_the_kind_is_that_of_the_first_interchange_that_counts() -> None:
    assert a_reading(edifact(1, test=True, message=INVOICE), edifact(2)).kind is Kind.RESPONSE

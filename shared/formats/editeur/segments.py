"""The segments of the library messages that do not begin a group, as values. Each declares where its fields are."""

# ruff: noqa: RUF009 - the calls declare fields, they are dataclasses.field itself
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.findings import Finding
from shared.formats.edifact import Segment
from shared.formats.editeur import codes
from shared.formats.editeur.fields import decimal, text, texts
from shared.formats.editeur.layout import Layout
from shared.formats.editeur.odd import Odd, odd
from shared.formats.moments import coded_moment


@dataclass(frozen=True, slots=True)
class Document:
    """BGM: the document's type (1001), number (1004) and function (1225: 9 original, 4 change or response, 27 not accepted)."""

    code: str = text(0, known=codes.DOCUMENTS)
    number: str = text(1)
    function: str = text(2, known=codes.FUNCTIONS)
    list: str = text(0, 1)
    agency: str = text(0, 2)
    name: str = text(0, 3)
    response: str = text(3)


@dataclass(frozen=True, slots=True)
class Date:
    """DTM, as written; `moment` is its meaning."""

    qualifier: str = text(0, 0, known=codes.DATES)
    value: str = text(0, 1)
    format: str = text(0, 2)

    @classmethod
    def day(cls, qualifier: str, moment: datetime) -> Date:
        """Returns a date of eight digits (format 102)."""
        return cls(qualifier, moment.strftime("%Y%m%d"), "102")

    @classmethod
    def minute(cls, qualifier: str, moment: datetime) -> Date:
        """Returns a date with hours and minutes (format 203)."""
        return cls(qualifier, moment.strftime("%Y%m%d%H%M"), "203")

    @property
    def moment(self) -> datetime | None:
        """The date and time in UTC, because the messages name no zone; midnight for a date alone; None when it is not valid."""
        return coded_moment(self.value, self.format).moment


@dataclass(frozen=True, slots=True)
class Quantity:
    """QTY; the qualifier (6063) says what is counted, and all are kept."""

    qualifier: str = text(0, 0, known=codes.QUANTITIES)
    value: Decimal | None = decimal(0, 1)
    unit: str = text(0, 2)


@dataclass(frozen=True, slots=True)
class Amount:
    """MOA, in major units."""

    qualifier: str = text(0, 0, known=codes.AMOUNTS)
    value: Decimal | None = decimal(0, 1)
    currency: str = text(0, 2)
    usage: str = text(0, 3)
    status: str = text(0, 4)


@dataclass(frozen=True, slots=True)
class Price:
    """PRI, of one unit or of `basis` units; `type` and `kind` such as CA and SRP."""

    qualifier: str = text(0, 0, known=codes.PRICES)
    value: Decimal | None = decimal(0, 1)
    type: str = text(0, 2)
    kind: str = text(0, 3)
    basis: Decimal | None = decimal(0, 4)
    unit: str = text(0, 5)

    @property
    def of_one(self) -> Decimal | None:
        """The price of one unit."""
        return self.value / self.basis if self.value is not None and self.basis else self.value


def _check_date(date: Date, segment: Segment) -> Iterable[Finding]:
    read = coded_moment(date.value, date.format)
    if not date.value or not read.doubt:
        return
    if read.moment is None:
        yield odd(Odd.INVALID_DATE, f"DTM+{date.qualifier}: {read.doubt}", segment)
    else:
        yield odd(Odd.DATE_FORMAT, f"DTM+{date.qualifier}: {read.doubt}", segment)


@dataclass(frozen=True, slots=True)
class Currencies:
    """CUX: the reference currency (usage 2; 9 order, 12 quote, 4 invoice), and the target with its rate if there is one."""

    usage: str = text(0, 0)
    code: str = text(0, 1)
    purpose: str = text(0, 2)
    base: str = text(0, 3)
    target_usage: str = text(1, 0)
    target: str = text(1, 1)
    target_purpose: str = text(1, 2)
    target_base: str = text(1, 3)
    rate: Decimal | None = decimal(2)


@dataclass(frozen=True, slots=True)
class Percentage:
    """PCD; qualifier 3 is the percentage of an allowance or charge."""

    qualifier: str = text(0, 0)
    value: Decimal | None = decimal(0, 1)
    basis: str = text(0, 2)


@dataclass(frozen=True, slots=True)
class Rate:
    """RTE, per unit of `basis`."""

    qualifier: str = text(0, 0)
    value: Decimal | None = decimal(0, 1)
    basis: Decimal | None = decimal(0, 2)
    unit: str = text(0, 3)


@dataclass(frozen=True, slots=True)
class Measure:
    """MEA: a measurement, such as a weight."""

    purpose: str = text(0)
    dimension: str = text(1)
    unit: str = text(2, 0)
    value: Decimal | None = decimal(2, 1)


@dataclass(frozen=True, slots=True)
class Status:
    """STS of a status report or enquiry: event and reason, as written."""

    type: str = text(0, 0)
    list: str = text(0, 1)
    agency: str = text(0, 2)
    event: str = text(1, 0)
    event_list: str = text(1, 1)
    event_agency: str = text(1, 2)
    event_text: str = text(1, 3)
    reason: str = text(2, 0)
    reason_list: str = text(2, 1)
    reason_agency: str = text(2, 2)
    reason_text: str = text(2, 3)


@dataclass(frozen=True, slots=True)
class Contact:
    """CTA: a contact."""

    function: str = text(0)
    id: str = text(1, 0)
    name: str = text(1, 1)


@dataclass(frozen=True, slots=True)
class Channel:
    """COM: a telephone number or an electronic address."""

    value: str = text(0, 0)
    kind: str = text(0, 1)


@dataclass(frozen=True, slots=True)
class Control:
    """CNT: a control total other than the number of lines, which follows from the lines."""

    qualifier: str = text(0, 0)
    value: Decimal | None = decimal(0, 1)
    unit: str = text(0, 2)


@dataclass(frozen=True, slots=True)
class Transport:
    """TDT: the means of transport and the carrier."""

    stage: str = text(0)
    number: str = text(1)
    mode: str = text(2, 0)
    mode_name: str = text(2, 1)
    means: str = text(3, 0)
    means_name: str = text(3, 1)
    carrier: str = text(4, 0)
    carrier_list: str = text(4, 1)
    carrier_agency: str = text(4, 2)
    carrier_name: str = text(4, 3)


@dataclass(frozen=True, slots=True)
class Marking:
    """PCI: what is printed on a package."""

    instruction: str = text(0)
    texts: tuple[str, ...] = texts(1, 0, 10)
    status: str = text(2)
    type: str = text(3, 0)


DOCUMENT = Layout(Document, "BGM")
DATE = Layout(Date, "DTM", check=_check_date)
QUANTITY = Layout(Quantity, "QTY")
AMOUNT = Layout(Amount, "MOA")
PRICE = Layout(Price, "PRI")
CURRENCIES = Layout(Currencies, "CUX")
PERCENTAGE = Layout(Percentage, "PCD")
RATE = Layout(Rate, "RTE")
MEASURE = Layout(Measure, "MEA")
STATUS = Layout(Status, "STS")
CONTACT = Layout(Contact, "CTA")
CHANNEL = Layout(Channel, "COM")
CONTROL = Layout(Control, "CNT")
TRANSPORT = Layout(Transport, "TDT")
MARKING = Layout(Marking, "PCI")

"""One full example of each message, of invented parties, whose files lie beside this module."""

from datetime import UTC, datetime
from decimal import Decimal

from shared.formats import editeur as lib
from shared.formats.editeur import LibraryMessage

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
COUNCIL, BOOKSELLER, BRANCH = "5012345678900", "5098765432100", "5012345678917"

BUYER = lib.Party("BY", COUNCIL, "9", references=(lib.Reference("API", "SFK01"),))
SUPPLIER = lib.Party("SU", BOOKSELLER, "9")
POUNDS = {purpose: (lib.Currencies("2", "GBP", purpose),) for purpose in ("9", "12", "4")}
PRIDE = "9780141439518"
LONG_TITLE = "The shortest history of everything that was ever lent, lost, found again and lent once more"


def _count(qualifier: str, value: int) -> lib.Quantity:
    return lib.Quantity(qualifier, Decimal(value))


def _money(qualifier: str, value: str) -> lib.Amount:
    return lib.Amount(qualifier, Decimal(value))


def _copy(label: str, *marks: tuple[str, str]) -> lib.Copy:
    return lib.Copy(label, tuple(lib.Mark(value, qualifier) for value, qualifier in marks))


_ZERO_RATED = lib.Tax("7", "VAT", rate=Decimal(0), category="Z")
_STANDARD = lib.Tax("7", "VAT", rate=Decimal(20), category="S")

ORDERS = lib.Orders(
    document=lib.Document("220", "PO-2026-118", "9"),
    dates=(lib.Date.day("137", AT),),
    parties=(BUYER, SUPPLIER, lib.Party("DP", BRANCH, "9", references=(lib.Reference("API", "IPSW"),))),
    currencies=POUNDS["9"],
    lines=(
        lib.OrderLine(
            "1",
            item=PRIDE,
            item_type="EN",
            numbers=(lib.Numbers("5", (lib.Number("0141439513", "IB"),)),),
            descriptions=(lib.Description.of("010", "Austen"), lib.Description.of("050", LONG_TITLE)),
            quantities=(_count("21", 2),),
            copies=(
                _copy("001", ("IPSW", "LLO"), ("ADULT26", "LFN"), ("ANF", "LSQ"), ("823.7", "LSM"), ("BB", "LVC"), ("BJ", "LVC")),
                _copy("002", ("LOWE", "LLO"), ("ADULT26", "LFN"), ("Stamp 'L' + date", "LVT")),
            ),
            prices=(lib.Price("AAE", Decimal("8.99")),),
            references=(lib.Reference("LI", "SB-7K2M0000000000AA"),),
            splits=(
                lib.Split("7", "IPSW", "92", quantities=(_count("11", 1),)),
                lib.Split("7", "LOWE", "92", quantities=(_count("11", 1),)),
            ),
        ),
    ),
)

RESPONSE = lib.Response(
    document=lib.Document("231", "R-55012", "4"),
    dates=(lib.Date.minute("137", AT),),
    references=(lib.Reference("ON", "PO-2026-118"),),
    parties=(BUYER, SUPPLIER),
    currencies=POUNDS["9"],
    lines=(
        lib.ResponseLine(
            "1",
            "24",
            PRIDE,
            "EN",
            numbers=(lib.Numbers("3", (lib.Number("9780199535569", "EN"),)),),
            quantities=(_count("21", 5), _count("12", 2), _count("83", 2), _count("85", 1)),
            dates=(lib.Date.day("44", datetime(2026, 5, 1, tzinfo=UTC)),),
            copies=(_copy("003", ("LOWE", "LLO")),),
            remarks=(lib.Remark.coded("LIN", "401", "12B"), lib.Remark.coded("LIN", "RP", "8B")),
            references=(lib.Reference("LI", "SB-7K2M0000000000AA"),),
        ),
    ),
)

ITEM_LOAD = lib.Response(
    document=lib.Document("23C", "L-90", "9", agency="28"),
    dates=(lib.Date.day("137", AT),),
    references=(lib.Reference("ON", "PO-2026-118"),),
    parties=(BUYER, SUPPLIER),
    lines=(
        lib.ResponseLine(
            "1",
            "5",
            PRIDE,
            "EN",
            quantities=(_count("12", 5),),
            copies=(
                _copy("001", ("30000000000017", "LAC"), ("IPSW", "LLO"), ("823.7", "LCL")),
                _copy("L01", ("LOWE", "LLO"), ("30000000000020", "LAF"), ("30000000000022", "LAL")),
                _copy("L02", ("BECC", "LLO"), ("1", "LQT")),
            ),
            references=(lib.Reference("LI", "SB-7K2M0000000000AA"),),
        ),
    ),
)

CHANGE = lib.Change(
    document=lib.Document("230", "77", "4"),
    dates=(lib.Date.day("137", AT),),
    remarks=lib.remarks("GEN", "Branch closed"),
    references=(lib.Reference("ON", "PO-2026-118"),),
    parties=(BUYER, SUPPLIER),
    lines=(
        lib.ChangeLine(
            "1",
            "3",
            PRIDE,
            "EN",
            quantities=(_count("21", 1), _count("85", 1)),
            copies=(_copy("002", ("LOWE", "LLO")),),
            references=(lib.Reference("LI", "SB-7K2M0000000000AA"),),
        ),
    ),
)

ENQUIRY = lib.Enquiry(
    document=lib.Document("220", "CH-12", "9"),
    dates=(lib.Date.day("137", AT),),
    parties=(BUYER, SUPPLIER),
    lines=(
        lib.EnquiryLine(
            "1",
            item=PRIDE,
            item_type="EN",
            quantities=(_count("21", 2),),
            references=(lib.Reference("LI", "SB-7K2M0000000000AA"), lib.Reference("ON", "PO-2026-118")),
            statuses=(lib.Status("UP1", event="CSD"),),
        ),
    ),
)

REPORT = lib.Report(
    document=lib.Document("220", "ST-12", "9"),
    dates=(lib.Date.day("137", AT),),
    references=(lib.Reference("ON", "PO-2026-118"),),
    parties=(BUYER, SUPPLIER),
    lines=(
        lib.ReportLine(
            "1",
            item=PRIDE,
            item_type="EN",
            quantities=(_count("21", 2), _count("12", 1), _count("83", 1)),
            remarks=(lib.Remark.coded("LIN", "400", "12B"),),
            references=(lib.Reference("LI", "SB-7K2M0000000000AA"),),
        ),
    ),
)

QUOTES = lib.Quotes(
    document=lib.Document("31C", "SEL-7", "9", agency="28"),
    dates=(lib.Date.day("137", AT), lib.Date.day("36", datetime(2026, 4, 1, tzinfo=UTC))),
    parties=(BUYER, SUPPLIER),
    currencies=POUNDS["12"],
    lines=(
        lib.QuoteLine(
            "1",
            item=PRIDE,
            item_type="EN",
            descriptions=(
                lib.Description.of("050", "Pride and prejudice"),
                lib.Description.of("270", "Courtship"),
                lib.Description.of("270", "Sisters"),
            ),
            quantities=(_count("1", 1),),
            copies=(_copy("001", ("IPSW", "LLO"), ("ADULT26", "LFN"), ("ANF", "LSQ"), ("8.99", "LCV")),),
            remarks=(lib.Remark.coded("LIN", "BB", "10B"),),
            prices=(lib.Price("AAE", Decimal("8.99"), "CA", "SRP"),),
            references=(lib.Reference("QLI", "SEL-7/1"),),
        ),
    ),
)

_INVOICE_LINE = lib.InvoiceLine(
    "1",
    item=PRIDE,
    item_type="EN",
    quantities=(_count("47", 3),),
    copies=tuple(_copy(f"00{number}", ("IPSW", "LLO")) for number in (1, 2, 3)),
    amounts=(_money("203", "22.93"), _money("52", "5.39")),
    prices=(lib.Price("AAA", Decimal("7.193")), lib.Price("AAB", Decimal("8.99"))),
    references=(lib.Reference("LI", "SB-7K2M0000000000AA"),),
    taxes=(lib.Tax("7", "VAT", rate=Decimal(0), category="Z", amounts=(_money("124", "0"),)),),
    charges=(
        lib.Charge(
            "A",
            "DI",
            agency="28",
            percentages=(lib.Percentage("3", Decimal(20)),),
            amounts=(_money("8", "5.39"),),
            taxes=(_ZERO_RATED,),
        ),
        lib.Charge(
            "C",
            "BJ",
            agency="28",
            quantities=(_count("47", 3),),
            amounts=(_money("8", "1.35"),),
            rates=(lib.Rate("2", Decimal("0.45")),),
            taxes=(_STANDARD,),
        ),
    ),
)

INVOICE = lib.Invoice(
    document=lib.Document("380", "INV-2211", "43"),
    dates=(lib.Date.day("131", AT), lib.Date.day("137", AT)),
    references=(lib.Reference("DQ", "D-310"),),
    parties=(BUYER, lib.Party("SU", BOOKSELLER, "9", references=(lib.Reference("VA", "GB999999973"),))),
    currencies=POUNDS["4"],
    terms=(lib.Terms("1", from_date="5", relation="3", period="D", periods=Decimal(30)),),
    charges=(lib.Charge("C", "DL", agency="28", amounts=(_money("8", "2.50"),), taxes=(_STANDARD,)),),
    lines=(_INVOICE_LINE,),
    summary=lib.Summary(
        amounts=(_money("79", "22.93"), _money("129", "26.2"), _money("9", "26.2"), _money("176", "0.77")),
        taxes=(
            lib.Tax("7", "VAT", rate=Decimal(0), category="Z", amounts=(_money("125", "21.58"), _money("124", "0"))),
            lib.Tax("7", "VAT", rate=Decimal(20), category="S", amounts=(_money("125", "3.85"), _money("124", "0.77"))),
        ),
    ),
)

CREDIT = lib.Invoice(
    document=lib.Document("381", "CRN-9", "9"),
    dates=(lib.Date.day("137", AT),),
    references=(lib.Reference("IV", "INV-2211", dates=(lib.Date.day("171", AT),)),),
    parties=(BUYER, SUPPLIER),
    currencies=POUNDS["4"],
    lines=(
        lib.InvoiceLine(
            "1",
            item=PRIDE,
            item_type="EN",
            quantities=(_count("47", 1),),
            amounts=(_money("203", "8.99"),),
            prices=(lib.Price("AAB", Decimal("8.99")),),
            references=(lib.Reference("LI", "SB-7K2M0000000000AA"),),
        ),
    ),
    summary=lib.Summary(amounts=(_money("9", "8.99"),)),
)

DESPATCH = lib.Despatch(
    document=lib.Document("351", "D-310", "9"),
    dates=(lib.Date.minute("137", AT), lib.Date.day("11", AT), lib.Date.day("132", datetime(2026, 3, 4, tzinfo=UTC))),
    references=(lib.Reference("BM", "2036"),),
    parties=(SUPPLIER, BUYER, lib.Party("DP", BRANCH, "9")),
    cartons=(
        lib.Carton(
            "1",
            packages=(lib.Package(Decimal(1), type="CT", serials=(lib.Serials("BJ", (lib.Number("00050987654321000017"),)),)),),
            lines=(
                lib.DespatchLine(
                    "1",
                    item=PRIDE,
                    item_type="EN",
                    quantities=(_count("12", 2),),
                    copies=(_copy("001", ("30000000000017", "LAC")), _copy("002", ("30000000000025", "LAC"))),
                    references=(lib.Reference("ON", "PO-2026-118"), lib.Reference("LI", "SB-7K2M0000000000AA")),
                ),
            ),
        ),
        lib.Carton(
            "2",
            packages=(lib.Package(Decimal(1), type="CT", serials=(lib.Serials("BJ", (lib.Number("00050987654321000024"),)),)),),
            lines=(
                lib.DespatchLine(
                    "2",
                    item="9780199535569",
                    item_type="EN",
                    quantities=(_count("12", 1),),
                    references=(lib.Reference("ON", "PO-2026-118"),),
                ),
            ),
        ),
    ),
)

ACKNOWLEDGEMENT = lib.Acknowledgement(
    lib.InterchangeVerdict(
        "118",
        COUNCIL,
        "14",
        BOOKSELLER,
        "14",
        "4",
        messages=(
            lib.MessageVerdict(
                "1",
                "ORDERS",
                "D",
                "96A",
                "UN",
                "EAN008",
                "4",
                segments=(lib.SegmentError("7", "35", (lib.DataError("12", "1", "1"),)),),
            ),
        ),
    )
)

EXAMPLES: dict[str, LibraryMessage] = {
    "orders": ORDERS,
    "ordrsp": RESPONSE,
    "ordrsp-item-load": ITEM_LOAD,
    "ordchg": CHANGE,
    "ostenq": ENQUIRY,
    "ostrpt": REPORT,
    "quotes": QUOTES,
    "invoic": INVOICE,
    "invoic-credit": CREDIT,
    "desadv": DESPATCH,
    "contrl": ACKNOWLEDGEMENT,
}

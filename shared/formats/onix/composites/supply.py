"""Offers: ProductSupply, and SupplyDetail of 2.1 in the product itself (lists 65, 54, 58, 166, 173)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from shared.formats.moments import day_of
from shared.formats.numbers import decimal_of
from shared.formats.onix.codes import supply
from shared.formats.onix.draft import Code, Draft
from shared.formats.onix.elements import NAMES, Element, add, add_all, every, parts_of, text_of, whole_number
from shared.money import to_decimal, to_minor
from shared.records import Availability, Offer, Price, PriceKind
from shared.remembering import remembered
from shared.texts import plain

_LARGEST_AMOUNT = Decimal(10) ** 9
_FROM, _UNTIL, _FROM_UNTIL = "14", "15", "24"
"""List 173. A period is two dates of eight digits, written together."""
_WITHOUT_TAX_WORD = (PriceKind.OTHER, None)
_PLACE = "ProductSupply/SupplyDetail"
_LEAVES = frozenset({"SupplierName", "ProductAvailability", "AvailabilityCode", "OrderTime", "ExpectedShipDate", "OnSaleDate"})
_IN_SUPPLIER = frozenset({"SupplierRole", "SupplierName"})
_IN_STOCK = frozenset({"OnHand"})
_IN_TAX = frozenset({"TaxType", "TaxRateCode", "TaxRatePercent", "TaxableAmount", "TaxAmount"})
_OLD_TAX = frozenset({"TaxRateCode1", "TaxRatePercent1", "TaxableAmount1", "TaxAmount1"})
_IN_PRICE = _OLD_TAX | {
    "PriceType",
    "PriceAmount",
    "CurrencyCode",
    "PriceEffectiveFrom",
    "PriceEffectiveUntil",
    "PriceDate",
    "Tax",
}


def read_product_supply(product_supply: Element, draft: Draft) -> bool:
    """Reads ProductSupply: its markets, and an offer of each SupplyDetail in them."""
    countries: tuple[str, ...] = ()
    details = []
    for child in product_supply:
        name = NAMES[child.tag]
        if name == "Market":
            countries += _countries(child, draft)
        elif name == "SupplyDetail":
            details.append(child)
        else:
            draft.keep("ProductSupply", child)
    draft.offers += [_offer(detail, countries, draft) for detail in details]
    return True


def _countries(market: Element, draft: Draft) -> tuple[str, ...]:
    found: list[str] = []
    for child in market:
        if NAMES[child.tag] != "Territory":
            draft.keep("ProductSupply/Market", child)
            continue
        for part in child:
            if NAMES[part.tag] == "CountriesIncluded":
                found += (part.text or "").split()
            else:
                draft.keep("ProductSupply/Market/Territory", part)
    return tuple(found)


def read_supply_detail(detail: Element, draft: Draft) -> bool:
    """Reads SupplyDetail of 2.1, which names its countries itself."""
    countries = [text_of(country) for country in every(detail, "SupplyToCountry")]
    draft.offers.append(_offer(detail, tuple(code for text in countries for code in text.split()), draft))
    return True


def _offer(detail: Element, countries: tuple[str, ...], draft: Draft) -> Offer:
    texts: dict[str, str] = {}
    prices: list[Price] = []
    stocks: list[int] = []
    for child in detail:
        name = NAMES[child.tag]
        if name == "Price":
            prices += _price(child, draft)
        elif name in _LEAVES:
            texts[name] = (child.text or "").strip()
        elif name == "Supplier":
            texts["SupplierName"] = _parts(child, _IN_SUPPLIER, "Supplier", draft).get("SupplierName", "")
        elif name == "SupplyDate" and (parts := parts_of(child)).get("SupplyDateRole") in supply.EXPECTED:
            texts[parts["SupplyDateRole"]] = parts.get("Date", "")
        elif name == "Stock":
            number = whole_number(_parts(child, _IN_STOCK, "Stock", draft).get("OnHand", ""))
            stocks += [number] if number is not None else []
        elif name != "SupplyToCountry":
            draft.keep(_PLACE, child)
    return Offer(
        availability=_availability(texts, draft),
        prices=tuple(prices),
        countries=countries,
        supplier_name=plain(texts.get("SupplierName", "")),
        days=whole_number(texts["OrderTime"]) if "OrderTime" in texts else None,
        expected_on=_expected(texts),
        on_hand=sum(stocks) if stocks else None,
    )


def _parts(composite: Element, carried: frozenset[str], name: str, draft: Draft) -> dict[str, str]:
    """Returns the texts of a composite in the supply detail; keeps what is not carried."""
    texts = parts_of(composite)
    if not texts.keys() <= carried:
        draft.keep_others(f"{_PLACE}/{name}", composite, carried)
    return texts


def _availability(texts: dict[str, str], draft: Draft) -> Availability:
    """Returns the availability (list 65), else the one of 2.1 (54), else what the status of publication (64) says."""
    found = supply.AVAILABILITIES.get(texts.get("ProductAvailability", ""))
    found = found or supply.OLD_AVAILABILITIES.get(texts.get("AvailabilityCode", ""))
    return found or supply.PUBLISHED_STATES.get(draft.status, Availability.UNCERTAIN)


def _expected(texts: dict[str, str]) -> date | None:
    stated = (texts.get(name) for name in (*supply.EXPECTED, "ExpectedShipDate", "OnSaleDate"))
    return next((day for text in stated if text and (day := day_of(text)) is not None), None)


def _price(price: Element, draft: Draft) -> list[Price]:
    """Returns the price, if it has an amount that is one."""
    texts: dict[str, str] = {}
    dates: dict[str, str] = {}
    tax = ""
    for child in price:
        name = NAMES[child.tag]
        if name == "Tax":
            tax = tax or _parts(child, _IN_TAX, "Price/Tax", draft).get("TaxRatePercent", "")
        elif name == "PriceDate":
            parts = parts_of(child)
            dates[parts.get("PriceDateRole", "")] = parts.get("Date", "")
        elif name in _IN_PRICE:
            texts.setdefault(name, (child.text or "").strip())
        else:
            draft.keep(f"{_PLACE}/Price", child)
    stated = texts.get("PriceAmount", "")
    currency = texts.get("CurrencyCode") or draft.defaults.currency
    amount = _amount(stated)
    if amount is None:
        if stated:
            draft.report(Code.INVALID_PRICE, f"{stated!r} is not an amount")
        return []
    kind, with_tax = supply.PRICES.get(texts.get("PriceType") or draft.defaults.type, _WITHOUT_TAX_WORD)
    tax = tax or texts.get("TaxRatePercent1", "")
    percent = tax if decimal_of(tax) is not None else ""
    return [Price(to_minor(amount, currency), currency, kind, with_tax, percent, *_validity(texts, dates))]


@remembered
def _amount(text: str) -> Decimal | None:
    """Returns the amount; None for text that is none."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < _LARGEST_AMOUNT else None


def _validity(texts: dict[str, str], dates: dict[str, str]) -> tuple[date | None, date | None]:
    """Returns the first and the last day on which a price is valid; None where it is not stated or not readable."""
    period = dates.get(_FROM_UNTIL, "")
    start = dates.get(_FROM) or texts.get("PriceEffectiveFrom") or period[:8]
    end = dates.get(_UNTIL) or texts.get("PriceEffectiveUntil") or period[8:].lstrip("-")
    return day_of(start) if start else None, day_of(end) if end else None


def write_offers(product: Element, offers: Iterable[Offer]) -> None:
    """Writes a ProductSupply for each offer."""
    for offer in offers:
        product_supply = add(product, "ProductSupply")
        if offer.countries:
            add(add(add(product_supply, "Market"), "Territory"), "CountriesIncluded", " ".join(offer.countries))
        detail = add(product_supply, "SupplyDetail")
        if offer.supplier_name:
            add_all(add(detail, "Supplier"), [("SupplierRole", "00"), ("SupplierName", offer.supplier_name)])
        add(detail, "ProductAvailability", supply.AVAILABILITY_CODES[offer.availability])
        if offer.expected_on is not None:
            _add_date(add(detail, "SupplyDate"), "SupplyDateRole", supply.EXPECTED[0], offer.expected_on)
        if offer.days is not None:
            add(detail, "OrderTime", str(offer.days))
        if offer.on_hand is not None:
            add(add(detail, "Stock"), "OnHand", str(offer.on_hand))
        for price in offer.prices:
            _write_price(add(detail, "Price"), price)


def _write_price(element: Element, price: Price) -> None:
    amount = f"{to_decimal(price.minor, price.currency):f}"
    type_ = supply.PRICE_CODES.get((price.kind, price.with_tax)) if price.with_tax is not None else ""
    add_all(element, [("PriceType", type_ or ""), ("PriceAmount", amount)])
    if price.tax_percent:
        add_all(add(element, "Tax"), [("TaxType", "01"), ("TaxRatePercent", price.tax_percent)])
    add_all(element, [("CurrencyCode", price.currency)])
    for role, day in ((_FROM, price.valid_from), (_UNTIL, price.valid_until)):
        if day is not None:
            _add_date(add(element, "PriceDate"), "PriceDateRole", role, day)


def _add_date(composite: Element, role_name: str, role: str, day: date) -> None:
    add(composite, role_name, role)
    add(composite, "Date", f"{day:%Y%m%d}").set("dateformat", "00")

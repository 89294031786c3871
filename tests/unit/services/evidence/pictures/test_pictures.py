"""Pictures: safe in any page, the same bytes each time, readable without colour, and all of their data in words."""

import math
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from services.evidence.domain.intervals import NOTHING, Estimate, Interval
from services.evidence.domain.survival import Survival
from services.evidence.domain.words import DAYS, PER_THOUSAND, POINTS, SHARE, Measure, money
from services.evidence.pictures import Bar, Curve, Picture, Row, cost_bars, interval_plot, survival_curves

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {f"{SVG}{name}" for name in ["svg", "title", "defs", "pattern", "rect", "line", "path", "circle", "text"]}

FIGURES = st.integers(-(10**6), 10**6) | st.floats(-1e12, 1e12)
INTERVALS = st.tuples(FIGURES, FIGURES).map(lambda ends: Interval(min(ends), max(ends)))
ESTIMATES = st.builds(Estimate, st.none() | FIGURES, st.none() | INTERVALS, st.integers(0, 10**6))
COPIES = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=30)
CURVES = st.builds(
    lambda label, copies: Curve(label, Survival.of(*zip(*copies, strict=True)) if copies else Survival.of([], [])),
    st.text(),
    COPIES,
)
AMOUNTS = st.integers(-(10**9), 10**9) | st.decimals(-(10**9), 10**9, places=2)
BARS = st.builds(Bar, st.text(), st.dictionaries(st.text(), AMOUNTS, max_size=9))

ONE_OF_EACH = {
    "curves": lambda label: survival_curves(label, [Curve(label, Survival.of([3, 9, 12], [True, True, False]))]),
    "intervals": lambda label: interval_plot(label, [Row(label, Estimate(0.2, Interval(-0.1, 0.4), 60))], POINTS),
    "bars": lambda label: cost_bars(label, [Bar(label, {label: 899, f"{label}2": -90})], "GBP"),
}


def check(picture: Picture) -> None:
    """Asserts what is true of every picture."""
    root = etree.fromstring(picture.svg)
    assert {element.tag for element in root.iter()} <= ELEMENTS
    _, _, width, height = root.get("viewBox", "").split()
    assert (root.get("width"), root.get("height")) == (width, height) == ("720", height)
    attributes = [(str(name), str(value)) for element in root.iter() for name, value in element.attrib.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or "href" in name or name == "style"]
    used = {reference[1] for _, value in attributes if (reference := re.fullmatch(r"url\(#(.+)\)", value))}
    assert used == {pattern.get("id") for pattern in root.iter(f"{SVG}pattern")}
    assert not re.search(r'[" ](-?inf|nan)\b', picture.svg)
    title = root.find(f"{SVG}title")
    assert title is not None
    assert (title.text or "", title.get("id")) == (picture.alternative, root.get("aria-labelledby"))
    assert all(len(row) == len(picture.table.headings) for row in picture.table.rows)


@given(st.text(), st.lists(CURVES, max_size=6), st.integers(-5, 1_000))
def test_any_copies_make_a_picture_of_curves(title: str, curves: list[Curve], days: int) -> None:
    check(survival_curves(title, curves, days))


@given(
    st.text(),
    st.lists(st.builds(Row, st.text(), ESTIMATES), max_size=6),
    st.sampled_from([SHARE, POINTS, DAYS, PER_THOUSAND, money("GBP")]),
    st.none() | FIGURES,
)
def test_any_estimates_make_an_interval_plot(title: str, rows: list[Row], measure: Measure, reference: float | None) -> None:
    check(interval_plot(title, rows, measure, reference))


@given(st.text(), st.lists(BARS, max_size=6), st.sampled_from(["GBP", "JPY", "KWD"]))
def test_any_costs_make_bars(title: str, bars: list[Bar], currency: str) -> None:
    check(cost_bars(title, bars, currency))


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_the_same_input_gives_the_same_bytes(kind: str) -> None:
    assert ONE_OF_EACH[kind]("A") == ONE_OF_EACH[kind]("A")
    assert ONE_OF_EACH[kind]("A").svg != ONE_OF_EACH[kind]("B").svg


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_texts_from_outside_are_escaped(kind: str) -> None:
    picture = ONE_OF_EACH[kind]("<script>&\x00\ud800'\"")
    check(picture)
    assert "&lt;script&gt;&amp;" in picture.svg


def test_curves_differ_without_their_colours() -> None:
    curves = [Curve(name, Survival.of([3, 9], [True, True])) for name in "abcd"]
    root = etree.fromstring(survival_curves("Lead time", curves).svg)
    dashes = [line.get("stroke-dasharray") for line in root.iter(f"{SVG}path") if line.get("stroke-dasharray")]
    assert len(dashes) == len(set(dashes)) == 4


def test_parts_differ_without_their_colours() -> None:
    root = etree.fromstring(cost_bars("Costs", [Bar("a", {str(part): 100 for part in range(12)})], "GBP").svg)
    patterns = {pattern.get("id") for pattern in root.iter(f"{SVG}pattern")}
    plain_colours = 2  # the first of six hatchings has no lines
    assert len(patterns) + plain_colours == 12


def test_curves_are_in_words_and_figures() -> None:
    curves = [
        Curve("Hub", Survival.of([5] * 20 + [9] * 20 + [30] * 10, [True] * 40 + [False] * 10)),
        Curve("None", Survival.of([], [])),
    ]
    picture = survival_curves("Lead time", curves, 28)
    assert picture.alternative == (
        "Lead time. Curves of the share of copies that arrived, from day 0 to day 28. Hub, 50 copies: half of them within "
        "9 days (5 to 9 days); 40 % (28 to 55 %) within 7 days, 80 % (68 to 90 %) within 28 days. None: no copies."
    )
    assert picture.table.headings == ("Day", "Hub: arrived", "Hub: still outstanding", "None: arrived", "None: still outstanding")
    assert picture.table.rows[1] == ("7", "40 % (28 to 55 %)", "30", "not known", "0")


def test_intervals_are_in_words_and_figures() -> None:
    rows = [
        Row("7 days", Estimate(0.2, Interval(0.1, 0.3), 60)),
        Row("28 days", Estimate(0.1, Interval(-0.02, 0.22), 60)),
        Row("90 days", NOTHING),
    ]
    picture = interval_plot("Bookseller less consortium", rows, POINTS)
    assert picture.alternative == (
        "Bookseller less consortium. Figures with their 95 % intervals. A dashed line marks 0 points. 7 days: 20 points "
        "(10 to 30 points), n = 60. The interval is above 0 points. 28 days: 10 points (-2 to 22 points), n = 60. The interval "
        "crosses the dashed line. 90 days: not known, n = 0."
    )
    assert picture.table.rows[0] == ("7 days", "20 points (10 to 30 points)", "60")


def test_an_open_interval_ends_in_an_arrow() -> None:
    picture = interval_plot("Median", [Row("Trial", Estimate(9.0, Interval(7.0, math.inf), 7))], DAYS, None)
    check(picture)
    assert picture.table.rows == (("Trial", "9 days (7 days or more)", "7"),)


def test_costs_are_in_words_and_figures() -> None:
    picture = cost_bars(
        "Costs", [Bar("Hub", {"Price": 1_000, "Discount": -200}), Bar("Direct", {"Price": 950, "Carriage": 25})], "GBP"
    )
    assert picture.alternative == (
        "Costs. Bars stacked of parts. Hub: GBP 8.00, made up of Price GBP 10.00, Discount GBP -2.00. "
        "Direct: GBP 9.75, made up of Price GBP 9.50, Carriage GBP 0.25."
    )
    assert picture.table.headings == ("Group", "Price", "Discount", "Carriage", "Total")
    assert picture.table.rows[1] == ("Direct", "GBP 9.50", "GBP 0.00", "GBP 0.25", "GBP 9.75")


def test_means_that_do_not_add_up_as_they_are_shown_have_a_note() -> None:
    bar = Bar("Hub", {"Price": Decimal("100.5"), "Carriage": Decimal("100.5")})
    assert "rounded by itself" in cost_bars("Costs", [bar], "GBP").alternative
    assert "rounded by itself" not in cost_bars("Costs", [Bar("Hub", {"Price": 100})], "GBP").alternative


def test_a_curve_of_many_days_stays_small() -> None:
    n = 20_000
    picture = survival_curves("Lead time", [Curve("Hub", Survival.of([day / 250 for day in range(n)], [True] * n))])
    assert len(picture.svg) < 60_000

"""Sourcing of the demo: half of the branches from each supplier, or all from one."""

from local.lms.sourcing import Rule, catalogue_rules, ordering_rules


def test_every_second_branch_buys_from_the_consortium() -> None:
    rules = ordering_rules(["B", "A", "D", "C"], only=None)

    assert rules[0] == Rule("national")
    assert [rule.branch for rule in rules if rule.supplier_id == "consortium"] == ["A", "C"]


def test_one_branch_tries_the_bookseller_for_childrens_books() -> None:
    tried = ordering_rules(["A", "B"], only=None)[-1]

    assert tried == Rule("national", "A", "childrens", mode="pilot")
    assert tried.body()["trial"] == {"name": "childrens", "share": "1", "unit": "line"}
    assert Rule("national").body()["trial"] is None


def test_a_council_may_buy_everything_from_one_supplier() -> None:
    assert ordering_rules(["A", "B"], only="consortium") == [Rule("consortium")]
    assert catalogue_rules("consortium") == [Rule("consortium")]


def test_records_come_from_the_bookseller_wherever_books_are_bought() -> None:
    assert catalogue_rules(None) == [Rule("national")]

"""The findings of one message: the first are kept, the rest counted."""

from shared.findings import MOST_FINDINGS, Finding, FindingList, MoreFindings, Severity


def _findings(number: int, severity: Severity = Severity.INFO) -> list[Finding]:
    return [Finding("odd", f"the {place}th", severity) for place in range(number)]


def test_as_many_as_may_be_are_kept_as_they_are() -> None:
    few = _findings(MOST_FINDINGS)

    assert list(FindingList(few)) == few


def test_the_rest_is_counted_with_the_severity_of_the_worst() -> None:
    found = FindingList(_findings(MOST_FINDINGS))
    found.append(Finding("odd", "one more", Severity.INFO))
    found += _findings(7, Severity.ERROR)
    found.extend(_findings(3))

    assert len(found) == MOST_FINDINGS + 1
    text = "and 11 more, which are not listed; the most serious is of severity error"
    assert found[-1] == MoreFindings("more-findings", text, Severity.ERROR, number=11)


def test_a_list_added_to_another_brings_its_count() -> None:
    first = FindingList(_findings(20_000))
    second = FindingList([*_findings(1), *first, *_findings(2)])

    assert len(second) == MOST_FINDINGS + 1
    assert isinstance(second[-1], MoreFindings)
    assert second[-1].number == 20_003 - MOST_FINDINGS


def test_a_count_stays_the_last() -> None:
    found = FindingList([MoreFindings("more-findings", "", Severity.WARNING, number=5), *_findings(1)])

    assert [finding.severity for finding in found] == [Severity.WARNING]
    assert isinstance(found[0], MoreFindings)
    assert found[0].number == 6

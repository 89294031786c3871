"""Makes the HTML of reports and statements: one file that needs nothing else, readable on paper."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.evidence.domain.report import Report
from services.evidence.domain.savings import Reached
from services.evidence.reports.duplication import duplication_sections
from services.evidence.reports.handling import handling_sections
from services.evidence.reports.savings import savings_sections
from services.evidence.reports.sections import cost_sections, measure_sections
from services.evidence.reports.statements import sections_of, summary_of
from services.evidence.schemas.decisions import NO_DECISION
from services.evidence.schemas.departures import DepartureView
from services.evidence.schemas.report import report_view
from services.evidence.schemas.savings import SavingsView
from shared.money import amount_in_words

_templates = Environment(loader=PackageLoader("services.evidence.reports"), autoescape=True, undefined=StrictUndefined)
_templates.trim_blocks = _templates.lstrip_blocks = True


def report_html(found: Report) -> bytes:
    """Returns a report as HTML in UTF-8, without scripts, and without addresses of anything elsewhere."""
    asked = found.asked
    narrowed = {"supplier": asked.supplier_id, "trial": asked.trial, "branch": asked.branch, "material": asked.material}
    page = _templates.get_template("report.html").render(
        asked=asked,
        narrowed={name: value for name, value in narrowed.items() if value is not None},
        now=found.now,
        no_decision=NO_DECISION,
        view=report_view(found),
        parts={
            "How well copies were supplied": list(measure_sections(found.measures)),
            "How copies travelled": list(handling_sections(found.handling)),
            "What copies cost": list(cost_sections(found.costs)),
            "What was done twice": list(duplication_sections(found.duplication)),
        },
    )
    return page.encode()


def statement_html(view: DepartureView) -> bytes:
    """Returns an exit statement as HTML in UTF-8, without scripts, and without addresses of anything elsewhere."""
    page = _templates.get_template("statement.html").render(view=view, summary=summary_of(view), sections=list(sections_of(view)))
    return page.encode()


def savings_html(found: Reached, view: SavingsView) -> bytes:
    """Returns the report about a promise as HTML in UTF-8, without scripts, and without addresses of anything elsewhere."""
    page = _templates.get_template("savings.html").render(
        view=view,
        amount=amount_in_words(view.promise.amount.minor, view.promise.amount.currency),
        no_decision=NO_DECISION,
        sections=list(savings_sections(found, view)),
    )
    return page.encode()

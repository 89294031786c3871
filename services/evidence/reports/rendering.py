"""Makes the HTML of reports and statements: one file that needs nothing else, readable on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.evidence.domain.asking import Asked
from services.evidence.domain.costs import Costs
from services.evidence.domain.duplication import Duplication
from services.evidence.domain.handling import Handling
from services.evidence.domain.measures import Measures
from services.evidence.reports.duplication import duplication_sections
from services.evidence.reports.handling import handling_sections
from services.evidence.reports.sections import cost_sections, measure_sections
from services.evidence.reports.statements import sections_of, summary_of
from services.evidence.schemas.departures import DepartureView
from services.evidence.schemas.measures import NO_DECISION

_templates = Environment(loader=PackageLoader("services.evidence.reports"), autoescape=True, undefined=StrictUndefined)
_templates.trim_blocks = _templates.lstrip_blocks = True


@dataclass(frozen=True, slots=True)
class Answers:
    """What a report shows, of one question."""

    measures: Measures
    handling: Handling
    costs: Costs
    duplication: Duplication


def report_html(asked: Asked, found: Answers, now: datetime) -> bytes:
    """Returns the report about a question as HTML in UTF-8, without scripts, and without addresses of anything elsewhere."""
    narrowed = {"supplier": asked.supplier, "trial": asked.trial, "branch": asked.branch, "material": asked.material}
    page = _templates.get_template("report.html").render(
        asked=asked,
        narrowed={name: value for name, value in narrowed.items() if value is not None},
        now=now,
        no_decision=NO_DECISION,
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

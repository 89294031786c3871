"""The templates of all pages, the words and moments that they show, and the headers that every page has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from services.dashboard.domain import links, words
from services.dashboard.domain.messages import sentence_case
from services.dashboard.domain.naming import name_of
from services.dashboard.domain.plain import for_staff
from services.dashboard.domain.reaches import unreached_in_words
from services.dashboard.domain.supplier_names import SupplierNames
from services.dashboard.domain.work import WorkItem, WorkKind, cause_in_words
from shared.http.policy import PAGE_POLICY
from shared.money import amount_in_words
from shared.records.reasons import reason_in_words
from shared.texts import visible
from shared.wording import counted, day_in_words, time_in_words

# Forms are sent to this server only.
_POLICY = PAGE_POLICY["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
HEADERS: Mapping[str, str] = {**PAGE_POLICY, "Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}

# Path and name of each part of the navigation, in its order.
_PLACES = (
    ("/", "Desk"),
    ("/work", "Work list"),
    ("/deliveries", "Deliveries"),
    ("/suppliers", "Suppliers"),
    ("/rules", "Rules"),
    ("/catalogue", "Catalogue"),
    ("/money", "Money"),
    ("/trends", "Trends"),
    ("/changes", "Changes"),
    ("/audit", "Audit"),
)


def rendered(template: str, at: datetime, **values: object) -> str:
    """Returns a template as HTML, as seen `at` a moment of the council's zone. Every text in `values` is escaped."""
    return templates.get_template(template).render(at=at, **values)


@pass_context
def _ago(context: Context, moment: datetime) -> str:
    """Returns how long before the page was made a moment was, or how long after."""
    length = context["at"] - moment
    return f"{time_in_words(length)} ago" if length.total_seconds() >= 0 else f"in {time_in_words(-length)}"


@pass_context
def _age(context: Context, moment: datetime) -> str:
    """Returns how long something has been so since a moment."""
    return time_in_words(max(context["at"] - moment, timedelta(0)))


@pass_context
def _clock(context: Context, moment: datetime) -> str:
    """Returns a moment as `2 March 2026, 09:30`, in the council's zone."""
    local = moment.astimezone(context["at"].tzinfo)
    return f"{day_in_words(local)}, {local:%H:%M}"


@pass_context
def _supplier(context: Context, supplier_id: str) -> str:
    """Returns what a supplier is called."""
    names: SupplierNames = context["supplier_names"]
    return names.of(supplier_id)


@pass_context
def _work_name(context: Context, work: WorkItem) -> str:
    """Returns what people call a thing on the work list."""
    return name_of(work, context["supplier_names"])


@pass_context
def _cause(context: Context, cause: str, kind: WorkKind) -> str:
    """Returns why things on the work list wait; "" where their kind says it all."""
    return cause_in_words(kind, cause, context["supplier_names"])


def _number(value: int) -> str:
    return f"{value:,}"


def _visible(text: object) -> str:
    """Returns text from outside with a sign for every character that nobody sees."""
    return visible(str(text))


templates = Environment(loader=PackageLoader("services.dashboard"), autoescape=True, undefined=StrictUndefined)
templates.trim_blocks = templates.lstrip_blocks = True
templates.globals |= {"places": _PLACES, "links": links, "zip": zip}
templates.filters |= {
    "kind": words.kind_in_words,
    "discrepancy": words.discrepancy_in_words,
    "outcome": words.outcome_in_words,
    "leg": words.leg_in_words,
    "state": words.copy_state_in_words,
    "reason": reason_in_words,
    "unreached": unreached_in_words,
    "for_staff": for_staff,
    "money": amount_in_words,
    "ago": _ago,
    "age": _age,
    "clock": _clock,
    "supplier": _supplier,
    "work_name": _work_name,
    "cause": _cause,
    "day": day_in_words,
    "number": _number,
    "counted": counted,
    "sentence": sentence_case,
    "visible": _visible,
}

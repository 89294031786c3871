"""Collects findings while a message is read, and reads single values that may be invalid. Knows no message type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from shared.contracts.stated import StatedItem
from shared.findings import Finding, FindingList, Severity
from shared.formats.forms import Form, form_of
from shared.formats.moments import day_of, moment_of, names_zone
from shared.values import InvalidValue, to_article_number

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")


_OWN_NAMES: Mapping[str, str] = MappingProxyType({})


class Notes:
    """The findings of one message, in the order in which they were made. Their codes begin with `prefix`, the supplier's name."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._findings: list[Finding] = FindingList()
        self._not_kept: set[str] = set()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings so far."""
        if not self._not_kept:
            return tuple(self._findings)
        text = f"values about copies under {', '.join(sorted(self._not_kept))} are not kept"
        return (*self._findings, Finding(f"{self._prefix}-copy-data", text, Severity.WARNING))

    def not_kept(self, names: Iterable[str]) -> None:
        """Adds names of values about copies that we keep nowhere: one finding names them all."""
        self._not_kept.update(str(name)[:40] for name in names)

    def note(self, code: str, text: str, number: int | None = None) -> None:
        """Adds information that needs no action; `number` is the 1-based entry concerned."""
        self._findings.append(Finding(f"{self._prefix}-{code}", text, Severity.INFO, segment=number))

    def warning(self, code: str, text: str, number: int | None = None) -> None:
        """Adds something unusual; `number` is the 1-based entry concerned."""
        self._findings.append(Finding(f"{self._prefix}-{code}", text, Severity.WARNING, segment=number))

    def error(self, code: str, text: str, number: int | None = None) -> None:
        """Adds content that is missing or cannot be trusted."""
        self._findings.append(Finding(f"{self._prefix}-{code}", text, Severity.ERROR, segment=number))

    def invalid(self, code: str, error: ValidationError, number: int | None = None) -> None:
        """Adds an error that names the first invalid field."""
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(str(step) for step in first["loc"]) or "the whole message"
        self.error(code, f"{place}: {first['msg']}", number)

    def parsed(self, code: str, model: type[M], body: bytes, names: Mapping[str, str] = _OWN_NAMES) -> M | None:
        """Returns a JSON message; None, with an error finding, where it is no JSON (`not-json`) or not as `model` (`code`).

        `names`: the supplier's names of fields -> those of the model and of the parts in it, at every depth.
        """
        try:
            content = from_json(body)
            return model.model_validate(_renamed(content, names) if names else content)
        except ValidationError as error:
            self.invalid(code, error)
        except ValueError as error:
            form = form_of(body)
            instead = "" if form in (Form.JSON, Form.OTHER) else f"; it is {form.value}, which this supplier does not send"
            self.error("not-json", f"the message is not JSON: {error}{instead}")
        return None

    def item(self, value: object, number: int) -> StatedItem | None:
        """Returns the data about a copy, under our names; None where there is none, or none that can be read, with a warning."""
        if value is None:
            return None
        try:
            item = StatedItem.model_validate(value)
        except ValidationError:
            self.warning("bad-item", f"line {number}: the data about a copy cannot be read and is left out", number)
            return None
        if isinstance(value, dict):
            self.not_kept(value.keys() - StatedItem.model_fields.keys())
        return item

    def each(self, code: str, model: type[M], entries: Sequence[object]) -> list[tuple[int, M]]:
        """Returns the entries that can be read, with their 1-based numbers; adds an error for each of the others."""
        read: list[tuple[int, M]] = []
        for number, entry in enumerate(entries, 1):
            try:
                read.append((number, model.model_validate(entry)))
            except ValidationError as error:
                self.invalid(code, error, number)
        return read

    def isbn(self, text: str, number: int) -> str:
        """Returns the ISBN-13, or the EAN of what is no book; the text unchanged, with a warning, where it is neither."""
        try:
            return to_article_number(text)
        except InvalidValue as error:
            self.warning("bad-isbn", str(error), number)
            return text

    def day(self, field: str, value: object, number: int | None = None) -> date | None:
        """Returns a date; None where it is absent or invalid, with a warning if invalid."""
        return self._read(day_of, field, value, number)

    def moment(self, field: str, value: object) -> datetime | None:
        """Returns a moment with its time zone; None where it is absent or invalid, with a warning if invalid."""
        moment = self._read(moment_of, field, value, None)
        if moment is not None and not names_zone(str(value)):
            self.warning("no-time-zone", f"{field} has no time zone and is left out")
            return None
        return moment

    def _read(self, read: Callable[[str], V | None], field: str, value: object, number: int | None) -> V | None:
        """Reads a text. A number is no date: it would be taken for seconds since 1970, and `20270115` for a day of that year."""
        found = read(value) if isinstance(value, str) else None
        if found is None and value is not None:
            self.warning("bad-date", f"{field} {str(value)[:40]!r} is not a date and is left out", number)
        return found


def _renamed(content: object, names: Mapping[str, str]) -> object:
    """Returns JSON content with the supplier's names of fields replaced by ours, at every depth."""
    if isinstance(content, dict):
        return {names.get(name, name): _renamed(value, names) for name, value in content.items()}
    return [_renamed(value, names) for value in content] if isinstance(content, list) else content
